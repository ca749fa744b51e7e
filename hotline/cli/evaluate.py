"""`paotuan evaluate`: quality and speed, printed beside a baseline in the same run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from hotline.cli import evaluate_nlu
from hotline.cli.evaluate_calls import calls
from hotline.cli.figures import print_sheets, progress_bars
from hotline.cli.options import AsJson, DataDir, settings_for
from hotline.evaluation import lookup_figures
from hotline.evaluation.baselines import OurLookup, Ranker, make_baselines
from hotline.evaluation.border_weights import weights_sheet
from hotline.evaluation.cases import LookupCase, read_lookup_cases
from hotline.evaluation.lookup_figures import CLEAR, RATES
from hotline.evaluation.scale import scale_sheet
from hotline.evaluation.sheets import Sheet
from hotline.evaluation.two_requests import read_two_requests, two_requests_sheet
from hotline.hall import Hall
from hotline.settings import ROOT

app = typer.Typer(no_args_is_help=True, help="评测。")
app.command("nlu")(evaluate_nlu.nlu)
LOOKUP_SET = ROOT / "tests" / "lookup" / "evaluation.tsv"
TWO_REQUESTS = ROOT / "tests" / "lookup" / "two_requests.tsv"
SCALE_SAMPLE = 60  # utterances of a set by which the time is taken
PairsFile = Annotated[Path | None, typer.Option("--two-requests", help="一句话说两件事的评测集（TSV）；不写就用自带的。")]
SetFile = Annotated[Path | None, typer.Option("--set", help="评测集（TSV）；不写就用自带的。")]


app.command("calls")(calls)


@app.command("lookup")
def lookup(
    file: SetFile = None,
    pairs: PairsFile = None,
    draw: Annotated[
        int | None, typer.Option(min=1, max=1_000_000, help="只量速度：抽这么多条说法，例如 100000。")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="只量本系统：不跑对照方法和错字。")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """事项检索：找得准不准、概率可不可信、错字抗不抗得住、多快，旁边是三种现成方法。"""
    cases = read_lookup_cases(file or LOOKUP_SET)
    hall = Hall(settings_for(data_dir))
    with progress_bars() as progress:
        if draw is not None:
            sheets, rows = [_scale(cases, hall, draw, progress)], None
        else:
            sheets, rows = _evaluate_lookup(cases, pairs or TWO_REQUESTS, hall, progress, quick=quick)
    print_sheets(sheets, as_json, rows=rows)


@app.command("borders")
def borders(
    pairs: Annotated[list[Path], typer.Option("--two-requests", help="一句话说两件事的集子（TSV），可以写几次。")],
    ones: Annotated[list[Path], typer.Option("--set", help="一句话一件事的集子（TSV），可以写几次。")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """一句话分不分成两件：照这些集子重新拟合权重，旁边是现在用的。"""
    rows = [row for file in pairs for row in read_two_requests(file)]
    texts = [case.text for file in ones for case in read_lookup_cases(file)]
    lookup = Hall(settings_for(data_dir)).lookup
    with progress_bars() as progress:
        task = progress.add_task("重新拟合", total=len(rows) + len(texts))
        sheet = weights_sheet(lookup, rows, texts, partial(progress.advance, task))
    print_sheets([sheet], as_json, rows=None)


def _scale(cases: Sequence[LookupCase], hall: Hall, draw: int, progress: Progress) -> Sheet:
    """The time of a sample of the set over many drawn wordings."""
    texts = [case.text for case in cases[:: max(1, len(cases) // SCALE_SAMPLE)]]
    scorer = hall.lookup.scorer
    hall.lookup.find("你好")
    task = progress.add_task("速度", total=len(texts))
    return scale_sheet(scorer, draw, texts, partial(progress.advance, task))


def _evaluate_lookup(
    cases: Sequence[LookupCase], two_requests: Path, hall: Hall, progress: Progress, *, quick: bool
) -> tuple[list[Sheet], list[dict[str, object]]]:
    begun = time.perf_counter()
    ours = hall.lookup
    ours.find("你好")
    load_seconds = time.perf_counter() - begun
    task = progress.add_task("本系统", total=len(cases))
    outcomes = lookup_figures.run_lookup(ours, cases, partial(progress.advance, task))
    memory = lookup_figures.peak_memory()
    baselines = [] if quick else make_baselines(ours)
    items = hall.catalogue.items
    ranks = {OurLookup.name: [outcome.rank for outcome in outcomes]}
    for ranker in baselines:
        task = progress.add_task(ranker.name, total=len(cases))
        ranks[ranker.name] = lookup_figures.run_ranker(ranker, items, cases, partial(progress.advance, task))
    pairs = read_two_requests(two_requests)
    task = progress.add_task("一句话说两件事", total=len(pairs))
    sheets = [
        lookup_figures.recall_sheet(cases, ranks), lookup_figures.decision_sheet(outcomes),
        lookup_figures.rate_sheet(outcomes), lookup_figures.reliability_sheet(outcomes),
        two_requests_sheet(ours, pairs, outcomes, partial(progress.advance, task)),
        lookup_figures.speed_sheet(outcomes, load_seconds, memory),
    ]  # fmt: skip
    if not quick:
        rankers = [OurLookup(ours), *baselines]
        sheets.append(lookup_figures.noise_sheet(_noise(rankers, hall, cases, ranks, progress)))
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
