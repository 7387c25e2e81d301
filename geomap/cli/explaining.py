"""The decision about each mention as a table: candidates, and what each reason adds to their scores.

Rows are reasons, columns candidates. The figures are rounded to three decimals and the score is the sum
of what is printed, so that a reader can add it up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from geomap.cli.common import printable
from geomap.cli.places import WIDTH, described, wrapped
from geomap.exporters.properties import figures
from geomap.exporters.telling import told_area, told_extent, told_focus
from geomap.model import Focus, GeoparsedArticle, Mention, Resolution, ScoredCandidate, Sighting
from geomap.protocols import Gazetteer
from geomap.text import fold

_COLUMN = 9
_WEIGHT = 8


def explanation(parsed: GeoparsedArticle, gazetteer: Gazetteer, *, mention: str | None = None) -> list[str]:
    """Return the lines about an article's mentions, those with the same reasons once; empty without any.

    `mention` names the only ones wanted; case and diacritics do not matter.
    """
    wanted = [
        resolution
        for resolution in parsed.resolutions
        if mention is None or fold(resolution.mention.text) == fold(mention)
    ]
    groups: dict[object, list[Resolution]] = {}
    for resolution in wanted:
        found = resolution.mention
        key = (found.text, found.type, resolution.outcome, resolution.place, resolution.ranked)
        groups.setdefault(key, []).append(resolution)
    sightings = {sighting.resolution.mention: sighting for sighting in parsed.sightings}
    lines = []
    for group in groups.values():
        lines += [*_header(group, gazetteer), *_where(group, sightings)]
        lines += [*_candidates(group[0], gazetteer), *_table(group[0].ranked), ""]
    return [*_about(parsed), "", *lines] if lines else []


def _about(parsed: GeoparsedArticle) -> Iterator[str]:
    article = parsed.article
    yield from wrapped(f"{article.id}  {article.title}", first="", rest="    ")
    if parsed.focus != Focus():
        yield from wrapped(f"focus: {told_focus(parsed.focus)}", first="", rest="    ")


def _where(group: Sequence[Resolution], sightings: Mapping[Mention, Sighting]) -> Iterator[str]:
    """Yield how exactly the mentions lie and in what role: once where that is the same of all."""
    told: dict[str, list[Mention]] = {}
    for mention in (each.mention for each in group if each.mention in sightings):
        told.setdefault(_told_where(sightings[mention]), []).append(mention)
    for text, mentions in told.items():
        where = ", ".join(f"{each.field} {each.start}-{each.end}" for each in mentions)
        yield from wrapped(text if len(told) == 1 else f"{where}: {text}", first="    ", rest="      ")


def _told_where(sighting: Sighting) -> str:
    area = sighting.area
    score = f" ({sighting.role_score:.2f})" if sighting.role_score else ""
    extent = (
        told_extent(sighting.precision, sighting.radius_km)
        if area is None
        else f"{told_area(area, sighting.radius_km)} (by {area.method}, {figures(area.km2):g} km2)"
    )
    return f"{sighting.role.value}{score}; {extent}"


def _header(group: Sequence[Resolution], gazetteer: Gazetteer) -> Iterator[str]:
    first = group[0]
    kind = first.mention.type.value.replace("_", " ")
    at = ", ".join(f"{each.mention.field} {each.mention.start}-{each.mention.end}" for each in group)
    if first.place is None:
        decision = first.outcome.value.replace("_", " ")
    else:
        decision = f"{first.place.name}, {described(first.place, gazetteer)}"
    side = "literal" if first.mention.type.literal else "associative"
    sides = kind if kind == "literal" else f"{side}: {kind}"
    text = f"{first.mention.text}  ->  {decision}; confidence {first.confidence:.2f}, NIL {first.nil:.2f}"
    yield from wrapped(text, first="", rest="    ")
    yield from wrapped(f"{sides}; recognized with {first.mention.score:.2f}; {at}", first="    ", rest="    ")


def _candidates(resolution: Resolution, gazetteer: Gazetteer) -> Iterator[str]:
    for number, scored in enumerate(_shown(resolution.ranked), start=1):
        candidate = scored.candidate
        place = candidate.place
        how = f'"{candidate.matched_name}" ({candidate.match.value})'
        text = f"{place.name} ({place.id}), {described(place, gazetteer)}; found as {how}"
        yield from wrapped(text, first=f"{number:>6}  ", rest=" " * 10)


def _table(ranked: Sequence[ScoredCandidate]) -> Iterator[str]:
    """Yield a row per reason, in the order in which the candidates name them first, and the sums."""
    shown = _shown(ranked)
    if not shown:
        return
    weights = {each.name: each.weight for scored in reversed(shown) for each in scored.evidence}
    order = list(dict.fromkeys(each.name for scored in shown for each in scored.evidence))
    columns = [{each.name: round(each.contribution, 3) for each in scored.evidence} for scored in shown]
    label = max(len("score"), *(len(name) for name in order)) if order else len("score")
    head = "".join(f"{number:>{_COLUMN}}" for number in range(1, len(shown) + 1))
    yield f"    {'':<{label}}{'weight':>{_WEIGHT}}{head}"
    for name in order:
        cells = "".join(_number(column.get(name)) for column in columns)
        yield f"    {name.replace('_', ' '):<{label}}{weights[name]:>{_WEIGHT}.3f}{cells}".rstrip()
    sums = "".join(_number(sum(column.values())) for column in columns)
    yield f"    {'score':<{label}}{'':>{_WEIGHT}}{sums}"
    for name in order:
        yield from _notes(name, shown)


def _notes(name: str, shown: Sequence[ScoredCandidate]) -> Iterator[str]:
    notes: dict[str, list[str]] = {}
    for number, scored in enumerate(shown, start=1):
        for each in scored.evidence:
            if each.name == name and each.note:
                notes.setdefault(printable(each.note), []).append(str(number))
    if notes:
        text = "; ".join(f"{','.join(numbers)}: {note}" for note, numbers in notes.items())
        yield from wrapped(f"{name.replace('_', ' ')}: {text}", first="      ", rest=" " * 8)


def _number(value: float | None) -> str:
    return " " * _COLUMN if value is None else f"{value:>+{_COLUMN}.3f}"


def _shown(ranked: Sequence[ScoredCandidate]) -> Sequence[ScoredCandidate]:
    """Return the candidates for whose columns there is room."""
    longest = max((len(each.name) for scored in ranked for each in scored.evidence), default=0)
    return ranked[: max(1, (WIDTH - 4 - longest - _WEIGHT) // _COLUMN)]
