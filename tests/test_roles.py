"""The role of a place in its sentence: event, mentioned, origin of a statement, dateline."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from builders import a_mention, a_place, a_resolution, an_article
from hypothesis import given
from hypothesis import strategies as st

from geomap.geoparser import Geoparser
from geomap.model import Article, Outcome, Place, Resolution, Role, ToponymType
from geomap.resolvers.role_sentences import cue_phrases, read_sentences
from geomap.resolvers.roles import role_reasons, roles, weights

EVENT, MENTIONED, ORIGIN, DATELINE = Role.EVENT, Role.MENTIONED, Role.ORIGIN, Role.DATELINE


def a_text(marked: str, **overrides: object) -> tuple[Article, list[Resolution]]:
    """Return an article of a text and the resolutions of the names that stand in it in [brackets]."""
    text, spans, at = "", [], 0
    for match in re.finditer(r"\[(.+?)\]", marked):
        text += marked[at : match.start()]
        spans.append((len(text), len(text) + len(match[1])))
        text += match[1]
        at = match.end()
    text += marked[at:]
    article = an_article(title="", text=text, published=None, **overrides)
    return article, [
        a_resolution(mention=a_mention(start=start, end=end, text=text[start:end])) for start, end in spans
    ]


def judged(marked: str, **overrides: object) -> list[Role]:
    return [role for role, _ in roles(*a_text(marked, **overrides))]


@pytest.mark.parametrize(
    "text",
    [
        "A strike at [Deir al-Zor] killed 12 people.",
        "Heavy clashes erupted in [Jobar] on Sunday.",
        "Flooding has displaced 3,000 people in [Sylhet].",
        "An outbreak of cholera has killed dozens in [Goma].",
        "Government troops advanced into [Raqqa] at dawn.",
        "Warplanes bombed [Idlib] again overnight.",
        "Gunmen attacked a police station near [Lashkar Gah].",
        "Two buses collided at [Multan], killing nine.",
        "Demonstrators clashed with police in [Algiers].",
        "Rebels captured [Bria] after three days of fighting.",
    ],
)
def test_where_it_happens_is_the_event_place(text: str) -> None:
    assert judged(text) == [EVENT]


@pytest.mark.parametrize(
    "text",
    [
        "A doctor in [Aleppo] told Reuters by phone that the wards were full.",
        '"We have no bread," a resident of [Mosul] said.',
        "The dead were all civilians, according to the [London]-based Observatory.",
        "Officials in [Damascus] said the convoy would leave soon.",
        "The ministry in [Hanoi] said the toll might rise.",
        "Speaking to reporters in [Brussels], the envoy warned of a massacre.",
    ],
)
def test_where_a_statement_comes_from_is_its_origin(text: str) -> None:
    assert judged(text) == [ORIGIN]


@pytest.mark.parametrize(
    "text",
    [
        "No fighting was reported in [Hama].",
        "The violence could spread to [Idlib].",
        "He was born in [Homs] in 1971.",
        "Entire streets were razed, as in [Grozny] in 1999.",
        "The recruits had come from [Tunisia].",
        "Thousands of refugees travelled to [Turkey].",
        "The army denied that its jets had bombed [Saraqib].",
        "Relations with [Algeria] have cooled.",
        "The attack resembled the one in [Madrid] in 2004.",
    ],
)
def test_what_did_not_happen_there_is_only_mentioned(text: str) -> None:
    assert judged(text) == [MENTIONED]


@pytest.mark.parametrize(
    "text",
    [
        "Shells fell on [Jobar], a district of [Damascus].",
        "A bomb exploded in [Homs], in western [Syria].",
        "The quake struck [Norcia], 40 km east of [Perugia].",
        "Police shot a man in [Macon], [Georgia].",
    ],
)
def test_what_holds_or_locates_the_event_place_is_only_mentioned(text: str) -> None:
    found = judged(text)
    assert found[-1] is MENTIONED
    assert set(found[:-1]) == {EVENT}


def test_each_place_of_a_list_has_the_role_of_the_first() -> None:
    assert judged("Shelling killed nine people in [Homs], [Hama] and [Idlib].") == [EVENT] * 3
    assert judged("The fighters came from [Chad], [Niger] and [Mali].") == [MENTIONED] * 3


def test_roles_differ_within_a_sentence() -> None:
    text = "A nurse in [Khartoum] said that shelling had killed ten people in [Omdurman]."
    assert judged(text) == [ORIGIN, EVENT]
    text = "Fighters from [Tunisia] were killed in an air strike on [Sirte]."
    assert judged(text) == [MENTIONED, EVENT]


def test_the_dateline_is_no_event() -> None:
    article, [beirut, homs] = a_text("[BEIRUT] (AP) - A bomb exploded in [Homs] on Tuesday.")
    assert [role for role, _ in roles(article, [beirut, homs])] == [DATELINE, EVENT]


def test_a_dateline_behind_a_headline_counts_and_a_sentence_of_capitals_does_not() -> None:
    assert judged("Two die in crash. [EDMONTON], [Ky.] (WBKO) -- Two men died near [Edmonton].")[:2] == [
        DATELINE,
        DATELINE,
    ]
    assert DATELINE not in judged("[HOMS] was shelled again.")


def test_a_marked_dateline_counts_however_it_is_written() -> None:
    article, [resolution] = a_text("[Beirut]. A bomb exploded.")
    marked = a_resolution(mention=a_mention(start=0, end=6, text="Beirut", dateline=True))
    assert roles(article, [marked])[0][0] is DATELINE
    assert roles(article, [resolution])[0][0] is not DATELINE


def test_associative_mentions_are_not_judged() -> None:
    article, [resolution] = a_text("Shells fell on [Damascus].")
    mention = a_mention(start=15, end=23, text="Damascus", type=ToponymType.METONYMY)
    assert roles(article, [resolution])[0][0] is EVENT
    assert roles(article, [a_resolution(mention=mention)]) == [(MENTIONED, 0.0)]


def test_the_year_of_the_article_is_not_the_past() -> None:
    marked = "Floods killed 40 people in [Sylhet] in 2022."
    article, resolutions = a_text(marked)
    in_its_year = an_article(title="", text=article.text, published="2022-06-20")
    assert roles(article, resolutions)[0][0] is MENTIONED
    assert roles(in_its_year, resolutions)[0][0] is EVENT


def test_a_container_is_known_by_the_gazetteer_where_words_do_not_tell() -> None:
    marked = "Shells fell in [Jobar] in the battered [Damascus] and killed two."
    article, [jobar, damascus] = a_text(marked)
    inner = a_resolution(mention=jobar.mention, place=a_place(id="x:jobar"))
    outer = a_resolution(mention=damascus.mention, place=a_place(id="x:damascus"))
    asked: list[str] = []

    def containers(place: Place) -> frozenset[str]:
        asked.append(place.id)
        return frozenset({"x:damascus"}) if place.id == "x:jobar" else frozenset()

    found = [role for role, _ in roles(article, [inner, outer], containers=containers)]
    assert found == [EVENT, MENTIONED]
    assert "container" not in dict(role_reasons(article, [inner, outer]))[1]
    assert len(asked) == len(set(asked))


def test_a_mention_without_a_place_has_a_role_too() -> None:
    article, [resolution] = a_text("Shells fell on [Qorbalatha].")
    unknown = a_resolution(mention=resolution.mention, outcome=Outcome.NO_CANDIDATE, place=None)
    assert roles(article, [unknown]) == roles(article, [resolution])


def test_titles_are_read_apart_from_the_text() -> None:
    article = an_article(title="Blast in Homs kills nine", text="Talks were held.")
    mention = a_mention(field="title", start=9, end=13, text="Homs")
    assert roles(article, [a_resolution(mention=mention)])[0][0] is EVENT


# --- the annotated texts --------------------------------------------------------------------------


def _annotated(part: str) -> list[tuple[Role, Role, float]]:
    """Return the annotated and the found role of each place, and its score."""
    path = Path(__file__).parent / "data" / "cases" / f"roles-{part}.jsonl"
    found: list[tuple[Role, Role, float]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text = record["text"]
        resolutions = [
            a_resolution(mention=a_mention(start=start, end=end, text=text[start:end]))
            for start, end, _ in record["places"]
        ]
        article = an_article(title="", text=text, published=None)
        gold = [Role(role) for _, _, role in record["places"]]
        found += [(role, *each) for role, each in zip(gold, roles(article, resolutions), strict=True)]
    return found


def _macro_f1(pairs: Sequence[tuple[Role, Role, float]]) -> float:
    f1s = []
    for role in Role:
        hits = sum(gold is role is found for gold, found, _ in pairs)
        f1s.append(2 * hits / sum((gold is role) + (found is role) for gold, found, _ in pairs))
    return sum(f1s) / len(f1s)


@pytest.mark.parametrize(
    ("part", "texts", "accuracy", "macro_f1", "precision", "recall"),
    [("development", 721, 0.85, 0.89, 0.82, 0.89), ("held-out", 106, 0.81, 0.82, 0.87, 0.79)],
)
def test_roles_of_the_annotated_texts_keep_their_floors(
    part: str, texts: int, accuracy: float, macro_f1: float, precision: float, recall: float
) -> None:
    path = Path(__file__).parent / "data" / "cases" / f"roles-{part}.jsonl"
    assert len(path.read_text(encoding="utf-8").splitlines()) == texts
    pairs = _annotated(part)
    right = sum(gold is EVENT is found for gold, found, _ in pairs)
    assert sum(gold is found for gold, found, _ in pairs) / len(pairs) >= accuracy
    assert _macro_f1(pairs) >= macro_f1
    assert right / sum(found is EVENT for _, found, _ in pairs) >= precision
    assert right / sum(gold is EVENT for gold, _, _ in pairs) >= recall


def test_sure_roles_of_the_held_out_texts_are_right_more_often() -> None:
    pairs = _annotated("held-out")
    sure = [gold is found for gold, found, score in pairs if score >= 0.8]
    unsure = [gold is found for gold, found, score in pairs if score < 0.8]
    assert len(sure) > len(pairs) / 3
    assert sum(sure) / len(sure) > sum(unsure) / len(unsure) + 0.1


def test_annotated_places_are_names_in_text_order_and_no_text_is_in_both_parts() -> None:
    texts: list[str] = []
    for part in ("development", "held-out"):
        path = Path(__file__).parent / "data" / "cases" / f"roles-{part}.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            texts.append(record["text"])
            spans = [(start, end) for start, end, _ in record["places"]]
            assert spans == sorted(spans)
            assert all(record["text"][start].isalpha() and start < end for start, end in spans), record
    assert len(texts) == len(set(texts))


# --- laws -----------------------------------------------------------------------------------------


def test_no_resolutions_no_roles() -> None:
    assert roles(an_article(), []) == []


WORDS = st.sampled_from(
    "a strike in at near from to the said doctor of [Homs] [Damascus] , . and no could \" ( ' -- who where "  # noqa: SIM905
    "based killed 1999 2016 's ; [BEIRUT] - city km 12".split()
)


@given(st.lists(WORDS, max_size=60))
def test_every_resolution_gets_one_role_with_a_probability(words: list[str]) -> None:
    article, resolutions = a_text(" ".join(words))
    found = roles(article, resolutions)
    assert len(found) == len(resolutions)
    assert all(isinstance(role, Role) and 0 <= score <= 1 for role, score in found)
    assert roles(article, resolutions) == found


@given(st.lists(WORDS, max_size=40), st.randoms(use_true_random=False))
def test_roles_keep_the_order_of_the_resolutions(words: list[str], random: object) -> None:
    article, resolutions = a_text(" ".join(words))
    by_start = dict(
        zip([each.mention.start for each in resolutions], roles(article, resolutions), strict=True)
    )
    random.shuffle(resolutions)  # type: ignore[attr-defined]
    assert roles(article, resolutions) == [by_start[each.mention.start] for each in resolutions]


@given(st.text(max_size=200), st.integers(0, 210), st.integers(1, 20))
def test_any_text_is_read(text: str, start: int, length: int) -> None:
    mention = a_mention(start=start, end=start + length, text="x")
    [(role, score)] = roles(an_article(title="", text=text), [a_resolution(mention=mention)])
    assert isinstance(role, Role)
    assert 0 <= score <= 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["Shells hit [Homs]. ", "[Homs], ", "said a doctor in [Homs] where shells fell "]
)
def test_time_grows_with_the_mentions_and_not_with_their_square(text: str) -> None:
    def seconds(count: int) -> float:
        article, resolutions = a_text(text * count)
        began = time.process_time()
        roles(article, resolutions)
        return time.process_time() - began

    seconds(10)
    small = min(seconds(1000) for _ in range(3))
    large = min(seconds(5000) for _ in range(3))
    assert large < 18 * small  # their square would take 25 times as long


# --- tables and the whole way ---------------------------------------------------------------------


def test_cues_are_found_in_any_case_and_the_longest_counts() -> None:
    article, resolutions = a_text("He was On His Way To [Homs].")
    [sentence] = read_sentences(article, [each.mention for each in resolutions])
    assert [(cue.kind, cue.end - cue.start) for cue in sentence.cues] == [("move", 3)]


def test_every_cue_can_be_found() -> None:
    assert all(phrase and all(phrase) for phrases in cue_phrases().values() for phrase, _ in phrases)


def test_reasons_that_decide_have_the_right_sign() -> None:
    event, origin = 0, 1
    assert weights()["container"][event] < 0
    assert weights()["unreal"][event] < 0
    assert weights()["elsewhen"][event] < 0
    assert weights()["source_speaks"][origin] > weights()["source_speaks"][event]
    assert weights()["based_speaks"][origin] > 0


def test_no_weight_is_of_a_reason_that_nothing_gives() -> None:
    given_by: set[str] = set()
    for part in ("development",):
        path = Path(__file__).parent / "data" / "cases" / f"roles-{part}.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            resolutions = [
                a_resolution(mention=a_mention(start=start, end=end, text=record["text"][start:end]))
                for start, end, _ in record["places"]
            ]
            for _, found in role_reasons(an_article(title="", text=record["text"]), resolutions):
                given_by |= found
    # A few are given by the articles alone on which the weights were fitted, too.
    assert len(set(weights()) - given_by) < len(weights()) / 10


def test_sightings_carry_their_roles(geoparser: Geoparser) -> None:
    parsed = geoparser.parse("A doctor in Aleppo said that a strike had killed 12 people in Deir al-Zor.")
    assert [(each.place.name, each.role) for each in parsed.sightings] == [
        ("Aleppo", ORIGIN),
        ("Deir ez-Zor", EVENT),
    ]
    assert all(0 < each.role_score <= 1 for each in parsed.sightings)
