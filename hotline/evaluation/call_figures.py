"""What becomes of calls: the right order, a person, a wrong order, or nothing; by how much is misheard."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.calls.speech import speakable
from hotline.calls.steps import Heard, Step
from hotline.catalogue.catalogue import Catalogue
from hotline.clock import local
from hotline.evaluation.callers import MOST_TURNS, Caller, Conduct, Words, seconds_of
from hotline.hall import Hall
from hotline.store.calls import PhoneCall
from hotline.store.schema import Conversation, ErrandOrder, FollowUp

RIGHT, PERSON, WRONG, DEAD = "right", "person", "wrong", "dead"


@dataclass
class PlayedCall:
    """One call as it went."""

    opening: str
    outcome: str = DEAD
    why: str = ""
    turns: int = 0
    seconds: float = 0.0  # of talk, estimated
    answer_ms: list[float] = field(default_factory=list)  # from the end of what was said to the answer
    transcript: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CallFigures:
    """A row of the table."""

    cer: float  # share of misheard characters
    calls: int
    right: float  # share that ended in the right order
    person: float  # … in a person or a booked callback
    wrong: float  # … in a wrong order
    dead: float  # … in nothing
    turns_median: float
    seconds_median: float  # of talk, of calls that ended in an order
    answer_ms_median: float
    answer_ms_95: float

    def as_json(self) -> dict[str, float]:
        """For --json."""
        return asdict(self)


Begin = Callable[[str, str], Awaitable[Step]]
Hear = Callable[[str, int, Heard], Awaitable[Step]]


def spoken_titles(catalogue: Catalogue) -> dict[str, str]:
    """Every item's title and name as they are read aloud → name, space, parent."""
    titles: dict[str, str] = {}
    for item in catalogue:
        for title in (item.name, item.title):
            titles[speakable(title)] = f"{item.name} {item.parent}"
    return titles


async def play(hall: Hall, begin: Begin, hear: Hear, conduct: Conduct, call_id: str) -> PlayedCall:
    """One whole call over the call core, with the real assistant behind it."""
    played = PlayedCall(conduct.caller.opening)
    step = await begin(call_id, conduct.own_number)
    for turn in range(1, MOST_TURNS + 1):
        heard = "".join(step.says)
        played.transcript.append(f"热线：{heard}")
        if step.ring or not step.listen or _settled(hall, call_id):
            break
        words = conduct.next(heard, expected(hall, call_id) if turn > 1 else "")
        played.transcript.append(f"市民：{words.digits or words.text}")
        began = time.perf_counter()
        step = await hear(call_id, turn, Heard(words.text, words.digits, 0.8))
        while step.wait:
            step = await hear(call_id, turn, Heard())
        played.answer_ms.append(1000 * (time.perf_counter() - began))
        played.turns = turn
        played.seconds += seconds_of("".join(step.says), words, step.listen.pause_seconds if step.listen else 0)
    with hall.database.read() as session:
        played.outcome, played.why = judge(session, hall, call_id, conduct, rings=bool(step.ring))
    return played


def _call(session: Session, call_id: str) -> PhoneCall:
    return session.scalars(select(PhoneCall).where(PhoneCall.provider_id == call_id)).one()


def expected(hall: Hall, call_id: str) -> str:
    """What the assistant waits for in a call."""
    with hall.database.read() as session:
        return session.get_one(Conversation, _call(session, call_id).conversation_id).expects


def _settled(hall: Hall, call_id: str) -> bool:
    """Whether there is an order or a booked callback."""
    with hall.database.read() as session:
        conversation = _call(session, call_id).conversation_id
        order = session.scalar(select(ErrandOrder.id).where(ErrandOrder.conversation_id == conversation))
        callback = session.scalar(select(FollowUp.id).where(FollowUp.conversation_id == conversation))
        return order is not None or callback is not None


def judge(session: Session, hall: Hall, call_id: str, conduct: Conduct, *, rings: bool) -> tuple[str, str]:
    """What became of a call, and what is wrong with its order; `rings`: a person is being rung."""
    conversation = _call(session, call_id).conversation_id
    orders = session.scalars(select(ErrandOrder).where(ErrandOrder.conversation_id == conversation)).all()
    if orders:
        wrong = "、".join(w for order in orders for w in _faults(hall, order, conduct)) or ("两单" if len(orders) > 1 else "")
        return (WRONG, wrong) if wrong else (RIGHT, "")
    callback = session.scalar(select(FollowUp.id).where(FollowUp.conversation_id == conversation))
    return (PERSON, "") if rings or callback else (DEAD, "没有订单，也没有转人工")


def _faults(hall: Hall, order: ErrandOrder, conduct: Conduct) -> list[str]:
    caller, item = conduct.caller, hall.catalogue.get(order.item_code)
    day = local(order.wish_from).date()
    checks = {
        f"事项{order.item_name}": item is not None and caller.accepts(f"{item.name} {item.parent}"),
        f"电话{order.contact_phone}": order.contact_phone == conduct.number,
        f"地点{order.place_text}": order.place_code[:9] == caller.code,
        f"日期{day}": day == caller.day(local(hall.clock()).date()),
    }
    return [name for name, is_right in checks.items() if not is_right]


def figures(cer: float, played: Sequence[PlayedCall]) -> CallFigures:
    """The row of one error rate."""
    share = {o: sum(call.outcome == o for call in played) / len(played) for o in (RIGHT, PERSON, WRONG, DEAD)}
    orders = [call.seconds for call in played if call.outcome in (RIGHT, WRONG)]
    milliseconds = sorted(ms for call in played for ms in call.answer_ms)
    return CallFigures(
        cer, len(played), **share, turns_median=statistics.median(call.turns for call in played),
        seconds_median=statistics.median(orders) if orders else 0.0, answer_ms_median=statistics.median(milliseconds),
        answer_ms_95=milliseconds[int(0.95 * (len(milliseconds) - 1))],
    )  # fmt: skip


def conducts(callers: Sequence[Caller], cer: float, seed: int, titles: dict[str, str], wanted: int) -> list[Conduct]:
    """So many callers; the file's callers come again with other errors.

    Each has numbers that no other run has, also who leaves another one: else the hall asks whether the order
    of that number is to be made a second time.
    """
    found = []
    for n in range(wanted):
        caller, own = callers[n % len(callers)], f"138{round(100 * cer):02d}0{n:05d}"
        mine = replace(caller, phone=f"139{own[3:]}" if caller.phone else "")
        found.append(Conduct(mine, own, cer, seed + n // len(callers), titles))
    return found


__all__ = ["CallFigures", "PlayedCall", "Words", "conducts", "expected", "figures", "judge", "play", "spoken_titles"]
