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
    digest = hashlib.sha256(f"{encoder.name}\n{text}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


class VectorStore:
    """Vectors by text, in int8 with one scale for all (rows have length 1, so 127 is 1.0 / SCALE)."""

    SCALE = 400.0  # a component of a unit vector of 384 numbers rarely exceeds 0.3

    def __init__(self, encoder: Encoder, shipped: Path, kept: Path | None) -> None:
        self.encoder = encoder
        self.kept = kept
        self._vectors: dict[int, NDArray[np.int8]] = {}
        files = sorted(shipped.glob("*.npz")) + ([kept] if kept and kept.exists() else [])
        for file in files:
            with np.load(file) as data:
                self._vectors.update(zip(data["keys"].tolist(), data["vectors"], strict=True))

    def get(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """One row of length 1 for each text; encodes only what is not kept."""
        keys = [text_key(self.encoder, text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._vectors}
        if missing:
            self._encode(missing, progress)
        rows = np.stack([self._vectors[key] for key in keys]).astype(np.float32)
        return unit(rows)

    def _encode(self, missing: dict[int, str], progress: Callable[[int], None] | None) -> None:
        log.info("encoding %s new texts", len(missing))
        keys = list(missing)
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            rows = self.encoder.encode([missing[key] for key in part])
            self._vectors.update(zip(part, quantised(rows), strict=True))
            if progress:
                progress(len(part))
        if self.kept:
            self.save(self.kept, [key for key in self._vectors if key in missing])

    def save(self, file: Path, keys: Iterable[int]) -> None:
        """Write the vectors of some keys, together with those the file already has."""
        chosen = dict.fromkeys(keys)
        if file.exists() and file == self.kept:
            with np.load(file) as data:
                chosen |= dict.fromkeys(data["keys"].tolist())
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".part.npz")
        order = sorted(chosen)
        np.savez(draft, keys=np.array(order, np.int64), vectors=np.stack([self._vectors[key] for key in order]))
        draft.replace(file)


def quantised(rows: Vectors) -> NDArray[np.int8]:
    """Rows of length 1 as int8."""
    return np.clip(np.round(rows * VectorStore.SCALE), -127, 127).astype(np.int8)


def unit(rows: Vectors) -> Vectors:
    """Rows made length 1."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)
