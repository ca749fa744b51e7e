"""Rasa's own test stories against the really trained model."""

from __future__ import annotations

import subprocess
from pathlib import Path

from rich.console import Console

from connectors.engine import PYTHON
from hotline.cli.engine_model import engine_environment, ensure_model
from hotline.settings import ROOT

STORIES = Path(__file__).parent


def test_every_story_goes_as_it_is_written(tmp_path: Path) -> None:
    """`rasa test core` fails when an intent or an action is not the one in the story."""
    model = ensure_model(Console(stderr=True))
    command = [
        str(PYTHON), "-m", "rasa", "test", "core", "--model", str(model), "--stories", str(STORIES),
        "--out", str(tmp_path), "--e2e", "--no-plot", "--fail-on-prediction-errors",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=engine_environment(), capture_output=True, text=True)
    report = tmp_path / "failed_test_stories.yml"
    wrong = report.read_text("utf-8") if report.exists() else ""
    assert done.returncode == 0, wrong + done.stdout[-2000:] + done.stderr[-2000:]
    assert (tmp_path / "story_report.json").exists()
