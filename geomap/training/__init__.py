"""How the network of `geomap.recognizers.neural` was made, for whoever wants to make it again or go on.

Needs the extra `train`. Nothing else in geomap imports this.
"""
