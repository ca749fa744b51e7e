"""What a citizen is told by itself when an order moves on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.clock import Clock, spoken_time
from hotline.conversations import Conversations
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import HelpKind, OrderAction

_TEXTS = {
    OrderAction.ACCEPT: "跑手{runner}已接单（订单{number}），{time}到{place}找您。上门时他会说暗号{code}，对上了再把材料交给他。",
    OrderAction.ASSIGN: "工作人员已安排跑手{runner}（订单{number}），{time}到{place}找您。上门时他会说暗号{code}，对上了再把材料交给他。",
    OrderAction.RELEASE: "订单{number}原来的跑手来不了，正在给您另外找人，找到马上告诉您。",
    OrderAction.ESCALATE: "订单{number}还没有跑手接，已经转给工作人员，会打电话跟您说怎么安排。",
    OrderAction.COLLECT: "订单{number}的材料已经由跑手{runner}收走，接下来送到窗口。",
    OrderAction.SUBMIT: "订单{number}的材料已经递到窗口，办件编号{case}。办好了告诉您。",
    OrderAction.REQUIRE_SUPPLEMENT: "订单{number}，窗口说还要补材料：{reason}。跑手会跟您联系。",
    OrderAction.ACCEPT_PROVISIONALLY: "订单{number}窗口先受理了，还差的材料请按说好的时间补上：{reason}。",
    OrderAction.COMPLETE: "订单{number}已经办好，跑手正送回来给您。",
    OrderAction.REFUSE_ACCEPTANCE: "订单{number}窗口没有受理：{reason}。工作人员会跟您说怎么办。",
    OrderAction.REFUSE_GRANT: "订单{number}没有批准：{reason}。工作人员会跟您说怎么办。",
    OrderAction.DELIVER: "订单{number}已送达。办得满不满意，愿意的话评一下：非常满意、满意、基本满意、不满意、非常不满意，直接说就行；不评也不要紧。",
    OrderAction.CANCEL: "订单{number}已取消。",
}
OTHER_ERRAND = "订单{number}不在事项目录里，由工作人员安排。工作人员会先打电话跟您问清楚，再告诉您谁来、什么时候来。"


class Notices:
    """Puts a notice into the conversation in the transaction of the step it tells about."""

    def __init__(self, conversations: Conversations, clock: Clock) -> None:
        self.conversations = conversations
        self.clock = clock

    def order_moved(self, session: Session, order: ErrandOrder, action: OrderAction) -> None:
        """Tell the citizen, if the order has a conversation and the step matters to them."""
        text = OTHER_ERRAND if action is OrderAction.ESCALATE and order.help is HelpKind.OTHER else _TEXTS.get(action)
        if text is None or order.conversation_id is None:
            return
        session.flush()
        reason = order_reason(order)
        runner = session.get(Runner, order.runner_id) if order.runner_id else None
        self.conversations.notify(
            session,
            order.conversation_id,
            text.format(
                number=order.number,
                runner=runner.name if runner else "",
                time=spoken_time(order.wish_from, self.clock()),
                place=order.place_text,
                code=order.door_code,
                case=order.case_number or "（窗口稍后给）",
                reason=reason,
            ),
        )


def order_reason(order: ErrandOrder) -> str:
    """The reason written with the newest step, or a pointer to the staff."""
    newest = order.events[-1].reason if order.events else ""
    return newest or "详情由工作人员告诉您"
