"""The main job: a citizen's sentence becomes an errand that a runner carries; and whatever may come between."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

from hotline.clock import LOCAL
from tests.end_to_end.hall import RunningHall
from tests.end_to_end.http import Http, wait_for
from tests.end_to_end.people import NUMBER, Citizen, Desk, RunnerAtWork, offered_runner

MAIN_JOB = "我是柳林镇的，娃儿刚满月要上户口，明天上午十点来屋头拿材料，我电话13800001234，姓王"


def test_from_the_first_sentence_to_delivered(running_hall: RunningHall, citizen: Citizen) -> None:
    # The citizen says it all in one sentence, is told what help that is, and confirms.
    today = datetime.now(LOCAL)
    read_back = citizen.say(MAIN_JOB)
    for words in ("演示系统，非官方服务", "出生登记", "王", "138 0000 1234", "明天上午10点", "柳林镇", "帮办", "申请人还是您本人"):
        assert words in read_back
    placed = citizen.press("对，下单")
    number = NUMBER.search(placed)[1]  # type: ignore[index]
    assert "之前会有跑手接单" in placed and "工作人员会打电话给您" in placed

    # The order is for the right item in the right zone, and is offered to somebody of the town.
    runner_number = offered_runner(running_hall, number)
    order = running_hall.order(number)
    assert "出生登记" in order["item"]["name"]
    assert (order["zone"], order["help"], order["town"]) == ("公安专区", "帮办", "柳林镇")
    wish = datetime.fromisoformat(order["wish_from"])
    assert wish.hour == 10 and wish.date() - today.date() in (timedelta(1), timedelta(2))  # 2: midnight came
    liulin = running_hall.paotuan("runners", "list", "--town", "柳林镇", "--json").splitlines()
    assert runner_number in [json.loads(line)["number"] for line in liulin]

    # The runner, who sees no name before, accepts; the citizen hears it at once, with name and code.
    runner = RunnerAtWork(running_hall, runner_number)
    offer = json.dumps(runner.state["offers"], ensure_ascii=False)
    assert "柳林镇" in offer and "13800001234" not in offer and "王" not in offer
    accepted = runner.accept().body
    mine = next(errand for errand in accepted["orders"] if errand["number"] == number)
    assert mine["phone"] == "13800001234" and mine["materials"]
    citizen.hears(f"跑手{accepted['runner']['name']}已接单", number, f"暗号{mine['door_code']}")
    assert f"暗号{mine['door_code']}" in citizen.say("我的订单到哪了")

    # Step by step to the citizen's hand; each is told.
    for action, more, told in (
        ("COLLECT", {}, "已经由跑手"), ("SUBMIT", {"case_number": "EY-2026-0815"}, "办件编号EY-2026-0815"),
        ("COMPLETE", {}, "已经办好"), ("DELIVER", {}, "已送达"),
    ):  # fmt: skip
        assert runner.step(number, action, **more).status == 200
        citizen.hears(number, told)
    assert "谢谢您的评价" in citizen.say("非常满意")

    # The history has every step, with who made it.
    history = running_hall.order(number)["history"]
    assert [event["action"] for event in history] == [
        "place", "offer", "accept", "collect", "submit", "complete", "deliver",
    ]  # fmt: skip
    assert history[0]["actor"] == "市民" and {event["actor"] for event in history[2:]} == {runner_number}
    assert running_hall.order(number)["state"] == "DELIVERED"
    listed = next(row for row in running_hall.orders() if row["number"] == number)
    assert listed == running_hall.order(number)
    assert listed["phone"] == "138****1234"


def test_greeting_and_a_question_about_an_item(citizen: Citizen) -> None:
    assert "演示系统，非官方服务" in citizen.say("你好")
    told = citizen.say("身份证掉了咋个补")
    for words in ("居民身份证", "公安专区", "号窗口", "演示数据"):
        assert words in told
    assert "演示系统" not in told  # said once, at the beginning
    declined = citizen.press("先不用")
    assert "自己去办" in declined
    assert "找您拿材料" not in citizen.say("好的")  # a polite word is no order


def test_an_item_that_can_be_done_nearby(citizen: Citizen) -> None:
    citizen.say("我住柳林镇的")
    assert "柳林镇便民服务中心" in citizen.say("城乡居民养老保险咋个参保登记")


def test_an_order_in_many_sentences(running_hall: RunningHall, citizen: Citizen) -> None:
    assert "要不要喊跑手" in citizen.say("身份证掉了咋个补")
    assert "找您拿材料" in citizen.press("要，喊跑手帮我办")
    assert "时候来" in citizen.say("柳林镇罐子沟村，小卖部旁边")
    assert "电话" in citizen.say("后天上午")
    assert "贵姓" in citizen.say("13800005678")
    read_back = citizen.say("姓李")
    for words in ("居民身份证", "李", "138 0000 5678", "后天上午", "柳林镇罐子沟村小卖部旁边"):
        assert words in read_back
    citizen.press("有地方要改")
    read_back = citizen.say("电话是13900005678")
    assert "139 0000 5678" in read_back and "对不对" in read_back
    number = NUMBER.search(citizen.say("对头"))[1]  # type: ignore[index]
    assert running_hall.order(number)["place"] == "柳林镇罐子沟村小卖部旁边"


def test_where_is_it_change_it_cancel_it(running_hall: RunningHall, citizen: Citizen) -> None:
    number = citizen.order("13800002222", "赵")
    assert number in citizen.say("我的订单到哪了")
    changed = citizen.say("时间改成后天下午三点")
    assert number in changed and "后天下午3点" in changed
    assert datetime.fromisoformat(running_hall.order(number)["wish_from"]).hour == 15

    assert "确定要取消吗" in citizen.say("我要取消订单")
    assert "留着" in citizen.press("先不取消")
    citizen.say("好的")
    assert running_hall.order(number)["state"] != "CANCELLED"  # a polite word cancels nothing

    citizen.say("还是取消订单")
    cancelled = citizen.press("确定取消")
    assert f"订单{number}已经取消" in cancelled and "没听明白" not in cancelled
    assert running_hall.order(number)["state"] == "CANCELLED"


def test_what_is_in_the_runners_bag_is_not_cancelled_by_a_word(running_hall: RunningHall, citizen: Citizen) -> None:
    number = citizen.order("13800003333", "钱")
    runner = RunnerAtWork(running_hall, offered_runner(running_hall, number))
    runner.accept()
    assert runner.step(number, "COLLECT").status == 200
    citizen.say("取消订单")
    assert "不能取消" in citizen.press("确定取消")
    assert running_hall.order(number)["state"] == "COLLECTED"


def test_a_person_takes_over_and_gives_back(running_hall: RunningHall, citizen: Citizen, desk: Desk) -> None:
    citizen.say("老年证咋个办")
    assert re.search("转给工作人员|记下转人工", citizen.say("转人工，我要找个人说"))
    waiting = desk.waiting("我要找个人说")["id"]
    taken = desk.in_conversation(waiting, "take").body
    assert next(message["text"] for message in taken["messages"] if message["sender"] == "CITIZEN") == "老年证咋个办"
    citizen.hears("管理员", "已接入")

    desk.in_conversation(waiting, "reply", text="您好，您说。")
    assert citizen.hears("您好，您说。")["author"] == "管理员"
    assert citizen.say("我妈八十岁了，走不动") == ""  # the assistant is silent
    assert "工作人员" in citizen.notice
    desk.in_conversation(waiting, "reply", text="我们上门给她办。")
    citizen.hears("我们上门给她办。")

    assert desk.in_conversation(waiting, "give-back").status == 200
    citizen.hears("交还给助手")
    assert "公安专区" in citizen.say("身份证掉了咋个补")
    assert desk.in_conversation(waiting, "reply", text="还在吗").status == 409


def test_an_order_that_nobody_takes_is_assigned_at_the_desk(
    running_hall: RunningHall, citizen: Citizen, desk: Desk
) -> None:
    number = citizen.order("13800004444", "孙")
    offered_runner(running_hall, number)
    assert desk.on_order(number, "assign", runner="R0001").status == 200
    citizen.hears("工作人员已安排跑手", number, "暗号")
    assert running_hall.order(number)["runner"]["number"] == "R0001"


def test_a_stranger_learns_nothing_without_number_and_phone(
    running_hall: RunningHall, citizen: Citizen, stranger: Http
) -> None:
    number = citizen.order("13800006789", "周")
    other = Citizen(stranger)
    assert "后四位" in other.say(f"我要查订单{number}")
    assert f"订单{number}" in other.say(f"订单{number}，尾号6789")
    nosy = Citizen(stranger)
    assert "没有" in nosy.say("我的电话是13800006789，我的订单到哪了") or "订单号" in nosy.transcript()[-1]
    assert number not in "".join(nosy.transcript())
    wait_for(lambda: running_hall.order(number)["state"] == "OFFERED", "the order is unharmed")
