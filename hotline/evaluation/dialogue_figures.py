"""Figures of played dialogues: how many reach their goal, in how many turns, and how long a turn takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

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
