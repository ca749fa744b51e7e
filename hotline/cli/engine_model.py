"""The engine's model: whether there is one for the present data, and training it."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from connectors.engine import PYTHON
from hotline.errors import HotlineError
from hotline.settings import ROOT

MODELS = ROOT / "models"
KEPT = 3  # models; a running hall starts its engine again with the one it began with
_SOURCES = ("config.yml", "bot/domain/*.yml", "bot/components/*.py", "data/skills/*.yml", "data/details/*.tsv", "data/lexicon/*.tsv", "data/lexicon/*.txt")
_STEPS = (
    ("Starting to train component 'FourViewClassifier'", "意图"),
    ("Starting to train component 'RulePolicy'", "对话规则"),
    ("trained and saved", "保存"),
)


class TrainingFailed(HotlineError):
    """Rasa refused the training data."""

    code = "training_failed"


def fingerprint() -> str:
    """Changes when anything changes that the model is made of."""
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for file in sorted(ROOT.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def model_file() -> Path:
    """Where the model for the present data is, or will be."""
    return MODELS / f"engine-{fingerprint()}.tar.gz"


def engine_environment() -> dict[str, str]:
    """The environment in which Rasa runs quietly and finds our components."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }


def train_model(console: Console) -> Path:
    """Train for the present data, with a progress display; raises TrainingFailed.

    Always anew: Rasa's cache does not see that a parser has changed, by which utterances are masked.
    """
    target = model_file()
    command = [
        str(PYTHON), "-m", "rasa", "train", "--force", "--skip-validation", "--config", "config.yml", "--domain", "bot/domain",
        "--data", "data/skills", "--out", "models", "--fixed-model-name", target.name.removesuffix(".tar.gz"),
    ]  # fmt: skip
    lines: list[str] = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with (
        Progress(*columns, console=console) as progress,
        subprocess.Popen(
            command, cwd=ROOT, env=engine_environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process,
    ):
        task = progress.add_task("训练对话模型：准备", total=len(_STEPS))
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            for done, (mark, label) in enumerate(_STEPS, start=1):
                if mark in line:
                    progress.update(task, completed=done, description=f"训练对话模型：{label}")
    if process.returncode or not target.exists():
        raise TrainingFailed("对话模型没有训练成功：\n" + "".join(lines[-25:]))
    newest_last = sorted(MODELS.glob("engine-*.tar.gz"), key=lambda model: model.stat().st_mtime)
    for old in newest_last[:-KEPT]:
        old.unlink(missing_ok=True)
    return target


def ensure_model(console: Console) -> Path:
    """The model for the present data; trained now if there is none."""
    target = model_file()
    return target if target.exists() else train_model(console)
