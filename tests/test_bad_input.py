"""Bad input, a list of it: each gives a message that says where and what, or an article that is still
read; the good article beside it is always read, and nothing raises."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomap.articles import MAX_ARTICLE_BYTES, read_articles
from geomap.articles.forms import ARCHIVES, FORMS
from geomap.cli import main
from geomap.errors import ArticleError
from geomap.model import Article

GOOD = "River rises in Basra\n\nThe gauges climbed, and the boats stayed in the harbor that night.\n"
BODY = "The gauges climbed in Basra, and the boats stayed in the harbor that night, the mayor said."
PAGE = f"<html><head><title>River rises</title></head><body><h1>River rises</h1><p>{BODY}</p></body></html>"
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Example Wire</title>'
    f"<item><title>River rises</title><description>{BODY}</description></item></channel></rss>"
)
Content = bytes | Callable[[Path], None]


@dataclass(frozen=True)
class Bad:
    """A file, and what must happen: `problem` in a message at `line`, or `articles` that are read."""

    name: str
    content: Content
    problem: str = ""
    line: int | None = None
    articles: int = 0
    where: str = ""
    errors: int = 1

    @property
    def expected_errors(self) -> int:
        return self.errors if self.problem else 0


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def encrypted() -> bytes:
    """Return a zip whose one member is marked as encrypted, in its header and in the directory."""
    data = bytearray(zipped(("a.txt", GOOD.encode())))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def overlapping() -> bytes:
    """Return a zip with two names for one and the same data."""
    data = zipped(("a.txt", GOOD.encode() * 50), ("b.txt", b"b"))
    second = data.rindex(b"PK\x01\x02")
    return data[: second + 42] + bytes(4) + data[second + 46 :]


def corrupt() -> bytes:
    data = bytearray(zipped(("a.txt", GOOD.encode()), method=zipfile.ZIP_STORED))
    data[data.index(b"gauges")] ^= 1
    return bytes(data)


def other_method() -> bytes:
    data = bytearray(zipped(("a.txt", GOOD.encode())))
    data[8] = 99
    data[data.index(b"PK\x01\x02") + 10] = 99
    return bytes(data)


def bomb() -> bytes:
    """Return a gzip of 40 MB of blanks, in 40 kB."""
    return gzip.compress(b" " * 40_000_000)


def zip_bomb() -> bytes:
    """Return a zip of 40 MB of blanks, and of an article behind them."""
    return zipped(("a.jsonl", b" " * 40_000_000), ("b.txt", GOOD.encode()))


def patched() -> bytes:
    """Return a zip whose one member says that it is a patch for another file."""
    data = bytearray(zipped(("a.txt", GOOD.encode())))
    data[6] |= 0x20
    data[data.index(b"PK\x01\x02") + 8] |= 0x20
    return bytes(data)


def bomb_of(path: Path, method: int) -> None:
    """Write a zip with 60 MB of blanks in one member, and an article in another."""
    with zipfile.ZipFile(path, "w", method) as archive:
        with archive.open("a.txt", "w") as member:
            for _ in range(60):
                member.write(b" " * 1_000_000)
        archive.writestr("b.txt", GOOD, zipfile.ZIP_DEFLATED)


def bzip2_bomb(path: Path) -> None:
    bomb_of(path, zipfile.ZIP_BZIP2)


def lzma_bomb(path: Path) -> None:
    bomb_of(path, zipfile.ZIP_LZMA)


def directory(path: Path) -> None:
    path.mkdir()


def broken_link(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def endless_link(path: Path) -> None:
    path.symlink_to(path)


def pipe(path: Path) -> None:
    os.mkfifo(path)


LAUGHS = "<!DOCTYPE rss [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
)
JSON_OK = '{"id": "ok", "text": "River rises."}\n'

BAD = [
    # --- pages
    Bad("empty.html", b"", "is empty"),
    Bad("no-text.html", b"<html><head><title>x</title></head><body></body></html>", "holds no article text"),
    Bad("menu.html", b"<html><body><nav><a href=/>Home</a></nav></body></html>", "holds no article text"),
    Bad("script.html", b"<html><script>" + b"x = 1;" * 500 + b"</script></html>", "holds no article text"),
    Bad("truncated.html", PAGE[:-40].encode(), articles=1),
    Bad("in-a-tag.html", PAGE.encode()[:60], "holds no article text"),
    Bad(
        "wrong-charset.html",
        PAGE.replace("Basra", "Basra ☃").replace("<head>", "<head><meta charset=latin-1>").encode(),
        articles=1,
    ),
    Bad("no-charset.htm", PAGE.replace("Basra", "São Tomé").encode("cp1252"), articles=1),
    Bad("odd-charset.html", PAGE.replace("<head>", "<head><meta charset=rot13>").encode(), articles=1),
    Bad("utf-32.html", PAGE.encode("utf-32"), "looks binary"),
    Bad("utf-16-no-mark.html", PAGE.encode("utf-16-le"), "looks binary"),
    Bad("picture.html", b"\x89PNG\r\n\x1a\n" + bytes(500), "looks binary"),
    Bad("deep.html", b"<html><body>" + b"<div>" * 100_000 + BODY.encode(), "holds no article text"),
    Bad("many.html", b"<html><body>" + b"<b>x</b>" * 60_000, "has more than 50,000 elements"),
    Bad("large.html", b"<p>" + b"x" * (MAX_ARTICLE_BYTES + 1), "is longer than 20 MB", line=1),
    Bad("nul.html", PAGE.replace("gauges", "gau\0ges").encode(), articles=1),
    Bad(
        "year-0.html",
        PAGE.replace(
            "<head>", '<head><meta property="article:published_time" content="0000-00-00">'
        ).encode(),
        articles=1,
    ),
    # --- tables
    Bad("empty.csv", b"", "is empty"),
    Bad("blank.csv", b"\n \n", "is empty"),
    Bad("header-only.csv", b"title,text\n", "is a table without rows"),
    Bad(
        "no-text.csv",
        b"name,age\nJane,7\n",
        "has no text column among 'name', 'age'; name it with --column text=NAME",
        line=1,
    ),
    Bad(
        "columns.csv",
        ",".join(f"c{n}" for n in range(100_000)).encode() + b"\n1\n",
        "has 100,000 columns",
        line=1,
    ),
    Bad(
        "empty-text.csv",
        f"id,text\n1,{BODY!r}\n2,\n".encode().replace(b"'", b'"'),
        "has an empty text",
        line=3,
        articles=1,
    ),
    Bad(
        "ragged.tsv",
        f"id\ttext\n1\t{BODY}\tmore\n2\t{BODY}\n".encode(),
        "has 3 cells where the header has 2",
        line=2,
        articles=1,
    ),
    Bad(
        "unclosed.csv",
        f'id,text\n1,"never closed\n2,"{BODY}"\n3,ok\n'.encode(),
        "cells where the header has 2",
        line=2,
        articles=1,
    ),
    Bad(
        "unclosed-end.csv",
        b'id,text\n1,River\n2,"never closed\n3,Lake\n',
        "has a quotation mark that is never closed",
        line=3,
        articles=2,
    ),
    Bad("nul.csv", b"id,text\n1,Ri\0ver\n", articles=1),
    Bad(
        "long-row.csv",
        b"id,text\n1,River\n2," + b"x" * (MAX_ARTICLE_BYTES + 1) + b"\n3,Lake\n",
        "is longer than 20 MB",
        line=3,
        articles=2,
    ),
    Bad("utf-32.csv", "id,text\n1,River\n".encode("utf-32"), "looks binary"),
    Bad("cyrillic.csv", "id;text\n1;Президент посетил Москву в понедельник.\n".encode("cp1251"), articles=1),
    Bad("half-utf-16.csv", "id,text\n1,River\n".encode("utf-16")[:-1], articles=1),
    # --- feeds
    Bad("empty.rss", b"", "is empty"),
    Bad("text.rss", GOOD.encode(), "is no RSS or Atom feed"),
    Bad("sitemap.xml", b'<?xml version="1.0"?><urlset><url/></urlset>', "is XML of another kind (<urlset>)"),
    Bad("page.rss", PAGE.encode(), "is XML of another kind (<html>)"),
    Bad(
        "no-entries.atom",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>',
        "is a feed without entries",
    ),
    Bad("truncated.rss", FEED[:-60].encode(), articles=1),
    Bad("in-a-tag.xml", FEED[:70].encode(), "is a broken feed"),
    Bad(
        "no-text.rss",
        FEED.replace("<item>", "<item><link>https://example.org/1</link></item><item>").encode(),
        "entry 1: has neither a title nor a text",
        articles=1,
    ),
    Bad("laughs.rss", f"{LAUGHS}]>{FEED[21:].replace('River', '&a11; River')}".encode(), articles=1),
    Bad(
        "external.rss",
        (
            "<!DOCTYPE rss [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
            f"{FEED[21:].replace('River', '&e; River')}"
        ).encode(),
        articles=1,
    ),
    Bad(
        "external-dtd.xml",
        f"<!DOCTYPE rss SYSTEM 'http://127.0.0.1:1/x.dtd'>{FEED[21:]}".encode(),
        articles=1,
    ),
    Bad("declared-wrong.rss", FEED.replace('"1.0"', '"1.0" encoding="utf-16"').encode(), articles=1),
    Bad(
        "year-0.rss",
        FEED.replace("<item>", "<item><pubDate>Sat, 00 Jan 0000 00:00:00 +9999</pubDate>").encode(),
        articles=1,
    ),
    Bad("unopened.xml", b"<!--" * 1_000, "is no RSS or Atom feed"),
    Bad("many.rss", b"<rss>" + b"<a>" * 600_000, "has more than 500,000 tags"),
    # --- archives
    Bad("empty.zip", zipped(), "is an archive without articles"),
    Bad("no-bytes.zip", b"", "is damaged or cut off"),
    Bad("text.zip", GOOD.encode(), "is damaged or cut off"),
    Bad("truncated.zip", zipped(("a.txt", GOOD.encode() * 100))[:-30], "is damaged or cut off"),
    Bad("corrupt.zip", corrupt(), "is damaged or cut off", where="/a.txt"),
    Bad("encrypted.zip", encrypted(), "is encrypted", where="/a.txt"),
    Bad(
        "method.zip",
        other_method(),
        "is compressed by method 99, which geomap does not read: unpack it first",
        where="/a.txt",
    ),
    Bad("patched.zip", patched(), "is packed in a way that geomap does not read", where="/a.txt"),
    Bad("bomb-bzip2.zip", bzip2_bomb, "is compressed by bzip2", where="/a.txt", articles=1),
    Bad("bomb-lzma.zip", lzma_bomb, "is compressed by LZMA", where="/a.txt", articles=1),
    Bad("overlapping.zip", overlapping(), "has members that overlap"),
    Bad("bomb.zip", zip_bomb(), "expands to more than 100 times its size", where="/a.jsonl", errors=2),
    Bad(
        "nested.zip",
        zipped(("a.txt", GOOD.encode()), ("b.zip", zipped(("c.txt", b"x")))),
        "is an archive in an archive",
        where="/b.zip",
        articles=1,
    ),
    Bad(
        "mixed.zip",
        zipped(("../up.txt", GOOD.encode()), ("x.exe", b"MZ")),
        "is not in a form that geomap reads",
        where="/x.exe",
        articles=1,
    ),
    Bad(
        "line.zip",
        zipped(("wire.jsonl", JSON_OK.encode() + b"{")),
        "is not JSON",
        where="/wire.jsonl",
        line=2,
        articles=1,
    ),
    Bad("truncated.txt.gz", gzip.compress(GOOD.encode() * 100)[:-20], "is damaged or cut off"),
    Bad("text.txt.gz", GOOD.encode(), "is damaged or cut off"),
    Bad("checksum.txt.gz", gzip.compress(GOOD.encode())[:-8] + bytes(8), "is damaged or cut off"),
    Bad("garbage.txt.gz", gzip.compress(GOOD.encode()) + b"garbage", "is damaged or cut off"),
    Bad("bomb.jsonl.gz", bomb(), "expands to more than 100 times its size"),
    Bad("folder.tar.gz", gzip.compress(b"x"), "unpack it first"),
    Bad("nested.zip.gz", gzip.compress(zipped()), "is an archive in an archive"),
    Bad("a.txt.bz2", bz2.compress(GOOD.encode()), "unpack it first"),
    # --- JSON
    Bad(
        "broken.jsonl",
        JSON_OK.encode() + b'{"text": "x"\n' + JSON_OK.encode(),
        "is not JSON",
        line=2,
        articles=2,
    ),
    Bad("text.jsonl", GOOD.encode(), "is not JSON", line=1, errors=2),
    Bad("no-text.jsonl", b'{"title": "x"}\n', "has no text", line=1),
    Bad("number.jsonl", b'{"text": 5}\n', "has a text that is not a string", line=1),
    Bad("deep.jsonl", b"[" * 200_000 + b"\n", "is JSON with a number too long or brackets too deep", line=1),
    Bad(
        "digits.json",
        b'{"text": "x", "n": ' + b"9" * 10_000 + b"}",
        "is JSON with a number too long or brackets too deep",
    ),
    Bad("empty-list.json", b"[]", "is a list without articles"),
    Bad("null.json", b"null", "is not an object with keys and values"),
    Bad("two.json", JSON_OK.encode() * 2, "is not JSON: Extra data", line=2),
    Bad(
        "one-bad.json", json.dumps([{"text": "River"}, 5]).encode(), "article 2: is not an object", articles=1
    ),
    Bad("surrogate.jsonl", b'{"text": "a\\ud800b"}\n', articles=1),
    Bad(
        "long-line.jsonl",
        b'{"text": "' + b"x" * MAX_ARTICLE_BYTES + b'"}\n' + JSON_OK.encode(),
        "is longer than 20 MB",
        line=1,
        articles=1,
    ),
    Bad("megabyte-line.jsonl", json.dumps({"text": "River rises. " + "x" * 1_000_000}).encode(), articles=1),
    Bad("year-0.jsonl", b'{"text": "River rises.", "date": "0000-13-45"}\n', articles=1),
    # --- texts
    Bad("empty.txt", b"", "is empty"),
    Bad("blank.md", b" \n\t\n", "holds no text"),
    Bad("binary.txt", bytes(range(256)) * 20, "looks binary"),
    Bad("paper.pdf", b"%PDF-1.7", "is a PDF; save its text as .txt"),
    Bad("paper.docx", zipped(("word/document.xml", b"<x/>")), "save it as .txt or .html"),
    Bad("sheet.xlsx", zipped(), "save the sheet as .csv"),
    Bad("latin.txt", "São Tomé\n\nBody.".encode("latin-1"), articles=1),
    Bad("no-ending", GOOD.encode(), "is not in a form that geomap reads"),
    # --- files
    Bad("folder.html", directory, errors=0),
    Bad("link.html", broken_link, "No such file or directory"),
    Bad("endless.csv", endless_link, "Too many levels of symbolic links"),
    Bad("pipe.rss", pipe, "is not a regular file"),
    Bad("odd\nname\x1b[31m.html", b"", "is empty"),
    Bad("ends-in-dot.", b"x", "is not in a form that geomap reads"),
]


def write(folder: Path, bad: Bad) -> Path:
    path = folder / bad.name
    if callable(bad.content):
        bad.content(path)
    else:
        path.write_bytes(bad.content)
    (folder / "zzz-good.txt").write_text(GOOD)
    return path


def read(*sources: Path) -> tuple[list[Article], list[ArticleError]]:
    errors: list[ArticleError] = []
    return list(read_articles(sources, on_error=errors.append)), errors


def test_there_are_more_than_sixty_bad_inputs() -> None:
    assert len({bad.name for bad in BAD}) == len(BAD) >= 60


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: ascii(bad.name))
def test_bad_input_is_named_or_read_and_the_good_article_is_read(tmp_path: Path, bad: Bad) -> None:
    path = write(tmp_path, bad)
    articles, errors = read(tmp_path)
    assert articles.pop().text == GOOD
    assert len(articles) == bad.articles
    assert len(errors) == bad.expected_errors
    for error in errors[:1]:
        assert error.path == f"{path}{bad.where}"
        assert bad.problem in error.problem
        assert error.line == bad.line
        assert "\n" not in error.problem


@pytest.fixture(scope="module")
def all_bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each bad input, with a good article beside it."""
    root = tmp_path_factory.mktemp("bad")
    for number, bad in enumerate(BAD):
        (root / f"{number:03}").mkdir()
        write(root / f"{number:03}", bad)
    return root


@pytest.mark.slow
def test_the_command_line_names_each_in_one_line_and_prints_the_rest(all_bad: Path) -> None:
    result = CliRunner().invoke(main, ["parse", str(all_bad)])
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    titles = [json.loads(line)["title"] for line in result.stdout.splitlines()]
    assert titles.count("River rises in Basra") >= len(BAD)
    assert len(titles) == len(BAD) + sum(bad.articles for bad in BAD)
    complaints = [line for line in result.stderr.splitlines() if not line.startswith(("note: ", "hint: "))]
    assert len(complaints) == sum(bad.expected_errors for bad in BAD)
    assert all(line.startswith(str(all_bad)) for line in complaints)
    assert "Traceback" not in result.stderr


def test_what_a_broken_entity_names_is_not_read(tmp_path: Path) -> None:
    bad = next(bad for bad in BAD if bad.name == "external.rss")
    write(tmp_path, bad)
    [article, _], _ = read(tmp_path)
    assert article.title == "&e; River rises"


@pytest.mark.parametrize("write_bomb", [bzip2_bomb, lzma_bomb])
def test_a_member_that_would_be_expanded_in_one_piece_is_not(
    tmp_path: Path, write_bomb: Callable[[Path], None]
) -> None:
    path = tmp_path / "bomb.zip"
    write_bomb(path)
    assert path.stat().st_size < 20_000
    tracemalloc.start()
    articles, errors = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(articles), len(errors)) == (1, 1)
    assert peak < 20_000_000


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "a.html").chmod(0)
    assert [error.problem for error in read(tmp_path)[1]] == ["Permission denied"]


def test_a_name_that_is_not_unicode_is_read(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    try:
        (tmp_path / name).write_text("a b c")
    except OSError:
        pytest.skip("this file system takes only UTF-8")
    [article], errors = read(tmp_path)
    assert errors == []
    json.dumps(article.title, ensure_ascii=False).encode()


# --- laws ------------------------------------------------------------------------------------

SEEDS = [bad.content for bad in BAD if isinstance(bad.content, bytes) and len(bad.content) < 4_000]


def mutated() -> st.SearchStrategy[bytes]:
    """Random bytes, or a bad input with a part cut out and another put in."""

    def cut(data: bytes, at: int, end: int, extra: bytes) -> bytes:
        return data[: at % (len(data) + 1)] + extra + data[end % (len(data) + 1) :]

    numbers = st.integers(0, 4_000)
    return st.binary(max_size=400) | st.builds(
        cut, st.sampled_from(SEEDS), numbers, numbers, st.binary(max_size=20)
    )


def readings(data: bytes, ending: str) -> Iterator[Article | ArticleError]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{ending}"
        path.write_bytes(data)
        errors: list[ArticleError] = []
        yield from read_articles([path], on_error=errors.append)
        yield from errors


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=mutated(), ending=st.sampled_from([*FORMS, *ARCHIVES, ".txt.gz", ".html.gz", ".csv.gz", ""]))
def test_no_bytes_raise_and_nothing_is_lost_silently(data: bytes, ending: str) -> None:
    items = list(readings(data, ending))
    assert items
    for item in items:
        assert isinstance(item, Article | ArticleError)
        if isinstance(item, Article):
            json.dumps([item.text, item.title, item.url], ensure_ascii=False).encode()
            assert item.text.strip()
            assert item.origin
        else:
            assert "\n" not in item.problem
