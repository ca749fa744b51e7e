"""The stock Chinese pipeline that ours is compared with: what Rasa's own documentation would have one use."""

from __future__ import annotations

from pathlib import Path

PIPELINE = """\
recipe: default.v1
language: zh
assistant_id: stock
pipeline:
  - name: JiebaTokenizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: 100
    entity_recognition: false
    random_seed: 7
policies: []
"""  # entity recognition is left out: our training data marks none (details are parsed, not learned)
MODEL = "stock"


def training_command(python: Path, *, data: Path, domain: Path, folder: Path) -> list[str]:
    """Writes the pipeline into the folder and gives the command that trains it there."""
    config = folder / "config.yml"
    config.write_text(PIPELINE, "utf-8")
    return [
        str(python), "-m", "rasa", "train", "nlu", "--config", str(config), "--nlu", str(data),
        "--domain", str(domain), "--out", str(folder), "--fixed-model-name", MODEL,
    ]  # fmt: skip


def model_in(folder: Path) -> Path:
    """Where the trained model will be."""
    return folder / f"{MODEL}.tar.gz"
