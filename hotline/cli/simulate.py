"""`paotuan simulate`: days of demand, dispatched by the real code, beside simple ways of dispatch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from hotline.cli.options import AsJson
from hotline.dispatch import Policy
from hotline.divisions import read_divisions
from hotline.errors import InvalidInput
from hotline.settings import Settings
from hotline.simulation.bound import lower_bound
from hotline.simulation.figures import Figures, as_json, figures
from hotline.simulation.policies import Anybody, FirstFree, NearestFirst
from hotline.simulation.run import Outcome
from hotline.simulation.run import simulate as run
from hotline.simulation.world import World

console = Console()
WAYS: dict[str, tuple[str, Policy | None]] = {
    "ours": ("本系统", None),
    "first_free": ("谁空派谁", FirstFree()),
    "nearest_first": ("谁近派谁", NearestFirst()),
    "random": ("随机派", Anybody()),
}


def simulate(
    days: Annotated[int, typer.Option(help="多少个工作日。")] = 10,
    orders_per_day: Annotated[float, typer.Option(help="每个工作日多少单。")] = 30.0,
    scale: Annotated[float, typer.Option(help="单量再乘多少倍，例如 10、100。")] = 1.0,
    seed: Annotated[int, typer.Option(help="随机种子；同一种子结果相同。")] = 1,
    plot: Annotated[Path | None, typer.Option(help="把图画到这个 PNG 文件。")] = None,
    as_json_: AsJson = False,
) -> None:
    """模拟若干天的派单，和简单派法、理论下限放在一起比。"""
    if days < 1 or orders_per_day * scale <= 0 or days * orders_per_day * scale > 1_000_000:
        raise InvalidInput("天数和单量要大于0，总共不超过100万单。")
    settings = Settings()
    world = World(read_divisions(), seed, days, orders_per_day * scale, settings.offer_ahead)
    outcomes = _run_all(world, settings, quiet=as_json_)
    bound = lower_bound(world)
    ways = [figures(name, world, outcome, bound) for name, outcome in outcomes.items()]
    if plot:
        from hotline.simulation.plot import draw

        draw(plot, world, outcomes, bound)
    if as_json_:
        print(json.dumps(as_json(ways, bound, world), ensure_ascii=False))
    else:
        _show(world, ways, bound)


def _run_all(world: World, settings: Settings, *, quiet: bool) -> dict[str, Outcome]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    outcomes = {}
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        for name, (label, policy) in WAYS.items():
            task = progress.add_task(label, total=len(world.errands))
            outcomes[name] = run(world, settings, policy, lambda task=task: progress.advance(task))  # type: ignore[misc]
    return outcomes


_ROWS = (
    ("等到有人接（平均，秒）", "wait_mean", "{:.1f}"), ("　中位数", "wait_median", "{:.1f}"),
    ("　第95百分位", "wait_p95", "{:.1f}"), ("　是下限的几倍", "wait_ratio_to_bound", "{:.2f}"),
    ("有跑手接单", "accepted_share", "{:.1%}"), ("转工作人员", "escalated_share", "{:.1%}"),
    ("每单派给几人", "offers_per_order", "{:.2f}"), ("每单被拒几次", "declines_per_order", "{:.2f}"),
    ("每单超时几次", "unanswered_per_order", "{:.2f}"), ("每单晚了一步的人", "too_late_per_order", "{:.2f}"),
    ("到门口（模型公里）", "distance_mean", "{:.1f}"), ("派单基尼系数，同等跑手之间", "gini", "{:.3f}"),
    ("　同样多的单匀着派", "gini_even", "{:.3f}"),
    ("　全体跑手", "gini_all", "{:.3f}"), ("接单基尼系数，同等跑手之间", "gini_accepted", "{:.3f}"),
    ("同等同时长跑手最多差几次", "widest_gap", "{}"), ("值班满40小时没派到的跑手", "without_offer", "{}"),
)  # fmt: skip


def _show(world: World, ways: list[Figures], bound: dict[int, float]) -> None:
    rain = sum(day.rain for day in world.calendar)
    title = f"{world.days}个工作日（{rain}天下雨），{len(world.errands)}单，{len(world.roster)}名跑手，种子{world.seed}"
    table = Table("指标", *(WAYS[way.name][0] for way in ways), title=title)
    for label, field, form in _ROWS:
        table.add_row(label, *(form.format(getattr(way, field)) for way in ways))
    console.print(table)
    if bound:
        console.print(f"理论下限：事先知道每个人怎么答，平均等{sum(bound.values()) / len(bound):.1f}秒。")
    console.print("市民、跑手的行为和距离都是模型里的假设（hotline/simulation/world.py），不是实测。")
