"""Proving over the chat that a telephone number is one's own: a code by text message, once, for a few minutes.

Only a number by which somebody ordered or began an errand gets a text, so that nobody can have strangers texted; what
is said is the same either way, so that nobody learns who is known here. A proven number counts in that conversation as
one for which the line vouches. Where no line for texts is configured, none of this is offered.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hotline.cipher import Cipher
from hotline.clock import Clock
from hotline.errors import TooManyAttempts
from hotline.outbox import SECRET, Outbox
from hotline.store.drafts import ErrandDraft
from hotline.store.schema import Conversation, ErrandOrder
from hotline.store.text_codes import TextCode
from hotline.vocabulary import Means

log = logging.getLogger(__name__)

HOLDS = timedelta(minutes=10)
TRIES = 5
MOST_TEXTS = 3  # in a WINDOW, to one number and from one conversation
WINDOW = timedelta(hours=1)
TEXT = "验证码{code}，10分钟内有效，请只输到您正在用的市民之家助手里。跑手和工作人员都不会找您要它；不是您本人在用，不用理。"


class TextCodes:
    """Sends codes and checks them."""

    def __init__(self, outbox: Outbox, cipher: Cipher, clock: Clock) -> None:
        self.outbox = outbox
        self.cipher = cipher
        self.clock = clock

    def can_reach(self, phone: str) -> bool:
        """Whether there is a line for texts, and the number takes them."""
        return phone.startswith("1") and any(Means.SMS in sender.means for sender in self.outbox.senders)

    def send(self, session: Session, conversation: Conversation, phone: str) -> None:
        """Text a code if the number is known here; raises TooManyAttempts after too many texts."""
        now = self.clock()
        theirs = or_(TextCode.phone == phone, TextCode.conversation_id == conversation.id)
        sent = select(func.count()).select_from(TextCode).where(theirs, TextCode.sent_at > now - WINDOW)
        if (session.scalar(sent) or 0) >= MOST_TEXTS:
            raise TooManyAttempts("验证码发得太多了，请过一个小时再试，或者说“转人工”。")
        row = TextCode(conversation_id=conversation.id, phone=phone, code_hash="", tries=0, sent_at=now)
        session.add(row)
        session.flush()
        if not _is_known(session, phone):
            log.info("text code %s: the number is not known, nothing is sent", row.id)
            return
        code = f"{secrets.randbelow(1_000_000):06d}"
        row.code_hash = self._digest(row, code)
        self.outbox.add(session, key=f"{SECRET}{row.id}", means=Means.SMS, address=phone, text=TEXT.format(code=code))
        log.info("text code %s: sent for conversation %s", row.id, conversation.id)

    def check(self, session: Session, conversation: Conversation, code: str) -> bool:
        """Whether this is the newest code of the conversation; the number is then the conversation's contact.

        Raises TooManyAttempts after TRIES wrong ones.
        """
        newest = select(TextCode).where(TextCode.conversation_id == conversation.id).order_by(TextCode.id.desc())
        row = session.scalar(newest.limit(1).with_for_update())
        if row is None or row.used_at is not None or row.sent_at <= self.clock() - HOLDS:
            return False
        if row.tries >= TRIES:
            raise TooManyAttempts("验证码错得太多了，这个码作废了。请重新要一个，或者说“转人工”。")
        row.tries += 1
        if not hmac.compare_digest(row.code_hash, self._digest(row, code)):
            return False
        row.used_at, conversation.contact = self.clock(), row.phone
        log.info("text code %s: proven for conversation %s", row.id, conversation.id)
        return True

    def _digest(self, row: TextCode, code: str) -> str:
        """Of one code for one row: two rows with the same code do not look alike."""
        return self.cipher.digest(f"text code {row.id} {code}")


def _is_known(session: Session, phone: str) -> bool:
    """Whether somebody ordered or began an errand by this number."""
    ordered = select(ErrandOrder.id).where(ErrandOrder.contact_phone == phone).limit(1)
    begun = select(ErrandDraft.id).where(ErrandDraft.phone == phone).limit(1)
    return session.scalar(ordered) is not None or session.scalar(begun) is not None

