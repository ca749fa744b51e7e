"""Writing the vectors and the classifiers that ship with the catalogue."""

from __future__ import annotations

from pathlib import Path

from hotline.catalogue.catalogue import FOLDER, Catalogue
from hotline.catalogue.index import text_key
from hotline.catalogue.lookup import Lookup
from hotline.catalogue.normalise import standard
from hotline.catalogue.prepared import texts_of
from hotline.catalogue.scoring import classifier_file
from hotline.catalogue.typical_questions import questions_of
from hotline.catalogue.views import View


def keep_vectors(lookup: Lookup, folder: Path = FOLDER) -> None:
    """Write for each encoder one int8 file a zone, one for what is no item and for life events, and the fitted classifier."""
    for view in lookup.views:
        texts = folder / "vectors" / view.store.encoder.name / "texts"
        for zone in lookup.catalogue.profile.zones:
            _write(view, texts / f"{zone}.npz", _texts_of_zone(lookup.catalogue, zone))
        count = len(lookup.scorer.texts)
        others = set(view.keys[count:]) - set(view.keys[:count])
        if others:
            view.store.save(texts / "not_items.npz", others)
        view.save(classifier_file(folder, view.store))


def _texts_of_zone(catalogue: Catalogue, zone: str) -> list[str]:
    items = [item for item in catalogue if item.zone == zone]
    return [standard(text) for item in items for text in texts_of(item)] + [q for item in items for q in questions_of(item)]


def _write(view: View, file: Path, texts: list[str]) -> None:
    view.store.get(texts)  # questions are encoded here, if nobody asked yet
    view.store.save(file, (text_key(view.store.encoder, text) for text in texts))
