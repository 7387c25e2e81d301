"""The day that a date names, where there is only one way to read it.

Sources write dates as they like. What can be read in two ways (05/03/2023 is in March or in May) has no day
here rather than a wrong one. Costs when wrong: 05.03.2023 is read with the day first, as where dots are used.
"""

from __future__ import annotations

import re
from datetime import date

_YEAR = r"(?P<year>[0-9]{4})"
_NAME = r"(?P<name>[A-Za-z]{3,9})\.?"
_FORMS = tuple(
    re.compile(rf"\s*{form}(?![0-9])", re.ASCII)
    for form in (
        rf"{_YEAR}(?P<sep>[-/.])(?P<month>[0-9]{{1,2}})(?P=sep)(?P<day>[0-9]{{1,2}})",
        rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
        rf"(?P<day>[0-9]{{1,2}})\.(?P<month>[0-9]{{1,2}})\.{_YEAR}",
        rf"(?P<first>[0-9]{{1,2}})(?P<sep>[-/])(?P<second>[0-9]{{1,2}})(?P=sep){_YEAR}",
        rf"(?:[A-Za-z]{{3,9}}\.?,?\s+)?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[\s-]+{_NAME},?[\s-]+{_YEAR}",
        rf"(?:[A-Za-z]{{3,9}}\.?,\s+)?{_NAME}\s+(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}",
    )
)
_MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905
_SHORTEST = 3
_LAST_MONTH = 12


def day_of(written: str) -> str | None:
    """Return the day (YYYY-MM-DD) with which a date begins, or None where it is not clear."""
    for form in _FORMS:
        found = form.match(written)
        if found:
            return _day(found.groupdict())
    return None


def is_day(text: str) -> bool:
    """Tell whether a text is a day that there is, and nothing else, in the form YYYY-MM-DD."""
    return day_of(text) == text


def _day(parts: dict[str, str]) -> str | None:
    if "first" in parts:
        day, month = int(parts["first"]), int(parts["second"])
        if day <= _LAST_MONTH and month <= _LAST_MONTH and day != month:
            return None
        if month > _LAST_MONTH:
            day, month = month, day
    elif "name" in parts:
        day, month = int(parts["day"]), _month(parts["name"].lower())
    else:
        day, month = int(parts["day"]), int(parts["month"])
    try:
        return date(int(parts["year"]), month, day).isoformat()
    except ValueError:
        return None


def _month(name: str) -> int:
    """Return the number of a month's name or of its beginning, 0 for another word."""
    short = {"sept": "september"}.get(name, name)
    return next((number for number, month in enumerate(_MONTHS, start=1) if month.startswith(short)), 0)
