"""Bad input: each gets a clear answer in Chinese, none an error of the machine, none a stack trace."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from hotline.clock import LOCAL
from hotline.settings import ROOT
from tests.end_to_end.hall import PAOTUAN, RunningHall
from tests.end_to_end.http import Answer, Http
from tests.end_to_end.people import OUR_PAGE, Citizen, Desk, errand

ENOUGH_DIGITS = "1" * 5000  # more than Python turns into a number
SENTENCE = re.compile(r"[\u4e00-\u9fff].*[。？！]$", re.DOTALL)


@pytest.fixture(autouse=True)
def nothing_broke(running_hall: RunningHall) -> Iterator[None]:
    """Whatever is sent, the hall's log gets no stack trace."""
    before = len(running_hall.log)
    yield
    assert "Traceback" not in running_hall.log[before:]


def refused(answer: Answer, status: int) -> str:
    """The wording of a clear refusal."""
    assert answer.status == status, answer.body
    assert SENTENCE.search(answer.error), answer.error
    assert set(answer.body) == {"error"} and set(answer.body["error"]) == {"code", "message"}
    return answer.error


# --- messages


@pytest.mark.parametrize("text", ["", "   ", "\n\t ", "\x00\x07", "\u200b\u200d\ufeff", "\ud83d"])
def test_nothing_said_is_told_so(citizen: Citizen, text: str) -> None:
    assert "还没有说内容" in refused(citizen.send(id="1", text=text), 400)
    assert citizen.history() == []


@pytest.mark.parametrize(
    "text",
    [
        "娃儿要上户口" + "，你听我慢慢说" * 1430,  # 10,000 characters
        "我要\x00补\x07办\x1b[31m身份证\x7f",
        "👶🏻满月了要上户口🎉🎉",
        "🤷",
        "'; DROP TABLE errand_order; --",
        "1' OR '1'='1",
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "{{7*7}} ${7*7} {number} %s %n",
        "مرحبا \u202eאבג",
        "\u0301" * 300,
        "\r\n\r\nSet-Cookie: a=b",
    ],
)
def test_strange_words_get_an_answer(running_hall: RunningHall, citizen: Citizen, text: str) -> None:
    answer = citizen.say(text)
    assert SENTENCE.search(answer)
    for trace in ("Traceback", "Error", "<script", "sqlalchemy", "{"):
        assert trace not in answer
    kept = citizen.history()[0]["text"]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", kept)
    assert citizen.say("你好")  # and the talk goes on
    assert isinstance(running_hall.orders(), list)


def test_html_is_kept_as_the_text_it_is(citizen: Citizen) -> None:
    citizen.say("<b>上户口</b>")
    answer = citizen.http("GET", f"{citizen.path}/messages")
    assert answer.body["messages"][0]["text"] == "<b>上户口</b>"
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_too_long_is_told_with_the_limit(citizen: Citizen) -> None:
    assert "太长了" in refused(citizen.send(id="1", text="长" * 20_001), 400)
    assert "太大了" in refused(citizen.send(id="2", text="长" * 300_000), 413)


# --- bodies


@pytest.mark.parametrize(
    "body",
    [
        b"", b"hello", b"{", b'{"id": "1", "text": ', b"\xff\xfe\x00", b"null", b"[]", b'"text"', b"17", b"true",
        b"[" * 50_000, b'{"id": ' + ENOUGH_DIGITS.encode() + b"}", b"{}", b'{"text": "x"}',
        b'{"id": 1, "text": "x"}', b'{"id": "", "text": "x"}', b'{"id": "1", "text": 5}', b'{"id": "1", "text": null}',
        b'{"id": "1", "text": ["x"]}', b'{"id": "1", "payload": 5}', b'{"id": "1", "payload": {"a": "b"}}',
        b'{"id": ["1"], "text": "x"}', b'{"id": "a\\u0000b", "text": "x"}', b'{"id": "\\ud800", "text": "x"}',
        b'{"id": "' + b"1" * 129 + b'", "text": "x"}', b'{"id": NaN, "text": "x"}',
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read(citizen: Citizen, body: bytes) -> None:
    refused(citizen.http("POST", f"{citizen.path}/messages", body), 400)
    assert citizen.history() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Type": "application/json; charset=klingon"}, 200),
        ({"Content_Type": "text/plain"}, 200),
        ({"Content_Encoding": "gzip"}, 400),
        ({"Content_Encoding": "br"}, 400),
    ],
)
def test_headers_that_do_not_fit_the_body(citizen: Citizen, headers: dict[str, str], status: int) -> None:
    answer = citizen.http("POST", f"{citizen.path}/messages", {"id": "1", "text": "你好"}, **headers)
    assert answer.status == status
    if status != 200:
        refused(answer, status)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/lookup", 400),
        ("GET", "/api/lookup?q=%20", 400),
        ("GET", "/api/lookup?q=x&limit=0", 400),
        ("GET", "/api/lookup?q=x&limit=99", 400),
        ("GET", "/api/lookup?q=x&limit=three", 400),
        ("GET", "/api/lookup?q=x&limit=-1", 400),
        ("GET", "/api/lookup?q=x&limit=%EF%BC%93", 400),
        ("GET", f"/api/lookup?q=x&limit={ENOUGH_DIGITS}", 400),
        ("GET", "/api/lookup?q=%FF%00%D8", 200),
        ("GET", "/api/orders/99999?phone_last4=1234", 404),
        ("GET", "/api/orders/abc?phone_last4=1234", 400),
        ("GET", "/api/orders/10019%00?phone_last4=1234", 400),
        ("GET", "/api/orders/%EF%BC%91%EF%BC%90%EF%BC%90%EF%BC%91%EF%BC%99?phone_last4=1234", 400),
        ("GET", f"/api/orders/{ENOUGH_DIGITS}?phone_last4=1234", 400),
        ("GET", "/api/nothing", 404),
        ("GET", "/api/../etc/passwd", 404),
        ("DELETE", "/api/chat", 405),
        ("PUT", "/api/lookup?q=x", 405),
    ],
)
def test_addresses_that_cannot_be_served(stranger: Http, method: str, path: str, status: int) -> None:
    answer = stranger(method, path)
    if path.startswith("/api/orders/99999"):
        assert answer.status in (400, 404)  # 99999 may fail its check digit
        refused(answer, answer.status)
    elif status == 200:
        assert answer.status == 200
    else:
        refused(answer, status)


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "99999999999999999999", ENOUGH_DIGITS])
def test_an_event_that_never_was(citizen: Citizen, after: str) -> None:
    refused(citizen.http("GET", f"{citizen.path}/events?after={after}"), 400)
    refused(citizen.http("GET", f"{citizen.path}/events", Last_Event_ID=after), 400)
    refused(citizen.http("GET", f"{citizen.path}/messages?after={after}"), 400)


# --- in a dialogue


def yesterday_at_ten() -> str:
    """2026年11月22号上午十点, in full: 昨天 is what people say of things that happened."""
    day = datetime.now(LOCAL) - timedelta(days=1)
    return f"{day.year}年{day.month}月{day.day}号上午十点"


def test_an_order_number_that_does_not_exist(citizen: Citizen) -> None:
    answer = citizen.say("帮我查一下订单99991，电话尾号1234")
    assert re.search("订单号不对|没有查到|没有对得上", answer)
    assert "转人工" in answer or "核对" in answer


def test_a_phone_with_a_digit_missing(running_hall: RunningHall, citizen: Citizen) -> None:
    told = citizen.say(errand("1380000123", "郑"))
    assert "10位" in told and "11位" in told and "对不对" not in told
    read_back = citizen.say("13800001239")
    assert "138 0000 1239" in read_back and "对不对" in read_back


def test_a_time_in_the_past(citizen: Citizen) -> None:
    told = citizen.say(errand("13800001240", "郑", time=yesterday_at_ten()))
    assert "已经过了" in told and "对不对" not in told
    assert "已经过了" in citizen.say("那就昨天下午嘛")
    read_back = citizen.say("那就后天上午九点")
    assert "后天上午9点" in read_back and "对不对" in read_back


def test_a_change_to_a_time_in_the_past_changes_nothing(running_hall: RunningHall, citizen: Citizen) -> None:
    number = citizen.order("13800001241", "郑")
    before = running_hall.order(number)["wish_from"]
    assert "已经过了" in citizen.say(f"时间改成{yesterday_at_ten()}")
    assert running_hall.order(number)["wish_from"] == before


# --- runners and staff


def test_a_wrong_login_does_not_say_what_was_wrong(running_hall: RunningHall, desk: Desk) -> None:
    running_hall.paotuan("staff", "add", "xiaozhou", "小周")
    for login, password in (("xiaozhou", "falsch"), ("nobody", "falsch"), ("", ""), ("xiaozhou' --", "x"), ("x\x00", "x")):
        wrong = Http(running_hall.port)("POST", "/desk/login", {"login": login, "password": password}, **OUR_PAGE)
        assert refused(wrong, 401) == "用户名或密码不对。"
        assert wrong.headers["Set-Cookie"] is None


def test_an_account_rests_after_five_wrong_passwords(running_hall: RunningHall) -> None:
    printed = running_hall.paotuan("staff", "add", "xiaolin", "小林")
    right = printed.split()[-1]

    def log_in(password: str) -> Answer:
        return Http(running_hall.port)("POST", "/desk/login", {"login": "xiaolin", "password": password}, **OUR_PAGE)

    for guess in range(5):
        refused(log_in(f"guess {guess}"), 401)
    assert "试的次数太多了" in refused(log_in(right), 429)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"login": 1}', b'{"login": "admin", "password": ["x"]}', b"[" * 50_000])
def test_a_login_that_is_none(running_hall: RunningHall, body: bytes) -> None:
    answer = running_hall.http("POST", "/desk/login", body, **OUR_PAGE)
    refused(answer, 401 if answer.status == 401 else 400)


def test_the_desk_refuses_what_makes_no_sense(desk: Desk) -> None:
    for method, path, body, statuses in (
        ("GET", "/desk/conversations?view=everything", None, (400,)),
        ("GET", "/desk/conversations/999999", None, (404,)),
        ("GET", "/desk/orders/abc", None, (400, 404)),
        ("GET", "/desk/orders?before=x", None, (400,)),
        ("GET", "/desk/orders?state=NONSENSE", None, (200, 400)),
        ("POST", "/desk/conversations/999999/take", {}, (404,)),
        ("POST", "/desk/conversations/999999/reply", {"text": "在吗"}, (404,)),
        ("POST", "/desk/orders/10019/assign", {"runner": "R9999"}, (400, 404)),
        ("POST", "/desk/orders/10019/assign", {"runner": 5}, (400,)),
        ("POST", "/desk/orders/10019/cancel", {}, (400,)),
        ("POST", "/desk/orders/10019/cancel", b"no json", (400,)),
        ("GET", "/desk/follow-ups/999999", None, (404,)),
    ):
        answer = desk.http(method, path, body)
        assert answer.status in statuses, (path, answer.body)
        if answer.status != 200:
            refused(answer, answer.status)


def test_a_runner_without_a_valid_link(running_hall: RunningHall) -> None:
    nobody = Http(running_hall.port, dict(OUR_PAGE))
    assert nobody("GET", "/runner/" + "x" * 32).status == 303
    assert "个人链接" in refused(nobody("GET", "/runner/state"), 401)
    refused(nobody("POST", "/runner/offers/1/accept", {}), 401)


@pytest.mark.parametrize(
    "words",
    [
        ["orders", "show", "99991"],
        ["orders", "show", "abc"],
        ["orders", "list", "--state", "NONSENSE"],
        ["runners", "link", "R9999"],
        ["runners", "import", "/nowhere.csv"],
        ["lookup", "--batch", "/nowhere.txt"],
        ["lookup"],
        ["staff", "reset", "nobody"],
    ],
)
def test_the_command_line_tells_it_in_one_sentence(running_hall: RunningHall, words: list[str]) -> None:
    done = subprocess.run(
        [*PAOTUAN, *words, "--data-dir", str(running_hall.data_dir)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert SENTENCE.search(done.stderr.strip()) and "Traceback" not in done.stderr
