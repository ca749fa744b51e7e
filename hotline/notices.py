"""What a citizen is told by itself when an order moves on: in the conversation, or by text message.

Both are written in the transaction of the step they tell about. A text message leaves later,
through the outbox; it names no item, and no reason that others should not read.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.clock import Clock, spoken_time
from hotline.conversations import Conversations
from hotline.discretion import discreet
from hotline.outbox import Outbox
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import HelpKind, Means, OrderAction

_TEXTS = {
    OrderAction.ACCEPT: "跑手{runner}已接单（订单{number}），{time}到{place}找您。上门时他会说暗号{code}，对上了再把材料交给他。",
    OrderAction.ASSIGN: "工作人员已安排跑手{runner}（订单{number}），{time}到{place}找您。上门时他会说暗号{code}，对上了再把材料交给他。",
    OrderAction.REASSIGN: "订单{number}换了跑手，现在是{runner}。{door}",
    OrderAction.RELEASE: "订单{number}原来的跑手来不了，正在给您另外找人，找到马上告诉您。原来的暗号作废了。",
    OrderAction.ESCALATE: "订单{number}还没有跑手接，已经转给工作人员，会打电话跟您说怎么安排。",
    OrderAction.COLLECT: "订单{number}的材料已经由跑手{runner}收走，接下来送到窗口。",
    OrderAction.SUBMIT: "订单{number}的材料已经递到窗口，办件编号{case}。{promise}",
    OrderAction.REQUIRE_SUPPLEMENT: "订单{number}，窗口一次性说清了还要补的材料：{reason}。跑手会跟您联系。",
    OrderAction.ACCEPT_PROVISIONALLY: "订单{number}窗口先受理了，还差的材料请按说好的时间补上：{reason}。",
    OrderAction.COMPLETE: "订单{number}已经办好，跑手正送回来给您。",
    OrderAction.REFUSE_ACCEPTANCE: "订单{number}窗口没有受理：{reason}。工作人员会跟您说怎么办。",
    OrderAction.REFUSE_GRANT: "订单{number}没有批准：{reason}。工作人员会跟您说怎么办。",
    OrderAction.DELIVER: "订单{number}已送达。办得满不满意，愿意的话评一下：非常满意、满意、基本满意、不满意、非常不满意，直接说就行；不评也不要紧。",
    OrderAction.REOPEN: "订单{number}已经重新打开，接着给您办，找到跑手马上告诉您。",
    OrderAction.CANCEL: "订单{number}已取消。",
}
MOVED = "订单{number}的安排改了，现在约在{time}，到{place}找您。不方便的话请告诉我们，再改。"
OTHER_ERRAND = "订单{number}不在事项目录里，由工作人员安排。工作人员会先打电话跟您问清楚，再告诉您谁来、什么时候来。"
PLACED = "您的事记下了，订单号{number}，全程免费。跑手不会找您要钱，也不会要验证码。有跑手接单，马上告诉您。"
NEW_CODE = "上门时他会说暗号{code}，对上了再把材料交给他。"
WITH_A_PAGE = {"web", "cli", "wechat"}  # channels whose citizens read their conversation themselves


class Notices:
    """Tells the citizen of the steps of their order."""

    def __init__(self, conversations: Conversations, clock: Clock, outbox: Outbox) -> None:
        self.conversations = conversations
        self.clock = clock
        self.outbox = outbox

    def order_moved(self, session: Session, order: ErrandOrder, action: OrderAction) -> None:
        """Tell the citizen, if the step matters to them, by the way they came."""
        if action is OrderAction.PLACE:
            if order.channel not in WITH_A_PAGE:  # there the read-back said it
                self._tell(session, order, PLACED, in_conversation=False)
        elif template := _template(order, action):
            self._tell(session, order, template, in_conversation=order.conversation_id is not None)

    def rescheduled(self, session: Session, order: ErrandOrder) -> None:
        """Somebody else changed time or place: the citizen waits at the door by what they were told last."""
        self._tell(session, order, MOVED, in_conversation=order.conversation_id is not None, about="moved")

    def _tell(
        self, session: Session, order: ErrandOrder, template: str, *, in_conversation: bool, about: str = "step"
    ) -> None:
        """In the conversation, and as a text where the citizen has no page; once about each step."""
        session.flush()
        reason = order_reason(order)
        if in_conversation and order.conversation_id is not None:
            self.conversations.notify(session, order.conversation_id, self._words(session, order, template, reason))
        if order.channel not in WITH_A_PAGE:
            self.outbox.add(
                session, key=f"order:{order.id}:{about}:{order.events[-1].id}", order_id=order.id,
                means=means_for(order.contact_phone), address=order.contact_phone,
                text=self._words(session, order, template, discreet(reason)),
            )  # fmt: skip

    def _words(self, session: Session, order: ErrandOrder, template: str, reason: str) -> str:
        runner = session.get(Runner, order.runner_id) if order.runner_id else None
        return template.format(
            number=order.number,
            runner=runner.name if runner else "",
            time=spoken_time(order.wish_from, self.clock()),
            place=order.place_text,
            code=order.door_code,
            case=order.case_number or "（窗口稍后给）",
            reason=reason,
            promise=f"{order.events[-1].reason}，办好了告诉您。" if order.events[-1].reason else "办好了告诉您。",
            door=NEW_CODE.format(code=order.door_code) if order.state.name == "ACCEPTED" else "材料在他手上接着办。",
        )


def means_for(phone: str) -> Means:
    """A mobile gets a text, a landline has to be rung."""
    return Means.SMS if phone.startswith("1") else Means.CALL


def _template(order: ErrandOrder, action: OrderAction) -> str | None:
    if action is OrderAction.ESCALATE and order.help is HelpKind.OTHER:
        return OTHER_ERRAND
    return _TEXTS.get(action)


def order_reason(order: ErrandOrder) -> str:
    """The reason written with the newest step, or a pointer to the staff."""
    newest = order.events[-1].reason if order.events else ""
    return newest or "详情由工作人员告诉您"
