"""Draw small charts as SVG: axes, lines, dots, whiskers and bars, told apart by class in a style sheet.

All texts are escaped. A chart says what it shows in its label; its numbers stand in a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from geomap.exporters.marking import safe

_WIDTH, _HEIGHT = 480, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 16, 14, 46
_MOST_TICKS = 5
_GAP = 0.75
"""Half of what parts two bars."""

Position = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A scale from `low` to `high`, by logarithms if `log`, with labels at some of its values."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def share(self, value: float) -> float:
        """Return where a value lies between low (0) and high (1); what lies outside is moved to the end."""
        value = min(max(value, self.low), self.high)
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def percent_axis(title: str, *, low: float = 0.0, step: float = 0.2) -> Axis:
    """Return an axis of shares up to 1, with percentages."""
    count = round((1 - low) / step)
    ticks = tuple(
        (value, f"{value * 100:.0f}\u00a0%") for value in (1 - step * each for each in range(count + 1))
    )
    return Axis(title=title, low=low, high=1.0, ticks=ticks)


def count_axis(title: str, most: int) -> Axis:
    """Return an axis from 0 to a round number that is at least `most`."""
    power: float = 10 ** max(0, math.floor(math.log10(max(most, 1))) - 1)
    step = next(
        step for times in (1, 2, 5, 10, 20, 50) if (step := int(times * power)) * _MOST_TICKS >= max(most, 1)
    )
    count = max(1, math.ceil(most / step))
    ticks = tuple((float(step * number), f"{step * number:,}") for number in range(count + 1))
    return Axis(title=title, low=0.0, high=float(step * count), ticks=ticks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A pair of axes; its methods return marks for `svg`."""

    label: str
    x: Axis
    y: Axis

    def svg(self, marks: Iterable[str]) -> str:
        """Return the chart with the marks over its grid."""
        return (
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{safe(self.label)}">'
            f"{self._grid()}{''.join(marks)}</svg>"
        )

    def line(self, points: Sequence[Position], look: str) -> str:
        """Return a line from point to point."""
        if not points:
            return ""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(self._at, points))
        return f'<polyline class="{look}" points="{path}"/>'

    def dot(self, point: Position, look: str, *, title: str, radius: float = 4.5) -> str:
        """Return a dot that shows the title when pointed at."""
        x, y = self._at(point)
        return f'<circle class="{look}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}">{_title(title)}</circle>'

    def whisker(self, x: float, low: float, high: float, look: str) -> str:
        """Return an upright line."""
        (across, down), (_, up) = self._at((x, low)), self._at((x, high))
        return f'<path class="{look}" d="M{across:.1f} {down:.1f}V{up:.1f}"/>'

    def bar(self, low: Position, high: Position, look: str, *, title: str) -> str:
        """Return a bar between two corners, with a slim gap to its neighbors."""
        (left, bottom), (right, top) = self._at(low), self._at(high)
        place = f'x="{left + _GAP:.1f}" y="{top:.1f}"'
        size = f'width="{right - left - 2 * _GAP:.1f}" height="{bottom - top:.1f}"'
        return f'<rect class="{look}" {place} {size}>{_title(title)}</rect>'

    def note(self, point: Position, text: str, look: str, *, right: float = 0.0, down: float = 0.0) -> str:
        """Return a text, so many units right of a point and below it."""
        x, y = self._at(point)
        return f'<text class="{look}" x="{x + right:.1f}" y="{y + down:.1f}">{safe(text)}</text>'

    def apart(self, one: Position, other: Position) -> float:
        """Return how many units two points are apart."""
        return math.dist(self._at(one), self._at(other))

    def _at(self, point: Position) -> Position:
        return (
            _LEFT + self.x.share(point[0]) * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - self.y.share(point[1]) * (_HEIGHT - _TOP - _BOTTOM),
        )

    def _grid(self) -> str:
        center, middle = (_LEFT + _WIDTH - _RIGHT) / 2, (_TOP + _HEIGHT - _BOTTOM) / 2
        upright = f"translate(13 {middle}) rotate(-90)"
        titles = (
            f'<text class="axis" x="{center}" y="{_HEIGHT - 8}">{safe(self.x.title)}</text>'
            f'<text class="axis" transform="{upright}">{safe(self.y.title)}</text>'
        )
        return f'<g aria-hidden="true">{"".join((*self._rows(), *self._columns(), titles))}</g>'

    def _rows(self) -> Iterator[str]:
        for value, text in self.y.ticks:
            _, y = self._at((self.x.low, value))
            yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
            yield f'<text class="tick left" x="{_LEFT - 7}" y="{y + 4:.1f}">{safe(text)}</text>'

    def _columns(self) -> Iterator[str]:
        bottom = _HEIGHT - _BOTTOM
        for value, text in self.x.ticks:
            x, _ = self._at((value, self.y.low))
            yield f'<path class="grid" d="M{x:.1f} {_TOP}V{bottom}"/>'
            yield f'<text class="tick below" x="{x:.1f}" y="{bottom + 17}">{safe(text)}</text>'


def _title(text: str) -> str:
    return f"<title>{safe(text)}</title>" if text else ""
