"""Language: found where none is given, and never a wrong one for English news full of foreign names."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from geomap.articles import read_articles
from geomap.articles.language import detect, with_language
from tests.builders import an_article

ENGLISH = [
    "The truce in Aleppo held on Monday.",
    "Abdelaziz al-Hakim and Moqtada al-Sadr met in Najaf, Karbala and Deir al-Zor.",
    "Nouri al-Maliki visited Salah ad-Din, Diyala, Ninawa, Al Anbar and Dahuk on Friday.",
    "François Hollande, Jean-Marc Ayrault, Bordeaux, Île-de-France, Châteauroux: mayors met in Orléans.",
    "Gbagbo loyalists seize Abidjan, Yamoussoukro, Bouaké; Ouattara flees Côte d'Ivoire",
    "MOGADISHU, Somalia - Al-Shabab fighters attacked Baidoa, Kismayo, Beledweyne and Jowhar.",
    "Air strikes hit Khan Sheikhoun, Maarat al-Numan, Saraqib, Jisr al-Shughur; 14 dead",
    "Kyiv: Shelling near Bakhmut, Kramatorsk, Sloviansk; no casualties reported",
    "São Paulo, Rio de Janeiro, Belo Horizonte record heaviest rains since 1983",
    "Ambassador Jean-Pierre Lacroix of France visits Goma, Bukavu, Uvira",
    "Flood in Khartoum",
    "Clashes in Ouagadougou, Bobo-Dioulasso and Ouahigouya kill 12",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_short_english_news_is_never_called_another_language(text: str) -> None:
    assert detect(text) in ("en", None)
    assert detect(f"{text} {text} {text}") in ("en", None)
    assert (
        detect(f"{text} Residents said that the road to the town, which was closed, would be open by noon.")
        == "en"
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Le président a visité la ville de Bordeaux lundi matin, selon le ministère."),
        ("de", "Der Bürgermeister von Köln sagte am Montag, die Brücke sei gesperrt."),
        ("es", "El alcalde de Córdoba dijo el lunes que el río había crecido dos metros."),
        ("pt", "O prefeito de São Paulo disse na segunda-feira que o rio subiu dois metros."),
        ("it", "Il sindaco di Bologna ha detto lunedì che il fiume è salito di due metri."),
        ("tr", "Belediye başkanı pazartesi günü nehrin iki metre yükseldiğini söyledi."),
        ("sw", "Rais alitembelea mji wa Mwanza siku ya Jumatatu, ilisema wizara."),
        ("so", "Madaxweynaha ayaa booqday magaalada Baydhabo maalintii Isniinta."),
        ("ru", "Президент посетил Москву в понедельник, сообщили в мэрии."),
        ("uk", "Президент відвідав Харків у понеділок, повідомили в мерії."),
        ("ar", "فيضانات في الخرطوم تشرد آلاف الأسر"),
        ("fa", "رئیس جمهور روز دوشنبه از شهر مشهد بازدید کرد و با مردم دیدار کرد."),
        ("zh", "洪水袭击武汉，市长周一表示，数千人被转移。"),
    ],
)
def test_a_sentence_of_another_language_is_told(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", "River", "洪水", "12 345 678 901 234 567 890", "\ud800" * 30])
def test_too_little_to_tell_is_left(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize("given", ["English", "eng", "en-US", "fr"])
def test_a_given_language_is_left_as_given(given: str) -> None:
    article = an_article(language=given)
    assert with_language(article) is article


def test_a_detected_language_is_flagged(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Le président a visité la ville de Bordeaux lundi matin.\n")
    (tmp_path / "b.txt").write_text("Aleppo, Homs\n")
    first, second = read_articles([tmp_path], on_error=print)
    assert (first.language, first.flags) == ("fr", ("detected_language",))
    assert (second.language, second.flags) == (None, ())


@pytest.mark.slow
def test_detection_is_quick() -> None:
    text = "Der Bürgermeister von Köln sagte am Montag, die Brücke sei gesperrt. " * 40
    detect(text)
    started = time.process_time()
    for _ in range(100):
        detect(text)
    assert time.process_time() - started < 0.3
