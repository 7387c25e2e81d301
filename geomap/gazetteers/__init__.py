"""Names to places: the embedded gazetteer, and how one is built."""
