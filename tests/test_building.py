"""geomap gazetteer build: what the command reads, prints and leaves, and with which exit status."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dumps import HAMA, a_line, write

from geomap.cli import main
from geomap.gazetteers.build import build
from geomap.gazetteers.sqlite import SqliteGazetteer

MINI = Path(__file__).parent / "data" / "mini"


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("base") / "base.sqlite"
    build(path, places=[MINI / "places.tsv"])
    return path


def run(*arguments: str | Path) -> Result:
    given = ["gazetteer", "build", *(str(each) for each in arguments)]
    return CliRunner().invoke(main, given, catch_exceptions=False)


def test_dump_becomes_a_gazetteer_and_its_counts_are_printed(tmp_path: Path, base: Path) -> None:
    path = write(
        tmp_path / "SY.zip",
        [a_line(), a_line(170063, "Aleppo"), a_line(1, "Baron", code="HTL", **{"class": "S"})],
    )
    target = tmp_path / "new" / "g.sqlite"
    result = run("--geonames", path, "--base", base, "-o", target)
    assert (result.exit_code, result.stderr) == (0, "")
    with SqliteGazetteer(base) as old, SqliteGazetteer(target) as opened:
        places = old.counts["places"] + 1
        assert opened.counts["places"] == places
        assert opened.lookup("Hamah")[0].place.id == f"geonames:{HAMA}"
        names = opened.counts["names"]
    assert [line.split(maxsplit=1) for line in result.stdout.splitlines()] == [
        ["3", "rows read"],
        ["1", "new places"],
        ["1", "places added to"],
        ["1", "of kinds that are not taken"],
        [str(places), f"places with {names:,} names in {target}"],
        ["Use", f"it with --gazetteer {target}"],
    ]


def test_result_is_one_that_other_commands_take(tmp_path: Path, base: Path) -> None:
    write(tmp_path / "SY.zip", [a_line(1, "Kafr Nabl")])
    assert run("--geonames", tmp_path, "--base", base, "-o", tmp_path / "g.sqlite").exit_code == 0
    found = CliRunner().invoke(
        main, ["gazetteer", "search", "Kafr Nabl", "--gazetteer", str(tmp_path / "g.sqlite")]
    )
    assert "geonames:1" in found.stdout


def test_bad_rows_are_told_and_the_status_is_1(tmp_path: Path, base: Path) -> None:
    path = write(tmp_path / "SY.txt", [a_line(), *(a_line(number, "X", lat="x") for number in range(1, 151))])
    result = run("--geonames", path, "--base", base, "-o", tmp_path / "g.sqlite")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[0] == f"{path}:2: latitude 'x' is not a number from -90 to 90"
    assert (len(lines), lines[-1]) == (101, "and 50 more bad rows")
    assert "150  bad rows left out" in result.stdout
    assert (tmp_path / "g.sqlite").is_file()


def test_broken_file_is_one_line_and_leaves_the_old_gazetteer(tmp_path: Path, base: Path) -> None:
    path = tmp_path / "SY.zip"
    path.write_bytes(b"PK nothing")
    (tmp_path / "g.sqlite").write_bytes(b"the old one")
    result = run("--geonames", path, "--base", base, "-o", tmp_path / "g.sqlite")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {path}: is a broken zip")
    assert len(result.stderr.splitlines()) == 1
    assert (tmp_path / "g.sqlite").read_bytes() == b"the old one"


def test_features_are_chosen(tmp_path: Path, base: Path) -> None:
    path = write(
        tmp_path / "SY.txt", [a_line(1, "Kafr Nabl"), a_line(2, "Jabal Zawiya", code="MTS", **{"class": "T"})]
    )
    run("--geonames", path, "--base", base, "-o", tmp_path / "g.sqlite", "--features", "T")
    with SqliteGazetteer(tmp_path / "g.sqlite") as opened:
        assert opened.place("geonames:1") is None
        assert opened.place("geonames:2") is not None
    result = run("--geonames", path, "--base", base, "-o", tmp_path / "g.sqlite", "--features", "hotels")
    assert result.exit_code == 1
    assert "'HOTELS' is no feature class" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "Give --geonames PATH, or --download CODES."),
        (("--geonames", "SY.zip", "--base-address", "https://example.org/"), "need --download"),
        (("--geonames", "SY.zip", "--download-folder", "x"), "need --download"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], problem: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert problem in result.stderr


def test_download_fetches_and_builds(tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def download(
        countries: tuple[str, ...], folder: Path, *, base_address: str, on_progress: object
    ) -> list[Path]:
        asked.extend([countries, folder, base_address, callable(on_progress)])
        return [write(folder / "SY.zip", [a_line()])]

    monkeypatch.setattr("geomap.gazetteers.download.download", download)
    held = tmp_path / "held"
    result = run(
        *("--download", "sy", "--download-folder", held, "--base-address", "https://example.org/"),
        *("--base", base, "-o", tmp_path / "g.sqlite"),
    )
    assert (result.exit_code, asked) == (0, [("SY",), held, "https://example.org/", True])
    assert result.stderr == f"note: GeoNames' files are kept in {held}\n"
    with SqliteGazetteer(tmp_path / "g.sqlite") as opened:
        assert opened.place(f"geonames:{HAMA}") is not None


def test_download_keeps_files_among_the_settings(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.get_app_dir", lambda name: str(tmp_path / name))
    monkeypatch.setattr(
        "geomap.gazetteers.download.download", lambda _, folder, **__: [write(folder / "SY.zip", [a_line()])]
    )
    assert run("--download", "SY", "--base", base, "-o", tmp_path / "g.sqlite").exit_code == 0
    assert (tmp_path / "geomap" / "geonames" / "SY.zip").is_file()


def test_offline_nothing_is_downloaded(tmp_path: Path) -> None:
    result = run("--download", "SY", "--offline", "-o", tmp_path / "g.sqlite")
    assert result.exit_code == 1
    assert "--download needs the network" in result.stderr


def test_progress_is_shown_on_a_terminal_only(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from geomap.cli import building

    building._show("places written", 20_000)
    assert capfd.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    building._show("places written", 20_000)
    building._show_bytes("SY.zip", 3_000_000, 9_000_000)
    building._show_bytes("SY.zip", 3_000_000, None)
    building._show("", 0)
    shown = capfd.readouterr().err.replace("\r\x1b[K", "|")
    assert shown == "|places written  20,000|SY.zip  3 of 9 MB|SY.zip  3 MB|"
    assert (
        run("--geonames", tmp_path / "none.zip", "--base", base, "-o", tmp_path / "g.sqlite").exit_code == 1
    )
