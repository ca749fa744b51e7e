"""What people change about an order that runs: time and place, its runner, its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from hotline.clock import spoken_time
from hotline.dispatch import Dispatch
from hotline.errors import InvalidInput, TransitionRefused
from hotline.exclusions import forget_interest, note_interest
from hotline.notices import Notices, means_for
from hotline.orders import CARRIED, Orders, new_door_code, record
from hotline.outbox import Outbox
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import OrderAction, OrderState

CITIZEN = "市民"


class OrderChanges:
    """Changes of an order that is already made. Each call wants the order's row locked."""

    def __init__(
        self, orders: Orders, dispatch: Dispatch, outbox: Outbox, notices: Notices, *, reopen_days: int
    ) -> None:
        self.orders = orders
        self.dispatch = dispatch
        self.outbox = outbox
        self.notices = notices
        self.reopen_days = reopen_days

    def reschedule(
        self, session: Session, order: ErrandOrder, *, actor: str, reason: str, **changes: Any
    ) -> None:
        """Another time, place or phone. A runner who has the order keeps it and is told, if they work there.

        The citizen is told, too, unless it was they who changed it.
        """
        wish_to = changes.get("wish_to")
        if wish_to is not None and wish_to <= self.orders.clock():
            raise InvalidInput("您说的时间已经过了，请另外说一个时间。")
        self.orders.amend(session, order, actor=actor, reason=reason, **changes)
        if actor != CITIZEN:
            self.notices.rescheduled(session, order)
        if order.state is OrderState.ACCEPTED and order.runner:
            self._tell_runner(session, order, order.runner, reason)

    def _tell_runner(self, session: Session, order: ErrandOrder, runner: Runner, reason: str) -> None:
        session.flush()
        when = spoken_time(order.wish_from, self.orders.clock())
        self.outbox.add(
            session, key=f"order:{order.id}:runner:{order.events[-1].id}", order_id=order.id,
            means=means_for(runner.phone), address=runner.phone,
            text=f"订单{order.number}有改动，现在约在{when}。详情看跑手页；去不了就在页面上退回改派。",
        )  # fmt: skip

    def reassign(self, session: Session, order: ErrandOrder, runner: Runner, *, actor: str, reason: str) -> None:
        """Give the order to another runner, whether it waits or is carried; raises TransitionRefused."""
        if order.runner_id == runner.id:
            raise InvalidInput(f"这一单已经在{runner.name}手上。", number=order.number)
        if order.state not in CARRIED:
            self.dispatch.assign(session, order, runner, actor=actor)
            return
        if not reason:
            raise InvalidInput("请写明改派的原因。")
        before, order.runner_id = order.runner, runner.id
        order.door_code, order.updated_at = new_door_code(order.door_code), self.orders.clock()
        was = before.number if before else ""
        record(
            session, order, OrderAction.REASSIGN, actor=actor, at=order.updated_at, from_state=order.state,
            reason=f"{was}改成{runner.number}：{reason}",
        )  # fmt: skip
        session.expire(order, ["runner"])
        self.orders.tell(session, order, OrderAction.REASSIGN)

    def avoid(self, session: Session, order: ErrandOrder, runner: Runner, *, actor: str, reason: str) -> None:
        """利害关系回避: the runner gets no orders of this phone any more; one not yet collected goes to another.

        Who already has the papers keeps them until staff reassign the order; the history says so.
        """
        if not reason:
            raise InvalidInput("请写明是什么关系，例如：表哥、有过纠纷。")
        now, has_papers = self.orders.clock(), order.runner_id == runner.id and order.state is not OrderState.ACCEPTED
        note_interest(session, runner, order.contact_phone, reason, by=actor, at=now)
        still = "；材料还在他手上，请改派" if has_papers and order.state in CARRIED else ""
        record(
            session, order, OrderAction.AMEND, actor=actor, at=now, from_state=order.state,
            reason=f"{runner.name}{runner.number}回避：{reason}{still}",
        )  # fmt: skip
        if order.runner_id == runner.id and order.state is OrderState.ACCEPTED:
            self.orders.move(session, order, OrderAction.RELEASE, actor=actor, reason="利害关系回避")
        else:
            self.dispatch.withdraw(session, order, runner, reason="利害关系回避")

    def allow_again(self, session: Session, order: ErrandOrder, runner: Runner, *, actor: str, reason: str) -> None:
        """The note of an interest was wrong: the runner may be asked again; raises NotFound when there is none."""
        if not reason:
            raise InvalidInput("请写明为什么撤回，例如：认错了人。")
        forget_interest(session, runner, order.contact_phone)
        record(
            session, order, OrderAction.AMEND, actor=actor, at=self.orders.clock(), from_state=order.state,
            reason=f"{runner.name}{runner.number}不用回避：{reason}",
        )  # fmt: skip

    def reopen(self, session: Session, order: ErrandOrder, *, actor: str, reason: str) -> None:
        """The citizen is not satisfied: begin anew, within so many days of the delivery."""
        if not reason:
            raise InvalidInput("请写明为什么要重新打开。")
        delivered = [event.at for event in order.events if event.action == OrderAction.DELIVER.value]
        if delivered and self.orders.clock() - delivered[-1] >= timedelta(days=self.reopen_days):
            raise TransitionRefused(
                f"订单{order.number}送达已经超过{self.reopen_days}天，不能重新打开，请另下一单。", number=order.number
            )
        self.orders.move(session, order, OrderAction.REOPEN, actor=actor, reason=reason)

    def cancel(self, session: Session, order: ErrandOrder, *, actor: str, reason: str) -> None:
        """End the order before anything was collected, with a reason that stays in its history."""
        if not reason:
            raise InvalidInput("请写明取消的原因。")
        self.orders.move(session, order, OrderAction.CANCEL, actor=actor, reason=reason)
