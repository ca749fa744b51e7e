"""Every written conversation, played against the really trained engine and a real hall."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from hotline.cli.engine_model import ensure_model
from hotline.cli.rehearsal import rehearsal
from hotline.evaluation.dialogues import Dialogue, read_dialogues
from hotline.evaluation.stage import Stage

DIALOGUES = read_dialogues(Path(__file__).parent)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """One engine for all; each dialogue has a citizen of its own in an empty hall."""
    with rehearsal(ensure_model(Console(stderr=True))) as stage:
        yield stage


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: f"{dialogue.source}-{dialogue.title}")
def test_it_goes_as_it_is_written(stage: Stage, dialogue: Dialogue) -> None:
    played = stage.play(dialogue)
    assert played.problems == [], "\n" + played.report()


def test_there_are_enough_and_no_title_twice() -> None:
    titles = [dialogue.title for dialogue in DIALOGUES]
    assert len(titles) >= 150
    assert len(set(titles)) == len(titles)
    assert sum(dialogue.source.startswith("difficult") for dialogue in DIALOGUES) >= 10
