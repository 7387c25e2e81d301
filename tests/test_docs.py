"""The README: what it shows runs, and what there is, it names."""

from __future__ import annotations

import itertools
import re
import shlex
import shutil
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from click.testing import CliRunner
from test_leaflet import data_of

from geomap.cli import main
from geomap.exporters.properties import COLUMNS, Per
from geomap.model import Precision, Role, extent

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
GOLD = '{"id": "a", "text": "Rain fell in Aleppo.", "toponyms": [{"start": 13, "end": 19}]}\n'


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def shell_lines() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines()]


def examples() -> list[str]:
    return [line for line in shell_lines() if line.startswith("geomap ")]


def commands(group: click.Group = main, name: str = "geomap") -> Iterator[tuple[str, click.Command]]:
    yield name, group
    for command in group.commands.values():
        path = f"{name} {command.name}"
        if isinstance(command, click.Group):
            yield from commands(command, path)
        else:
            yield path, command


COMMANDS = list(commands())


def documented(path: str) -> set[str]:
    """Return the options that the README's table names for a command."""
    row = re.search(rf"^\| `{path}(?: [^`]*)?` \| (.+) \|$", README, re.MULTILINE)
    return set(re.findall(r"`(--?[a-z-]+)`", row.group(1))) if row else set()


@pytest.fixture
def checkout(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the examples find their files, and may write; without a network."""
    shutil.copytree(root / "geomap" / "samples", tmp_path / "geomap" / "samples")
    for name in ("gold.jsonl", "others.jsonl"):
        (tmp_path / name).write_text(GOLD, encoding="utf-8")
    (tmp_path / "floors.toml").write_text("[gold]\noverlap_recall = 0.9\n", encoding="utf-8")
    (tmp_path / "villages.csv").write_text("name,lat,lon\nAlfa,12.9,23.5\n", encoding="utf-8")
    (profile,) = (block for block in blocks("toml") if "[outlets]" in block)
    (tmp_path / "valley.toml").write_text(profile, encoding="utf-8")
    (tmp_path / "output").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GEOMAP_OFFLINE", "1")
    monkeypatch.setenv("GEOMAP_GAZETTEERS", str(tmp_path / "own"))
    return tmp_path


@pytest.mark.parametrize(
    "block", [block for block in blocks("sh") if block.startswith("geomap ")], ids=lambda block: block[:40]
)
def test_the_examples_of_a_block_run_one_after_the_other(checkout: Path, block: str) -> None:
    if "output/news.gpkg" in block:
        CliRunner().invoke(main, ["add", "--samples", "--project", "output/news.gpkg"])
    for example in block.splitlines():
        arguments = shlex.split(example)[1:]
        if "parquet" in arguments:
            pytest.importorskip("pyarrow", reason="pyarrow is not installed")
        result = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        for option, value in itertools.pairwise(arguments):
            if option == "-o":
                assert (checkout / value).stat().st_size > 0


@pytest.mark.parametrize("code", blocks("python"))
def test_a_python_example_runs(checkout: Path, code: str) -> None:
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102
    assert checkout.exists()


def test_the_python_examples_leave_what_they_say(checkout: Path) -> None:
    variables: dict[str, Any] = {}
    for code in blocks("python"):
        exec(compile(code, "README.md", "exec"), variables)  # noqa: S102
    page = (checkout / "output" / "trucks.html").read_text(encoding="utf-8")
    assert data_of(page)["places"]["name"] == ["Deir ez-Zor", "Raqqa"]
    assert "Renk" in [summary.place.name for summary in variables["places"]]
    assert variables["articles"]
    assert set(variables["sightings"]["country_code"]) == {"SY"}


def test_the_first_block_installs_and_leaves_a_map(checkout: Path) -> None:
    first = blocks("sh")[0].splitlines()
    assert [line for line in first if "install ." in line]
    assert first[-1].startswith(".venv/bin/geomap ")
    result = CliRunner().invoke(main, shlex.split(first[-1])[1:], catch_exceptions=False)
    assert result.exit_code == 0
    assert (checkout / "output" / "map.html").is_file()


def test_one_block_runs_the_tests() -> None:
    assert [block for block in blocks("sh") if block.rstrip().endswith(".venv/bin/python -m pytest")]


@pytest.mark.parametrize(
    ("path", "command"), COMMANDS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_option_is_documented(path: str, command: click.Command) -> None:
    options = {
        name for parameter in command.params if isinstance(parameter, click.Option) for name in parameter.opts
    }
    if isinstance(command, click.Group) and not options:
        return
    expected = options | ({"--help", "-h"} if path == "geomap" else set())
    assert documented(path) == expected


def documented_columns(of: str) -> set[str]:
    (row,) = re.findall(rf"^\| (`.+`) \| {of} \|$", README, re.MULTILINE)
    return set(re.findall(r"`(\w+)`", row))


@pytest.mark.parametrize("per", get_args(Per))
def test_every_column_is_documented(per: Per) -> None:
    assert documented_columns("both") | documented_columns(f"a {per}") == set(COLUMNS[per])


@pytest.mark.parametrize(("kinds", "of"), [(Precision, "precision"), (Role, "role")])
def test_every_precision_and_role_is_documented_and_an_option(kinds: type[Enum], of: str) -> None:
    section = README.split("### Where exactly, and in what role")[1].split("\n### ")[0]
    assert {each.value for each in kinds} <= set(re.findall(r"`(\w+)`", section))
    (option,) = (each for each in dict(COMMANDS)["geomap articles"].params if f"--{of}" in each.opts)
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == [each.value for each in kinds]


def test_the_usual_radii_are_documented_as_they_are() -> None:
    (told,) = re.findall(r"median of places of the same precision \((town[^)]*)\)", README)
    found = dict(re.findall(r"(\w+)\s+([\d.]+)", told))
    usual = {kind.value: km for kind, km in extent._USUAL_KM.items() if kind is not Precision.COUNTRY}
    assert {name: float(km) for name, km in found.items()} == usual


def test_every_command_has_an_example() -> None:
    for path, command in COMMANDS:
        if not isinstance(command, click.Group):
            assert [line for line in examples() if line.startswith(f"{path} ") or line == path], path


@pytest.mark.parametrize(
    ("path", "command"), COMMANDS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_and_option_helps(path: str, command: click.Command) -> None:
    assert command.help, path
    assert all(parameter.help for parameter in command.params if isinstance(parameter, click.Option)), path


def test_the_files_that_the_readme_names_are_there(root: Path) -> None:
    layout = README.split("## Layout")[1]
    named = re.findall(r"`([\w./-]+/|[\w./]+\.\w+|\.ci/run)`", layout)
    assert named
    missing = [name for name in named if not ((root / name).exists() or (root / "geomap" / name).exists())]
    assert missing == []


def test_the_changelog_names_the_version(root: Path) -> None:
    from geomap import __version__

    assert f"## {__version__}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")
