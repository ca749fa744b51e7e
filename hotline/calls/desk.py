"""The call core: each turn of a caller becomes a step for the line, whatever line it is.

A turn is answered once; the same turn again (a callback that came twice or late) gets the same step.
What a caller says goes to the same conversation and assistant as on the chat page. Keys, silence,
noise, repetition and the wish for a person are settled here, so that they work when the engine does not.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.calls.dictation import GO_ON, NO_HURRY, begins_number, joined, only_waits
from hotline.calls.forwarding import Forwarding
from hotline.calls.greeting import Greeting
from hotline.calls.hearing import Hearing
from hotline.calls.listening import Listening
from hotline.calls.speech import choices, in_breaths, next_breath, speakable
from hotline.calls.steps import Ask, Heard, Ring, Step
from hotline.calls.wishes import bare, means_runner, wants_more, wants_person, wants_slower
from hotline.clock import Clock
from hotline.conversations import Conversations
from hotline.errors import ButtonNotOffered, InvalidInput, NotFound
from hotline.profile import HallProfile
from hotline.store.calls import CallTurn, PhoneCall
from hotline.store.schema import Conversation, Message
from hotline.vocabulary import CallPurpose, CallState, Owner

log = logging.getLogger(__name__)

PERSON_KEY, REPEAT_KEY = "0", "*"
MOST_TROUBLES = 3  # silences, noise or wrong keys in a row; then a person
UNSURE = 0.4  # below this confidence of the recogniser a caller is asked again


class CallDesk:
    """Turns what is heard into steps."""

    def __init__(
        self, *, conversations: Conversations, forwarding: Forwarding, profile: HallProfile, clock: Clock,
        listening: Callable[[], Listening], hearing: Callable[[], Hearing], recorded: bool = False,
    ) -> None:  # fmt: skip
        self.conversations = conversations
        self.forwarding = forwarding
        self.profile = profile
        self.clock = clock
        self._listening, self._hearing = listening, hearing  # asked each time: the live catalogue may change
        self.greeting = Greeting(profile, clock, recorded=recorded)

    # ---- the first word ----

    def begin(self, session: Session, provider_id: str, number: str) -> Step:
        """A citizen rings: the greeting, or at once a person where that is wanted. The same call again: the same."""
        known = self.find(session, provider_id)
        if known:
            return self._step_of(session, known, 0) or Step()
        conversation = self.conversations.start(session, "phone")
        conversation.contact = number
        call = PhoneCall(
            provider_id=provider_id, purpose=CallPurpose.CITIZEN, number=number, conversation_id=conversation.id,
            state=CallState.TALKING, turn=0, troubles=0, rest=[], started_at=self.clock(),
        )  # fmt: skip
        session.add(call)
        session.flush()
        log.info("call %s: begins", call.id)
        if self.greeting.person_first(session, call):
            return self._forward(session, call, 0, Heard(), says=[self.greeting.words])
        says = [self.greeting.words, self.greeting.open_order(session, number), "您要办啥子事，请直接说。"]
        return self._keep(session, call, 0, Heard(), self._listening_step(session, call, says))

    # ---- a turn ----

    def hear(self, session: Session, provider_id: str, turn: int, heard: Heard) -> Step | Ask:
        """What the line does after a turn, or what the assistant has to be asked first. Raises NotFound."""
        call = self.get(session, provider_id, lock=True)
        kept = self._step_of(session, call, turn)
        if kept:
            return kept
        if turn != call.turn + 1:
            log.warning("call %s: turn %s out of order, is at %s", call.id, turn, call.turn)
            return self._last_step(session, call)
        if call.state is CallState.ENDED:
            return Step(turn=turn)
        pending = self.conversations.known(session, call.conversation_id, f"{provider_id}:{turn}")
        if pending:  # the answer was late: the line asks for it again
            return Ask(pending.conversation_id, pending.id, turn)
        expects = session.get_one(Conversation, call.conversation_id).expects
        held = self._last_step(session, call).held
        heard = self._understood(heard, expects, held)
        said = bare(heard.text)
        if heard.digits == PERSON_KEY or wants_person(said):
            call.wanted_person = True
            return self._forward(session, call, turn, heard, to_runner=means_runner(said))
        if heard.digits == REPEAT_KEY:
            return self._again(session, call, turn, heard)
        if not said and not heard.digits:
            return self._silence(session, call, turn, heard)
        if heard.confidence is not None and 0 < heard.confidence < UNSURE and not heard.digits:
            return self._unsure(session, call, turn, heard)
        if wants_slower(said) and not call.slow:
            call.slow = True
            if len(said) <= 12:
                return self._again(session, call, turn, heard, before="好的，我说慢点。")
        if call.rest and wants_more(said):
            return self._next_breath(session, call, turn, heard)
        if held and only_waits(said):
            return self._hold(session, call, turn, heard, held, NO_HURRY)
        if begins_number(heard.text, expects):
            return self._hold(session, call, turn, heard, heard.text, GO_ON)
        return self._ask(session, call, turn, heard)

    def _understood(self, heard: Heard, expects: str, held: str) -> Heard:
        """What was probably said, with what was held back in front; the keys of a number count like its words."""
        digits = heard.digits.strip("#*")
        if held and len(digits) > 1 or (expects == "contact_phone" and begins_number(digits, expects)):
            return Heard(joined(held, digits))
        text = joined(held, heard.text)
        return replace(heard, text=self._hearing().as_said(text, expects)) if text.strip() else heard

    def _hold(self, session: Session, call: PhoneCall, turn: int, heard: Heard, held: str, says: str) -> Step:
        """The number is not complete: the caller goes on, with the patience that numbers get."""
        listen = replace(self._listening().after("contact_phone", slow=call.slow), digits=0)
        return self._keep(session, call, turn, heard, Step((says,), listen, slow=call.slow, held=held))

    def _ask(self, session: Session, call: PhoneCall, turn: int, heard: Heard) -> Step | Ask:
        conversation = session.get_one(Conversation, call.conversation_id)
        offered = self.conversations.offered_buttons(session, conversation)
        payload = None
        if heard.digits and offered and len(heard.digits.strip("#")) == 1:
            key = heard.digits.strip("#")
            if not key.isdigit() or int(key) > len(offered):
                return self._trouble(session, call, turn, heard, ["没有这个键。"])
            payload = offered[int(key) - 1]["payload"]
        try:
            message, _ = self.conversations.receive(
                session, conversation, f"{call.provider_id}:{turn}",
                text=heard.digits.strip("#*") if heard.digits else heard.text, payload=payload,
            )  # fmt: skip
        except (InvalidInput, ButtonNotOffered) as error:
            return self._trouble(session, call, turn, heard, [error.wording])
        if conversation.owner is Owner.STAFF:
            return self._forward(session, call, turn, heard)
        return Ask(conversation.id, message.id, turn)

    def answered(self, session: Session, provider_id: str, ask: Ask, heard: Heard, *, answered: bool | None) -> Step:
        """The step of the assistant's answer; `answered` is False when the engine is down, None when it is late."""
        call = self.get(session, provider_id, lock=True)
        kept = self._step_of(session, call, ask.turn)
        if kept:
            return kept
        message = session.get_one(Message, ask.message_id)
        conversation = session.get_one(Conversation, ask.conversation_id)
        said = self.conversations.answers_to(session, message)
        if not said and answered is None and conversation.owner is Owner.ASSISTANT:
            return Step(says=("请稍等。",), wait=True, slow=call.slow, turn=ask.turn)
        if not said:
            why = "" if conversation.owner is Owner.STAFF else "助手这会儿没有反应，我给您转人工。"
            return self._forward(session, call, ask.turn, heard, says=[why])
        texts = [each.text for each in said]
        if _handed_off_by(conversation, message):
            return self._forward(session, call, ask.turn, heard, says=texts, to_runner=means_runner(heard.text))
        call.troubles, call.rest = 0, []
        says = []
        for text in texts:
            now, rest = in_breaths(text)
            says.append(now)
            call.rest = [*call.rest, *rest]
        return self._keep(session, call, ask.turn, heard, self._listening_step(session, call, says))

    # ---- what needs no assistant ----

    def _silence(self, session: Session, call: PhoneCall, turn: int, heard: Heard) -> Step:
        return self._trouble(session, call, turn, heard, ["没听到您说话。"])

    def _unsure(self, session: Session, call: PhoneCall, turn: int, heard: Heard) -> Step:
        by_keys = session.get_one(Conversation, call.conversation_id).expects in ("contact_phone", "order_access")
        hint = "请用按键输入，按完按井号。" if by_keys else "没听清，麻烦您再说一遍。"
        return self._trouble(session, call, turn, heard, [hint], again=not by_keys)

    def _trouble(
        self, session: Session, call: PhoneCall, turn: int, heard: Heard, says: list[str], *, again: bool = True
    ) -> Step:
        """Ask again; with keys the second time; at last a person."""
        call.troubles += 1
        if call.troubles >= MOST_TROUBLES:
            return self._forward(session, call, turn, heard, says=["我一直没听清，怕耽误您。"])
        before = self._last_step(session, call)
        question = list(before.says[-1:]) if again else []
        keys = ["说不清楚，也可以按0转人工。"] if call.troubles > 1 else []
        listen = before.listen or self._listening().after("", slow=call.slow)
        return self._keep(session, call, turn, heard, Step((*says, *question, *keys), listen, slow=call.slow, held=before.held))

    def _again(self, session: Session, call: PhoneCall, turn: int, heard: Heard, before: str = "") -> Step:
        last = self._last_step(session, call)
        says = tuple(part for part in (before, *last.says) if part)
        conversation = session.get_one(Conversation, call.conversation_id)
        offered = [b["title"] for b in self.conversations.offered_buttons(session, conversation)]
        listen = self._listening().after(conversation.expects, slow=call.slow, choices=offered)
        return self._keep(session, call, turn, heard, Step(says, listen, slow=call.slow, held=last.held))

    def _next_breath(self, session: Session, call: PhoneCall, turn: int, heard: Heard) -> Step:
        text, call.rest = next_breath(call.rest)
        return self._keep(session, call, turn, heard, self._listening_step(session, call, [text]))

    # ---- a person ----

    def _forward(
        self, session: Session, call: PhoneCall, turn: int, heard: Heard, says: list[str] | None = None,
        *, to_runner: bool = False,
    ) -> Step:  # fmt: skip
        """Ring somebody, or book a callback and go on: never a dead line."""
        spoken = [speakable(text) for text in says or [] if text]
        row = self.forwarding.ring_next(session, call, to_runner=to_runner)
        conversation = session.get_one(Conversation, call.conversation_id)
        if row:
            if conversation.owner is Owner.ASSISTANT:
                self.conversations.hand_off(session, conversation.id, heard.text[:60] or "按键转人工")
            who = "跑手" if row.runner_id else "工作人员"
            step = Step((*spoken, f"马上给您转{who}，请不要挂机。"), ring=Ring(row.id, row.number), slow=call.slow)
            return self._keep(session, call, turn, heard, step)
        return self._keep(session, call, turn, heard, self._callback(session, call, heard.text or "要找人工", spoken))

    def not_taken(self, session: Session, provider_id: str, turn: int) -> Step:
        """Ringing ended. Somebody talked: goodbye. Nobody took it: the next person, or a callback. Raises NotFound."""
        call = self.get(session, provider_id, lock=True)
        kept = self._step_of(session, call, turn)
        if kept:
            return kept
        if self.forwarding.was_taken(session, call):
            return self._keep(session, call, turn, Heard(), Step(("感谢来电，再见。",)))
        row = self.forwarding.ring_next(session, call)
        if row:
            step = Step(("这位没接到，给您转下一位，请不要挂机。",), ring=Ring(row.id, row.number), slow=call.slow)
            return self._keep(session, call, turn, Heard(), step)
        call.state = CallState.TALKING
        return self._keep(session, call, turn, Heard(), self._callback(session, call, "转人工没有人接", []))

    def _callback(self, session: Session, call: PhoneCall, why: str, says: list[str]) -> Step:
        text = self.forwarding.book_callback(session, call, why)
        call.state = CallState.TALKING
        return self._listening_step(session, call, [*says, text])

    # ---- the line ----

    def interrupted(self, session: Session, provider_id: str, turn: int, until: str) -> None:
        """The caller broke in: only `until` was heard of what was said at a turn."""
        call = self.get(session, provider_id)
        row = session.scalar(select(CallTurn).where(CallTurn.call_id == call.id, CallTurn.turn == turn))
        if row:
            row.heard_until = until

    def newest_step(self, session: Session, provider_id: str) -> Step:
        """Where a call stands, for a line that goes on by other means. Raises NotFound."""
        return self._last_step(session, self.get(session, provider_id))

    def ended(self, session: Session, provider_id: str) -> None:
        """The line is down; what was said is kept. Twice or for an unknown call: nothing."""
        call = self.find(session, provider_id, lock=True)
        if call and call.state is not CallState.ENDED:
            call.state, call.ended_at = CallState.ENDED, self.clock()
            log.info("call %s: ended after %s turns", call.id, call.turn)

    # ---- rows ----

    def find(self, session: Session, provider_id: str, *, lock: bool = False) -> PhoneCall | None:
        """The call of a line's id."""
        query = select(PhoneCall).where(PhoneCall.provider_id == provider_id)
        return session.scalar(query.with_for_update() if lock else query)

    def get(self, session: Session, provider_id: str, *, lock: bool = False) -> PhoneCall:
        """The call of a line's id; raises NotFound."""
        call = self.find(session, provider_id, lock=lock)
        if call is None:
            raise NotFound("没有这通电话。", call=provider_id)
        return call

    def _step_of(self, session: Session, call: PhoneCall, turn: int) -> Step | None:
        row = session.scalar(select(CallTurn).where(CallTurn.call_id == call.id, CallTurn.turn == turn))
        return Step.of(row.step) if row else None

    def _last_step(self, session: Session, call: PhoneCall) -> Step:
        return self._step_of(session, call, call.turn) or Step()

    def _listening_step(self, session: Session, call: PhoneCall, says: list[str]) -> Step:
        conversation = session.get_one(Conversation, call.conversation_id)
        offered = [b["title"] for b in self.conversations.offered_buttons(session, conversation)]
        listen = self._listening().after(conversation.expects, slow=call.slow, choices=offered)
        spoken = [speakable(text) for text in says if text]
        return Step((*spoken, *filter(None, [choices(offered)])), listen, slow=call.slow)

    def _keep(self, session: Session, call: PhoneCall, turn: int, heard: Heard, step: Step) -> Step:
        step = replace(step, turn=turn)
        call.turn = turn
        session.add(CallTurn(
            call_id=call.id, turn=turn, heard=heard.digits or heard.text, step=step.as_json(), at=self.clock()
        ))  # fmt: skip
        session.flush()
        return step


def _handed_off_by(conversation: Conversation, message: Message) -> bool:
    """Whether it was this message that brought the conversation to staff."""
    return conversation.waiting_since is not None and conversation.waiting_since >= message.created_at
