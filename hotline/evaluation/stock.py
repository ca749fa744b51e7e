"""The stock Chinese pipeline that ours is compared with: what Rasa's own documentation would have one use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

EPOCHS = 30  # of DIET: over 8,700 utterances some 1,600 steps; Rasa's 100 over the few hundred of its examples are fewer
TED_EPOCHS = 100  # as in Rasa's own default configuration; the stories are few
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
    epochs: {epochs}
    constrain_similarities: true
    entity_recognition: false
    random_seed: 7
policies:
  - name: RulePolicy
    enable_fallback_prediction: false
    check_for_contradictions: false
  - name: TEDPolicy
    epochs: {ted_epochs}
    constrain_similarities: true
    max_history: 5
    random_seed: 7
"""  # entity recognition is left out: our training data marks none (details are parsed, not learned)
MODEL = "stock"
_EPOCH = re.compile(r"Epochs:.*?(\d+)/(\d+) \[")


def write_stock(folder: Path, *, skills: Path, epochs: int = EPOCHS) -> tuple[Path, Path]:
    """The configuration and the stories, as files in the folder: TED learns from stories, our data has rules."""
    config, stories = folder / "config.yml", folder / "stories.yml"
    config.write_text(PIPELINE.format(epochs=epochs, ted_epochs=TED_EPOCHS), "utf-8")
    written = {"version": "3.1", "stories": list(_rules_as_stories(skills))}
    stories.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False), "utf-8")
    return config, stories


def _rules_as_stories(skills: Path) -> Iterator[dict[str, Any]]:
    """Each rule that begins with something said, once more as a story."""
    for file in sorted(skills.glob("*.yml")):
        for rule in yaml.safe_load(file.read_text("utf-8")).get("rules", []):
            if "condition" not in rule and "intent" in rule["steps"][0]:
                yield {"story": str(rule["rule"]), "steps": rule["steps"]}


def training_command(
    python: Path, *, config: Path, data: list[Path], domain: Path, folder: Path, name: str = MODEL
) -> list[str]:
    """The command that trains a model of this name into the folder, from nothing."""
    return [
        str(python), "-m", "rasa", "train", "--force", "--config", str(config), "--data", *map(str, data),
        "--domain", str(domain), "--out", str(folder), "--fixed-model-name", name,
    ]  # fmt: skip


def epochs_told(line: str) -> tuple[int, int] | None:
    """How many rounds of how many are done, where a line of Rasa's output tells it."""
    found = _EPOCH.search(line)
    return (int(found[1]), int(found[2])) if found else None


def model_in(folder: Path, name: str = MODEL) -> Path:
    """Where the trained model will be."""
    return folder / f"{name}.tar.gz"
