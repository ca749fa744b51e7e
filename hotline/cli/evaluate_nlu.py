"""`paotuan evaluate nlu`: how well and how fast the assistant understands, beside a stock Rasa pipeline."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from connectors.engine import PYTHON
from hotline.cli.engine_model import TrainingFailed, engine_environment, ensure_model
from hotline.cli.figures import print_sheets, progress_bars
from hotline.cli.options import AsJson
from hotline.errors import InvalidInput
from hotline.evaluation import nlu_figures, stock
from hotline.evaluation.cases import NluCase, read_nlu_cases
from hotline.evaluation.engine_speed import EngineSpeed, measure_speed, speed_sheet
from hotline.evaluation.nlu_figures import Understood
from hotline.evaluation.sheets import Sheet
from hotline.settings import ROOT

NLU_SET = ROOT / "tests" / "nlu" / "evaluation.tsv"
OURS, STOCK = "本系统", "现成模型（DIET、TED）"
TIMED = 100  # utterances that are timed
SKILLS, DOMAIN = ROOT / "data" / "skills", ROOT / "bot" / "domain"


def nlu(
    file: Annotated[Path | None, typer.Option("--set", help="评测集（TSV）；不写就用自带的。")] = None,
    with_stock: Annotated[
        bool,
        typer.Option("--stock", help="两个模型都从零训练，旁边比 Rasa 现成的中文模型和快慢（要十几分钟）。"),
    ] = False,
    epochs: Annotated[int, typer.Option("--epochs", help="现成模型里 DIET 训练多少遍。")] = stock.EPOCHS,
    speed: Annotated[bool, typer.Option("--speed", help="也量快慢和内存。")] = False,
    as_json: AsJson = False,
) -> None:
    """意图和细节：对话模型听得准不准、快不快，各种说话方式分开看。"""
    cases = read_nlu_cases(file or NLU_SET)
    with progress_bars() as progress, tempfile.TemporaryDirectory(prefix="paotuan-evaluation-") as folder:
        if with_stock:
            models = _train_both(Path(folder), epochs, progress)
        else:
            models = {OURS: (ensure_model(Console(stderr=True)), None)}
        runs = {name: _understand(model, cases, progress, name) for name, (model, _) in models.items()}
        speeds = _speeds(models, cases, progress) if speed or with_stock else {}
    print_sheets(_sheets(runs, speeds), as_json, rows=nlu_figures.row_figures(runs[OURS]))


def _sheets(runs: dict[str, list[Understood]], speeds: dict[str, EngineSpeed]) -> list[Sheet]:
    ours = runs[OURS]
    return [
        nlu_figures.intent_sheet(runs), nlu_figures.voice_sheet(runs), nlu_figures.by_intent_sheet(ours),
        nlu_figures.confusion_sheet(ours), nlu_figures.detail_sheet(ours), nlu_figures.detail_voice_sheet(ours),
        *([speed_sheet(speeds)] if speeds else []),
    ]  # fmt: skip


def _understand(model: Path, cases: Sequence[NluCase], progress: Progress, name: str) -> list[Understood]:
    """All cases through one model, in one batch with a fixed clock."""
    task = progress.add_task(f"{name}：理解", total=len(cases))

    def parse(lines: list[str]) -> list[dict[str, Any]]:
        parsed = []
        with subprocess.Popen(
            [str(PYTHON), "-m", "bot.understand", str(model)], cwd=ROOT, text=True, encoding="utf-8",
            env=engine_environment() | {"PAOTUAN_NOW": nlu_figures.NOW},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write("\n".join(lines))
            process.stdin.close()
            for line in process.stdout:
                parsed.append(json.loads(line))
                progress.advance(task)
        if process.returncode or len(parsed) != len(lines):
            raise InvalidInput("对话引擎没有运行成功，请先用 ./paotuan understand “你好” 看看哪里不对。")
        return parsed

    return nlu_figures.run_nlu(cases, parse)


def _speeds(
    models: dict[str, tuple[Path, float | None]], cases: Sequence[NluCase], progress: Progress
) -> dict[str, EngineSpeed]:
    task = progress.add_task("量快慢", total=len(models))
    texts = [case.text for case in cases[:: max(1, len(cases) // TIMED)]][:TIMED]
    found = {}
    for name, (model, training) in models.items():
        found[name] = measure_speed(
            PYTHON, model, texts, root=ROOT, environment=engine_environment(), training=training
        )
        progress.advance(task)
    return found


def _train_both(folder: Path, epochs: int, progress: Progress) -> dict[str, tuple[Path, float | None]]:
    """Both models with the seconds of their training, from nothing: no cache of Rasa's or of ours is used."""
    config, stories = stock.write_stock(folder, skills=SKILLS, epochs=epochs)
    theirs = _train(folder, config, [SKILLS, stories], stock.MODEL, progress)
    return {OURS: _train(folder, ROOT / "config.yml", [SKILLS], "ours", progress), STOCK: theirs}


def _train(folder: Path, config: Path, data: list[Path], name: str, progress: Progress) -> tuple[Path, float]:
    """One model in a folder of its own, and the seconds; raises TrainingFailed."""
    task = progress.add_task(f"训练（{name}）", total=None)
    command = stock.training_command(
        PYTHON, config=config, data=data, domain=DOMAIN, folder=folder, name=name
    )
    begun = time.perf_counter()
    last: deque[str] = deque(maxlen=40)
    with subprocess.Popen(
        command, cwd=folder, env=engine_environment() | {"PAOTUAN_MEANINGS": str(folder / "meanings.npz")},
        text=True, encoding="utf-8", errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:  # a bar that is drawn anew ends in \r, which counts as a line's end
            last.append(line)
            if told := stock.epochs_told(line):
                _show_epoch(progress, task, name, *told, seconds=time.perf_counter() - begun)
    model = stock.model_in(folder, name)
    if process.returncode or not model.exists():
        raise TrainingFailed("模型没有训练成功：\n" + "".join(last)[-2000:])
    return model, time.perf_counter() - begun


def _show_epoch(progress: Progress, task: TaskID, name: str, done: int, total: int, *, seconds: float) -> None:
    """Move the bar; where there is no terminal, a line at every new round."""
    before = progress.tasks[task].completed
    progress.update(task, completed=done, total=total)
    if not progress.console.is_terminal and done != before:
        progress.console.print(f"训练（{name}）：第 {done}/{total} 遍，已用 {seconds:.0f} 秒")
