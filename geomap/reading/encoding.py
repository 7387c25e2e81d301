"""Bytes to text: by what the file says of itself, else UTF-8, else by a guess that is flagged.

A character that cannot be decoded becomes U+FFFD, one code point each, flagged
"replaced_characters"; an encoding that had to be guessed is flagged "guessed_encoding". Labels are
read as browsers read them (WHATWG Encoding Standard, 4.2): "iso-8859-1" means windows-1252.
"""

from __future__ import annotations

import codecs
from typing import NamedTuple

from geomap.reading.streams import UTF8_BOM, UTF16

BOM = "\ufeff"
REPLACED = "replaced_characters"
GUESSED = "guessed_encoding"

# What a guess reads; more does not make it better (charset-normalizer samples its input anyway).
_GUESS_BYTES = 100_000
# The encodings in which news is met besides UTF-8. Leaving out their near doubles (latin-2 for cp1250,
# Mac and DOS pages) is what makes guesses on a few lines right; a page in one of those is guessed
# as a relative, with some letters wrong, and flagged.
_GUESSES = (
    "cp1252", "cp1251", "cp1256", "cp1250", "cp1253", "cp1254", "cp1255", "koi8_r",
    "gb18030", "big5", "cp932", "euc_jp", "cp949",
)  # fmt: skip
_LABELS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "windows-874": "cp874",
    "x-gbk": "gb18030",
    "euc_kr": "cp949",
    # A declaration that can be read as ASCII does not stand in a file of two bytes a character.
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
    "utf-32": "utf-8",
}
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"})
_MANY_BYTES = frozenset({"gb18030", "big5", "big5hkscs", "cp932", "euc_jp", "cp949", "iso2022_jp", "hz"})


class Decoded(NamedTuple):
    """A text, and what is odd about its bytes."""

    text: str
    flags: tuple[str, ...] = ()


def decode(data: bytes, *, charset: str | None = None) -> Decoded:
    """Decode by the mark at the beginning, else by `charset`, else as UTF-8; replace what cannot be."""
    marked = UTF16.get(data[:2]) or ("utf-8" if data.startswith(UTF8_BOM) else None)
    return decode_as(data, marked or known(charset) or "utf-8")


def decode_guessing(data: bytes, *, declared: str | None = None) -> Decoded:
    """Decode as `decode` does; where nothing is declared and it is not UTF-8, guess."""
    if (encoding := known(declared)) is None or encoding not in _MANY_BYTES:
        # Bytes that are valid UTF-8 are hardly ever anything else: a wrong declaration yields.
        # Wrong for a page of a few letters in a declared single-byte encoding: two letters change.
        encoding = encoding if _is_not_utf8(data) else None
    if encoding or data[:2] in UTF16 or not _is_not_utf8(data):
        return decode(data, charset=encoding)
    guessed = guess(data)
    text, flags = decode_as(data, guessed or "utf-8")
    return Decoded(text, (GUESSED, *flags) if guessed else flags)


def decode_as(data: bytes, encoding: str) -> Decoded:
    """Decode by a codec that Python knows; replace what cannot be decoded."""
    try:
        return Decoded(data.decode(encoding))
    except UnicodeDecodeError:
        return Decoded(data.decode(encoding, "replace"), (REPLACED,))


def known(label: str | None) -> str | None:
    """Return Python's name for the encoding of a label such as "Latin1", or None."""
    label = (label or "").strip("\"' \t").lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
        # Not every codec makes text out of bytes: "rot13" and "hex" do other things.
        b"  ".decode(name)
    except (LookupError, ValueError):
        return None
    return None if name in _NO_CHARSETS else _LABELS.get(name, name)


def guess(data: bytes) -> str | None:
    """Guess the encoding of text that is not UTF-8; None where no guess is plausible."""
    from charset_normalizer import from_bytes

    matches = list(from_bytes(data[:_GUESS_BYTES], cp_isolation=list(_GUESSES)))
    if not matches:
        return None
    # Among equally plausible ones the commonest: by itself the library prefers cp1250 to cp1252.
    least = min(match.chaos for match in matches)
    most = max(match.coherence for match in matches if match.chaos == least)
    equal = (match for match in matches if (match.chaos, match.coherence) == (least, most))
    encodings = [encoding for match in equal for encoding in match.could_be_from_charset]
    return min((name for name in encodings if name in _GUESSES), key=_GUESSES.index, default=None)


def _is_not_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False
