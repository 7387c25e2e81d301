"""Focus profiles: what is known beforehand of the articles of a war, a region, a beat.

A profile is a TOML file: the countries, their neighbors, places that the gazetteer lacks, names that are no
places in these articles, homes of outlets. `reading` reads it, `places` makes a layer of its places,
`detecting` tells which of those that come with geomap (the .toml files here) an article fits.
"""

from geomap.profiles.detecting import detect_profile, fitting_profile
from geomap.profiles.profile import Profile, ProfileOutlet, ProfilePlace
from geomap.profiles.reading import bundled_profiles, find_profile, read_profile

__all__ = [
    "Profile",
    "ProfileOutlet",
    "ProfilePlace",
    "bundled_profiles",
    "detect_profile",
    "find_profile",
    "fitting_profile",
    "read_profile",
]
