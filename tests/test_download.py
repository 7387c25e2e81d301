"""Files from a server, here one of this machine: resumed, checked, asked for only where they changed."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from geomap.errors import ConfigError, GazetteerDownloadError, OfflineError
from geomap.gazetteers import transfer
from geomap.gazetteers.download import BASE_ADDRESS, MANIFEST, download, file_names, parse_countries
from geomap.offline import offline
from geomap.version import __version__

NAMES = file_names(["SY"])
BIG = "SY.zip"


def a_zip(name: str, text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{Path(name).stem}.txt", text)
    return packed.getvalue()


class Asked(NamedTuple):
    name: str
    range: str
    unless: str


class Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Say nothing of a client that has heard enough."""


class Server:
    """A server of files with ETags and ranges, that can be told to fail."""

    def __init__(self) -> None:
        self.files = {
            name: a_zip(name, name * 60_000) if name.endswith(".zip") else name.encode() for name in NAMES
        }
        self.asked: list[Asked] = []
        self.agents: set[str] = set()
        self.ranges = True
        self.validators = True
        self.odd: dict[str, Callable[[BaseHTTPRequestHandler, bytes], bool]] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}/dump"
        self.thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()

    def etag(self, name: str) -> str:
        return f'"{hashlib.sha256(self.files[name]).hexdigest()[:12]}"'

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        name = request.path.removeprefix("/dump/")
        head = request.headers
        self.agents.add(head["User-Agent"])
        self.asked.append(Asked(name, head.get("Range", ""), head.get("If-None-Match", "")))
        data = self.files.get(name)
        if data is None:
            request.send_error(404)
        elif name in self.odd and self.odd[name](request, data):
            pass
        elif self.validators and head.get("If-None-Match") == self.etag(name):
            request.send_response(304)
            request.end_headers()
        else:
            self.send(request, name, data)

    def send(self, request: BaseHTTPRequestHandler, name: str, data: bytes) -> None:
        head = request.headers
        start = int(head["Range"].removeprefix("bytes=").rstrip("-")) if "Range" in head else 0
        if start and self.ranges and head.get("If-Range") == self.etag(name):
            if start >= len(data):
                request.send_response(416)
                request.send_header("Content-Range", f"bytes */{len(data)}")
                request.end_headers()
                return
            request.send_response(206)
            request.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        else:
            start = 0
            request.send_response(200)
        if self.validators:
            request.send_header("ETag", self.etag(name))
        request.send_header("Content-Length", str(len(data) - start))
        request.end_headers()
        request.wfile.write(data[start:])

    def times(self, name: str) -> int:
        return sum(each.name == name for each in self.asked)


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.http.shutdown()
    running.http.server_close()
    running.thread.join()


def fetch(server: Server, folder: Path, **options: Any) -> list[Path]:
    return download(["SY"], folder, base_address=server.address, pause_s=0.0, **options)


def breaks_off(after: int, *, times: int = 1) -> Callable[[BaseHTTPRequestHandler, bytes], bool]:
    """Say how long the file is, and send less than that; the next time do as usual."""
    left = [times]

    def send(request: BaseHTTPRequestHandler, data: bytes) -> bool:
        if not left[0]:
            return False
        left[0] -= 1
        request.send_response(200)
        request.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()[:12]}"')
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data[:after])
        return True

    return send


def answers(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler, bytes], bool]:
    def send(request: BaseHTTPRequestHandler, _: bytes) -> bool:
        request.send_response(code)
        for key, value in headers.items():
            request.send_header(key.replace("_", "-"), value)
        request.end_headers()
        return True

    return send


# --- what is fetched ---------------------------------------------------------------------------


def test_files_of_a_country_are_fetched_with_their_sums(server: Server, tmp_path: Path) -> None:
    found = fetch(server, tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in found] == NAMES
    assert [path.read_bytes() for path in found] == [server.files[name] for name in NAMES]
    told = json.loads((tmp_path / MANIFEST).read_text())
    assert told[BIG] == {
        "url": f"{server.address}/SY.zip",
        "size": len(server.files[BIG]),
        "sha256": hashlib.sha256(server.files[BIG]).hexdigest(),
        "etag": server.etag(BIG),
        "last_modified": "",
    }
    assert server.agents == {f"geomap/{__version__}"}
    assert list(tmp_path.rglob("*.part*")) == []


def test_all_is_all_countries_and_all_names() -> None:
    assert {"allCountries.zip", "alternateNamesV2.zip", "hierarchy.zip"} <= set(file_names(()))
    assert set(file_names(["SY", "IQ"])) >= {"SY.zip", "IQ.zip", "alternatenames/IQ.zip", "countryInfo.txt"}
    assert BASE_ADDRESS.startswith("https://")


@pytest.mark.parametrize(("text", "codes"), [("sy, IQ,SY", ("SY", "IQ")), ("all", ()), ("ALL", ())])
def test_countries_are_read(text: str, codes: tuple[str, ...]) -> None:
    assert parse_countries(text) == codes


@pytest.mark.parametrize("text", ["", ",", "SYR", "S", "SY;IQ", "../x", "all,SY"])
def test_wrong_countries_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="neither all nor a list"):
        parse_countries(text)


def test_file_that_did_not_change_is_not_sent_again(server: Server, tmp_path: Path) -> None:
    fetch(server, tmp_path)
    server.asked.clear()
    fetch(server, tmp_path)
    assert {each.unless for each in server.asked if each.name == BIG} == {server.etag(BIG)}
    assert server.times(BIG) == 1


def test_file_that_changed_replaces_the_old_one(server: Server, tmp_path: Path) -> None:
    fetch(server, tmp_path)
    server.files[BIG] = a_zip(BIG, "another text")
    fetch(server, tmp_path)
    assert (tmp_path / BIG).read_bytes() == server.files[BIG]


@pytest.mark.parametrize("harm", [lambda data: data[:-7] + b"damaged", lambda data: data[:-1], lambda _: b""])
def test_damaged_file_is_fetched_again(
    server: Server, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    fetch(server, tmp_path)
    (tmp_path / BIG).write_bytes(harm(server.files[BIG]))
    server.asked.clear()
    fetch(server, tmp_path)
    assert (tmp_path / BIG).read_bytes() == server.files[BIG]
    assert {each.unless for each in server.asked if each.name == BIG} == {""}


@pytest.mark.parametrize("manifest", ["no json", "[]", '{"SY.zip": {"size": 1}}', '{"SY.zip": 3}'])
def test_damaged_manifest_means_to_fetch_again(server: Server, tmp_path: Path, manifest: str) -> None:
    fetch(server, tmp_path)
    (tmp_path / MANIFEST).write_text(manifest)
    server.asked.clear()
    fetch(server, tmp_path)
    assert {each.unless for each in server.asked} == {""}
    assert json.loads((tmp_path / MANIFEST).read_text())[BIG]["size"] == len(server.files[BIG])


def test_file_from_another_address_is_not_taken_for_this_one(server: Server, tmp_path: Path) -> None:
    fetch(server, tmp_path)
    other = Server()
    try:
        other.files[BIG] = a_zip(BIG, "a mirror's")
        fetch(other, tmp_path)
        assert (tmp_path / BIG).read_bytes() == other.files[BIG]
    finally:
        other.http.shutdown()
        other.http.server_close()


# --- resuming ----------------------------------------------------------------------------------


def test_connection_that_breaks_off_is_taken_up_where_it_was(server: Server, tmp_path: Path) -> None:
    server.odd[BIG] = breaks_off(100_000)
    fetch(server, tmp_path)
    assert (tmp_path / BIG).read_bytes() == server.files[BIG]
    assert [each.range for each in server.asked if each.name == BIG] == ["", "bytes=100000-"]


def test_connection_that_keeps_breaking_off_is_told_and_kept(server: Server, tmp_path: Path) -> None:
    server.ranges = False
    server.odd[BIG] = breaks_off(100_000, times=transfer.TRIES)
    with pytest.raises(GazetteerDownloadError, match=r"100,000 of [0-9,]+ bytes came; what has come is kept"):
        fetch(server, tmp_path)
    assert not (tmp_path / BIG).exists()
    assert (tmp_path / f"{BIG}.part").stat().st_size == 100_000
    server.ranges = True
    server.asked.clear()
    fetch(server, tmp_path)
    assert [each.range for each in server.asked if each.name == BIG] == ["bytes=100000-"]
    assert (tmp_path / BIG).read_bytes() == server.files[BIG]


def test_file_that_changed_while_it_was_fetched_begins_anew(server: Server, tmp_path: Path) -> None:
    server.odd[BIG] = breaks_off(100_000, times=transfer.TRIES)
    with pytest.raises(GazetteerDownloadError):
        fetch(server, tmp_path)
    server.files[BIG] = a_zip(BIG, "changed " * 90_000)
    fetch(server, tmp_path)
    assert (tmp_path / BIG).read_bytes() == server.files[BIG]


def test_server_that_sends_a_part_of_another_version_is_not_believed(server: Server, tmp_path: Path) -> None:
    """It ignores If-Range."""
    usual = breaks_off(100_000)

    def send(request: BaseHTTPRequestHandler, data: bytes) -> bool:
        if "Range" not in request.headers:
            return usual(request, data)
        request.send_response(206)
        request.send_header("ETag", '"another"')
        request.send_header("Content-Range", f"bytes 100000-{len(data) - 1}/{len(data)}")
        request.end_headers()
        return True

    server.odd[BIG] = send
    fetch(server, tmp_path)
    assert (tmp_path / BIG).read_bytes() == server.files[BIG]
    assert [each.range for each in server.asked if each.name == BIG] == ["", "bytes=100000-", ""]


def test_part_that_does_not_say_which_is_not_believed(server: Server, tmp_path: Path) -> None:
    server.odd[BIG] = answers(206)
    with pytest.raises(GazetteerDownloadError, match="a part was sent that does not say which"):
        fetch(server, tmp_path)


def test_all_that_was_missing_is_the_end(server: Server, tmp_path: Path) -> None:
    """Killed between the last byte and the check of the file."""
    (tmp_path / f"{BIG}.part").write_bytes(server.files[BIG])
    note = {"url": f"{server.address}/{BIG}", "etag": server.etag(BIG), "last_modified": ""}
    (tmp_path / f"{BIG}.part.json").write_text(json.dumps(note))
    fetch(server, tmp_path)
    assert (tmp_path / BIG).read_bytes() == server.files[BIG]
    assert server.times(BIG) == 1


def test_part_that_is_too_long_begins_anew(server: Server, tmp_path: Path) -> None:
    (tmp_path / f"{BIG}.part").write_bytes(server.files[BIG] + b"more")
    note = {"url": f"{server.address}/{BIG}", "etag": server.etag(BIG), "last_modified": ""}
    (tmp_path / f"{BIG}.part.json").write_text(json.dumps(note))
    fetch(server, tmp_path)
    assert (tmp_path / BIG).read_bytes() == server.files[BIG]


def test_without_a_version_nothing_is_resumed(server: Server, tmp_path: Path) -> None:
    server.validators = False
    (tmp_path / f"{BIG}.part").write_bytes(b"who knows")
    fetch(server, tmp_path)
    fetch(server, tmp_path)
    assert (tmp_path / BIG).read_bytes() == server.files[BIG]
    assert {(each.range, each.unless) for each in server.asked} == {("", "")}


# --- what is refused ---------------------------------------------------------------------------


def test_zip_that_is_none_is_refused_and_not_kept(server: Server, tmp_path: Path) -> None:
    server.files[BIG] = b"PK and so on"
    with pytest.raises(GazetteerDownloadError, match=r"SY.zip: is no zip that can be read"):
        fetch(server, tmp_path)
    assert list(tmp_path.glob(f"{BIG}*")) == []


def test_zip_with_a_wrong_byte_is_refused_and_the_old_one_stays(server: Server, tmp_path: Path) -> None:
    fetch(server, tmp_path)
    before = server.files[BIG]
    server.files[BIG] = before[:5000] + b"\xff" + before[5001:]
    with pytest.raises(GazetteerDownloadError, match="is no zip that can be read"):
        fetch(server, tmp_path)
    assert (tmp_path / BIG).read_bytes() == before


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (404, "404 Not Found: there is no such file; check the country code"),
        (503, "503 Service Unavailable: the server is busy; try again later"),
        (429, "the server is busy"),
        (403, "403 Forbidden; another address can be given with --base-address"),
    ],
)
def test_refusal_says_what_to_do(server: Server, tmp_path: Path, code: int, advice: str) -> None:
    server.odd[BIG] = answers(code)
    with pytest.raises(GazetteerDownloadError, match=advice) as caught:
        fetch(server, tmp_path)
    assert caught.value.url == f"{server.address}/SY.zip"


def test_page_of_a_log_in_is_no_file(server: Server, tmp_path: Path) -> None:
    server.odd["admin2Codes.txt"] = answers(200, Content_Type="text/html", Content_Length="0")
    with pytest.raises(GazetteerDownloadError, match="a page instead of the file"):
        fetch(server, tmp_path)


def test_redirect_is_followed_on_the_same_host(server: Server, tmp_path: Path) -> None:
    server.files["other/SY.zip"] = server.files[BIG]
    server.odd[BIG] = answers(302, Location=f"{server.address}/other/SY.zip")
    fetch(server, tmp_path)
    assert (tmp_path / BIG).read_bytes() == server.files[BIG]


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("http://localhost:9/SY.zip", "leads to http://localhost:9/SY.zip, which is not https"),
        ("ftp://127.0.0.1/SY.zip", "leads to ftp://127.0.0.1/SY.zip, which is not https"),
        ("file:///etc/passwd", "is not allowed"),
    ],
)
def test_redirect_elsewhere_is_followed_over_https_only(
    server: Server, tmp_path: Path, target: str, problem: str
) -> None:
    server.odd[BIG] = answers(302, Location=target)
    with pytest.raises(GazetteerDownloadError, match=problem):
        fetch(server, tmp_path)


@pytest.mark.parametrize("told", [True, False])
def test_file_that_is_too_long_is_refused(server: Server, tmp_path: Path, told: bool) -> None:  # noqa: FBT001
    def send(request: BaseHTTPRequestHandler, data: bytes) -> bool:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(data)
        return True

    if not told:
        server.odd[BIG] = send
    with pytest.raises(GazetteerDownloadError, match="is longer than"):
        fetch(server, tmp_path, limit_bytes=50_000)


def test_full_disk_is_told_before_and_meanwhile(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda _: usage._replace(free=10))
    with pytest.raises(GazetteerDownloadError, match="choose another folder with --download-folder"):
        fetch(server, tmp_path)
    monkeypatch.undo()

    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(transfer.Transfer, "_copy", full)
    with pytest.raises(GazetteerDownloadError, match=r"cannot be kept in .*No space left on device"):
        fetch(server, tmp_path)


def test_folder_that_cannot_be_made_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GazetteerDownloadError, match="choose another one with --download-folder"):
        fetch(server, tmp_path / "file" / "folder")


def test_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(GazetteerDownloadError, match="cannot be reached"):
        download(["SY"], tmp_path, base_address="http://127.0.0.1:9/", pause_s=0.0)


@pytest.mark.parametrize("address", ["ftp://example.org/", "file:///tmp/", "example.org", "https://"])
def test_other_base_address_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match="is no http"):
        download(["SY"], tmp_path, base_address=address)


def test_offline_nothing_is_asked(server: Server, tmp_path: Path) -> None:
    with offline(), pytest.raises(OfflineError, match="--download needs the network"):
        fetch(server, tmp_path)
    assert server.asked == []


def test_file_that_cannot_be_put_in_its_place_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / BIG / "a folder").mkdir(parents=True)
    with pytest.raises(GazetteerDownloadError, match=r"SY.zip: cannot be kept: "):
        fetch(server, tmp_path)


def test_server_that_hangs_up_is_asked_again(server: Server, tmp_path: Path) -> None:
    times = [2]

    def hang_up(request: BaseHTTPRequestHandler, _: bytes) -> bool:
        times[0] -= 1
        if times[0] >= 0:
            request.close_connection = True
        return times[0] >= 0

    server.odd[BIG] = hang_up
    fetch(server, tmp_path)
    assert server.times(BIG) == 3


# --- sums of the server ------------------------------------------------------------------------


def test_sums_that_the_server_offers_are_held_to(server: Server, tmp_path: Path) -> None:
    server.files["SHA256SUMS"] = f"{'0' * 64}  ./{BIG}\n".encode()
    with pytest.raises(
        GazetteerDownloadError, match=r"SY.zip: came damaged: its SHA-256 is .* the server says 000"
    ):
        fetch(server, tmp_path)
    assert not (tmp_path / BIG).exists()


def test_file_that_is_as_the_servers_sum_says_is_not_asked_for(server: Server, tmp_path: Path) -> None:
    sums = [f"{hashlib.sha256(data).hexdigest()} *{name}" for name, data in server.files.items()]
    server.files["SHA256SUMS"] = "\n".join(sums).encode()
    fetch(server, tmp_path)
    server.asked.clear()
    fetch(server, tmp_path)
    assert {each.name for each in server.asked} == {"SHA256SUMS"}


def test_sum_beside_a_file_is_held_to(server: Server, tmp_path: Path) -> None:
    for name in NAMES:
        server.files[f"{name}.sha256"] = hashlib.sha256(server.files[name]).hexdigest().encode()
    server.files[f"{BIG}.sha256"] = b"f" * 64
    with pytest.raises(GazetteerDownloadError, match="the server says fff"):
        fetch(server, tmp_path)


def test_missing_sums_are_asked_for_once(server: Server, tmp_path: Path) -> None:
    fetch(server, tmp_path)
    assert [each.name for each in server.asked if "sha256" in each.name.lower()] == [
        "SHA256SUMS",
        f"{NAMES[0]}.sha256",
    ]


def test_sums_that_cannot_be_had_stop_the_download(server: Server, tmp_path: Path) -> None:
    server.files["SHA256SUMS"] = b""
    server.odd["SHA256SUMS"] = answers(500)
    with pytest.raises(GazetteerDownloadError, match=r"SHA256SUMS: answers 500"):
        fetch(server, tmp_path)


# --- progress ----------------------------------------------------------------------------------


def test_progress_is_told_up_to_the_whole(server: Server, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    fetch(server, tmp_path, on_progress=lambda *each: told.append(each))
    assert [done for name, done, _ in told if name == BIG][-1] == len(server.files[BIG])
    assert {total for name, _, total in told if name == BIG} == {len(server.files[BIG])}
