"""The runner team: who is in it, who is on duty, and how a runner gets in."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.divisions import Divisions
from hotline.errors import LoginRequired, NotFound
from hotline.orders import CARRIED
from hotline.settings import Settings
from hotline.store.schema import ErrandOrder, Offer, Runner
from hotline.team import count_duty
from hotline.tokens import token_hash
from hotline.vocabulary import OfferState, RunnerKind, TeamLevel

FULL_TIME_RUNNERS = 20
PART_TIME_RUNNERS = 1204
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_GIVEN = ["建国", "明珍", "秀英", "大勇", "小兰", "德明", "光荣", "春梅", "志强", "桂芳", "国华", "玉兰", "永福", "天明", "素清", "长江", "发贵", "晓燕", "文军", "碧容", "开秀", "洪波", "兴旺", "朝阳", "丽华", "中华", "平安", "琼英", "仕林", "正菊"]


def sample_roster(divisions: Divisions, seed: int = 511903) -> list[Runner]:
    """20 full-time and 1,204 part-time invented runners over the real towns and villages."""
    chance = random.Random(seed)
    runners = [_sample(chance, n, RunnerKind.FULL_TIME, TeamLevel.DISTRICT) for n in range(1, FULL_TIME_RUNNERS + 1)]
    towns, villages = divisions.townships, divisions.villages
    for n in range(FULL_TIME_RUNNERS + 1, FULL_TIME_RUNNERS + PART_TIME_RUNNERS + 1):
        index = n - FULL_TIME_RUNNERS - 1
        if index < len(villages) * 3:  # three in each village, the rest in the towns' teams
            village = villages[index % len(villages)]
            runner = _sample(chance, n, RunnerKind.PART_TIME, TeamLevel.VILLAGE)
            runner.township, runner.village = village.code[:9], village.code
        else:
            runner = _sample(chance, n, RunnerKind.PART_TIME, TeamLevel.TOWN)
            runner.township = towns[index % len(towns)].code
        runners.append(runner)
    return runners


def _sample(chance: random.Random, number: int, kind: RunnerKind, team: TeamLevel) -> Runner:
    return Runner(
        number=f"R{number:04d}",
        name=chance.choice(_SURNAMES) + chance.choice(_GIVEN),
        phone=f"1380000{number:04d}",
        kind=kind,
        team=team,
        township="",
        village="",
        zones=[],
        load_limit=6 if kind is RunnerKind.FULL_TIME else 2,
        on_duty=True,
        hours="",
    )


@dataclass(frozen=True)
class RunnerDesk:
    """What one runner sees: open offers and orders in hand."""

    offers: list[Offer]
    orders: list[ErrandOrder]


class Runners:
    """The roster and the runners' personal links."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock

    def add(self, session: Session, runners: list[Runner]) -> tuple[int, int]:
        """Add runners, or bring known numbers up to date: (added, changed)."""
        known = {runner.number: runner for runner in session.scalars(select(Runner))}
        added = 0
        for runner in runners:
            old = known.get(runner.number)
            if old is None:
                runner.duty_since = self.clock() if runner.on_duty else None
                session.add(runner)
                added += 1
                continue
            count_duty(old, self.clock())  # by the hours that were in force
            for name in ("hours", "name", "phone", "kind", "team", "township", "village", "zones", "load_limit"):
                setattr(old, name, getattr(runner, name))
        return added, len(runners) - added

    def get(self, session: Session, number: str) -> Runner:
        """The runner of a number such as R0001; raises NotFound."""
        runner = session.scalar(select(Runner).where(Runner.number == number.upper()))
        if runner is None:
            raise NotFound(f"没有编号为{number}的跑手。", runner=number)
        return runner

    def issue_link(self, session: Session, number: str) -> str:
        """A new personal token for a runner; the old one stops working. Only its hash is kept."""
        runner = self.get(session, number)
        token = secrets.token_urlsafe(24)
        runner.link_hash = token_hash(token)
        runner.link_expires = self.clock() + timedelta(days=self.settings.link_days)
        return token

    def by_token(self, session: Session, token: str) -> Runner:
        """The runner whose personal link this is; raises LoginRequired."""
        runner = session.scalar(select(Runner).where(Runner.link_hash == token_hash(token)))
        if runner is None or (runner.link_expires and runner.link_expires <= self.clock()):
            raise LoginRequired("请用您的个人链接进入跑手页；链接失效时请找跑团队长重新要一个。")
        return runner

    def seen(self, session: Session, runner: Runner) -> None:
        """The runner's page is open now: a lease that lapses by itself."""
        runner.seen_at = self.clock()

    def set_duty(self, session: Session, runner: Runner, *, on_duty: bool) -> None:
        """On or off duty; off duty always wins over presence."""
        now = self.clock()
        count_duty(runner, now)
        runner.on_duty, runner.duty_since = on_duty, now if on_duty else None

    def desk_of(self, session: Session, runner: Runner) -> RunnerDesk:
        """Open offers and orders in hand of one runner."""
        offers = select(Offer).where(
            Offer.runner_id == runner.id, Offer.state == OfferState.OPEN, Offer.expires_at > self.clock()
        )
        orders = select(ErrandOrder).where(ErrandOrder.runner_id == runner.id, ErrandOrder.state.in_(CARRIED))
        return RunnerDesk(list(session.scalars(offers)), list(session.scalars(orders.order_by(ErrandOrder.id))))
