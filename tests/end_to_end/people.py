"""Who takes part: a citizen in the chat, a runner with a personal link, and a member of staff at the desk."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.end_to_end.hall import RunningHall
from tests.end_to_end.http import PATIENCE, Answer, Http, wait_for

NUMBER = re.compile(r"订单号是(\d{5,6})")
OUR_PAGE = {"X-Requested-With": "paotuan"}


def errand(phone: str, surname: str = "王", time: str = "明天上午十点") -> str:
    """The main job in one sentence, for somebody else."""
    return f"我是柳林镇的，娃儿刚满月要上户口，{time}来屋头拿材料，我电话{phone}，姓{surname}"


@dataclass
class Citizen:
    """A conversation in the web chat."""

    http: Http
    token: str = ""
    buttons: list[dict[str, str]] = field(default_factory=list)  # on the screen now
    notice: str = ""  # why the last message has no answer yet
    last_id: str = ""  # of the last message
    seen: int = 0  # the last event that was read

    def __post_init__(self) -> None:
        self.token = self.token or self.http("POST", "/api/chat").body["conversation_id"]

    @property
    def path(self) -> str:
        """Where the conversation is."""
        return f"/api/chat/{self.token}"

    def send(self, **body: Any) -> Answer:
        """Post a message as it is."""
        return self.http("POST", f"{self.path}/messages", body)

    def say(self, text: str, message_id: str | None = None) -> str:
        """Say something; returns everything that the assistant answers."""
        return self._said(text=text, message_id=message_id)

    def press(self, title: str, message_id: str | None = None) -> str:
        """Press a button that is on the screen."""
        return self._said(payload=self.payload(title), message_id=message_id)

    def payload(self, title: str) -> str:
        """What a button on the screen sends."""
        found = [button["payload"] for button in self.buttons if title in button["title"]]
        assert found, f"no button {title} among {[button['title'] for button in self.buttons]}"
        return found[0]

    def _said(self, *, message_id: str | None, **body: str) -> str:
        self.last_id = message_id or uuid.uuid4().hex
        answer = self.send(id=self.last_id, **body)
        assert answer.status == 200, answer.body
        messages = answer.body["messages"]
        self.notice = answer.body.get("notice", "")
        self.buttons = [button for message in messages for button in message["buttons"]]
        return "\n".join(message["text"] for message in messages)

    def order(self, phone: str, surname: str = "王") -> str:
        """Order an errand in one sentence and confirm it; returns the order's number."""
        assert "对不对" in self.say(errand(phone, surname))
        found = NUMBER.search(self.press("对，下单"))
        assert found
        return found[1]

    def hears(self, *words: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """Wait at the event stream until a message with all these words comes."""
        for event in self.events(after=self.seen, seconds=seconds):
            self.seen = event["seq"]
            if event["sender"] != "CITIZEN" and all(word in event["text"] for word in words):
                return event
        raise AssertionError(f"never heard {words}; said was: {self.transcript()}")

    def events(self, *, after: int = 0, seconds: float = PATIENCE) -> Iterator[dict[str, Any]]:
        """The messages of the event stream, resumed after one; what else it tells (place in the queue) is left out."""
        stream = self.http.events(f"{self.path}/events", seconds, Last_Event_ID=str(after))
        return (event for event in stream if "seq" in event)

    def history(self) -> list[dict[str, Any]]:
        """Everything said so far."""
        return list(self.http("GET", f"{self.path}/messages").body["messages"])

    def transcript(self) -> list[str]:
        """Everything said so far, as lines."""
        return [f"{message['sender']}: {message['text']}" for message in self.history()]


@dataclass
class RunnerAtWork:
    """A runner's page, entered by the personal link that `paotuan runners link` prints."""

    hall: RunningHall
    number: str
    http: Http = field(init=False)

    def __post_init__(self) -> None:
        self.http = Http(self.hall.port, dict(OUR_PAGE))
        assert self.http("GET", "/runner/" + personal_link(self.hall, self.number).rsplit("/", 1)[1]).status == 303

    @property
    def state(self) -> dict[str, Any]:
        """What the page shows."""
        return dict(self.http("GET", "/runner/state").body)

    def accept(self) -> Answer:
        """Take the offer on the page, as soon as there is one."""
        offer = wait_for(lambda: self.state["offers"], f"an offer to {self.number}")[0]
        return self.http("POST", f"/runner/offers/{offer['id']}/accept", {})

    def step(self, order: str, action: str, **more: str) -> Answer:
        """The next step with an order in hand."""
        return self.http("POST", f"/runner/orders/{order}/{action}", more)


@dataclass
class Desk:
    """A member of staff, logged in."""

    http: Http

    def log_in(self, login: str, password: str) -> Answer:
        """Log in; afterwards every change carries the page's token."""
        answer = self.http("POST", "/desk/login", {"login": login, "password": password}, **OUR_PAGE)
        if answer.status == 200:
            self.http.headers["X-CSRF-Token"] = self.http("GET", "/desk/me").body["csrf"]
        return answer

    def waiting(self, words: str) -> dict[str, Any]:
        """The conversation that waits for a person with these words in its last line or reason."""

        def found() -> dict[str, Any] | None:
            rows = self.http("GET", "/desk/conversations?view=waiting").body["conversations"]
            return next((row for row in rows if words in row["reason"] + row["last"]["text"]), None)

        return dict(wait_for(found, f"a waiting conversation with {words}"))

    def on_order(self, number: str, what: str, **body: str) -> Answer:
        """An act upon an order, by a page that has just loaded it."""
        seen = self.http("GET", f"/desk/orders/{number}").body["seen"]
        return self.http("POST", f"/desk/orders/{number}/{what}", {"seen": seen, **body})

    def in_conversation(self, conversation: int, what: str, **body: str) -> Answer:
        """take, reply or give-back."""
        return self.http("POST", f"/desk/conversations/{conversation}/{what}", body)


def personal_link(hall: RunningHall, runner: str) -> str:
    """A fresh personal link of a runner; the old one stops working."""
    return hall.paotuan("runners", "link", runner).split()[-1]


def offered_runner(hall: RunningHall, order: str) -> str:
    """The number of the runner to whom the order is offered, as soon as it is."""

    def found() -> str | None:
        history = hall.order(order)["history"]
        offers = [event for event in history if event["action"] == "offer"]
        return offers[-1]["reason"].split("：")[0].removeprefix("派给").split("、")[0] if offers else None

    return str(wait_for(found, f"an offer of {order}"))
