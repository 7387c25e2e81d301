"""GeoNames' own files (its dumps) as rows of places: found by name, read as a stream, merged by id.

Twelve million places go through in a few hundred MB: what belongs together is brought together on disk
(`staging`), not in memory. Files and columns: https://download.geonames.org/export/dump/readme.txt
"""

from geomap.gazetteers.geonames.building import Built, build_geonames
from geomap.gazetteers.geonames.dump import Tally, geonames_rows
from geomap.gazetteers.geonames.features import FeatureFilter

__all__ = ["Built", "FeatureFilter", "Tally", "build_geonames", "geonames_rows"]
