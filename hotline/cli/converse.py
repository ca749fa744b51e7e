"""`paotuan converse`: conversations from a file, or with scripted citizens, against the real assistant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hotline.cli.engine_model import ensure_model
from hotline.cli.rehearsal import rehearsal
from hotline.errors import InvalidInput
from hotline.evaluation.dialogues import Dialogue, read_dialogues
from hotline.evaluation.scripted import Tried, run_script
from hotline.evaluation.stage import Stage

console = Console()
OUTCOMES = {"ordered": "下了单", "person": "转了人工", "": "有问题"}


def converse(
    replay: Annotated[Path | None, typer.Option(help="对话文件（或文件夹），照着说一遍。")] = None,
    fuzz: Annotated[int | None, typer.Option(help="和这么多个随机的市民说话。")] = None,
    seed: Annotated[int, typer.Option(help="第一个市民的编号；同一个编号说同样的话。")] = 1,
    save: Annotated[Path | None, typer.Option(help="把出问题的对话写进这个文件，好用 --replay 重说。")] = None,
) -> None:
    """和真的助手说话：照文件重说，或者用随机的市民来找毛病。"""
    if (replay is None) == (fuzz is None):
        raise InvalidInput("请用 --replay 文件 重说一段对话，或用 --fuzz 数目 找毛病。")
    dialogues = read_dialogues(replay) if replay else []
    with rehearsal(ensure_model(Console(stderr=True))) as stage:
        faults = _replay(stage, dialogues) if fuzz is None else _fuzz(stage, range(seed, seed + fuzz), save)
    if faults:
        raise typer.Exit(1)


def _replay(stage: Stage, dialogues: Sequence[Dialogue]) -> int:
    """How many of these did not go as written."""
    faulty = 0
    for dialogue in dialogues:
        played = stage.play(dialogue)
        console.print(played.report(), markup=False)
        faulty += bool(played.problems)
    console.print(f"{len(dialogues)}段对话，{faulty}段和写的不一样。")
    return faulty


def _fuzz(stage: Stage, seeds: range, save: Path | None) -> int:
    """How many of these citizens met a fault."""
    failed = [tried for seed in seeds if (tried := _try(stage, seed)).faults]
    console.print(f"{len(seeds)}个市民，{len(failed)}个出了问题。")
    if save and failed:
        save.write_text("\n\n".join(str(tried.dialogue) for tried in failed) + "\n", "utf-8")
    return len(failed)


def _try(stage: Stage, number: int) -> Tried:
    tried = run_script(stage, number)
    console.print(f"市民{number}：{OUTCOMES[tried.outcome if not tried.faults else '']}，{len(tried.seconds)}轮")
    if tried.faults:
        console.print("\n".join([*tried.transcript, *(f"  !! {fault}" for fault in tried.faults)]), markup=False)
    return tried
