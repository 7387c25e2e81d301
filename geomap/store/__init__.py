"""What was found, kept to be asked: in memory, or in one file.

`same_article` is the law of both: when an article replaces another.
"""

from geomap.store.geopackage import Change, GeoPackageStore, is_project
from geomap.store.identity import same_article
from geomap.store.memory import MemoryStore
from geomap.store.reading import Counts, HeldPlace
from geomap.store.words import Words

__all__ = [
    "Change",
    "Counts",
    "GeoPackageStore",
    "HeldPlace",
    "MemoryStore",
    "Words",
    "is_project",
    "same_article",
]
