"""How well the lookup finds and decides: outcomes of a test set, and the sheets made of them."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hotline.catalogue.catalogue import Item
from hotline.catalogue.lookup import TOGETHER, Lookup
from hotline.catalogue.results import LookupResult
from hotline.evaluation.baselines import Ranker
from hotline.evaluation.cases import KINDS, LookupCase
from hotline.evaluation.noise import with_errors
from hotline.evaluation.sheets import Sheet, percent, share
from hotline.vocabulary import Decision

DEPTHS = (1, 3, 10)
RATES = (0.0, 0.05, 0.1, 0.2, 0.3)
CLEAR = ("clear", "variant")  # where one item is meant
BINS = (0.0, 0.2, 0.4, 0.6, 0.72, 0.85, 0.95, 1.0)

Advance = Callable[[], object]


@dataclass(frozen=True)
class Outcome:
    """What our lookup made of one case."""

    case: LookupCase
    decision: Decision
    items: list[Item]  # best first
    top: float  # probability of the first
    rank: int  # place of the first right item, from 1; 0: not among them
    seconds: float
    choices: list[Item]  # what it would offer when it clarifies
    further: int = 0  # requests that it found beside the first

    @property
    def wrong_commit(self) -> bool:
        """Whether one item was taken and it is not the right one."""
        return self.decision is Decision.COMMIT and self.rank != 1


def run_lookup(lookup: Lookup, cases: Sequence[LookupCase], advance: Advance) -> list[Outcome]:
    """Every case through the lookup, one by one and timed."""
    outcomes = []
    for case in cases:
        begun = time.perf_counter()
        result = lookup.find(case.text, limit=max(DEPTHS))
        seconds = time.perf_counter() - begun
        outcomes.append(_outcome(lookup, case, result, seconds))
        advance()
    return outcomes


def _outcome(lookup: Lookup, case: LookupCase, result: LookupResult, seconds: float) -> Outcome:
    found = result.candidates
    items = [candidate.item for candidate in found]
    likely = [candidate.item for candidate in found[:3] if candidate.score >= lookup.tuning.choice]
    choices = likely if len(likely) > 1 else items[:3]
    return Outcome(case, result.decision, items, found[0].score, rank_of(case, items), seconds, choices, len(result.further))


def run_ranker(
    ranker: Ranker, items: Sequence[Item], cases: Sequence[LookupCase], advance: Advance, *, rate: float = 0.0
) -> list[int]:
    """For each case the place of the first right item, 0 if it is not among the first ten.

    rate: share of the characters that are misheard.
    """
    ranks = []
    for begin in range(0, len(cases), TOGETHER):
        part = cases[begin : begin + TOGETHER]
        orders = ranker.rank([with_errors(case.text, rate) for case in part], max(DEPTHS))
        for case, order in zip(part, orders, strict=True):
            ranks.append(rank_of(case, [items[k] for k in order]))
            advance()
    return ranks


def run_noise(
    ranker: Ranker, items: Sequence[Item], cases: Sequence[LookupCase], rate: float, advance: Advance
) -> float:
    """Recall at 3 with this share of the characters misheard."""
    ranks = run_ranker(ranker, items, cases, advance, rate=rate)
    return sum(0 < rank <= 3 for rank in ranks) / len(cases) if cases else 0.0


def rank_of(case: LookupCase, items: Iterable[Item]) -> int:
    """Place of the first right item, from 1; 0 if there is none."""
    return next((place for place, item in enumerate(items, start=1) if case.accepts(item)), 0)


def peak_memory() -> float:
    """The most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- sheets


def recall_sheet(cases: Sequence[LookupCase], ranks: dict[str, list[int]]) -> Sheet:
    """Recall at 1, 3 and 10 of every ranker, by kind of utterance."""
    kinds = [kind for kind in KINDS if kind != "none" and any(case.kind == kind for case in cases)]
    groups = {f"{KINDS[kind]} {kind}": {kind} for kind in kinds} | {"clear+variant": set(CLEAR), "全部": set(kinds)}
    rows, figures = [], []
    for name, found in ranks.items():
        for label, members in groups.items():
            places = [place for case, place in zip(cases, found, strict=True) if case.kind in members]
            hits = [sum(0 < place <= depth for place in places) for depth in DEPTHS]
            rows.append([name, label, str(len(places)), *(percent(hit, len(places)) for hit in hits)])
            recall = {f"recall_at_{depth}": share(hit, len(places)) for depth, hit in zip(DEPTHS, hits, strict=True)}
            figures.append({"ranker": name, "kind": label.split()[-1], "rows": len(places), **recall})
    columns = ["方法", "类别", "句数", *(f"前{depth}" for depth in DEPTHS)]
    return Sheet("recall", "找得到吗：正确事项排在前几（不管最后怎样决定）", columns, rows, figures)


def decision_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """What was decided, by kind of utterance."""
    rows, figures = [], []
    for kind, label in KINDS.items():
        mine = [outcome for outcome in outcomes if outcome.case.kind == kind]
        if not mine:
            continue
        wrong = sum(outcome.wrong_commit for outcome in mine)
        by = {decision: sum(outcome.decision is decision for outcome in mine) for decision in Decision}
        offered = sum(
            outcome.decision is Decision.CLARIFY and rank_of(outcome.case, outcome.choices) > 0 for outcome in mine
        )
        numbers = [by[Decision.COMMIT] - wrong, wrong, by[Decision.CLARIFY], offered, by[Decision.REJECT]]
        rows.append([f"{label} {kind}", str(len(mine)), *map(str, numbers)])
        names = ("commit_right", "commit_wrong", "clarify", "clarify_offers_right", "reject")
        figures.append({"kind": kind, "rows": len(mine), **dict(zip(names, numbers, strict=True))})
    columns = ["类别", "句数", "认定且对", "认定但错", "反问", "反问里有对的", "拒绝"]
    return Sheet("decisions", "怎样决定（句数）", columns, rows, figures)


def rate_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """Commit precision and coverage, reject and false-reject rates, beside the aims."""
    clear = [outcome for outcome in outcomes if outcome.case.kind in CLEAR]
    none = [outcome for outcome in outcomes if outcome.case.kind == "none"]
    committed = [outcome for outcome in outcomes if outcome.decision is Decision.COMMIT]

    def count(group: Sequence[Outcome], decision: Decision) -> int:
        return sum(outcome.decision is decision for outcome in group)

    right = sum(not outcome.wrong_commit for outcome in committed)
    measured = [
        ("commit_precision", "认定的准确率（全部认定）", right, len(committed), "≥ 99%"),
        ("commit_coverage", "clear+variant 里直接认定的", count(clear, Decision.COMMIT), len(clear), "≥ 70%"),
        ("reject_rate", "none 里拒绝的", count(none, Decision.REJECT), len(none), "≥ 90%"),
        ("false_reject_rate", "clear+variant 里误拒的", count(clear, Decision.REJECT), len(clear), "≤ 3%"),
    ]  # fmt: skip
    rows = [[label, f"{part}/{whole}", percent(part, whole), aim] for _, label, part, whole, aim in measured]
    figures = {key: share(part, whole) for key, _, part, whole, _ in measured}
    return Sheet("rates", "认定和拒绝", ["指标", "句数", "比率", "目标"], rows, figures)


def reliability_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """Whether the probability keeps its word: mean probability of the first item, and how often it was right."""
    rows, figures = [], []
    for low, high in pairwise(BINS):
        mine = [o for o in outcomes if low <= o.top < high or (high == BINS[-1] and o.top >= high)]
        if not mine:
            continue
        mean, right = statistics.fmean(o.top for o in mine), sum(o.rank == 1 for o in mine)
        rows.append([f"{low:.2f}–{high:.2f}", str(len(mine)), f"{100 * mean:.1f}%", percent(right, len(mine))])
        figures.append(
            {"from": low, "to": high, "rows": len(mine), "mean": round(mean, 4), "right": share(right, len(mine))}
        )
    return Sheet(
        "reliability", "概率说话算数吗（全部句子的第一名）", ["概率", "句数", "平均概率", "实际对的"], rows, figures
    )


def noise_sheet(recalls: dict[str, dict[float, float]]) -> Sheet:
    """Recall at 3 against character errors."""
    rows = [[name, *(f"{100 * by[rate]:.1f}%" for rate in by)] for name, by in recalls.items()]
    columns = ["方法", *(f"{rate:.0%} 字错" for rate in next(iter(recalls.values()), {}))]
    figures = {name: {f"{rate:.2f}": round(value, 4) for rate, value in by.items()} for name, by in recalls.items()}
    return Sheet("noise", "四川口音识别错字时的前3（clear+variant）", columns, rows, figures)


def speed_sheet(outcomes: Sequence[Outcome], load_seconds: float, memory: float) -> Sheet:
    """Milliseconds a query, loading time and peak memory."""
    took = sorted(1000 * outcome.seconds for outcome in outcomes)
    median = statistics.median(took) if took else 0.0
    late = took[min(len(took) - 1, int(0.95 * len(took)))] if took else 0.0
    rows = [
        ["一次检索，中位数", f"{median:.1f} 毫秒"],
        ["一次检索，第 95 百分位", f"{late:.1f} 毫秒"],
        ["装载（读目录、向量、模型，到第一次回答）", f"{load_seconds:.1f} 秒"],
        ["本系统的内存峰值（装对照方法之前）", f"{memory:.0f} MB"],
    ]
    figures = {
        "median_ms": round(median, 1), "p95_ms": round(late, 1), "load_seconds": round(load_seconds, 2),
        "peak_memory_mb": round(memory),
    }  # fmt: skip
    return Sheet("speed", "速度和内存", ["指标", "数值"], rows, figures)


def row_figures(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """Every row for reading one by one."""
    return [
        {
            "id": o.case.number, "text": o.case.text, "kind": o.case.kind, "decision": o.decision.value,
            "top": round(o.top, 4), "rank": o.rank, "items": [item.name for item in o.items[:3]],
        }
        for o in outcomes
    ]  # fmt: skip
