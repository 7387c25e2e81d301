"""Archives, patterns and standard input: what is in them, in which order, under which name."""

from __future__ import annotations

import gzip
import io
import os
import socket
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from geomap.articles import archives, read_articles
from geomap.articles.building import Context, Item
from geomap.articles.forms import FORMS
from geomap.errors import ArticleError, OfflineError
from geomap.model import Article
from geomap.offline import offline
from geomap.reading.streams import Line

GOOD = "River rises in Basra\n\nThe gauges climbed, and the boats stayed in the harbor that night.\n"
LINE = b'{"id": "%d", "text": "The river rose in Basra.", "language": "en"}\n'


def read(*sources: str | Path) -> tuple[list[Article], list[ArticleError]]:
    errors: list[ArticleError] = []
    return list(read_articles(sources, on_error=errors.append)), errors


def zip_file(path: Path, *names: str, data: str = GOOD) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, data)
    return path


# --- archives --------------------------------------------------------------------------------


def test_members_are_read_in_order_without_hidden_ones(tmp_path: Path) -> None:
    path = zip_file(
        tmp_path / "news.zip", "b.txt", "a/z.md", ".x.txt", "__MACOSX/._b.txt", "a/.git/c.txt", "d/"
    )
    articles, errors = read(path)
    assert [article.origin for article in articles] == [f"{path}/a/z.md", f"{path}/b.txt"]
    assert errors == []


def test_lines_of_a_member_are_counted(tmp_path: Path) -> None:
    path = zip_file(tmp_path / "news.zip", "wire.csv", data="id,text\n1,River rises\n2,\n")
    [article], [error] = read(path)
    assert article.origin == f"{path}/wire.csv:2"
    assert str(error) == f"{path}/wire.csv:3: has an empty text"


def test_an_archive_in_a_folder_is_read(tmp_path: Path) -> None:
    zip_file(tmp_path / "news.zip", "a.txt")
    assert len(read(tmp_path)[0]) == 1


def test_a_gzip_is_read_as_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl.gz"
    path.write_bytes(gzip.compress(LINE % 1) + gzip.compress(LINE % 2) + bytes(10))
    articles, errors = read(path)
    assert [article.origin for article in articles] == [f"{path}:1", f"{path}:2"]
    assert errors == []


def test_a_gzip_without_inner_ending_is_told_by_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(LINE % 1))
    (tmp_path / "b.gz").write_bytes(gzip.compress(GOOD.encode()))
    articles, errors = read(tmp_path)
    assert articles[0].id == "1"
    assert articles[1].text == GOOD
    assert errors == []


def test_a_member_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "news.zip", "w") as archive:
        archive.writestr(link, "/etc/hostname")
    assert [error.problem for error in read(tmp_path)[1]] == ["is a link, which is not followed"]


def test_members_without_ending_are_named(tmp_path: Path) -> None:
    path = zip_file(tmp_path / "news.zip", "a.txt", "README")
    [_], [error] = read(path)
    assert error.path == f"{path}/README"


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    _, [error] = read(zip_file(tmp_path / "news.zip", "a.txt", "b.txt", "c.txt"))
    assert error.problem == "has 3 members; geomap reads at most 2"


def test_nothing_is_written_to_disk(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    [article], _ = read(zip_file(tmp_path / "in" / "news.zip", "../../up.txt"))
    assert article.text == GOOD
    assert [path.name for path in sorted(tmp_path.rglob("*"))] == ["in", "news.zip"]


def archive_of(folder: Path, ending: str) -> Path:
    path = folder / f"news.txt{ending}"
    if ending == ".zip":
        return zip_file(path, "a.txt")
    path.write_bytes(gzip.compress(GOOD.encode()))
    return path


@pytest.mark.parametrize("ending", [".zip", ".gz"])
@pytest.mark.parametrize("fault", [ValueError, RuntimeError, RecursionError, EOFError, NotImplementedError])
def test_a_fault_of_a_reader_is_not_told_as_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, fault: type[Exception]
) -> None:
    def faulty(lines: Iterator[Line], _: Context) -> Iterator[Item]:
        raise fault(next(lines).number)
        yield

    monkeypatch.setitem(FORMS, ".txt", faulty)
    with pytest.raises(fault):
        read(archive_of(tmp_path, ending))


@pytest.mark.parametrize("ending", [".zip", ".gz"])
def test_what_wants_the_network_offline_is_not_told_as_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    def asking(_lines: Iterator[Line], _context: Context) -> Iterator[Item]:
        socket.getaddrinfo("localhost", 80)
        yield from ()

    monkeypatch.setitem(FORMS, ".txt", asking)
    with offline(), pytest.raises(OfflineError):
        read(archive_of(tmp_path, ending))


# --- patterns --------------------------------------------------------------------------------


@pytest.fixture
def news(tmp_path: Path) -> Path:
    for name in ("b.txt", "a/z.md", "a/y.txt", "a/b/x.txt", ".hidden.txt", "__pycache__/w.txt", "c.pdf"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GOOD)
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.txt", ["b.txt"]),
        ("**/*.txt", ["a/b/x.txt", "a/y.txt", "b.txt"]),
        ("a/?.*", ["a/y.txt", "a/z.md"]),
        ("[ab].txt", ["b.txt"]),
        ("*/z.md", ["a/z.md"]),
        ("**/b/*", ["a/b/x.txt"]),
        ("a/b*", ["a/b/x.txt"]),
    ],
)
def test_a_pattern_is_read_in_order(news: Path, pattern: str, expected: list[str]) -> None:
    articles, errors = read(f"{news}/{pattern}")
    assert [article.origin for article in articles] == [f"{news}/{name}" for name in expected]
    assert {error.problem for error in errors} <= {"is a link to a folder that holds it"}


def test_all_files_below_are_named_once(news: Path) -> None:
    articles, errors = read(f"{news}/**")
    assert len(articles) == 4
    assert sorted(Path(error.path).name for error in errors) == ["c.pdf", "loop"]


@pytest.mark.parametrize("name", ["*.html", "none/*.txt", "b.txt/*", "**/none*"])
def test_a_pattern_that_matches_nothing_is_named(news: Path, name: str) -> None:
    articles, errors = read(f"{news}/{name}")
    assert articles == []
    assert str(errors[-1]) == f"{news}/{name}: matches no file"


def test_a_link_to_itself_on_the_way_of_a_pattern_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.txt").write_text(GOOD)
    for pattern in ("*/x.txt", "*/*.txt", "**/x.txt"):
        [article], [error] = read(f"{tmp_path}/{pattern}")
        assert article.origin == f"{tmp_path}/b/x.txt"
        assert str(error) == f"{tmp_path}/a: Too many levels of symbolic links"


def test_a_name_that_is_too_long_is_named(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    articles, errors = read(f"{tmp_path}/*/{'x' * 300}")
    assert articles == []
    assert [error.problem for error in errors] == [
        "File name too long",
        "File name too long",
        "matches no file",
    ]
    assert [Path(error.path).parent.name for error in errors[:2]] == ["a", "b"]


@contextmanager
def as_anybody() -> Iterator[None]:
    """Read without the rights of root, who may look into every folder."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs users")
@pytest.mark.parametrize("mode", [0, 0o444], ids=["not to be listed", "not to be entered"])
@pytest.mark.parametrize("pattern", ["*/*.txt", "*/x.txt", "**/*.txt", "**", "*", "?/*", "."])
def test_a_folder_that_may_not_be_read_is_named_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, mode: int
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text(GOOD)
    (tmp_path / "b").chmod(mode)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    read("a/x.txt")  # imports what it needs while it may
    try:
        with as_anybody():
            articles, errors = read(pattern)
    finally:
        (tmp_path / "b").chmod(0o755)
    assert [article.origin for article in articles] == ["a/x.txt", "c/x.txt"]
    assert [error.problem for error in errors] == ["Permission denied"]
    assert Path(errors[0].path).parts[0] == "b"


def test_a_file_whose_name_looks_like_a_pattern_is_read(tmp_path: Path) -> None:
    (tmp_path / "a[1].txt").write_text(GOOD)
    assert len(read(tmp_path / "a[1].txt")[0]) == 1


# --- standard input --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        f"<!DOCTYPE html>\n<html><body><p>{GOOD}</p></body></html>".encode(),
        f'\n<?xml version="1.0"?>\n<html lang="en">\n<body><p>{GOOD}</p></body></html>'.encode(),
        f"<rss><channel><item><description>{GOOD}</description></item></channel></rss>".encode(),
        LINE % 1,
        GOOD.encode(),
    ],
)
def test_standard_input_is_told_by_its_beginning(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    [article], errors = read("-")
    assert errors == []
    assert article.origin in ("<stdin>", "<stdin>:1")
    assert "<" not in article.text


def test_text_that_begins_with_a_bracket_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"<3 rivers\n\nThey rose.")))
    [article], _ = read("-")
    assert article.text == "<3 rivers\n\nThey rose."
