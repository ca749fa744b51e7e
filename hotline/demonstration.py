"""Invented people, orders and conversations, for screenshots and for trying the desk; never in a confirmed hall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from hotline.clock import local
from hotline.conversations import Utterance
from hotline.errors import InvalidInput
from hotline.hall import Hall
from hotline.orders import ErrandRequest
from hotline.runners import sample_roster
from hotline.store.calls import CallForward, CallTurn, PhoneCall
from hotline.store.schema import Conversation, ErrandOrder, Runner, Staff
from hotline.vocabulary import CallPurpose, CallState, ForwardState, HelpKind, OrderAction, OrderState, Role

PASSWORD = "demonstration-only"
STAFF = (
    ("admin", "张主任", Role.ADMINISTRATOR), ("li", "李小兰", Role.HOTLINE), ("zhao", "赵文军", Role.HOTLINE),
    ("police", "公安首席", Role.LEAD_OFFICER), ("window", "窗口小何", Role.COUNTER), ("look", "老周", Role.VIEWER),
)  # fmt: skip
_A = OrderAction
_UNTIL = {  # how far each order of the demonstration has come
    "找跑手": (), "要安排": (_A.ESCALATE,), "已接单": (_A.ASSIGN,), "已取件": (_A.ASSIGN, _A.COLLECT),
    "已递交": (_A.ASSIGN, _A.COLLECT, _A.SUBMIT), "补正": (_A.ASSIGN, _A.COLLECT, _A.SUBMIT, _A.REQUIRE_SUPPLEMENT),
    "办结": (_A.ASSIGN, _A.COLLECT, _A.SUBMIT, _A.COMPLETE), "送达": (_A.ASSIGN, _A.COLLECT, _A.SUBMIT, _A.COMPLETE, _A.DELIVER),
    "取消": (_A.CANCEL,),
}  # fmt: skip
_WHY = {_A.ESCALATE: "没有可派的跑手", _A.REQUIRE_SUPPLEMENT: "缺户口簿复印件", _A.CANCEL: "市民说自己去办"}
_SAID = (
    ("娃儿刚满月要上户口，屋头没得空去", "办“出生登记”，要不要喊跑手来拿材料？"), ("身份证掉了咋个补", "补领居民身份证在公安专区办。"),
    ("社保卡激活要本人去不", "这件事要本人到场，跑手可以接送引路。"), ("低保要交啥子材料", "一般需要：申请书、户口簿、收入证明。"),
    ("开个小卖部要办哪些证", "您是要办个体工商户登记，还是食品经营许可？"), ("老人高龄补贴好久发", "高龄津贴按月发放，没有收到可以查一下。"),
)  # fmt: skip
_NAMES = ("王秀英", "李国华", "张玉兰", "刘永福", "陈晓燕", "杨发贵", "赵素清", "黄碧容")


def fill(hall: Hall) -> None:
    """Fill an empty, unconfirmed hall; raises InvalidInput for any other."""
    with hall.database.begin() as session:
        if hall.profile.confirmed or session.query(Staff.id).first() is not None:
            raise InvalidInput("演示数据只能放进没有确认、还没有账号的大厅。")
        for login, name, role in STAFF:
            hall.staff.add(session, login, name, role, PASSWORD)
        hall.staff.appoint(session, "police", "police")
        hall.runners.add(session, sample_roster(hall.divisions))
    with hall.database.begin() as session:
        _orders(hall, session)
        _conversations(hall, session)
        _call(hall, session)


def busy_runner(session: Session) -> str:
    """The number of a runner who has papers in hand."""
    query = session.query(Runner.number).join(ErrandOrder, ErrandOrder.runner_id == Runner.id)
    return str(query.filter(ErrandOrder.state == OrderState.COLLECTED).order_by(Runner.number).limit(1).scalar())


def _orders(hall: Hall, session: Session) -> None:
    items = [item for item in hall.catalogue if item.help is HelpKind.ASSIST][:: max(1, len(hall.catalogue) // 40)]
    runners = session.query(Runner).filter(Runner.township != "").order_by(Runner.number).limit(40).all()
    for number, steps in enumerate(list(_UNTIL.values()) * 3):
        item, runner = items[number % len(items)], runners[(number * 7) % len(runners)]
        town = hall.divisions.get(runner.township)
        wish = _morning(hall) + timedelta(days=1 + number // 14, minutes=30 * (number % 14))
        order, _ = hall.orders.place(session, ErrandRequest(
            key=f"demonstration:{number}", channel=("web", "phone", "counter")[number % 3], applicant_name=_NAMES[number % len(_NAMES)],
            contact_phone=f"1380000{7000 + number}", item_code=item.code, item_name=item.title, zone=item.zone, help=item.help,
            place_code=runner.township, township=town.name if town else "", place_text=f"{town.name if town else ''}场镇口",
            wish_from=wish, wish_to=wish + timedelta(minutes=30), materials=[m.name for m in item.materials],
        ))  # fmt: skip
        for step in steps:
            if step is _A.ASSIGN:
                hall.dispatch.assign(session, order, runner, actor="李小兰")
            else:
                hall.orders.move(session, order, step, actor="演示", reason=_WHY.get(step, ""))


def _morning(hall: Hall) -> datetime:
    """Today at nine in Sichuan."""
    return local(hall.clock()).replace(hour=9, minute=0, second=0, microsecond=0).astimezone(UTC)


def _conversations(hall: Hall, session: Session) -> None:
    people = {one.login: one for one in session.query(Staff)}
    for number, (asked, answered) in enumerate(_SAID):
        conversation = hall.conversations.start(session, ("web", "sms", "wechat")[number % 3])
        _say(hall, session, conversation, asked, answered, _NAMES[number])
        if number < 3:
            hall.conversations.hand_off(session, conversation.id, ("要求人工：想问清楚再办", "投诉：跑手来晚了", "两次没听懂")[number])
        elif number == 3:
            hall.conversations.take_over(session, conversation.id, people["admin"])
            hall.conversations.receive(session, conversation, "m2", text="申请书去哪里领")
            hall.conversations.reply(session, conversation.id, people["admin"], "村（社区）便民服务站就有，也可以让跑手带一份给您。")
    hall.follow_ups.keep(session, key="demonstration:1", kind="complaint", text="跑手来晚了半个小时", order_id=3, due_at=hall.clock() + timedelta(hours=5))
    hall.follow_ups.keep(session, key="demonstration:2", kind="callback", text="想问清楚低保", due_at=hall.clock() - timedelta(hours=1))


def _say(hall: Hall, session: Session, conversation: Conversation, asked: str, answered: str, name: str) -> None:
    message, _ = hall.conversations.receive(session, conversation, "m1", text=asked)
    found = hall.lookup.find(asked).candidates
    understood = {
        "applicant_name": name, "item_text": asked, "item_code": found[0].code if found else None,
        "pickup_place": {"code": "511903106", "township": "柳林镇", "text": "柳林镇", "door": ""},
    }  # fmt: skip
    hall.conversations.answer(session, message, [Utterance(answered, understood=understood)], epoch=conversation.epoch)


def _call(hall: Hall, session: Session) -> None:
    conversation = hall.conversations.start(session, "phone")
    conversation.contact = "13900008888"
    now = hall.clock()
    call = PhoneCall(
        provider_id="demonstration", purpose=CallPurpose.CITIZEN, number="13900008888", conversation_id=conversation.id,
        state=CallState.FORWARDING, turn=1, troubles=0, rest=[], started_at=now,
    )  # fmt: skip
    session.add(call)
    session.flush()
    says = ["您好，这里是跑团热线，我是机器人助手，随时按0转人工。您要办啥子事，请直接说。"]
    session.add(CallTurn(call_id=call.id, turn=0, heard="", step={"says": says}, at=now))
    session.add(CallTurn(call_id=call.id, turn=1, heard="我要找人说", step={"says": ["马上给您转工作人员，请不要挂机。"]}, at=now))
    clerk = session.query(Staff).filter_by(login="zhao").one()
    session.add(CallForward(call_id=call.id, attempt=1, staff_id=clerk.id, number="13900000002", state=ForwardState.RINGING, at=now))
