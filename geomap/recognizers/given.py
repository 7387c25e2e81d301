"""Mentions that are known beforehand: annotated by hand, or found by another program."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property

from geomap.model import Article, Mention


class GivenRecognizer:
    """Returns the mentions it was given, by the id of their article; other articles have none."""

    def __init__(self, mentions: Mapping[str, Sequence[Mention]]) -> None:
        self._mentions = {
            id_: tuple(sorted(each, key=lambda mention: (mention.field != "title", mention.start)))
            for id_, each in mentions.items()
        }

    @cached_property
    def fingerprint(self) -> str:
        """Name, version and digest of the mentions."""
        digest = hashlib.sha256(repr(sorted(self._mentions.items())).encode(errors="replace"))
        return f"given@1+{digest.hexdigest()[:16]}"

    def recognize(self, article: Article) -> Sequence[Mention]:
        """Return the mentions in text order, the title's first; within a field they do not overlap."""
        return self._mentions.get(article.id, ())
