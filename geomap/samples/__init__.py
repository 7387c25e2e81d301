"""Articles written for geomap: invented events in real places, with names that mislead."""
