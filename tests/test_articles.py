"""Reading: every form, every kind of bad input, and the law that a text is never altered."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import geomap.samples
from geomap.articles import MAX_ARTICLE_BYTES, read_articles, title_in_text
from geomap.errors import ArticleError
from geomap.model import Article

SAMPLES = Path(geomap.samples.__file__).parent
EXPECTED = Path(__file__).parent / "data" / "cases" / "samples_expected.json"
ENDINGS = (".txt", ".md", ".markdown", ".jsonl", ".ndjson", ".json")


def read(*sources: str | Path) -> tuple[list[Article], list[ArticleError]]:
    errors: list[ArticleError] = []
    return list(read_articles(sources, on_error=errors.append)), errors


def read_bytes(
    folder: Path, data: bytes, name: str = "report.txt"
) -> tuple[list[Article], list[ArticleError]]:
    path = folder / name
    path.write_bytes(data)
    return read(path)


def read_text(folder: Path, text: str, name: str = "report.txt") -> Article:
    [article], errors = read_bytes(folder, text.encode(), name)
    assert errors == []
    return article


def read_record(folder: Path, **record: object) -> Article:
    return read_text(folder, json.dumps(record) + "\n", "wire.jsonl")


def problem(folder: Path, data: bytes, name: str) -> tuple[str, int | None, str]:
    """Return the file's name, the line and the problem of the one error."""
    articles, [error] = read_bytes(folder, data, name)
    assert articles == []
    return Path(error.path).name, error.line, error.problem


def standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> tuple[list[Article], list[ArticleError]]:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    return read("-")


# --- texts -----------------------------------------------------------------------------------


def test_headline_is_the_first_line_that_reads_like_one(tmp_path: Path) -> None:
    text = "Share\n\nTruce holds in Aleppo\n\nTrucks reached the city.\n\nAdvertisement\n\nMore.\n"
    article = read_text(tmp_path, text)
    assert article.title == "Truce holds in Aleppo"
    assert article.text == text


@pytest.mark.parametrize(
    "line",
    [
        "Share",
        "ADVERTISEMENT",
        "Tweet",
        "Print",
        "Print | Share | Email",
        "By Jane Doe",
        "By JANE DOE, Staff Writer",
        "by: Jane Doe and John Roe",
        "https://example.org/news/1",
        "www.example.org/news",
        "news@example.org",
        "@examplewire",
        "World",
        "Home > World > Middle East",
        "**Middle East**",
        "March 3, 2024",
        "3 March 2024",
        "Tuesday, 3 March 2024 10:15 GMT",
        "2024-03-03T10:15:00Z",
        "Published: 03/03/2024",
        "Last updated 2 hours ago",
        "4 min read",
        "Friday",
        "* * *",
        "---",
        "\ufeff",
    ],
)
def test_furniture_is_no_headline(tmp_path: Path, line: str) -> None:
    article = read_text(tmp_path, f"{line}\n\nRiver rises in Basra\n\nThe gauges climbed.\n")
    assert article.title == "River rises in Basra"
    assert title_in_text(article)


@pytest.mark.parametrize(
    "headline",
    [
        "By land and sea, aid reaches Hodeidah",
        "May brings rain to Kassala",
        "March on the capital ends peacefully",
        "Shares fall in London",
        "U.S. and Canada reopen bridge",
        "World leaders meet in Geneva",
        "فيضانات في الخرطوم",
        "洪水袭击武汉",
    ],
)
def test_headline_that_resembles_furniture_stays(tmp_path: Path, headline: str) -> None:
    assert read_text(tmp_path, f"{headline}\r\n\r\nBody.\r\n").title == headline


def test_markdown_marks_are_no_part_of_the_title(tmp_path: Path) -> None:
    article = read_text(tmp_path, "# River rises in Basra ##\n\nThe gauges climbed.\n", "report.md")
    assert article.title == "River rises in Basra"
    assert article.text.startswith("# River")
    assert title_in_text(article)


def test_front_matter_gives_the_title(tmp_path: Path) -> None:
    article = read_text(tmp_path, "---\ntitle: River rises in Basra\n---\n\nBody.\n", "report.md")
    assert article.title == "River rises in Basra"
    assert title_in_text(article)


@pytest.mark.parametrize(
    "front",
    [
        'author: Jane Doe\ntitle: "River rises in Basra"\ndate: 2024-03-03\n---\n',
        "layout: post\ntags:\n- flood\n  - Basra\n# a note\nTitle: 'River rises in Basra'\n---\n",
        "author: Jane Doe\r\n\r\ntitle:  River rises in Basra  \r\n---\r\n",
        "author: Jane Doe\n...\n# River rises in Basra\n",
        'author: Jane Doe\ntitle: ""\n---\n\nRiver rises in Basra\n',
        "author: Jane Doe\ntitle: >-\n  A flood\n---\n\nShare\n\nRiver rises in Basra\n",
        f"author: Jane Doe\ntitle: {'x' * 300}\n---\n\nRiver rises in Basra\n",
    ],
)
@pytest.mark.parametrize("mark", ["", "\ufeff", "\n"])
def test_front_matter_is_no_headline_and_may_give_it(tmp_path: Path, front: str, mark: str) -> None:
    text = f"{mark}---\n{front}\nThe gauges climbed.\n"
    article = read_text(tmp_path, text, "report.md")
    assert article.title == "River rises in Basra"
    assert article.text == text
    assert title_in_text(article)


@pytest.mark.parametrize(
    "text",
    [
        "---\nRiver rises in Basra\n---\n\nThe gauges climbed.\n",
        "---\nRiver rises in Basra\n\ntitle: no front matter\n---\n",
        "---\n\nRiver rises in Basra\n\nThe gauges climbed.\n",
    ],
)
def test_lines_that_are_no_keys_are_no_front_matter(tmp_path: Path, text: str) -> None:
    assert read_text(tmp_path, text, "report.md").title == "River rises in Basra"


def test_front_matter_ends(tmp_path: Path) -> None:
    text = "---\nRiver: rises in Basra\n\n" + "a: b\n" * 200 + "---\ntitle: x\n"
    assert read_text(tmp_path, text, "report.md").title == "River: rises in Basra"


@pytest.mark.parametrize(
    "text",
    [
        "GAZIANTEP, Turkey (Example Wire) — Trucks waited at the border on Friday.\n",
        "The governor said on Monday that the river\nhad risen by two meters since the weekend.\n",
        "The river rose by two meters since Sunday, said the governor of Basra. " * 2,
        "word " * 60,
        "Share\n" * 30 + "River rises in Basra\n",
        "12 345\n",
    ],
)
def test_text_without_headline_is_titled_by_its_file(tmp_path: Path, text: str) -> None:
    article = read_text(tmp_path, text, "basra-flood.txt")
    assert article.title == "basra-flood"
    assert not title_in_text(article)


def test_text_keeps_line_ends_marks_nul_and_bom(tmp_path: Path) -> None:
    text = "\ufeffRío\r\nCrece\rhoy\x00 en Co\u0301rdoba\u2028ayer\n"
    article = read_text(tmp_path, text)
    assert article.text == text
    assert article.title == "Río"
    assert article.flags == ()


def test_broken_utf8_is_replaced_and_flagged(tmp_path: Path) -> None:
    [article], errors = read_bytes(tmp_path, "São Tomé\n\nBody.".encode("latin-1"))
    assert article.text == "S\ufffdo Tom\ufffd\n\nBody."
    assert article.flags == ("replaced_characters",)
    assert errors == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_with_its_mark_is_decoded(tmp_path: Path, encoding: str) -> None:
    text = "\ufeffRiver rises in Basra\r\n\r\nBody.\r\n"
    [article], errors = read_bytes(tmp_path, text.encode(encoding))
    assert article.text == text
    assert article.title == "River rises in Basra"
    assert errors == []


def test_equal_content_has_an_equal_id(tmp_path: Path) -> None:
    first = read_text(tmp_path, "River rises\n\nBody.", "a.txt")
    second = read_text(tmp_path, "River rises\n\nBody.", "b.txt")
    other = read_text(tmp_path, "River rises\n\nBody!", "c.txt")
    assert first.id == second.id != other.id
    assert first.id.removeprefix("sha256:").isalnum()
    assert len(first.id) == len("sha256:") + 16


def test_long_run_of_blanks_is_read_quickly(tmp_path: Path) -> None:
    started = time.process_time()
    read_text(tmp_path, "a" + " " * 2_000_000 + "b\n" + "\n" * 200_000)
    assert time.process_time() - started < 5


# --- JSON ------------------------------------------------------------------------------------


def test_json_line_gives_every_field(tmp_path: Path) -> None:
    article = read_record(
        tmp_path,
        id=7,
        title="River rises",
        text="Body.",
        published="2024-03-03",
        source="Example Wire",
        url="https://example.org/7",
        language="en",
        toponyms=[{"start": 0}],
    )
    assert article == Article(
        id="7",
        title="River rises",
        text="Body.",
        published="2024-03-03",
        source="Example Wire",
        url="https://example.org/7",
        language="en",
    )


def test_date_is_read_where_published_is_missing(tmp_path: Path) -> None:
    assert read_record(tmp_path, text="Body.", date="2024-03-03").published == "2024-03-03"
    assert read_record(tmp_path, text="Body.", published="2024", date="2023").published == "2024"
    assert read_record(tmp_path, text="Body.", published=None, date="2023").published == "2023"


def test_date_that_cannot_be_read_is_kept(tmp_path: Path) -> None:
    assert read_record(tmp_path, text="Body.", date="the day before Eid").published == "the day before Eid"
    assert read_record(tmp_path, text="Body.", date=None).published is None


def test_id_is_the_url_else_the_digest(tmp_path: Path) -> None:
    assert read_record(tmp_path, text="Body.", url="https://example.org/7").id == "https://example.org/7"
    assert read_record(tmp_path, text="Body.", id=0).id == "0"
    assert read_record(tmp_path, text="Body.", id="").id.startswith("sha256:")


def test_value_of_another_kind_is_left_out_and_flagged(tmp_path: Path) -> None:
    article = read_record(tmp_path, text="Body.", source=["Example Wire"], title=["a"], id=True)
    assert article.source is None
    assert article.title == ""
    assert article.flags == ("unreadable_id", "unreadable_source", "unreadable_title")


def test_lone_surrogate_is_replaced_and_flagged(tmp_path: Path) -> None:
    article = read_text(tmp_path, '{"id": "7", "text": "a\\ud800b \\ud83d\\ude00"}', "wire.jsonl")
    assert article.text == "a\ufffdb \U0001f600"
    assert article.flags == ("replaced_characters",)


def test_json_text_keeps_control_characters(tmp_path: Path) -> None:
    assert read_text(tmp_path, '{"text": "a\\u0000b\\r\\nc\td"}', "wire.jsonl").text == "a\0b\r\nc\td"


def test_json_lines_may_begin_with_a_mark_and_hold_blank_lines(tmp_path: Path) -> None:
    data = '\ufeff{"id": "1", "text": "a"}\r\n\r\n{"id": "2", "text": "b\u2028c"}'
    articles, errors = read_bytes(tmp_path, data.encode(), "wire.ndjson")
    assert [article.id for article in articles] == ["1", "2"]
    assert errors == []


def test_broken_utf8_of_one_line_flags_that_line_alone(tmp_path: Path) -> None:
    articles, errors = read_bytes(tmp_path, b'{"text": "caf\xe9"}\n{"text": "cafe"}\n', "wire.jsonl")
    assert [article.flags for article in articles] == [("replaced_characters",), ()]
    assert articles[0].text == "caf\ufffd"
    assert errors == []


def test_equal_ids_are_left_as_they_are(tmp_path: Path) -> None:
    articles, _ = read_bytes(tmp_path, b'{"id": 1, "text": "a"}\n{"id": 1, "text": "b"}\n', "wire.jsonl")
    assert [article.id for article in articles] == ["1", "1"]


def test_json_file_holds_one_article_or_a_list(tmp_path: Path) -> None:
    one = read_text(tmp_path, '{\n  "id": "1",\n  "text": "Body."\n}\n', "one.json")
    articles, errors = read_bytes(
        tmp_path, b'[{"id": "1", "text": "a"}, {"id": "2"}, {"text": "c"}]', "many.JSON"
    )
    assert one.id == "1"
    assert [article.text for article in articles] == ["a", "c"]
    assert [error.problem for error in errors] == ["article 2: has no text"]


# --- what is wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"id": "x"}', "has no text"),
        (b'{"text": null}', "has no text"),
        (b'{"text": ""}', "has an empty text"),
        (b'{"text": " \\n\\u0000\\ufeff"}', "has an empty text"),
        (b'{"text": 5}', "has a text that is not a string"),
        (b'["text"]', "is not an object with keys and values"),
        (b"null", "is not an object with keys and values"),
        (b'{"text": "a"', "is not JSON: Expecting ',' delimiter, column 13"),
        (b"text", "is not JSON: Expecting value, column 1"),
        (b"[" * 100_000, "is JSON with a number too long or brackets too deep"),
        (b'{"text": "a", "n": ' + b"1" * 5_000 + b"}", "is JSON with a number too long or brackets too deep"),
    ],
)
def test_bad_json_line_is_named_and_the_others_are_read(tmp_path: Path, line: bytes, expected: str) -> None:
    data = b'{"id": 1, "text": "a"}\n' + line + b'\n\n{"id": 4, "text": "d"}\n'
    articles, [error] = read_bytes(tmp_path, data, "wire.jsonl")
    assert [article.id for article in articles] == ["1", "4"]
    assert error.line == 2
    assert error.problem == expected
    assert str(error) == f"{tmp_path / 'wire.jsonl'}:2: {expected}"


@pytest.mark.parametrize("ending", ENDINGS)
def test_empty_file_is_named(tmp_path: Path, ending: str) -> None:
    assert problem(tmp_path, b"", f"a{ending}") == (f"a{ending}", None, "is empty")


def test_blank_file_is_named(tmp_path: Path) -> None:
    assert problem(tmp_path, b" \r\n\t\n", "a.txt") == ("a.txt", None, "holds no text")
    assert problem(tmp_path, b"\xef\xbb\xbf\n", "a.md") == ("a.md", None, "holds no text")
    assert problem(tmp_path, b"\n \n", "a.jsonl") == ("a.jsonl", None, "is empty")


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\nstream",
        b"PK\x03\x04 zipped",
        b"\x89PNG\r\n\x1a\n",
        b"\x1f\x8b\x08 gzip",
        bytes(range(256)) * 8,
        b"\x00\x01\x02\x03\x04\x05" * 100,
    ],
)
@pytest.mark.parametrize("ending", [".txt", ".md", ".json"])
def test_binary_is_named(tmp_path: Path, data: bytes, ending: str) -> None:
    assert problem(tmp_path, data, f"a{ending}") == (f"a{ending}", None, "looks binary")


@pytest.mark.parametrize("data", [b"%PDF-1.7\nstream", b"\x00\x01\x02\x03\x04\n" * 100])
def test_binary_json_lines_are_named_once(tmp_path: Path, data: bytes) -> None:
    assert problem(tmp_path, data, "a.jsonl") == ("a.jsonl", 1, "looks binary, or is not UTF-8")


def test_text_that_begins_like_a_mark_is_text(tmp_path: Path) -> None:
    assert read_text(tmp_path, "PKK and PUK hold talks\n\nBody.").title == "PKK and PUK hold talks"


def test_bad_json_file_is_named_with_its_line(tmp_path: Path) -> None:
    assert problem(tmp_path, b'{\n  "text": x\n}', "a.json") == (
        "a.json",
        2,
        "is not JSON: Expecting value, column 11",
    )


@pytest.mark.slow
def test_line_of_50_mb_is_passed_over_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    with path.open("wb") as stream:
        stream.write(b'{"id": 1, "text": "a"}\n{"text": "')
        for _ in range(50):
            stream.write(b"x" * 1_000_000)
        stream.write(b'"}\n{"id": 3, "text": "c"}\n')
    tracemalloc.start()
    articles, [error] = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [article.id for article in articles] == ["1", "3"]
    assert (error.line, error.problem) == (2, "is longer than 20 MB")
    assert peak < 3 * MAX_ARTICLE_BYTES


def test_text_that_is_too_long_is_named_with_the_line(tmp_path: Path) -> None:
    line = b"x" * (MAX_ARTICLE_BYTES // 2) + b"\n"
    assert problem(tmp_path, line * 3, "a.txt") == ("a.txt", 2, "is longer than 20 MB")


def test_missing_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("River rises\n\nBody.")
    articles, errors = read(tmp_path / "none.txt", good, tmp_path / "none", "", "a\0b.txt")
    assert len(articles) == 1
    assert [error.line for error in errors] == [None] * 4
    assert [error.path for error in errors[:2]] == [str(tmp_path / "none.txt"), str(tmp_path / "none")]
    assert errors[0].problem == "No such file or directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("River rises")
    (tmp_path / "a.txt").chmod(0)
    assert [error.problem for error in read(tmp_path)[1]] == ["Permission denied"]


def test_file_of_unknown_form_is_named(tmp_path: Path) -> None:
    name, line, text = problem(tmp_path, b"<p>River rises</p>", "page.docx")
    assert (name, line) == ("page.docx", None)
    assert text.startswith("is not in a form that geomap reads")


# --- sources ---------------------------------------------------------------------------------


def test_sources_are_read_in_their_order(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"Headline {name}\n\nBody.")
    articles, _ = read(tmp_path / "b.txt", str(tmp_path / "a.txt"))
    assert [article.title for article in articles] == ["Headline b.txt", "Headline a.txt"]


def test_reading_streams(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    path.write_bytes(b'{"id": 1, "text": "a"}\nbroken\n')
    errors: list[ArticleError] = []
    assert next(read_articles([path], on_error=errors.append)).id == "1"
    assert errors == []


def test_error_of_the_caller_is_not_swallowed(tmp_path: Path) -> None:
    def stop(error: ArticleError) -> None:
        raise BrokenPipeError(str(error))

    with pytest.raises(BrokenPipeError):
        list(read_articles([tmp_path / "none.txt"], on_error=stop))


def test_folder_is_read_recursively_sorted_and_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/y.txt", ".hidden.txt", ".git/x.txt", "__MACOSX/._b.txt", "c.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"Headline of {name}\n\nBody.")
    articles, errors = read(tmp_path)
    names = ["a/y.txt", "a/z.md", "b.txt", "c.txt"]
    assert [article.title for article in articles] == [f"Headline of {name}" for name in names]
    assert errors == []


def test_unknown_form_in_a_folder_is_reported_once(tmp_path: Path) -> None:
    (tmp_path / "README.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "a.txt").write_text("River rises\n\nBody.")
    articles, [error] = read(tmp_path)
    assert len(articles) == 1
    assert error.path == str(tmp_path / "README.pdf")


def test_folder_without_articles_is_named(tmp_path: Path) -> None:
    articles, [error] = read(tmp_path)
    assert articles == []
    assert (error.path, error.problem) == (str(tmp_path), "is a folder without articles")


def test_folder_that_holds_itself_is_named_and_ends(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "self.txt").symlink_to(tmp_path / "a" / "self.txt")
    (tmp_path / "b.txt").write_text("River rises\n\nBody.")
    articles, errors = read(tmp_path)
    assert len(articles) == 1
    assert [Path(error.path).name for error in errors] == ["loop", "self.txt"]


def test_link_to_another_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("River rises\n\nBody.")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    articles, errors = read(tmp_path)
    assert len(articles) == 2
    assert errors == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipe_in_a_folder_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert [error.problem for error in read(tmp_path)[1]] == ["is not a regular file"]


def test_standard_input_is_json_lines_if_it_begins_with_a_brace(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b'\n  {"id": 1, "text": "a"}\nbroken\n{"id": 2, "text": "b"}\n'
    articles, [error] = standard_input(monkeypatch, data)
    assert [article.id for article in articles] == ["1", "2"]
    assert str(error).startswith("<stdin>:3: is not JSON")


def test_standard_input_is_one_text_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"\r\nRiver rises in Basra\r\n\r\n{The gauges climbed.}\r\n"
    [article], errors = standard_input(monkeypatch, data)
    assert article.title == "River rises in Basra"
    assert article.text == data.decode()
    assert errors == []


def test_standard_input_without_headline_has_no_title(monkeypatch: pytest.MonkeyPatch) -> None:
    [article], _ = standard_input(monkeypatch, b"BASRA, Iraq (Example Wire) \xe2\x80\x94 The river rose.")
    assert article.title == ""
    assert not title_in_text(article)


def test_empty_standard_input_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(standard_input(monkeypatch, b"")[1][0]) == "<stdin>: is empty"


def test_file_without_ending_is_read_like_standard_input(tmp_path: Path) -> None:
    assert read_text(tmp_path, '{"id": "1", "text": "Body."}', "wire").id == "1"
    assert read_text(tmp_path, "River rises\n\nBody.", "report").title == "River rises"


# --- titles ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("River rises", "River rises. The gauges climbed.", True),
        ("River rises", "\ufeff \r\n\tRiver rises\nBody", True),
        ("River rises", "Share\n\nRiver rises\n\nBody", True),
        ("River rises ", "River rises: the gauges climbed.", True),
        ("# River rises", "# River rises\n\nBody", True),
        ("River\nrises", "River\nrises\nBody", True),
        ("River rises", "The gauges climbed. River rises.", False),
        ("River rises", "The gauges climbed.\n\nRiver rises", False),
        ("River rises", "Share\n", False),
        ("#", "River rises", False),
        ("", "River rises", False),
        (" ", " River rises", False),
    ],
)
def test_title_in_text(title: str, text: str, expected: bool) -> None:  # noqa: FBT001
    assert title_in_text(Article(id="1", title=title, text=text)) is expected


# --- samples ---------------------------------------------------------------------------------


def samples() -> dict[str, Article]:
    """Return the samples by their id, or by their file where it is one text."""
    found: dict[str, Article] = {}
    for path in sorted(path for path in SAMPLES.iterdir() if path.suffix in ENDINGS):
        articles, errors = read(path)
        assert errors == []
        found |= {article.id if path.suffix == ".jsonl" else path.name: article for article in articles}
    return found


def test_samples_are_read_as_a_folder_without_errors() -> None:
    articles, errors = read(SAMPLES)
    assert errors == []
    assert len({article.id for article in articles}) == len(articles) >= 12
    assert all(len(article.text.split()) >= 150 and article.title for article in articles)


def test_expected_places_stand_in_the_samples() -> None:
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    texts = {name: article.text for name, article in samples().items()}
    assert {row["sample"] for row in expected["places"]} == set(texts)
    for row in expected["places"]:
        mentions = re.findall(rf"(?<!\w){re.escape(row['mention'])}(?!\w)", texts[row["sample"]])
        assert len(mentions) >= row["occurrence"] >= 1, row
        assert -90 <= row["lat"] <= 90, row
        assert -180 <= row["lon"] <= 180, row
    for row in expected["not_places"]:
        assert row["mention"] in texts[row["sample"]], row


# --- laws ------------------------------------------------------------------------------------


@given(data=st.binary(max_size=300), ending=st.sampled_from([*ENDINGS, "", ".pdf"]))
def test_no_bytes_raise_and_no_file_is_lost_silently(data: bytes, ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        articles, errors = read_bytes(Path(folder), data, f"a{ending}")
    assert articles or errors
    for article in articles:
        json.dumps(article.text, ensure_ascii=False).encode()


@given(text=st.text(min_size=1).filter(lambda text: text.strip("\0\ufeff" + " \t\n\r\v\f") and text.strip()))
def test_json_gives_the_text_back(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for ascii_only in (True, False):
            data = json.dumps({"text": text, "title": text}, ensure_ascii=ascii_only).encode()
            articles, errors = read_bytes(Path(folder), data, "wire.jsonl")
            assert errors == []
            assert articles[0].text == articles[0].title == text
            assert title_in_text(articles[0])


LINES = st.sampled_from(
    ["---", "title: ", "title: '", "author: x", "- a", "...", "# ", "\ufeff", "\n", "\r\n", "\n", "\n"]
)
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\r\n\t")


@given(
    text=st.text(CHARACTERS, min_size=1)
    | st.lists(LINES | st.text(CHARACTERS, max_size=9), min_size=1).map("".join)
)
def test_file_gives_the_text_back_and_a_title_out_of_it_is_in_it(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        articles, errors = read_bytes(Path(folder), text.encode(), "fallback.txt")
    assert len(articles) + len(errors) == 1
    for article in articles:
        assert article.text == text
        assert title_in_text(article) or article.title == "fallback"


# --- JSON of others ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "title", "source", "published"),
    [
        (
            {
                "status": "ok",
                "articles": [
                    {
                        "source": {"id": None, "name": "Example Wire"},
                        "title": "Rain",
                        "description": "Rain.",
                        "content": "Rain fell in Aleppo.",
                        "publishedAt": "2024-05-01T10:00:00Z",
                        "url": "https://example.org/rain",
                    }
                ],
            },
            "Rain",
            "Example Wire",
            "2024-05-01T10:00:00Z",
        ),
        (
            {
                "data": [
                    {
                        "id": 7,
                        "fields": {"title": "Rain", "body": "Rain fell in Aleppo.", "date": "2024-05-01"},
                    }
                ]
            },
            "Rain",
            None,
            "2024-05-01",
        ),
        ({"headline": "Rain", "Full Text": "Rain fell in Aleppo."}, "Rain", None, None),
    ],
    ids=["NewsAPI", "ReliefWeb", "one object"],
)
def test_the_answers_of_news_services_are_read(
    tmp_path: Path, answer: object, title: str, source: str | None, published: str | None
) -> None:
    (article,), errors = read_bytes(tmp_path, json.dumps(answer).encode(), "answer.json")
    assert errors == []
    assert article.text == "Rain fell in Aleppo."
    assert (article.title, article.source, article.published) == (title, source, published)


def test_the_own_name_of_a_field_goes_before_a_usual_one(tmp_path: Path) -> None:
    row = {"body": "Not this.", "text": "Rain fell in Aleppo.", "headline": "Not this", "title": "Rain"}
    (article,), _ = read_bytes(tmp_path, json.dumps(row).encode(), "a.jsonl")
    assert (article.title, article.text) == ("Rain", "Rain fell in Aleppo.")


def test_a_key_that_the_caller_names_goes_before_all(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "Not this.", "note": "Rain fell in Aleppo."}), encoding="utf-8")
    (article,) = read_articles([path], on_error=print, columns={"text": "note"})
    assert article.text == "Rain fell in Aleppo."
