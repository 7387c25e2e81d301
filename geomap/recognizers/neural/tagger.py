"""The network at work: texts to probabilities, one row a word (columns: `labels`).

ONNX Runtime on the processor; the model is one int8 file in the wheel. A text gets the same probabilities
alone and among others, with one thread and with many.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from importlib import resources
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from geomap.errors import ConfigError
from geomap.model import Article, Field
from geomap.recognizers.context import fields_of
from geomap.recognizers.neural.labels import COLUMNS, KINDS, OUTERS, PLACES
from geomap.recognizers.neural.pieces import Pieces, Shape, Token, shape, tokens, windows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Probabilities = NDArray[np.float32]

MODEL = "places.onnx"
TOKENIZER = "tokenizer.json"


class Tagged(NamedTuple):
    """The words of a text and their probabilities: (words, COLUMNS), each group of columns sums to 1."""

    tokens: Sequence[Token]
    probabilities: Probabilities


def model_folder() -> Path:
    """Return the folder of the model that comes with geomap."""
    return Path(str(resources.files("geomap.recognizers.neural").joinpath("model")))


class _Window(NamedTuple):
    """Words first:last of the text of that number, with what the network reads of them; kept:until count."""

    text: int
    first: int
    last: int
    kept: int
    until: int
    ids: Sequence[tuple[int, ...]]
    shapes: Sequence[int]


class Tagger:
    """Says of each word of a text whether it is in a place's name.

    `folder` holds `places.onnx` and `tokenizer.json`; `threads`: 0 takes a thread for each processor core.
    Raises ConfigError where they are missing or no model of geomap.
    """

    def __init__(self, folder: Path | None = None, *, threads: int = 1) -> None:
        self._folder = folder or model_folder()
        for name in (MODEL, TOKENIZER):
            if not (self._folder / name).is_file():
                message = f"{self._folder / name}: there is no such file; a recognizer's model has two"
                raise ConfigError(message)
        if threads < 0:
            message = f"threads must be 0 or more, not {threads}"
            raise ConfigError(message)
        self._threads = threads

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the model and its tokenizer."""
        return _digest(self._folder)

    @property
    def pieces(self) -> Pieces:
        """The tokenizer."""
        return _pieces(self._folder)

    def tag(self, texts: Sequence[str]) -> list[Tagged]:
        """Return the words of each text with their probabilities."""
        import numpy as np

        read = [tokens(text) for text in texts]
        tables = [np.zeros((len(words), COLUMNS), dtype=np.float32) for words in read]
        for window, rows in zip(*self._runs(read), strict=True):
            tables[window.text][window.kept : window.until] = rows
        return [Tagged(words, _softmax(table)) for words, table in zip(read, tables, strict=True)]

    def tag_fields(self, articles: Sequence[Article]) -> list[list[tuple[Field, str, Tagged]]]:
        """Return the fields of each article that are read, with their texts and tagged words."""
        fields = [fields_of(article) for article in articles]
        tagged = iter(self.tag([text for each in fields for _, text in each]))
        return [[(name, text, next(tagged)) for name, text in each] for each in fields]

    def _runs(self, read: Sequence[Sequence[Token]]) -> tuple[list[_Window], Iterable[Any]]:
        """Return the windows over the texts and the rows of logits of the words that each keeps."""
        todo = [
            _Window(number, first, last, kept, until, ids[first:last], shapes[first:last])
            for number, words in enumerate(read)
            for ids, shapes in [
                (self.pieces.of([word.text for word in words]), [shape(w.text) for w in words])
            ]
            for first, last, kept, until in windows([len(each) for each in ids], [w.opens for w in words])
        ]
        if self._threads == 1 or len(todo) < 2:  # noqa: PLR2004
            return todo, map(self._run, todo)
        with ThreadPoolExecutor(self._threads or os.cpu_count() or 1) as pool:
            return todo, list(pool.map(self._run, todo))

    def _run(self, window: _Window) -> Any:
        """Return the logits of the words that are kept of one window.

        One at a time: ONNX Runtime scales what it multiplies in 8 bits by all that it is given at once.
        """
        import numpy as np

        pieces = [self.pieces.first, *(piece for word in window.ids for piece in word), self.pieces.last]
        cases = [case for word, case in zip(window.ids, window.shapes, strict=True) for _ in word]
        feed = {
            "pieces": np.array([pieces], dtype=np.int64),
            "shapes": np.array([[Shape.NONE, *cases, Shape.NONE]], dtype=np.int64),
            "mask": np.ones((1, len(pieces)), dtype=np.int64),
        }
        starts = list(accumulate(map(len, window.ids), initial=1))
        return _session(self._folder).run(["logits"], feed)[0][
            0, starts[window.kept - window.first : window.until - window.first]
        ]


# A process opens a model once, however many recognizers and threads work with it.


@cache
def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (MODEL, TOKENIZER):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


@cache
def _pieces(folder: Path) -> Pieces:
    return Pieces(folder / TOKENIZER)


@cache
def _session(folder: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # threads take whole windows instead
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # else the largest batch's memory is never given back
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors have no common class but Exception
        message = f"{folder / MODEL}: cannot be read as a model: {error}"
        raise ConfigError(message) from error


def _softmax(logits: Any) -> Any:
    import numpy as np

    found = np.empty_like(logits)
    for columns in (PLACES, OUTERS, KINDS):
        part = logits[:, columns]
        shares = np.exp(part - part.max(axis=1, keepdims=True)) if len(part) else part
        found[:, columns] = shares / shares.sum(axis=1, keepdims=True)
    return found
