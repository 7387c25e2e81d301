"""Online geocoders behind a gazetteer, against a local server that speaks as Nominatim and Photon do."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from builders import a_mention, an_article
from hypothesis import given
from hypothesis import strategies as st
from test_leaflet import data_of

from geomap import __version__
from geomap.errors import (
    ConfigError,
    GeocoderRateLimited,
    GeocoderUnavailable,
    StoreError,
)
from geomap.exporters import GeoJsonExporter, LeafletExporter
from geomap.gazetteers.cache import GeocodeCache
from geomap.gazetteers.fallback import FAILURES, FallbackGazetteer, looks_like_a_name
from geomap.gazetteers.online import GeopyGeocoder
from geomap.gazetteers.sqlite import SqliteGazetteer
from geomap.geoparser import Geoparser
from geomap.model import Article, Match, Mention, Outcome, Point
from geomap.protocols import Gazetteer, Geocoded, Geocoder
from geomap.recognizers.given import GivenRecognizer
from geomap.resolvers.ranking import EvidenceResolver

UNKNOWN = "Kharbat Zuhuriq"
"""A name that the embedded gazetteer lacks."""


def an_answer(**overrides: Any) -> dict[str, Any]:
    """Return one result in the JSON of Nominatim."""
    return {
        "osm_type": "relation",
        "osm_id": 4711,
        "lat": "36.512345678",
        "lon": "37.25",
        "class": "place",
        "type": "village",
        "name": "Kharbat Zuhuriq",
        "display_name": "Kharbat Zuhuriq, Aleppo Governorate, Syria",
        "address": {"village": "Kharbat Zuhuriq", "country": "Syria", "country_code": "sy"},
    } | overrides


@dataclass(slots=True)
class Reply:
    """What the server says once."""

    body: bytes = b"[]"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    byte_s: float = 0.0


@dataclass(slots=True)
class Service:
    """A local geocoder: `places` by name, `replies` that come before any of them, and who asked what."""

    domain: str
    places: dict[str, Any] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    requests: list[tuple[str, dict[str, list[str]], str]] = field(default_factory=list)

    def reply(self, path: str, agent: str) -> Reply:
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        self.requests.append((parts.path, query, agent))
        self.asked.append(query["q"][0])
        if self.replies:
            return self.replies.pop(0)
        return Reply(json.dumps(self.places.get(query["q"][0], [])).encode())


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = running.reply(self.path, self.headers["User-Agent"])
            time.sleep(reply.delay_s)
            try:
                self.send_response(reply.status)
                for key, value in reply.headers.items():
                    self.send_header(key, value)
                self.end_headers()
                for byte in reply.body if reply.byte_s else ():
                    self.wfile.write(bytes([byte]))
                    time.sleep(reply.byte_s)
                self.wfile.write(b"" if reply.byte_s else reply.body)
            except OSError:  # who asked has left
                return

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Service(f"127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(slots=True)
class Clock:
    """Time that passes only when somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def a_geocoder(
    service: Service, *, name: str = "nominatim", clock: Clock | None = None, **options: Any
) -> GeopyGeocoder:
    clock = clock or Clock()
    options.setdefault("timeout_s", 5.0)
    return GeopyGeocoder(
        name, {"domain": service.domain, "scheme": "http"}, clock=clock, sleep=clock.sleep, **options
    )


# --- one geocoder ----------------------------------------------------------------------------


def test_an_answer_becomes_a_place_with_its_id_and_country(service: Service) -> None:
    service.places[UNKNOWN] = [an_answer()]
    assert a_geocoder(service).geocode(UNKNOWN) == (
        Geocoded(
            id="relation/4711",
            name="Kharbat Zuhuriq",
            point=Point(lat=36.512346, lon=37.25),
            country_code="SY",
            address="Kharbat Zuhuriq, Aleppo Governorate, Syria",
        ),
    )


def test_a_geocoder_is_one(service: Service) -> None:
    geocoder = a_geocoder(service)
    assert isinstance(geocoder, Geocoder)
    assert geocoder.name == "nominatim"


def test_the_service_is_told_the_name_the_language_and_who_asks_and_nothing_else(service: Service) -> None:
    a_geocoder(service).geocode(UNKNOWN)
    ((path, query, agent),) = service.requests
    assert path == "/search"
    assert query == {
        "q": [UNKNOWN],
        "format": ["json"],
        "limit": ["5"],
        "addressdetails": ["1"],
        "accept-language": ["en"],
    }
    assert agent == f"geomap/{__version__}"


def test_a_name_that_the_service_does_not_know_has_no_places(service: Service) -> None:
    assert a_geocoder(service).geocode("Nowhere") == ()


def test_an_empty_name_is_not_asked_for(service: Service) -> None:
    assert a_geocoder(service).geocode("  ") == ()
    assert service.requests == []


def test_shops_and_streets_are_left_out(service: Service) -> None:
    shop = an_answer(osm_id=1, **{"class": "shop"})
    street = an_answer(osm_id=2, **{"class": "highway"})
    service.places[UNKNOWN] = [shop, street, an_answer(osm_id=3)]
    assert [each.id for each in a_geocoder(service).geocode(UNKNOWN)] == ["relation/3"]


@pytest.mark.parametrize("position", [{"lat": None, "lon": None}, {"lat": "0", "lon": "0"}])
def test_what_has_no_position_is_no_place(service: Service, position: dict[str, Any]) -> None:
    service.places[UNKNOWN] = [an_answer(**position)]
    assert a_geocoder(service).geocode(UNKNOWN) == ()


def test_a_result_without_an_id_is_known_by_its_position(service: Service) -> None:
    answer = an_answer()
    del answer["osm_id"], answer["name"], answer["address"]
    service.places[UNKNOWN] = [answer]
    (found,) = a_geocoder(service).geocode(UNKNOWN)
    assert found.id == "36.5123,37.2500"
    assert found.name == "Kharbat Zuhuriq"
    assert found.country_code == ""


def test_the_same_place_twice_is_once(service: Service) -> None:
    service.places[UNKNOWN] = [an_answer(), an_answer(), an_answer(osm_id=4)]
    assert [each.id for each in a_geocoder(service).geocode(UNKNOWN)] == ["relation/4711", "relation/4"]


@pytest.mark.parametrize("code", ["", "syr", "1x", "ßß", None, 7])
def test_a_country_code_that_is_none_is_unknown(service: Service, code: object) -> None:
    service.places[UNKNOWN] = [an_answer(address={"country_code": code})]
    assert a_geocoder(service).geocode(UNKNOWN)[0].country_code == ""


def test_what_no_file_can_hold_is_taken_out_of_an_answer(service: Service) -> None:
    service.places[UNKNOWN] = [an_answer(name="Zar\ud800qun\0abad", display_name="Zar\udfffqun, Syria")]
    (found,) = a_geocoder(service).geocode(UNKNOWN)
    assert found.name == "Zar\ufffdqun\ufffdabad"
    found.address.encode()


def test_long_names_and_addresses_are_clipped_to_one_line(service: Service) -> None:
    service.places[UNKNOWN] = [an_answer(name="a\n" * 500, display_name="b " * 900)]
    (found,) = a_geocoder(service).geocode(UNKNOWN)
    assert len(found.name) == 200
    assert len(found.address) == 500
    assert "\n" not in found.name


def test_photon_works_the_same_way(service: Service) -> None:
    properties = {"osm_type": "N", "osm_id": 12, "osm_key": "place", "name": UNKNOWN, "countrycode": "SY"}
    feature = {"properties": properties, "geometry": {"coordinates": [37.25, 36.5]}}
    shop = {"properties": properties | {"osm_key": "shop"}, "geometry": {"coordinates": [37.2, 36.4]}}
    service.places[UNKNOWN] = {"features": [shop, feature]}
    (found,) = a_geocoder(service, name="Photon").geocode(UNKNOWN)
    assert found == Geocoded("node/12", UNKNOWN, Point(lat=36.5, lon=37.25), "SY", UNKNOWN)


# --- options ---------------------------------------------------------------------------------


def test_an_unknown_service_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match=r"no geocoder 'osm'; there are: arcgis, .*nominatim.*photon"):
        GeopyGeocoder("osm")


def test_an_unknown_option_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match=r"'nominatim' has no option 'key'; it has: domain, scheme$"):
        GeopyGeocoder("nominatim", {"key": "x"})


@pytest.mark.parametrize("options", [{}, {"api_key": ""}])
def test_an_option_that_is_missing_is_told(options: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="'opencage' needs the option 'api_key'"):
        GeopyGeocoder("opencage", options)


def test_options_that_geopy_refuses_are_told() -> None:
    with pytest.raises(ConfigError, match="'nominatim' refuses its options: Supported schemes"):
        GeopyGeocoder("nominatim", {"scheme": "ftp"})


def test_the_identity_tells_servers_apart_and_holds_no_secret() -> None:
    assert GeopyGeocoder("Nominatim").identity == "nominatim"
    assert GeopyGeocoder("nominatim", {"domain": "u:p@example.org"}).identity == "nominatim@example.org"
    assert GeopyGeocoder("opencage", {"api_key": "s3cret"}).identity == "opencage"


def test_openstreetmap_is_named_where_its_data_are_used() -> None:
    assert "OpenStreetMap contributors" in GeopyGeocoder("photon").attribution
    assert GeopyGeocoder("arcgis").attribution == ""


# --- waiting ---------------------------------------------------------------------------------


def test_a_second_passes_between_two_requests(service: Service) -> None:
    clock = Clock()
    geocoder = a_geocoder(service, clock=clock)
    geocoder.geocode("A")
    assert clock.slept == []
    geocoder.geocode("B")
    clock.now += 0.4
    geocoder.geocode("C")
    clock.now += 5
    geocoder.geocode("D")
    assert clock.slept == [1.0, pytest.approx(0.6)]


def test_the_pause_may_be_shorter_for_a_server_of_ones_own(service: Service) -> None:
    clock = Clock()
    geocoder = a_geocoder(service, clock=clock, min_delay_s=0.0)
    geocoder.geocode("A")
    geocoder.geocode("B")
    assert clock.slept == []


def test_a_real_second_passes_too(service: Service) -> None:
    geocoder = GeopyGeocoder("nominatim", {"domain": service.domain, "scheme": "http"}, min_delay_s=0.2)
    begun = time.monotonic()
    for name in "ABC":
        geocoder.geocode(name)
    assert time.monotonic() - begun >= 0.4


def test_who_is_asked_to_wait_waits_and_asks_again(service: Service) -> None:
    clock = Clock()
    service.replies = [Reply(status=429, headers={"Retry-After": "7"})]
    service.places[UNKNOWN] = [an_answer()]
    assert len(a_geocoder(service, clock=clock).geocode(UNKNOWN)) == 1
    assert clock.slept == [7.0]
    assert service.asked == [UNKNOWN, UNKNOWN]


def test_who_is_asked_to_wait_twice_gives_up(service: Service) -> None:
    service.replies = [Reply(status=429, headers={"Retry-After": "2"})] * 2
    with pytest.raises(GeocoderRateLimited, match="again in 2 s") as caught:
        a_geocoder(service).geocode(UNKNOWN)
    assert caught.value.retry_after == 2
    assert len(service.asked) == 2


def test_a_wait_that_is_too_long_is_an_error_and_nothing_more_is_asked(service: Service) -> None:
    clock = Clock()
    service.replies = [Reply(status=429, headers={"Retry-After": "3600"})]
    geocoder = a_geocoder(service, clock=clock)
    with pytest.raises(GeocoderRateLimited, match="again in 3600 s"):
        geocoder.geocode(UNKNOWN)
    clock.now += 600
    with pytest.raises(GeocoderRateLimited, match="again in 3000 s"):
        geocoder.geocode("Homs")
    assert clock.slept == []
    assert service.asked == [UNKNOWN]
    clock.now += 3000
    assert geocoder.geocode("Homs") == ()


def test_too_many_requests_without_a_time_are_an_error(service: Service) -> None:
    service.replies = [Reply(status=429)]
    with pytest.raises(GeocoderRateLimited) as caught:
        a_geocoder(service).geocode(UNKNOWN)
    assert caught.value.retry_after is None
    assert isinstance(caught.value, OSError)
    assert len(service.asked) == 1


# --- what goes wrong -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500),
        Reply(status=503, body=b"down"),
        Reply(status=403, body=b"<html>Access blocked</html>"),
        Reply(status=400),
        Reply(b"<html>not JSON"),
        Reply(b"\xff\xfe\x00"),
        Reply(b""),
        Reply(b'{"error": "no"}'),
        Reply(b'["Aleppo"]'),
        Reply(b"[[]]"),
        Reply(b"7"),
        Reply(b'[{"lat": "north", "lon": "east", "display_name": "x"}]'),
        Reply(b'[{"lat": "91", "lon": "0", "display_name": "x"}]'),
        Reply(b'[{"lat": "1", "lon": "1"}]'),
        Reply(b"[" * 5000),
        Reply(b" " * (5 << 20)),
        Reply(status=302),
    ],
    ids=lambda reply: f"{reply.status} {reply.body[:20]!r}",
)
@pytest.mark.filterwarnings("ignore:Latitude normalization")
def test_an_answer_that_is_none_is_an_error_in_one_line(service: Service, reply: Reply) -> None:
    service.replies = [reply]
    with pytest.raises(GeocoderUnavailable) as caught:
        a_geocoder(service).geocode(UNKNOWN)
    message = str(caught.value)
    assert message.startswith("nominatim")
    assert "\n" not in message
    assert len(message) < 250
    assert isinstance(caught.value, OSError)
    assert len(service.asked) == 1


def test_a_slow_answer_is_an_error(service: Service) -> None:
    service.replies = [Reply(delay_s=0.5)]
    with pytest.raises(GeocoderUnavailable, match="timed out"):
        a_geocoder(service, timeout_s=0.1).geocode(UNKNOWN)


def test_an_answer_that_drips_is_an_error(service: Service) -> None:
    service.replies = [Reply(b"[" * 100, byte_s=0.02)]
    begun = time.monotonic()
    with pytest.raises(GeocoderUnavailable, match="timed out"):
        a_geocoder(service, timeout_s=0.2).geocode(UNKNOWN)
    assert time.monotonic() - begun < 1


def test_a_server_that_is_not_there_is_an_error(service: Service) -> None:
    gone = Service("127.0.0.1:9")
    with pytest.raises(GeocoderUnavailable, match="nominatim: "):
        a_geocoder(gone).geocode(UNKNOWN)
    assert service.requests == []


def test_no_message_holds_a_key() -> None:
    options = {"api_key": "s3cret", "domain": "127.0.0.1:9/a b", "scheme": "http"}
    with pytest.raises(GeocoderUnavailable) as caught:
        GeopyGeocoder("pickpoint", options).geocode(UNKNOWN)
    assert "s3cret" not in str(caught.value)
    assert "***" in str(caught.value)


# --- the cache -------------------------------------------------------------------------------

HOMS = Geocoded("relation/1", "Homs", Point(lat=34.7, lon=36.7), "SY", "Homs, Syria")
HAMA = Geocoded("relation/2", "Hama", Point(lat=35.1, lon=36.8), "SY", "Hama, Syria")


def noon() -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_answer_is_kept_with_the_time_it_was_asked(tmp_path: Path) -> None:
    path = tmp_path / "new" / "cache.sqlite"
    with GeocodeCache(path, service="nominatim", now=noon) as cache:
        assert cache.get("Homs") is None
        kept = cache.put("Homs", [HOMS, HAMA])
    assert kept == ((HOMS, HAMA), "2026-03-01T12:00:00Z")
    with GeocodeCache(path, service="nominatim") as cache:
        assert cache.get("Homs") == kept
        assert cache.get(" HOMS ") == kept
        assert cache.recall("relation/2") == HAMA
        assert cache.recall("relation/3") is None


def test_the_time_it_was_asked_is_now(tmp_path: Path) -> None:
    with GeocodeCache(tmp_path / "c", service="nominatim") as cache:
        asked = datetime.fromisoformat(cache.put("Homs", []).asked_at)
    assert abs((datetime.now(UTC) - asked).total_seconds()) < 60


def test_what_was_not_found_is_kept_too(tmp_path: Path) -> None:
    with GeocodeCache(tmp_path / "c", service="nominatim") as cache:
        cache.put("Homs", [])
        answer = cache.get("Homs")
    assert answer is not None
    assert answer.results == ()


def test_services_do_not_share_answers(tmp_path: Path) -> None:
    with (
        GeocodeCache(tmp_path / "c", service="nominatim") as one,
        GeocodeCache(tmp_path / "c", service="nominatim@localhost") as other,
    ):
        one.put("Homs", [HOMS])
        assert other.get("Homs") is None
        assert other.recall(HOMS.id) is None


def test_a_place_stays_what_it_was_when_first_seen(tmp_path: Path) -> None:
    moved = HOMS._replace(name="Hims", point=Point(lat=34.8, lon=36.7))
    with GeocodeCache(tmp_path / "c", service="nominatim") as cache:
        cache.put("Homs", [HOMS])
        assert cache.put("Hims", [moved]).results == (HOMS,)
        assert cache.recall(HOMS.id) == HOMS


_PUT = """
import sys
from pathlib import Path
from geomap.gazetteers.cache import GeocodeCache
from geomap.model import Point
from geomap.protocols import Geocoded
path, first = Path(sys.argv[1]), int(sys.argv[2])
for number in range(first, first + 20):
    with GeocodeCache(path, service="nominatim") as cache:
        cache.put(f"Town {number}", [Geocoded(f"node/{number}", "T", Point(lat=1, lon=number))])
"""


@pytest.mark.slow
def test_two_processes_may_write_at_once(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "cache.sqlite"
    running = [
        subprocess.Popen([sys.executable, "-c", _PUT, str(path), str(first)], cwd=root) for first in (0, 20)
    ]
    assert [process.wait(60) for process in running] == [0, 0]
    with GeocodeCache(path, service="nominatim") as cache:
        answers = [cache.get(f"Town {number}") for number in range(40)]
    assert [answer.results[0].id for answer in answers if answer] == [f"node/{at}" for at in range(40)]


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    path.write_bytes(b"no database " * 100)
    with pytest.raises(StoreError, match=r"cache\.sqlite cannot be used: .*; delete the file to begin anew"):
        GeocodeCache(path, service="nominatim")


def test_another_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "news.gpkg"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is no file of a geocoder's answers"):
        GeocodeCache(path, service="nominatim")
    assert path.read_bytes() == before


def test_a_folder_is_no_cache(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be used") as caught:
        GeocodeCache(tmp_path, service="nominatim")
    assert "delete" not in str(caught.value)


def test_a_cache_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be used"):
        GeocodeCache(tmp_path / "file" / "cache", service="nominatim")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE answer SET ids = 'no JSON'",
        "UPDATE answer SET ids = '7'",
        "UPDATE answer SET ids = '[[1]]'",
        "UPDATE place SET lat = 'north'",
        "UPDATE place SET lat = 1000",
        "DROP TABLE answer",
    ],
)
def test_a_damaged_cache_is_told(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "cache.sqlite"
    with GeocodeCache(path, service="nominatim") as cache:
        cache.put("Homs", [HOMS])
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute(damage)
        connection.close()
        with pytest.raises(StoreError, match="cannot be used"):
            cache.get("Homs")


def test_an_answer_that_cannot_be_kept_leaves_the_cache_as_it_was(tmp_path: Path) -> None:
    with GeocodeCache(tmp_path / "c", service="nominatim") as cache:
        with pytest.raises(StoreError):
            cache.put("Homs", [HAMA, HOMS._replace(id=None)])  # type: ignore[arg-type]
        assert cache.recall(HAMA.id) is None
        assert cache.put("Homs", [HOMS]).results == (HOMS,)


# --- the fallback ----------------------------------------------------------------------------


@dataclass(slots=True)
class Told:
    """What was told as an error."""

    messages: list[str] = field(default_factory=list)

    def __call__(self, message: str) -> None:
        self.messages.append(message)


def a_fallback(
    gazetteer: Gazetteer, geocoder: Geocoder, *, cache: GeocodeCache | None = None, told: Told | None = None
) -> FallbackGazetteer:
    return FallbackGazetteer(gazetteer, geocoder, cache=cache, on_error=told or Told())


def test_a_name_that_the_gazetteer_lacks_is_found_and_marked(
    gazetteer: SqliteGazetteer, service: Service
) -> None:
    service.places[UNKNOWN] = [an_answer()]
    (found,) = a_fallback(gazetteer, a_geocoder(service)).lookup(UNKNOWN)
    assert found.match is Match.GEOCODED
    assert found.matched_name == UNKNOWN
    assert found.place.id == "nominatim:relation/4711"
    assert found.place.country_code == "SY"
    assert found.place.point == Point(lat=36.512346, lon=37.25)


@pytest.mark.parametrize("name", ["Aleppo", "Syrian", "Deir al-Zor", "U.S."])
def test_a_name_that_the_gazetteer_knows_is_never_asked_for(
    gazetteer: SqliteGazetteer, service: Service, name: str
) -> None:
    fallback = a_fallback(gazetteer, a_geocoder(service))
    assert fallback.lookup(name) == gazetteer.lookup(name)
    assert fallback.lookup(name, limit=1) == gazetteer.lookup(name, limit=1)
    assert service.requests == []


def test_names_inside_a_name_are_never_asked_for(gazetteer: SqliteGazetteer, service: Service) -> None:
    geoparser = Geoparser(
        recognizer=GivenRecognizer({"a1": [a_mention(start=0, end=21, text="Xyzzyplugh Aleppo Mill")]}),
        gazetteer=a_fallback(gazetteer, a_geocoder(service)),
    )
    (resolution,) = geoparser.parse(an_article(title="", text="Xyzzyplugh Aleppo Mill burned.")).resolutions
    assert resolution.match is Match.PART
    assert len(service.requests) == 1


def test_neighbors_and_borders_are_those_of_the_gazetteer(
    gazetteer: SqliteGazetteer, service: Service
) -> None:
    syria, turkey = (gazetteer.lookup(name)[0].place for name in ("Syria", "Turkey"))
    fallback = a_fallback(gazetteer, a_geocoder(service))
    assert fallback.neighbors(syria) == gazetteer.neighbors(syria) != []
    assert fallback.border(syria, turkey) == gazetteer.border(syria, turkey) is not None
    bare = a_fallback(NoGazetteer(), a_geocoder(service))
    assert (list(bare.neighbors(syria)), bare.border(syria, turkey)) == ([], None)


@pytest.mark.parametrize("name", ["", " ", "kharbat zuhuriq", "K" * 81, "1234", "?!", "Kharbat \ud800"])
def test_what_looks_like_no_name_is_never_asked_for(service: Service, name: str) -> None:
    fallback = a_fallback(NoGazetteer(), a_geocoder(service))
    assert list(fallback.lookup(name)) == []
    assert service.requests == []


@pytest.mark.parametrize("name", ["Kharbat Zuhuriq", "خربة", "北京", "al-Khirbe", "K2", "K" * 80])
def test_what_looks_like_a_name_may_be_asked_for(name: str) -> None:
    assert looks_like_a_name(name)


def test_half_a_character_is_no_part_of_a_name(gazetteer: SqliteGazetteer, service: Service) -> None:
    fallback = a_fallback(gazetteer, a_geocoder(service))
    assert list(fallback.lookup("Xyzzyplugh \ud800")) == []
    assert [each.place.name for each in fallback.lookup("Aleppo\ud800", limit=1)] == ["Aleppo"]
    assert service.requests == []


@given(name=st.text(max_size=100))
def test_any_text_looks_like_a_name_or_not(name: str) -> None:
    if looks_like_a_name(name):
        assert name.encode()
        assert any(char.isalpha() for char in name)


def test_a_name_is_asked_for_once_a_run(gazetteer: SqliteGazetteer, service: Service) -> None:
    service.places[UNKNOWN] = [an_answer()]
    fallback = a_fallback(gazetteer, a_geocoder(service))
    first = fallback.lookup(UNKNOWN)
    assert [each.place for each in fallback.lookup(UNKNOWN.upper())] == [each.place for each in first]
    assert fallback.lookup(UNKNOWN) == first
    for _ in range(2):
        assert list(fallback.lookup("Xyzzyplugh")) == []
    assert service.asked == [UNKNOWN, "Xyzzyplugh"]


def test_with_a_cache_a_name_is_asked_for_once_for_all(
    gazetteer: SqliteGazetteer, service: Service, tmp_path: Path
) -> None:
    service.places[UNKNOWN] = [an_answer(), an_answer(osm_id=2)]
    looked_up = []
    for _ in range(2):
        geocoder = a_geocoder(service)
        with GeocodeCache(tmp_path / "c", service=geocoder.identity) as cache:
            fallback = a_fallback(gazetteer, geocoder, cache=cache)
            looked_up.append((fallback.lookup(UNKNOWN), fallback.lookup("Xyzzyplugh")))
    assert looked_up[0] == looked_up[1]
    assert len(looked_up[0][0]) == 2
    assert service.asked == [UNKNOWN, "Xyzzyplugh"]


_LOOK_UP = """
import sys
from pathlib import Path
from geomap.gazetteers.cache import GeocodeCache
from geomap.gazetteers.fallback import FallbackGazetteer
from geomap.gazetteers.online import GeopyGeocoder
from geomap.gazetteers.sqlite import SqliteGazetteer
geocoder = GeopyGeocoder("nominatim", {"domain": sys.argv[1], "scheme": "http"})
with SqliteGazetteer() as gazetteer, GeocodeCache(Path(sys.argv[2]), service=geocoder.identity) as cache:
    fallback = FallbackGazetteer(gazetteer, geocoder, cache=cache, on_error=sys.exit)
    print(*[found.place.id for found in fallback.lookup(sys.argv[3])])
"""


@pytest.mark.slow
def test_another_process_finds_in_the_cache_what_was_asked_for(service: Service, tmp_path: Path) -> None:
    service.places[UNKNOWN] = [an_answer()]
    command = [sys.executable, "-c", _LOOK_UP, service.domain, str(tmp_path / "c"), UNKNOWN]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr) == ("nominatim:relation/4711\n", "")
    assert service.asked == [UNKNOWN]


def test_a_limit_holds_for_geocoded_places_too(gazetteer: SqliteGazetteer, service: Service) -> None:
    service.places[UNKNOWN] = [an_answer(), an_answer(osm_id=2), an_answer(osm_id=3)]
    fallback = a_fallback(gazetteer, a_geocoder(service))
    assert fallback.lookup(UNKNOWN, limit=2) == fallback.lookup(UNKNOWN)[:2]


def test_white_space_in_a_name_is_sent_as_one_space(gazetteer: SqliteGazetteer, service: Service) -> None:
    a_fallback(gazetteer, a_geocoder(service)).lookup("Kharbat\n  Zuhuriq")
    assert service.asked == [UNKNOWN]


def test_a_geocoded_place_is_known_by_its_id(
    gazetteer: SqliteGazetteer, service: Service, tmp_path: Path
) -> None:
    service.places[UNKNOWN] = [an_answer()]
    geocoder = a_geocoder(service)
    with GeocodeCache(tmp_path / "c", service=geocoder.identity) as cache:
        fallback = a_fallback(gazetteer, geocoder, cache=cache)
        (found,) = fallback.lookup(UNKNOWN)
        assert fallback.place(found.place.id) == found.place
        later = a_fallback(gazetteer, geocoder, cache=cache)
        assert later.place(found.place.id) == found.place
        assert later.place("nominatim:relation/5") is None
    without = a_fallback(gazetteer, geocoder)
    assert without.place(found.place.id) is None
    assert without.lookup(UNKNOWN) == [found]
    assert without.place(found.place.id) == found.place


def test_two_names_of_one_place_give_one_place(gazetteer: SqliteGazetteer, service: Service) -> None:
    service.places = {UNKNOWN: [an_answer()], "Zuhuriqiye": [an_answer(name="Zuhuriqiye")]}
    fallback = a_fallback(gazetteer, a_geocoder(service))
    (first,), (second,) = fallback.lookup(UNKNOWN), fallback.lookup("Zuhuriqiye")
    assert first.place == second.place
    assert second.matched_name == "Zuhuriqiye"


def test_a_geocoded_place_lies_in_its_country(gazetteer: SqliteGazetteer, service: Service) -> None:
    service.places = {UNKNOWN: [an_answer()], "Xyzzyplugh": [an_answer(osm_id=2, address={})]}
    fallback = a_fallback(gazetteer, a_geocoder(service))
    (found,) = fallback.lookup(UNKNOWN)
    assert [place.name for place in fallback.ancestors(found.place)] == ["Syria", "Asia"]
    (nowhere,) = fallback.lookup("Xyzzyplugh")
    assert list(fallback.ancestors(nowhere.place)) == []
    assert fallback.geometry(found.place) is None


def test_the_rest_is_the_gazetteers(gazetteer: SqliteGazetteer, service: Service) -> None:
    fallback = a_fallback(gazetteer, a_geocoder(service))
    aleppo = gazetteer.lookup("Aleppo")[0].place
    syria = gazetteer.ancestors(aleppo)[-2]
    assert isinstance(fallback, Gazetteer)
    assert fallback.fingerprint == f"{gazetteer.fingerprint}+nominatim@{service.domain}"
    assert fallback.place(aleppo.id) == aleppo
    assert fallback.ancestors(aleppo) == gazetteer.ancestors(aleppo)
    assert fallback.names() is gazetteer.names()
    assert fallback.geometry(syria) == gazetteer.geometry(syria)


# --- a fallback that fails -------------------------------------------------------------------


@dataclass(slots=True)
class NoGazetteer:
    """A gazetteer without places."""

    fingerprint: str = "none@1+0"

    def lookup(self, name: str, *, limit: int = 50) -> Sequence[Any]:  # noqa: ARG002
        return []


def test_a_failure_is_told_and_the_name_stays_without_a_place(service: Service) -> None:
    told = Told()
    service.replies = [Reply(status=500)]
    service.places[UNKNOWN] = [an_answer()]
    fallback = a_fallback(NoGazetteer(), a_geocoder(service), told=told)
    assert list(fallback.lookup(UNKNOWN)) == []
    assert list(fallback.lookup(UNKNOWN)) == []
    assert len(service.asked) == 1
    (message,) = told.messages
    assert message.startswith("'Kharbat Zuhuriq' could not be looked up online: nominatim: ")


def test_a_failure_is_not_kept(service: Service, tmp_path: Path) -> None:
    service.replies = [Reply(status=500)]
    service.places[UNKNOWN] = [an_answer()]
    with GeocodeCache(tmp_path / "c", service="nominatim") as cache:
        assert list(a_fallback(NoGazetteer(), a_geocoder(service), cache=cache).lookup(UNKNOWN)) == []
        assert len(a_fallback(NoGazetteer(), a_geocoder(service), cache=cache).lookup(UNKNOWN)) == 1


def test_after_some_failures_in_a_row_nothing_more_is_asked_and_that_is_told_once(service: Service) -> None:
    told = Told()
    service.replies = [Reply(status=500)] * 20
    fallback = a_fallback(NoGazetteer(), a_geocoder(service), told=told)
    for number in range(10):
        assert list(fallback.lookup(f"Town{number}")) == []
    assert len(service.asked) == FAILURES
    assert len(told.messages) == FAILURES + 1
    assert told.messages[-1] == "no more names are looked up with nominatim in this run"


def test_a_success_between_failures_counts_them_anew(service: Service) -> None:
    service.replies = [Reply(status=500), Reply(status=500), Reply(), Reply(status=500), Reply(status=500)]
    fallback = a_fallback(NoGazetteer(), a_geocoder(service))
    for number in range(10):
        fallback.lookup(f"Town{number}")
    assert len(service.asked) == 10


def test_a_rate_limit_that_lasts_stops_it_at_once(service: Service) -> None:
    told = Told()
    service.replies = [Reply(status=429, headers={"Retry-After": "86400"})]
    fallback = a_fallback(NoGazetteer(), a_geocoder(service), told=told)
    for number in range(5):
        fallback.lookup(f"Town{number}")
    assert service.asked == ["Town0"]
    assert len(told.messages) == 2


def test_cached_names_are_found_after_it_has_stopped(service: Service, tmp_path: Path) -> None:
    service.replies = [Reply(status=429)]
    with GeocodeCache(tmp_path / "c", service="nominatim") as cache:
        cache.put("Homs", [HOMS])
        fallback = a_fallback(NoGazetteer(), a_geocoder(service), cache=cache)
        fallback.lookup(UNKNOWN)
        assert [each.place.id for each in fallback.lookup("Homs")] == ["nominatim:relation/1"]


@pytest.mark.parametrize("step", ["get", "put", "recall"])
def test_a_cache_that_breaks_is_told_once_and_done_without(
    service: Service, tmp_path: Path, step: str
) -> None:
    told = Told()
    path = tmp_path / "c"
    service.places[UNKNOWN] = [an_answer()]
    with GeocodeCache(path, service="nominatim") as cache:
        fallback = a_fallback(NoGazetteer(), a_geocoder(service), cache=cache, told=told)
        broken = {"get": "DROP TABLE answer", "put": "DROP TABLE place", "recall": "DROP TABLE place"}[step]
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute(broken)
        connection.close()
        if step == "recall":
            assert fallback.place("nominatim:relation/4711") is None
        assert len(fallback.lookup(UNKNOWN)) == 1
        assert len(fallback.lookup(UNKNOWN)) == 1
        assert fallback.place("nominatim:relation/4711") is not None
    assert service.asked == [UNKNOWN]
    assert len(told.messages) == 1
    assert "cannot be used" in told.messages[0]


def test_the_fallback_and_its_cache_load_no_geopy() -> None:
    code = "import sys, geomap.gazetteers.fallback; sys.exit('geopy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- the whole way ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WordRecognizer:
    """Finds the words it was told."""

    words: tuple[str, ...]
    fingerprint: str = "words@1+0"

    def recognize(self, article: Article) -> Sequence[Mention]:
        found = [(article.text.find(word), word) for word in self.words]
        return [
            Mention(article_id=article.id, field="text", start=at, end=at + len(word), text=word)
            for at, word in sorted(found)
            if at >= 0
        ]


ARTICLE = Article(
    id="a1", title="Shelling in the north", text=f"Shells hit {UNKNOWN} near Aleppo. {UNKNOWN} has 90 houses."
)


def test_an_article_is_mapped_with_a_place_that_only_the_geocoder_knows(
    gazetteer: SqliteGazetteer, service: Service, tmp_path: Path
) -> None:
    service.places[UNKNOWN] = [an_answer(), an_answer(osm_id=9, lat="10", lon="10", address={})]
    fallback = a_fallback(gazetteer, a_geocoder(service))
    parser = Geoparser(
        recognizer=WordRecognizer((UNKNOWN, "Aleppo")),
        gazetteer=fallback,
        resolver=EvidenceResolver(fallback),
    )
    parsed = parser.parse(ARTICLE)
    assert [each.outcome for each in parsed.resolutions] == [Outcome.RESOLVED] * 2
    first, second = parsed.sightings
    assert (first.place.name, first.country, first.admin1) == (UNKNOWN, "Syria", "")
    assert first.sentence == f"Shells hit {UNKNOWN} near Aleppo."
    assert second.place.id == "geonames:170063"
    assert "+nominatim@127.0.0.1" in parsed.provenance.gazetteer
    geojson, html = tmp_path / "map.geojson", tmp_path / "map.html"
    GeoJsonExporter().export(parsed.sightings, geojson)
    features = json.loads(geojson.read_text(encoding="utf-8"))["features"]
    assert [37.25, 36.51235] in [feature["geometry"]["coordinates"] for feature in features]
    LeafletExporter(geometry=fallback.geometry).export(parsed.sightings, html)
    assert UNKNOWN in data_of(html.read_text(encoding="utf-8"))["places"]["name"]


def test_without_the_service_the_name_has_no_place_of_its_own_and_the_rest_goes_on(
    gazetteer: SqliteGazetteer, service: Service
) -> None:
    service.replies = [Reply(status=500)]
    fallback = a_fallback(gazetteer, a_geocoder(service))
    parser = Geoparser(
        recognizer=WordRecognizer((UNKNOWN, "Aleppo")),
        gazetteer=fallback,
        resolver=EvidenceResolver(fallback),
    )
    matches = [each.match for each in parser.parse(ARTICLE).resolutions]
    assert matches == [Match.WITHIN, Match.EXACT]
