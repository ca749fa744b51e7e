"""Writing the vectors and the classifier that ship with the catalogue."""

from __future__ import annotations

from pathlib import Path

from hotline.catalogue.catalogue import FOLDER, Catalogue
from hotline.catalogue.index import VectorStore, text_key
from hotline.catalogue.lookup import Lookup, texts_of
from hotline.catalogue.normalise import standard


def keep_vectors(lookup: Lookup, folder: Path = FOLDER / "vectors") -> None:
    """Write one int8 file a zone, one for what is no item, and the fitted classifier."""
    store, catalogue = lookup.store, lookup.catalogue
    for zone in catalogue.profile.zones:
        _write(store, folder / "texts" / f"{zone}.npz", _texts_of_zone(catalogue, zone))
    item_keys = set(lookup.keys[: len(lookup.texts)])
    others = [key for key in lookup.keys[len(lookup.texts) :] if key not in item_keys]
    if others:
        store.save(folder / "texts" / "not_items.npz", others)
    lookup.save_classifier(folder / "classifier.npz")


def _texts_of_zone(catalogue: Catalogue, zone: str) -> list[str]:
    return [standard(text) for item in catalogue if item.zone == zone for text in texts_of(item)]


def _write(store: VectorStore, file: Path, texts: list[str]) -> None:
    store.save(file, (text_key(store.encoder, text) for text in texts))
