"""Tables: delimiters, names of columns, encodings, and rows that cannot be read."""

from __future__ import annotations

import csv
import io
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.articles import read_articles
from geomap.errors import ArticleError, ConfigError
from geomap.model import Article

BODY = "The river rose in Basra, and the boats stayed in the harbor."


def read(
    folder: Path, data: str | bytes, name: str = "wire.csv", **columns: str
) -> tuple[list[Article], list[ArticleError]]:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    errors: list[ArticleError] = []
    return list(read_articles([path], on_error=errors.append, columns=columns)), errors


def read_one(folder: Path, data: str | bytes, **columns: str) -> Article:
    [article], errors = read(folder, data, **columns)
    assert errors == []
    return article


# --- columns ---------------------------------------------------------------------------------


def test_a_row_gives_every_field(tmp_path: Path) -> None:
    data = (
        "ID,Headline,Full_Text,Pub Date,outlet,LINK,lang,other\n"
        f'7,River rises,"{BODY}", 2024-03-03 ,Example Wire,https://example.org/7,en,x\n'
    )
    article = read_one(tmp_path, data)
    assert article == Article(
        id="7",
        title="River rises",
        text=BODY,
        published="2024-03-03",
        source="Example Wire",
        url="https://example.org/7",
        language="en",
    )
    assert article.origin == f"{tmp_path / 'wire.csv'}:2"


def test_the_notes_of_an_event_table_are_its_text(tmp_path: Path) -> None:
    data = f'event_id_cnty,event_date,notes,source\nSYR1,03 March 2024,"{BODY}",Example Wire\n'
    article = read_one(tmp_path, data)
    assert (article.id, article.published, article.text) == ("SYR1", "03 March 2024", BODY)


def test_a_text_goes_before_a_description(tmp_path: Path) -> None:
    assert read_one(tmp_path, f'description,text\nshort,"{BODY}"\n').text == BODY
    assert read_one(tmp_path, "title,description\na,River rises.\n").text == "River rises."


def test_the_caller_names_columns(tmp_path: Path) -> None:
    data = "What;text;When\nRiver rises;no;2024\n"
    article = read_one(tmp_path, data, text="What", published="when")
    assert (article.text, article.published) == ("River rises", "2024")


def test_a_column_that_is_named_but_not_there_is_an_error_that_lists_those_there_are(tmp_path: Path) -> None:
    _, [error] = read(tmp_path, "a,b\n1,2\n", text="c")
    assert str(error) == f"{tmp_path / 'wire.csv'}:1: has no column 'c' for text; its columns are 'a', 'b'"


def test_a_field_that_articles_do_not_have_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'body' is no field of an article"):
        read_articles([tmp_path], on_error=print, columns={"body": "x"})


def test_a_table_without_text_column_lists_its_columns_and_the_option(tmp_path: Path) -> None:
    _, [error] = read(tmp_path, ",".join(f"c{n}" for n in range(30)) + "\n1\n")
    assert error.problem.startswith("has no text column among 'c0', 'c1'")
    assert error.problem.endswith("'c19' and 10 more; name it with --column text=NAME")


# --- delimiters and lines --------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", [".csv", ".tsv", ".tab"])
def test_the_delimiter_is_the_one_of_the_header(tmp_path: Path, delimiter: str, ending: str) -> None:
    data = f'id{delimiter}text\n1{delimiter}"{BODY}; more | more"\n'
    [article], errors = read(tmp_path, data, f"wire{ending}")
    assert (article.id, article.text, errors) == ("1", f"{BODY}; more | more", [])


def test_a_line_that_names_the_delimiter_is_no_header(tmp_path: Path) -> None:
    article = read_one(tmp_path, f"sep=;\r\ntext;id\r\n{BODY};2\r\n")
    assert (article.text, article.id) == (BODY, "2")


def test_a_table_of_one_column_is_read(tmp_path: Path) -> None:
    assert read_one(tmp_path, "text\nRiver rises").text == "River rises"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_cells_keep_their_lines_and_rows_are_named_by_their_first(tmp_path: Path, end: str) -> None:
    data = f'{end}id,text{end}1,"River{end}{end}rises ""today"""{end}{end}2,{end},,{end}3,Lake{end}'
    articles, [error] = read(tmp_path, data)
    assert [article.text for article in articles] == [f'River{end}{end}rises "today"', "Lake"]
    assert [article.origin.rpartition(":")[2] for article in articles if article.origin] == ["3", "9"]
    assert (error.line, error.problem) == (7, "has an empty text")


def test_rows_with_empty_cells_at_their_end_are_read(tmp_path: Path) -> None:
    assert read_one(tmp_path, "id,text\n1,River rises,,\n").text == "River rises"
    assert read_one(tmp_path, "text,id\nRiver rises\n").text == "River rises"


def test_rows_behind_quotation_marks_that_are_never_closed_are_read(tmp_path: Path) -> None:
    articles, errors = read(tmp_path, 'id,text\n1,"open\n2,Lake\n3,Sea\n')
    assert [article.id for article in articles] == ["2", "3"]
    assert [(error.line, error.problem) for error in errors] == [
        (2, "has a quotation mark that is never closed")
    ]


def test_a_file_of_such_rows_ends(tmp_path: Path) -> None:
    # Each row opens a mark that the marks behind it, all doubled, do not close.
    data = "id,text\n" + "".join(f'{n},"open\n{n},""\n' if n % 2 else f'{n},"x\n' for n in range(60)) + '"\n'
    articles, errors = read(tmp_path, data)
    assert articles or errors
    assert len(errors) < 60


def test_a_long_row_that_is_never_closed_costs_that_row_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geomap.reading.records.MAX_ARTICLE_BYTES", 1_000)
    articles, errors = read(tmp_path, 'id,text\n0,"open\n' + "".join(f"{n},Lake\n" for n in range(1, 300)))
    assert [error.line for error in errors] == [2]
    assert len(articles) == 299


def test_many_rows_that_are_never_closed_end_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geomap.reading.records.MAX_ARTICLE_BYTES", 20)
    _, errors = read(tmp_path, "id,text\n" + '0,"open\n1,and on\n2,and on\n' * 30)
    assert errors[-1].problem == "has too many rows that are never closed; the rest is not read"


# --- encodings -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "text", "flags"),
    [
        ("utf-8", "São Tomé, Алеппо, حلب", ()),
        ("utf-8-sig", "São Tomé, Алеппо, حلب", ()),
        ("utf-16", "São Tomé, Алеппо, حلب", ()),
        ("cp1252", "São Tomé: os rios subiram, disse o prefeito", ("guessed_encoding",)),
        ("cp1251", "Президент посетил Москву в понедельник", ("guessed_encoding",)),
        ("cp1256", "وصلت المساعدات إلى حلب يوم الاثنين", ("guessed_encoding",)),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, text: str, flags: tuple[str, ...]) -> None:
    lines = "0;plain ASCII;xx\r\n" * 3
    articles, errors = read(tmp_path, f"id;text;lang\r\n{lines}1;{text};xx\r\n".encode(encoding))
    assert errors == []
    assert (articles[-1].text, articles[-1].flags) == (text, flags)
    assert articles[0].flags == ()


def test_bytes_that_are_no_text_are_replaced_and_flagged(tmp_path: Path) -> None:
    data = "id,text,lang\n1,Алеппо,ru\n".encode() + b"2,x" * 40_000 + b"\n" + b"3,caf\xe9,fr\n"
    articles, [error] = read(tmp_path, data)
    assert error.line == 3
    assert (articles[-1].text, articles[-1].flags) == ("caf\ufffd", ("replaced_characters",))


def test_utf16_cut_off_is_flagged(tmp_path: Path) -> None:
    article = read_one(tmp_path, "text,lang\nRiver rises,en".encode("utf-16")[:-1])
    assert article.text == "River rises"
    assert article.language == "e\ufffd"
    assert article.flags == ("replaced_characters",)


def test_a_long_line_of_utf16_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geomap.reading.decoding.MAX_ARTICLE_BYTES", 100)
    articles, [error] = read(tmp_path, f"text\nRiver\n{'x' * 200}\nLake\n".encode("utf-16"))
    assert len(articles) == 1
    assert error.problem == "is longer than 20 MB; the rest is not read"


# --- laws ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_rows_stream(tmp_path: Path) -> None:
    path = tmp_path / "wire.csv"
    with path.open("w") as stream:
        stream.write("id,text,lang\n")
        for number in range(10_000):
            stream.write(f'{number},"{BODY}",en\n')
    tracemalloc.start()
    count = sum(1 for _ in read_articles([path], on_error=print))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 5_000_000


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.mark.parametrize("character", ['"', "\\r", "x", " ", "."])
def test_a_line_that_names_no_delimiter_is_the_header(tmp_path: Path, character: str) -> None:
    articles, [error] = read(tmp_path, f"sep={character}\nid,text\n1,River\n")
    assert articles == []
    assert error.line == 1
    assert error.problem.startswith("has no text column among 'sep=")


@given(rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5), delimiter=st.sampled_from(",;\t|"))
def test_what_is_written_as_csv_is_read_to_the_code_point(
    rows: list[tuple[str, str]], delimiter: str
) -> None:
    rows = [(title, f"River {text}.") for title, text in rows]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("title", "text"), *rows])
    with tempfile.TemporaryDirectory() as folder:
        articles, errors = read(Path(folder), stream.getvalue().encode())
    assert errors == []
    assert [(article.title, article.text) for article in articles] == rows
