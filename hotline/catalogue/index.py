"""Kept vectors.

Encoding costs 12 ms a text, so a vector is kept under a hash of encoder and text: those of the shipped
catalogue as int8 files by zone in `data/catalogue/vectors/`, those of later changes in the data folder.
Only changed texts are ever encoded.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotline.catalogue.encoders import Encoder, Vectors

log = logging.getLogger(__name__)

BATCH = 128


def text_key(encoder: Encoder, text: str) -> int:
    """The key under which a text's vector is kept: 8 bytes of a hash of encoder and text."""
    return int(text_keys(encoder, [text])[0])


def text_keys(encoder: Encoder, texts: Iterable[str]) -> NDArray[np.int64]:
    """The keys of many texts."""
    begun = hashlib.sha256(f"{encoder.name}\n".encode())
    digests = []
    for text in texts:
        whole = begun.copy()
        whole.update(text.encode())
        digests.append(whole.digest()[:8])
    return np.frombuffer(b"".join(digests), ">i8").astype(np.int64)


class VectorStore:
    """Vectors by text, in int8 with one scale for all (rows have length 1, so 127 is 1.0 / SCALE)."""

    SCALE = 400.0  # a component of a unit vector of 384 numbers rarely exceeds 0.3

    def __init__(self, encoder: Encoder, shipped: Path, kept: Path | None) -> None:
        self.encoder = encoder
        self.kept = kept
        self._keys = np.empty(0, np.int64)  # in rising order, each once
        self._vectors = np.empty((0, encoder.size), np.int8)  # parallel to the keys
        files = sorted(shipped.glob("*.npz")) + ([kept] if kept and kept.exists() else [])
        parts = []
        for file in files:
            with np.load(file) as data:
                parts.append((data["keys"], data["vectors"]))
        self._add(parts)

    def get(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None, *, keys: NDArray[np.int64] | None = None
    ) -> Vectors:
        """One row of length 1 for each text; encodes only what is not kept. `keys`: of the texts, where they are known."""
        keys = text_keys(self.encoder, texts) if keys is None else keys
        unknown = np.flatnonzero(~self._knows(keys))
        if len(unknown):
            self._encode({int(keys[k]): texts[k] for k in unknown.tolist()}, progress)
        return unit(self._vectors[np.searchsorted(self._keys, keys)].astype(np.float32))

    def _knows(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the keys are kept; a search for a few keys, where numpy.isin would sort all that are kept."""
        places = np.searchsorted(self._keys, keys)
        known = places < len(self._keys)
        known[known] = self._keys[places[known]] == keys[known]
        return known

    def _add(self, parts: Sequence[tuple[NDArray[np.int64], NDArray[np.int8]]]) -> None:
        keys = np.concatenate([self._keys, *(part for part, _ in parts)])
        vectors = np.concatenate([self._vectors, *(part for _, part in parts)])
        self._keys, first = np.unique(keys, return_index=True)
        self._vectors = vectors[first]

    def _encode(self, missing: dict[int, str], progress: Callable[[int], None] | None) -> None:
        log.info("encoding %s new texts", len(missing))
        keys = list(missing)
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            rows = self.encoder.encode([missing[key] for key in part])
            self._add([(np.array(part, np.int64), quantised(rows))])
            if progress:
                progress(len(part))
        if self.kept:
            self.save(self.kept, missing)

    def save(self, file: Path, keys: Iterable[int]) -> None:
        """Write the vectors of some keys, together with those the file already has."""
        chosen = np.unique(np.fromiter(keys, np.int64))
        if file.exists() and file == self.kept:
            with np.load(file) as data:
                chosen = np.union1d(chosen, data["keys"])
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".part.npz")
        np.savez(draft, keys=chosen, vectors=self._vectors[np.searchsorted(self._keys, chosen)])
        draft.replace(file)


def quantised(rows: Vectors) -> NDArray[np.int8]:
    """Rows of length 1 as int8."""
    return np.clip(np.round(rows * VectorStore.SCALE), -127, 127).astype(np.int8)


def unit(rows: Vectors) -> Vectors:
    """Rows made length 1."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float32))  # a third of the time of numpy.linalg.norm
    return np.asarray(rows / np.maximum(lengths, 1e-9)[:, None], dtype=np.float32)
