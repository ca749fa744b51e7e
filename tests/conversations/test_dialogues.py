"""Every written conversation, played against the really trained engine and a real hall."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from hotline.cli.engine_model import ensure_model
from hotline.cli.rehearsal import rehearsal
from hotline.evaluation.dialogues import Dialogue, read_dialogues
from hotline.evaluation.scripted import run_script
from hotline.evaluation.stage import Stage

DIALOGUES = read_dialogues(Path(__file__).parent)
CITIZENS = 15  # scripted ones; `./paotuan converse --fuzz 150` meets more


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """One engine for all; each dialogue has a citizen of its own in an empty hall."""
    with rehearsal(ensure_model(Console(stderr=True))) as stage:
        yield stage


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: f"{dialogue.source}-{dialogue.title}")
def test_it_goes_as_it_is_written(stage: Stage, dialogue: Dialogue) -> None:
    played = stage.play(dialogue)
    assert played.problems == [], "\n" + played.report()


@pytest.mark.parametrize("seed", range(1, CITIZENS + 1))
def test_a_scripted_citizen_gets_what_they_want(stage: Stage, seed: int) -> None:
    """No loop, no dead end, no order without a yes, never two, a person on request; the same seed says the same."""
    tried = run_script(stage, seed)
    assert not tried.faults, "\n".join([*tried.faults, *tried.transcript])
    assert tried.outcome in ("ordered", "person")


def test_there_are_enough_and_no_title_twice() -> None:
    titles = [dialogue.title for dialogue in DIALOGUES]
    assert len(titles) >= 150
    assert len(set(titles)) == len(titles)
    assert sum(dialogue.source.startswith("difficult") for dialogue in DIALOGUES) >= 10
