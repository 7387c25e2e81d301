"""How exactly a sighting lies, its area and an article's focus, in the same few words everywhere."""

from __future__ import annotations

from geomap.exporters.properties import figures
from geomap.model import Focus, Precision, UncertainArea


def told_extent(precision: Precision, radius_km: float) -> str:
    """Return "town, within 11.3 km"."""
    return f"{precision.value}, within {figures(radius_km):g} km"


def told_area(area: UncertainArea, radius_km: float) -> str:
    """Return 'relative, within 8 km: "north of Aleppo"'."""
    return f'{told_extent(Precision.RELATIVE, radius_km)}: "{area.phrase}"'


_SHOWN = 3
"""Countries of an article's focus; more would only say that it names many."""


def told_focus(focus: Focus) -> str:
    """Return "Syria .75, Turkey .25; main place Aleppo; profile syria", "" for none."""
    parts = (
        ", ".join(f"{each.name} {_share(each.share)}" for each in focus.countries[:_SHOWN]),
        f"main place {focus.place_name}" if focus.place_name else "",
        f"profile {focus.profile}" if focus.profile else "",
    )
    return "; ".join(filter(None, parts))


def _share(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")
