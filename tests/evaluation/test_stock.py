"""The stock pipeline: what is written for it, and what its training tells of itself."""

from __future__ import annotations

from pathlib import Path

import yaml

from hotline.evaluation.stock import epochs_told, write_stock
from hotline.settings import ROOT


def test_reads_how_far_the_training_is() -> None:
    bar = "Epochs:  33%|███▎      | 10/30 [03:20<06:40, 20.0s/it, t_loss=2.31, i_acc=0.912]"
    assert epochs_told(bar) == (10, 30)


def test_takes_no_other_line_for_progress() -> None:
    assert epochs_told("INFO rasa.engine.training.hooks - Finished training component 'DIETClassifier'.") is None


def test_writes_rounds_and_stories(tmp_path: Path) -> None:
    config, stories = write_stock(tmp_path, skills=ROOT / "data" / "skills", epochs=7)
    pipeline = yaml.safe_load(config.read_text("utf-8"))["pipeline"]
    assert next(part["epochs"] for part in pipeline if part["name"] == "DIETClassifier") == 7
    assert yaml.safe_load(stories.read_text("utf-8"))["stories"]
