"""Places found by a small network: text to pieces, pieces to probabilities a word, probabilities to spans."""
