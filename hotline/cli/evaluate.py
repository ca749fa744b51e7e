"""`paotuan evaluate`: quality and speed, printed beside a baseline in the same run."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from connectors.engine import PYTHON
from hotline.cli.engine_model import TrainingFailed, engine_environment, ensure_model
from hotline.cli.options import AsJson, DataDir, settings_for
from hotline.errors import InvalidInput
from hotline.evaluation import lookup_figures, nlu_figures, stock
from hotline.evaluation.baselines import OurLookup, Ranker, make_baselines
from hotline.evaluation.cases import LookupCase, NluCase, read_lookup_cases, read_nlu_cases
from hotline.evaluation.lookup_figures import CLEAR, RATES
from hotline.evaluation.sheets import Sheet
from hotline.hall import Hall
from hotline.settings import ROOT

app = typer.Typer(no_args_is_help=True, help="评测。")
console = Console()
LOOKUP_SET = ROOT / "tests" / "lookup" / "evaluation.tsv"
NLU_SET = ROOT / "tests" / "nlu" / "evaluation.tsv"
SetFile = Annotated[Path | None, typer.Option("--set", help="评测集（TSV）；不写就用自带的。")]


@app.command("lookup")
def lookup(file: SetFile = None, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """事项检索：找得准不准、概率可不可信、错字抗不抗得住、多快，旁边是三种现成方法。"""
    cases = read_lookup_cases(file or LOOKUP_SET)
    with _progress() as progress:
        sheets, rows = _evaluate_lookup(cases, Hall(settings_for(data_dir)), progress)
    _print(sheets, as_json, rows=rows)


@app.command("nlu")
def nlu(
    file: SetFile = None,
    with_stock: Annotated[
        bool, typer.Option("--stock", help="也训练一个 Rasa 现成的中文模型来比（要几分钟）。")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """意图和细节：对话模型听得准不准，各种说话方式分开看。"""
    cases = read_nlu_cases(file or NLU_SET)
    model = ensure_model(Console(stderr=True))
    with _progress() as progress, tempfile.TemporaryDirectory(prefix="paotuan-stock-") as folder:
        ours = _understand(model, cases, progress, "本系统")
        runs = {"本系统": ours}
        if with_stock:
            runs["现成模型（DIET）"] = _understand(_train_stock(Path(folder), progress), cases, progress, "现成模型")
    sheets = [
        nlu_figures.intent_sheet(runs), nlu_figures.voice_sheet(runs), nlu_figures.by_intent_sheet(ours),
        nlu_figures.confusion_sheet(ours), nlu_figures.detail_sheet(ours),
    ]  # fmt: skip
    _print(sheets, as_json, rows=nlu_figures.row_figures(ours))


def _evaluate_lookup(
    cases: Sequence[LookupCase], hall: Hall, progress: Progress
) -> tuple[list[Sheet], list[dict[str, object]]]:
    begun = time.perf_counter()
    ours = hall.lookup
    ours.find("你好")
    load_seconds = time.perf_counter() - begun
    task = progress.add_task("本系统", total=len(cases))
    outcomes = lookup_figures.run_lookup(ours, cases, partial(progress.advance, task))
    memory = lookup_figures.peak_memory()
    baselines = make_baselines(ours)
    items = hall.catalogue.items
    ranks = {OurLookup.name: [outcome.rank for outcome in outcomes]}
    for ranker in baselines:
        task = progress.add_task(ranker.name, total=len(cases))
        ranks[ranker.name] = lookup_figures.run_ranker(ranker, items, cases, partial(progress.advance, task))
    sheets = [
        lookup_figures.recall_sheet(cases, ranks), lookup_figures.decision_sheet(outcomes),
        lookup_figures.rate_sheet(outcomes), lookup_figures.reliability_sheet(outcomes),
        lookup_figures.noise_sheet(_noise([OurLookup(ours), *baselines], hall, cases, ranks, progress)),
        lookup_figures.speed_sheet(outcomes, load_seconds, memory),
    ]  # fmt: skip
    return sheets, lookup_figures.row_figures(outcomes)


def _noise(
    rankers: Sequence[Ranker], hall: Hall, cases: Sequence[LookupCase], ranks: dict[str, list[int]], progress: Progress
) -> dict[str, dict[float, float]]:
    """Recall at 3 of every ranker at every rate of errors; without errors it is known already."""
    clear = [case for case in cases if case.kind in CLEAR]
    recalls: dict[str, dict[float, float]] = {}
    for ranker in rankers:
        task = progress.add_task(f"{ranker.name}，听错字", total=len(clear) * (len(RATES) - 1))
        clean = [rank for case, rank in zip(cases, ranks[ranker.name], strict=True) if case.kind in CLEAR]
        recalls[ranker.name] = {0.0: sum(0 < rank <= 3 for rank in clean) / max(len(clean), 1)}
        for rate in RATES[1:]:
            recalls[ranker.name][rate] = lookup_figures.run_noise(
                ranker, hall.catalogue.items, clear, rate, partial(progress.advance, task)
            )
    return recalls


def _understand(model: Path, cases: Sequence[NluCase], progress: Progress, name: str) -> list[nlu_figures.Understood]:
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


def _train_stock(folder: Path, progress: Progress, data: Path = ROOT / "data" / "skills") -> Path:
    """The stock pipeline, trained on our data in a folder of its own; raises TrainingFailed."""
    progress.add_task("训练现成模型（几分钟）", total=None)
    command = stock.training_command(PYTHON, data=data, domain=ROOT / "bot" / "domain", folder=folder)
    done = subprocess.run(
        command, cwd=folder, env=engine_environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        check=False,
    )  # fmt: skip
    if done.returncode or not stock.model_in(folder).exists():
        raise TrainingFailed("现成模型没有训练成功：\n" + done.stdout[-2000:])
    return stock.model_in(folder)


def _progress() -> Progress:
    """Bars on the error stream, so that the output holds tables or JSON only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _print(sheets: Sequence[Sheet], as_json: bool, *, rows: object) -> None:
    """The tables, or one JSON object with every figure and the single rows."""
    if as_json:
        print(json.dumps({sheet.key: sheet.figures for sheet in sheets} | {"rows": rows}, ensure_ascii=False))
        return
    for sheet in sheets:
        table = Table(title=sheet.title, title_justify="left")
        for number, column in enumerate(sheet.columns):
            table.add_column(column, justify="left" if number == 0 or sheet.key == "confusions" else "right")
        for row in sheet.rows:
            table.add_row(*row)
        console.print(table)
