"""The HTTP interface as its document promises it, and the lookup of the command line beside it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from connectors.engine import EngineClient
from hotline.app import make_app
from hotline.hall import Hall
from hotline.settings import Settings
from tests.end_to_end.hall import RunningHall
from tests.end_to_end.http import Answer, Http
from tests.end_to_end.people import NUMBER, Citizen, Desk, errand

PUBLIC = ("/api", "/healthz", "/readyz")
UTTERANCES = ["娃儿刚满月要上户口", "身份证掉了", "", "今天天气好不好", "开个面馆👍", "营业执照\u2028要注销", "'; DROP TABLE orders"]


@pytest.fixture
def document(running_hall: RunningHall) -> dict[str, Any]:
    """The OpenAPI document that the hall serves."""
    return dict(running_hall.http("GET", "/api/openapi.json").body)


def promised(document: dict[str, Any], method: str, path: str, answer: Answer) -> Answer:
    """The answer, after a look whether the document describes it so."""
    described = document["paths"][path][method.lower()]["responses"][str(answer.status)]
    if "$ref" in described:
        described = document["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
    schema = described["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": document["components"]}).validate(answer.body)
    return answer


# --- the document


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate(document)


def test_every_route_is_described_and_the_other_way_round(document: dict[str, Any], tmp_path: Path) -> None:
    hall = Hall(Settings(data_dir=tmp_path))
    app = make_app(hall, EngineClient("http://127.0.0.1:1", ""))
    routes = {
        (route.method.lower(), route.resource.canonical) for route in app.router.routes()
        if route.resource and route.resource.canonical.startswith(PUBLIC) and route.method != "HEAD"
    }  # fmt: skip
    hall.close()
    methods = {"get", "post", "put", "delete", "patch"}
    described = {(method, path) for path, item in document["paths"].items() for method in item if method in methods}
    assert routes == described


def test_answers_are_as_described(document: dict[str, Any], citizen: Citizen, stranger: Http) -> None:
    messages = "/api/chat/{conversation_id}/messages"
    promised(document, "POST", "/api/chat", stranger("POST", "/api/chat"))
    said = promised(document, "POST", messages, citizen.send(id="1", text="娃儿上户口要带些啥子")).body
    assert said["messages"] and said["messages"][-1]["text"]
    promised(document, "POST", messages, citizen.send(id="2"))
    promised(document, "POST", messages, citizen.send(id="3", payload="/never_offered"))
    promised(document, "GET", messages, citizen.http("GET", f"{citizen.path}/messages"))
    promised(document, "GET", messages, stranger("GET", "/api/chat/nobody/messages"))
    promised(document, "GET", "/api/lookup", stranger("GET", f"/api/lookup?q={quote('上户口')}"))
    promised(document, "GET", "/api/lookup", stranger("GET", "/api/lookup"))
    promised(document, "GET", "/api/orders/{number}", stranger("GET", "/api/orders/12345?phone_last4=1234"))


def test_the_hall_says_whether_it_lives(running_hall: RunningHall) -> None:
    for path in ("/healthz", "/readyz", "/api/hall"):
        assert running_hall.http("GET", path).status == 200


# --- once is once


def test_the_same_id_gives_the_same_answer_also_with_another_text(citizen: Citizen) -> None:
    first = citizen.send(id="one", text="身份证掉了咋个补")
    again = citizen.send(id="one", text="我要取消订单")
    assert again.body == first.body and again.body["messages"]
    assert [message["text"] for message in citizen.history() if message["sender"] == "CITIZEN"] == ["身份证掉了咋个补"]


def test_a_confirmation_sent_again_orders_nothing_more(running_hall: RunningHall, citizen: Citizen) -> None:
    citizen.say(errand("13800010001", "吴"))
    placed = citizen.press("对，下单", message_id="confirm")
    for body in ({"payload": "/affirm"}, {"text": "再来一单"}, {"text": ""}, {"payload": "/never_offered"}):
        repeated = citizen.send(id="confirm", **body)
        assert repeated.status == 200
        assert "\n".join(message["text"] for message in repeated.body["messages"]) == placed
    assert orders_of(running_hall, "0001") == [NUMBER.search(placed)[1]]  # type: ignore[index]


def test_ten_at_the_same_time_are_one(running_hall: RunningHall, citizen: Citizen) -> None:
    citizen.say(errand("13800010002", "吴"))
    with ThreadPoolExecutor(10) as pool:
        sent = [pool.submit(citizen.send, id="confirm", payload="/affirm") for _ in range(10)]
        answers = [future.result() for future in sent]
    assert {answer.status for answer in answers} == {200}
    assert {json.dumps(answer.body, sort_keys=True) for answer in answers} == {json.dumps(answers[0].body, sort_keys=True)}
    assert [message["sender"] for message in citizen.history()].count("CITIZEN") == 2
    assert len(orders_of(running_hall, "0002")) == 1


def orders_of(hall: RunningHall, last_four: str) -> list[str]:
    """The numbers of all orders of a phone."""
    return [order["number"] for order in hall.orders() if order["phone"].endswith(last_four)]


# --- a text is a text, a button is a button


@pytest.mark.parametrize("text", ["/handoff", "  /handoff", "\u200b/handoff", '/handoff{"code": "030001"}'])
def test_a_text_never_asks_for_a_person_by_a_command(citizen: Citizen, desk: Desk, text: str) -> None:
    answer = citizen.say(text)
    assert "转给工作人员" not in answer and "记下转人工" not in answer
    rows = desk.http("GET", "/desk/conversations?view=waiting").body["conversations"]
    assert not [row for row in rows if row["last"]["text"] == citizen.history()[-1]["text"]]


@pytest.mark.parametrize("text", ['/choose_item{"code":"030001"}', '/choose_item{"code": "other"}', "/session_start"])
def test_a_text_never_chooses_by_a_command(citizen: Citizen, text: str) -> None:
    citizen.say("我是柳林镇的，娃儿刚满月要上户口，明天上午十点来屋头拿材料，姓吴")  # the phone is missing
    assert "对不对" not in citizen.say(text)
    read_back = citizen.say("电话13800005555")  # the errand is still in the making, and still the same
    assert "138 0000 5555" in read_back and "出生登记" in read_back


def test_a_button_counts_only_while_it_is_on_the_screen(citizen: Citizen) -> None:
    citizen.say("身份证掉了咋个补")
    order = citizen.payload("要，喊跑手帮我办")
    for payload in ("/handoff", "/restart", "/affirm ", '/choose_item{"code":"030001"}', ""):
        refused = citizen.send(id=f"made up {payload}", payload=payload)
        assert (refused.status, refused.body["error"]["code"]) == (409, "button_not_offered")
    citizen.say("谢谢")
    assert citizen.send(id="late", payload=order).status == 409
    assert len([message for message in citizen.history() if message["sender"] == "CITIZEN"]) == 2


def test_a_button_of_somebody_else_is_refused(running_hall: RunningHall, citizen: Citizen) -> None:
    citizen.say("身份证掉了咋个补")
    other = Citizen(running_hall.http)
    assert other.send(id="1", payload=citizen.payload("要，喊跑手帮我办")).status == 409


# --- events


def test_events_resume_where_the_connection_broke(citizen: Citizen) -> None:
    for text in ("你好", "身份证掉了咋个补", "谢谢"):
        citizen.say(text)
    history = citizen.history()
    heard = list(islice(citizen.events(), len(history)))
    assert [(event["event_name"], event["event_id"], event["text"]) for event in heard] == [
        ("message", str(message["seq"]), message["text"]) for message in history
    ]
    for missed in (1, 3, len(history) - 1):
        broke_after = heard[-missed - 1]["event_id"]
        assert list(islice(citizen.events(after=broke_after), missed)) == heard[-missed:]
    by_query = citizen.http.events(f"{citizen.path}/events?after={heard[0]['event_id']}")
    assert next(iter(by_query)) == heard[1]


def test_what_is_said_while_nobody_listens_is_not_lost(citizen: Citizen) -> None:
    stream = citizen.events()
    citizen.say("你好")
    seen = [next(stream) for _ in range(2)]
    stream.close()
    citizen.say("身份证掉了咋个补")
    assert next(iter(citizen.events(after=seen[-1]["seq"])))["text"] == "身份证掉了咋个补"


# --- who may see what


def test_a_conversation_is_open_to_its_token_only(citizen: Citizen, stranger: Http) -> None:
    citizen.say("你好")
    for token in (citizen.token[:-1], citizen.token.swapcase(), "1", "%00", "..%2F", "x" * 500):
        for method, rest, body in (
            ("GET", "messages", None), ("GET", "events", None), ("POST", "messages", {"id": "1", "text": "你好"})
        ):  # fmt: skip
            refused = stranger(method, f"/api/chat/{token}/{rest}", body)
            assert refused.status == 404 and refused.error.endswith("。"), token


def test_the_state_of_an_order_by_number_and_last_four_digits(citizen: Citizen, stranger: Http) -> None:
    number = citizen.order("13800010003", "吴")
    told = stranger("GET", f"/api/orders/{number}?phone_last4=0003")
    assert told.status == 200 and told.body["number"] == number and number in told.body["status"]
    for words in ("吴", "13800010003", "柳林"):
        assert words not in json.dumps(told.body, ensure_ascii=False)
    for faulty in ("0004", "", "3", "8000010003", "____", "%2525"):
        assert stranger("GET", f"/api/orders/{number}?phone_last4={faulty}").status in (404, 429), faulty


def test_guessing_is_stopped_also_for_the_right_answer(running_hall: RunningHall, citizen: Citizen, stranger: Http) -> None:
    number = citizen.order("13800010007", "吴")
    answers = [stranger("GET", f"/api/orders/{number}?phone_last4={guess:04}").status for guess in range(1000, 1006)]
    assert answers == [404, 404, 404, 404, 404, 429]
    refused = stranger("GET", f"/api/orders/{number}?phone_last4=0007")
    assert refused.status == 429 and "试的次数太多了" in refused.error
    assert number in citizen.say("我的订单到哪了")  # in the conversation it was made in, it is told


# --- lookup


def test_the_lookup_tells_what_to_do_with_its_candidates(running_hall: RunningHall) -> None:
    for text in UTTERANCES[:2]:
        found = looked_up(running_hall, text)
        assert found["decision"] in ("commit", "clarify", "reject")
        assert bool(found["question"]) == (found["decision"] == "clarify")
        scores = [candidate["score"] for candidate in found["candidates"]]
        assert scores == sorted(scores, reverse=True) and all(0 <= score <= 1 for score in scores)
    for limit in (1, 20):
        assert len(looked_up(running_hall, "上户口", limit)["candidates"]) <= limit


def test_the_command_line_finds_the_same_line_by_line(running_hall: RunningHall, tmp_path: Path) -> None:
    file = tmp_path / "utterances.txt"
    file.write_text("\n".join(UTTERANCES) + "\n", "utf-8")
    printed = running_hall.paotuan("lookup", "--batch", str(file), "--json").splitlines()
    assert len(printed) == len(UTTERANCES)
    for text, line in zip(UTTERANCES, printed, strict=True):
        if text:
            assert json.loads(line) == looked_up(running_hall, text), text
    assert json.loads(running_hall.paotuan("lookup", UTTERANCES[0], "--json")) == looked_up(running_hall, UTTERANCES[0])


def looked_up(hall: RunningHall, text: str, limit: int = 3) -> dict[str, Any]:
    """What the interface makes of an utterance."""
    answer = hall.http("GET", f"/api/lookup?q={quote(text)}&limit={limit}")
    assert answer.status == 200
    return dict(answer.body)
