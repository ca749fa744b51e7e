"""What is no service item, and who can help with it, read from `data/lexicon/not_items.yml`."""

from __future__ import annotations

from pathlib import Path

import yaml

from hotline.catalogue.results import Referral
from hotline.settings import ROOT

NOT_ITEMS = ROOT / "data" / "lexicon" / "not_items.yml"


def read_not_items(file: Path = NOT_ITEMS) -> list[tuple[Referral, list[str]]]:
    """Kinds of things that are no service item, with examples."""
    if not file.exists():
        return []
    rows = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return [(_referral(row), [str(example) for example in row["examples"]]) for row in rows]


def _referral(row: dict[str, object]) -> Referral:
    return Referral(**{key: value for key, value in row.items() if key != "examples"})  # type: ignore[arg-type]
