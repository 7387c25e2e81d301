"""Every stretch of an article that may be a mention, with the reasons of dictionary and network.

Offered is what the network thinks may be a name, what the gazetteer knows, and what the text calls a place.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from geomap.model import Article, NameKind, ToponymType
from geomap.protocols import NameFacts, NameIndex
from geomap.recognizers.context import ArticleContext, FieldContext, fields_of, read_context
from geomap.recognizers.dictionary import is_organization
from geomap.recognizers.evidence import Features, features_of
from geomap.recognizers.matching import Match, matches_at
from geomap.recognizers.neural.spans import Columns, Span, candidates, columns_of, logit, type_shares, unlogit
from geomap.recognizers.neural.tagger import Tagged
from geomap.recognizers.unknown import find_unknown
from geomap.text import fold, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A stretch of a field that may be a mention: its words, reasons, and the probability of each type.

    `net` is the network's probability of just this stretch; `source` says who offered it.
    """

    match: Match
    features: Features
    net: float
    types: Mapping[ToponymType, float]
    source: str


def offer(
    article: Article, tagged: Sequence[Tagged], names: NameIndex
) -> tuple[ArticleContext, list[list[Option]]]:
    """Return the article's context and by field the stretches that may be mentions, with their reasons.

    `tagged` holds what the network says of each field.
    """
    context = read_context([(text, words(text)) for _, text in fields_of(article)], names)
    found = [_stretches(context.fields[number], each, names) for number, each in enumerate(tagged)]
    believed = [
        [each.match for each in field.values() if each.listed and each.net >= _BELIEVED] for field in found
    ]
    for number, unknown in enumerate(find_unknown(context, believed, names)):
        for match, share in unknown:
            _add_cued(found[number], context.fields[number], match, tagged[number], share)
    twins = _twins(found)
    return context, [
        _with_enclosing(
            [
                _option(stretch, number, context, tagged[number], names, twins)
                for _, stretch in sorted(stretches.items())
            ]
        )
        for number, stretches in enumerate(found)
    ]


def _with_enclosing(options: list[Option]) -> list[Option]:
    """Add to what lies in a listed name of several words how likely that begins and ends in a place's name.

    So "Africa" yields to "Horn of Africa"; both cannot be the mention.
    """
    longer: dict[int, list[Option]] = {}
    for option in options:
        if "several_net_ends" in option.features:
            for at in range(option.match.first, option.match.last):
                longer.setdefault(at, []).append(option)
    for option in options:
        match = option.match
        shares = [
            unlogit(other.features["net_ends"] * 7)
            for other in longer.get(match.first, ())
            if other.match.last >= match.last and other.match.first <= match.first and other is not option
        ]
        if shares:
            option.features["inside_name"] = max(shares)
    return options


_BELIEVED = 0.5
"""Probability from which a stretch of the network's counts as found, when cues are asked for further ones."""

_LONGEST_ABBREVIATION = 5
"""Letters: "Calif." and "Minn." are some."""

Extent = tuple[int, int]


class _Stretch(NamedTuple):
    """A match, the words first:last of the network that it covers, and who offers it besides the network.

    `dotted`: with the dot behind it it is an abbreviation of the tables.
    """

    match: Match
    spelled: str
    first: int
    last: int
    net: float
    columns: Columns
    listed: bool
    dotted: bool = False
    cued: float = 0.0


def _stretches(field: FieldContext, tagged: Tagged, names: NameIndex) -> dict[Extent, _Stretch]:
    """Return by extent what the network or the dictionary offers."""
    columns = columns_of(tagged)
    offered: dict[Extent, tuple[Match, bool]] = {}
    for at in range(len(field.words)):
        for match in matches_at(field.text, field.words, at, names):
            if not is_organization(match, field.words):
                offered[match.start, match.end] = match, True
    word_starts = [word.start for word in field.words]
    nets: dict[Extent, float] = {}
    for span in candidates(columns):
        extent = _without_stop(tagged, span, offered)
        if "\n\n" in field.text[slice(*extent)]:
            continue
        nets[extent] = nets.get(extent, 0.0) + span.probability
        if extent not in offered:
            unlisted = _match(field, word_starts, *extent, names)
            if unlisted is not None:
                offered[extent] = unlisted, False
    return {
        extent: _stretch(field, tagged, columns, extent, match)._replace(
            net=min(1.0, nets.get(extent, 0.0)), listed=listed, dotted=(extent[0], extent[1] + 1) in offered
        )
        for extent, (match, listed) in offered.items()
    }


def _stretch(field: FieldContext, tagged: Tagged, columns: Columns, extent: Extent, match: Match) -> _Stretch:
    """Return a stretch that nobody has spoken for yet."""
    first, last = _covered(tagged, extent)
    spelled = field.text[slice(*extent)].casefold()
    return _Stretch(match, spelled, first, last, 0.0, columns, listed=False)


def _without_stop(tagged: Tagged, span: Span, listed: Collection[Extent]) -> Extent:
    """Return the extent of a span without a dot at its end that belongs to no abbreviation.

    The network has read many "Ky." and takes the stop behind an unheard of name for part of it. Costs a long
    abbreviation that no table has its dot.
    """
    tokens = tagged.tokens
    extent = tokens[span.first].start, tokens[span.last - 1].end
    if tokens[span.last - 1].text != "." or span.last - span.first < 2 or extent in listed:  # noqa: PLR2004
        return extent
    before = tokens[span.last - 2]
    return (extent[0], before.end) if len(before.text) > _LONGEST_ABBREVIATION else extent


def _covered(tagged: Tagged, extent: Extent) -> Extent:
    """Return the words of the network that an extent covers."""
    first = bisect_right(tagged.tokens, extent[0], key=lambda token: token.start) - 1
    last = bisect_left(tagged.tokens, extent[1], key=lambda token: token.start)
    return max(0, first), max(first + 1, last)


def _add_cued(
    stretches: dict[Extent, _Stretch], field: FieldContext, match: Match, tagged: Tagged, share: float
) -> None:
    """Mark the stretch that the text itself calls a place, or add it; `share` of such are one."""
    extent = match.start, match.end
    known = stretches.get(extent) or _stretch(field, tagged, columns_of(tagged), extent, match)
    stretches[extent] = known._replace(cued=share)


def _match(
    field: FieldContext, word_starts: Sequence[int], start: int, end: int, names: NameIndex
) -> Match | None:
    """Return a stretch of the network's as a match, with what the names say of it; None without a word."""
    first = max(0, bisect_right(word_starts, start) - 1)
    last = bisect_left(word_starts, end)
    if first >= last or field.words[first].end <= start:
        return None
    key = fold(field.text[start:end])
    facts = names.get(key) or NameFacts(len(key), NameKind(0), 0.0, 1)
    return Match(first, last, start, end, key, facts)


def _twins(found: Sequence[Mapping[Extent, _Stretch]]) -> Mapping[str, tuple[float, int]]:
    """Return what the network says of each name over the article: the sum of its log odds, their count."""
    sums: dict[str, tuple[float, int]] = {}
    for stretches in found:
        for stretch in stretches.values():
            total, count = sums.get(stretch.spelled, (0.0, 0))
            sums[stretch.spelled] = total + logit(stretch.net), count + 1
    return sums


def _option(
    stretch: _Stretch,
    number: int,
    context: ArticleContext,
    tagged: Tagged,
    names: NameIndex,
    twins: Mapping[str, tuple[float, int]],
) -> Option:
    match = stretch.match
    features = features_of(match, number, context, names)
    _by_network(features, stretch, context.fields[number], twins)
    if _written_small(context.fields[number], match):
        features["written_small_here"] = 1.0
    return Option(
        match=match,
        features=features,
        net=stretch.net,
        types=type_shares(tagged, stretch.first),
        source="dictionary" if stretch.listed else "network",
    )


def _written_small(field: FieldContext, match: Match) -> bool:
    """Tell whether a text with capitals writes this without any: "china" on the table."""
    texts = [word.text for word in field.words[match.first : match.last]]
    return not any(char.isupper() for text in texts for char in text) and field.capitals


def _by_network(
    found: Features, stretch: _Stretch, field: FieldContext, twins: Mapping[str, tuple[float, int]]
) -> None:
    """Add what the network says; log odds are divided by 7, so that all lie in [-1, 1]."""
    columns, first, last = stretch.columns, stretch.first, stretch.last
    inside = [columns.begins[at] + columns.goes_on[at] for at in range(first, last)]
    stop = (
        field.text[stretch.match.end : stretch.match.end + 1] == "."
        and not stretch.dotted
        and len(field.words[stretch.match.last - 1].text) > _LONGEST_ABBREVIATION
    )
    following = columns.goes_on[last] if last < len(columns.goes_on) and not stop else 0.0
    found["net_span"] = logit(stretch.net) / 7
    found["net_begins"] = logit(columns.begins[first]) / 7
    found["net_least"] = logit(min(inside)) / 7
    found["net_most"] = logit(max(inside)) / 7
    found["net_began_before"] = columns.goes_on[first]
    found["net_goes_on"] = following
    found["net_ends"] = logit(min(inside[0], inside[-1])) / 7
    found["net_person"] = max(columns.person[first:last])
    found["net_organization"] = max(columns.organization[first:last])
    found["net_demonym"] = columns.demonym[first]
    if stretch.cued:
        found["cued"] = stretch.cued
    if not stretch.listed:
        found["unlisted"] = 1.0
        found["unlisted_net_span"] = found["net_span"]
        if not stretch.match.facts.kinds:
            found["unknown_name"] = 1.0
    elif "prominence" in found:
        found["prominence_net_span"] = found["prominence"] * found["net_span"]
        if "several_words" in found:
            found["several_net_ends"] = found["net_ends"]
            found["several_prominence"] = found["prominence"]
            found["several_net_span"] = found["net_span"]
    if found.get("ordinary"):
        found["ordinary_net_span"] = found["net_span"]
    total, count = twins[stretch.spelled]
    if count > 1:
        found["net_elsewhere"] = (total - logit(stretch.net)) / (count - 1) / 7
