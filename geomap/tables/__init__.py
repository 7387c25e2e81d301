"""Hold the word tables as data files, a reason or source in every row."""
