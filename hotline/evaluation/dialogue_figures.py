"""Figures of played dialogues: how many reach their goal, in how many turns, and how long a turn takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.evaluation.sheets import Sheet, percent, share
from hotline.evaluation.stage import Played


def quantile(seconds: Sequence[float], part: float) -> float:
    """The value below which this part lies, in milliseconds; 0 for nothing."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def goal_sheet(played: Sequence[Played]) -> Sheet:
    """By file: how many dialogues go as written, and the turns they take."""
    groups: defaultdict[str, list[Played]] = defaultdict(list)
    for one in played:
        groups[one.dialogue.source.split(":")[0].removesuffix(".txt")].append(one)
    rows = [_goal_row(name, group) for name, group in [*sorted(groups.items()), ("全部", list(played))]]
    figures = {
        "dialogues": len(played), "reached": share(sum(not one.problems for one in played), len(played)),
        "turns": share(sum(one.turns for one in played), len(played)),
    }  # fmt: skip
    return Sheet("goals", "对话：和写的一样走到头", ["对话", "段数", "走到头", "每段轮数"], rows, figures)


def _goal_row(name: str, group: Sequence[Played]) -> list[str]:
    reached = sum(not one.problems for one in group)
    turns = sum(one.turns for one in group) / max(len(group), 1)
    return [name, str(len(group)), percent(reached, len(group)), f"{turns:.1f}"]


@dataclass(frozen=True)
class Running:
    """Figures of a running hall and its engine."""

    ready: float  # seconds from the start until a message is answered
    engine_mb: float  # largest resident memory
    hall_mb: float
    at_once: int  # citizens
    rate: float  # turns a second of all of them


def running_sheet(running: Running) -> Sheet:
    """How soon it stands, what it takes and carries; no policy is learned, so there is no stock one to hold beside it."""
    rows = [
        ["启动到能回答", f"{running.ready:.0f} 秒"],
        ["内存峰值：引擎", f"{running.engine_mb:.0f} MB"],
        ["内存峰值：大厅", f"{running.hall_mb:.0f} MB"],
        [f"{running.at_once} 个市民同时说，每秒几轮", f"{running.rate:.1f}"],
        ["学出来的策略", "没有：全部是规则，和自带策略没得比"],
    ]
    figures = {
        "ready_s": round(running.ready, 1), "engine_mb": round(running.engine_mb), "hall_mb": round(running.hall_mb),
        "at_once": running.at_once, "turns_per_s": round(running.rate, 1), "learned_policies": 0,
    }  # fmt: skip
    return Sheet("running", "跑起来的大厅和引擎（HTTP，连检索和数据库）", ["指标", "值"], rows, figures)


def time_sheet(measured: dict[str, Sequence[float]]) -> Sheet:
    """How long a whole turn takes for one citizen, by the way in which it was measured."""
    rows = [
        [name, str(len(seconds)), f"{quantile(seconds, 0.5):.0f} 毫秒", f"{quantile(seconds, 0.95):.0f} 毫秒"]
        for name, seconds in measured.items()
    ]  # fmt: skip
    figures = {
        name: {"turns": len(s), "median_ms": round(quantile(s, 0.5), 1), "p95_ms": round(quantile(s, 0.95), 1)}
        for name, s in measured.items()
    }  # fmt: skip
    return Sheet("times", "一轮要多久（一个市民，连检索和数据库）", ["怎样量的", "轮数", "中位数", "第95百分位"], rows, figures)
