"""Names that are no places in these articles: what another recognizer found is passed on without them.

A stop name of several words also hides what is inside it: with "Liwa al-Quds", the name of a militia, its
al-Quds is not read as Jerusalem.
Costs when wrong: a real place of a stop name is missed in all articles, framed ("the town of Badr") or not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from geomap.model import Article, Mention
from geomap.protocols import Recognizer
from geomap.text import fold

_FIELDS = ("title", "text")
_GAP = re.compile(r"[\s\-‐\u2011]+")
"""Blanks and hyphens between the words of a name are the same: al-Sham, al Sham."""


class StoppingRecognizer:
    """Drops the mentions of a recognizer that are, or lie inside, one of some names.

    Case and diacritics do not matter to a name that is a whole mention, case alone not to one that hides
    mentions. `origin` says in the fingerprint whose names they are.
    """

    def __init__(self, recognizer: Recognizer, names: Iterable[str], *, origin: str = "") -> None:
        self._recognizer = recognizer
        self._names = tuple(sorted(set(names)))
        self._origin = origin
        self._keys = frozenset(fold(name) for name in self._names)

    @cached_property
    def fingerprint(self) -> str:
        """Name, version, digest of the names and of their origin, and the recognizer's own."""
        digest = hashlib.sha256(repr((self._origin, self._names)).encode(errors="replace")).hexdigest()
        return f"{self._origin or 'stopping'}@1+{digest[:16]};{self._recognizer.fingerprint}"

    @cached_property
    def _phrases(self) -> re.Pattern[str] | None:
        """Match the names of several words, the longest first."""
        phrases = [words for name in self._names if len(words := _GAP.split(name.strip())) > 1]
        if not phrases:
            return None
        ordered = sorted(phrases, key=lambda words: (-len(words), words))
        patterns = [_GAP.pattern.join(map(re.escape, words)) for words in ordered]
        return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)

    def recognize(self, article: Article) -> Sequence[Mention]:
        """Return the mentions in text order, the title's first; within a field they do not overlap."""
        found = self._recognizer.recognize(article)
        if not self._names:
            return found
        hidden = {field: list(self._hidden(getattr(article, field))) for field in _FIELDS}
        return [mention for mention in found if not self._stops(mention, hidden[mention.field])]

    def _hidden(self, text: str) -> Iterator[tuple[int, int]]:
        if self._phrases is not None:
            yield from (match.span() for match in self._phrases.finditer(text))

    def _stops(self, mention: Mention, hidden: Sequence[tuple[int, int]]) -> bool:
        inside = any(start <= mention.start and mention.end <= end for start, end in hidden)
        return inside or fold(mention.text) in self._keys
