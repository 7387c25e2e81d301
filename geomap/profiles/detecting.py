"""Which of the profiles that come with geomap articles fit, told from the countries of their focus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from geomap.model import Focus, GeoparsedArticle
from geomap.profiles.profile import Profile
from geomap.profiles.reading import bundled_profiles

SHARE = 0.6
"""Part of an article's countries from which a profile fits it: from .5 down two could, and a war of two is
about neither alone; above .7 a report with comments from three capitals is missed."""
MOST = 0.7
"""Part of the articles that must fit one profile for all of them to: two of three are not clear enough."""


def fitting_profile(focus: Focus, profiles: Iterable[Profile] | None = None) -> str:
    """Return the name of the profile whose countries have the largest share of a focus, "" without one.

    Of two with equal shares the one with fewer countries is taken, then the first by name. Costs when wrong:
    a report on a football match in Syria is offered the profile of its war. A profile is only offered, and
    changes nothing until it is chosen, so that costs a line.
    """
    shares = {country.code: country.share for country in focus.countries}
    ranked = []
    for profile in bundled_profiles().values() if profiles is None else profiles:
        share = sum(shares.get(code, 0.0) for code in profile.countries)
        if share >= SHARE:
            ranked.append((-round(share, 4), len(profile.countries), profile.name))
    return min(ranked)[2] if ranked else ""


def detect_profile(parsed: GeoparsedArticle | Iterable[GeoparsedArticle]) -> str:
    """Return the name of the profile that an article fits, or that most of several articles fit; else "".

    Articles without a country do not count. Costs when wrong: of a folder on two wars neither is named, and a
    folder on one war with many articles on its neighbors is not either.
    """
    articles = [parsed] if isinstance(parsed, GeoparsedArticle) else parsed
    return most_fitting(fitting_profile(each.focus) for each in articles if each.focus.countries)


def most_fitting(names: Iterable[str]) -> str:
    """Return the profile that most of the articles fit, whose own are given ("" for none); "" without one."""
    counts = Counter(names)
    total = counts.total()
    found = sorted((-count, name) for name, count in counts.items() if name and count >= MOST * total)
    return found[0][1] if found else ""
