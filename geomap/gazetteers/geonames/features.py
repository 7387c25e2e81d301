# ruff: noqa: SIM905 -- a list of many words reads better as text
"""Which of GeoNames' places are taken: by feature class and code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from geomap import lexicon
from geomap.errors import ConfigError

CLASSES = frozenset("AHLPRSTUV")
_OUT = "-"

EVERYDAY_SPOTS = frozenset(
    (
        "ATHF ATM BANK BLDA BLDO BP BSTN BUSTP CARN CH CMTY CRRL CTRF DARY EST ESTX FRM FRMQ FRMS FRMT GHSE "
        "GRVE HMSD HSE HTL HUT HUTS LIBR NSY OILQ OILW PKLT PO PRKGT PRKHQ RECG REST RET RHSE RNCH RSGNL SCH "
        "SCHL SECP SHPF SHSE STBL TNKD TREE TRIG TWO UNIP VETF VIN VINS WLLQ"
    ).split()
)
"""Spots of everyday life: hotels, schools, churches, graves, farms. They bear names of people and saints
("Trinity", "Lincoln"), so that each is a homonym; whoever reports one names its town too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureFilter:
    """What is taken: these classes and codes, but not those left out."""

    classes: frozenset[str] = CLASSES
    codes: frozenset[str] = frozenset()
    left_out: frozenset[str] = EVERYDAY_SPOTS

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "P,A,S.AIRP,-PPLX": classes, codes, and codes left out; "all" is every class.

        Raises ConfigError.
        """
        words = [word.strip().upper() for word in text.split(",") if word.strip()]
        out = frozenset(_code(word.removeprefix(_OUT)) for word in words if word.startswith(_OUT))
        rest = [word for word in words if not word.startswith(_OUT)]
        classes = frozenset(word for word in rest if word in CLASSES)
        if "ALL" in rest or not rest:
            classes = CLASSES
        codes = frozenset(_code(word) for word in rest if word != "ALL" and word not in CLASSES)
        return cls(classes=classes, codes=codes, left_out=out)

    def takes(self, feature_class: str, feature_code: str) -> bool:
        """Tell whether a place of that kind is taken; one of no stated class is where all classes are."""
        if feature_code in self.codes:
            return True
        of_class = feature_class in self.classes if feature_class else self.classes == CLASSES
        return of_class and feature_code not in self.left_out


def _code(word: str) -> str:
    code = word.rsplit(".", maxsplit=1)[-1]
    if code not in lexicon.features():
        message = (
            f"{word!r} is no feature class ({', '.join(sorted(CLASSES))}) or code of GeoNames such as PPL"
        )
        raise ConfigError(message)
    return code
