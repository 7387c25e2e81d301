"""Bytes of untrusted files as lines, text and records of tables, for articles and for gazetteers."""
