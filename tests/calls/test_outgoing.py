"""Outgoing texts and calls, held against Twilio's own OpenAPI description, and their reports."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from twilio.base.exceptions import TwilioRestException

from connectors.twilio.rest import TwilioSender
from hotline.outbox import NotSent, Parcel, Refused
from hotline.settings import Settings
from hotline.store.outbox import Outgoing
from hotline.vocabulary import Means, OutgoingState
from tests.builders import request_for, runner
from tests.calls.conftest import Exchange
from tests.calls.line import NUMBER, PUBLIC, TOKEN, Document, post
from tests.calls.prism import Prism, why_not

TEXT = Parcel("order:1:step:2", Means.SMS, "13800001234", "订单10019已取消。")
CALL = Parcel("offer-call:7", Means.CALL, "13900000001", "派单")


def sender(address: str) -> TwilioSender:
    return TwilioSender(Settings(
        public_url=PUBLIC, twilio_account_sid="AC" + "0" * 32, twilio_auth_token=TOKEN, twilio_number=NUMBER,
        twilio_api_url=address,
    ))  # fmt: skip


@pytest.fixture(scope="session")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prism]:
    if why_not():
        pytest.skip(why_not())
    server = Prism(tmp_path_factory.mktemp("prism"))
    yield server
    server.stop()


@pytest.mark.parametrize("parcel", [TEXT, CALL, replace(CALL, key="order:1:step:2", address="0827-1234567")])
def test_what_we_send_is_what_twilio_describes(prism: Prism, parcel: Parcel) -> None:
    assert sender(prism.address).send(parcel).startswith(("SM", "MM", "CA", "st"))


def test_prism_would_notice(prism: Prism) -> None:
    """The description is really enforced: without a receiver the request is refused."""
    with pytest.raises(TwilioRestException) as refused:
        sender(prism.address).client.api.v2010.account.calls.create(
            to="+8613800001234", from_=NUMBER, url="not an address", machine_detection_timeout="soon"
        )
    assert refused.value.status in (400, 422)


class Twilio(BaseHTTPRequestHandler):
    """Answers as Twilio does in trouble."""

    answer = (201, '{"sid": "SM0001"}')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = self.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def twilio() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Twilio)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "error"), [(400, Refused), (401, Refused), (429, NotSent), (500, TwilioRestException), (503, TwilioRestException)]
)
def test_what_is_certain_after_an_error(
    twilio: str, monkeypatch: pytest.MonkeyPatch, status: int, error: type[Exception]
) -> None:
    """A 4xx surely did not leave; after a 5xx nobody knows, so it stays open."""
    monkeypatch.setattr(Twilio, "answer", (status, '{"code": 21211, "message": "no such number"}'))
    with pytest.raises(error):
        sender(twilio).send(TEXT)


def test_nobody_there_is_surely_not_sent() -> None:
    with pytest.raises(NotSent):
        sender("http://127.0.0.1:9").send(TEXT)


def test_no_request_leaves_for_another_host() -> None:
    client = sender("http://127.0.0.1:9").client
    with pytest.raises(ValueError, match=r"verify\.twilio\.com"):
        client.verify.v2.services.list(limit=1)


def rows(exchange: Exchange) -> list[Outgoing]:
    with exchange.hall.database.read() as session:
        return session.query(Outgoing).order_by(Outgoing.id).all()


def place(exchange: Exchange, runners: int = 1, **changes: object) -> None:
    with exchange.hall.database.begin() as session:
        people = [runner(f"R{n}", phone=f"1390000000{n}", **changes) for n in range(1, runners + 1)]
        exchange.hall.runners.add(session, people)
        session.flush()
        exchange.hall.orders.place(session, request_for())
        exchange.hall.dispatch.step(session)


def test_an_absent_runner_is_rung_in_the_daytime(exchange: Exchange) -> None:
    place(exchange)
    (row,) = rows(exchange)
    assert (row.means, row.address) == (Means.CALL, "13900000001")
    assert "出生登记" not in row.text and "柳林镇" in row.text


def test_and_texted_at_night(exchange: Exchange) -> None:
    exchange.clock.advance(hours=11)
    place(exchange, kind="FULL_TIME")
    assert {row.means for row in rows(exchange)} <= {Means.SMS}


def test_a_runner_whose_page_is_open_is_left_alone(exchange: Exchange) -> None:
    place(exchange, seen_at=exchange.clock())
    assert rows(exchange) == []


async def report(exchange: Exchange, path: str, **form: str) -> None:
    assert (await post(exchange.client, path, form)).status == 204


@pytest.mark.parametrize(("status", "state"), [("delivered", OutgoingState.DELIVERED), ("undelivered", OutgoingState.FAILED)])
async def test_reports_come_back_and_are_shown(exchange: Exchange, status: str, state: OutgoingState) -> None:
    _sent(exchange, "SM0009")
    path = "/webhooks/twilio/sms/status?key=k1"
    await report(exchange, path, MessageSid="SM0009", MessageStatus="sent")
    assert rows(exchange)[0].state is OutgoingState.SENT
    await report(exchange, path, MessageSid="SM0009", MessageStatus=status, ErrorCode="30003")
    await report(exchange, path, MessageSid="SM0009", MessageStatus="sent")  # late
    await report(exchange, path, MessageSid="SM0009", MessageStatus=status, ErrorCode="30003")  # twice
    (row,) = rows(exchange)
    assert row.state is state
    assert ("30003" in row.error) == (state is OutgoingState.FAILED)


async def test_a_report_settles_what_we_never_heard_of_again(exchange: Exchange) -> None:
    _sent(exchange, "", OutgoingState.UNKNOWN)
    await report(exchange, "/webhooks/twilio/sms/status?key=k1", MessageSid="SM0009", MessageStatus="delivered")
    assert [(row.state, row.provider_id) for row in rows(exchange)] == [(OutgoingState.DELIVERED, "SM0009")]


async def test_a_machine_that_answers_counts_as_not_reached(exchange: Exchange) -> None:
    _sent(exchange, "CA0009")
    form = {"CallSid": "CA0009", "CallStatus": "completed", "AnsweredBy": "machine_end_beep"}
    await report(exchange, "/webhooks/twilio/voice/sent?key=k1", **form)
    assert rows(exchange)[0].state is OutgoingState.FAILED and "语音信箱" in rows(exchange)[0].error


async def test_a_landline_hears_the_notice_twice(exchange: Exchange) -> None:
    _sent(exchange, "CA0009")
    response = await post(exchange.client, "/webhooks/twilio/voice/tell?key=k1", {"CallSid": "CA0009"})
    heard = Document(await response.text())
    assert heard.says.count("订单幺零零幺九已取消") == 2 and heard.find("Hangup") is not None


def _sent(exchange: Exchange, provider_id: str, state: OutgoingState = OutgoingState.SENT) -> None:
    with exchange.hall.database.begin() as session:
        session.add(Outgoing(
            key="k1", means=Means.SMS, address="13800001234", text="订单10019已取消。", state=state, attempts=1,
            provider="twilio", provider_id=provider_id, created_at=exchange.clock(),
        ))  # fmt: skip
