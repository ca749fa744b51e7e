"""Who wants neither reminders nor follow-up calls: by number, said by text or by key, and taken back the same way."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.store.texting import OptOut

_STOP = re.compile(r"(?:退订|TD?|(?:不要|莫|别)再?(?:提醒|回访)(?:我)?了?)", re.IGNORECASE)
_AGAIN = re.compile("恢复提醒")
STOPPED = "好的，以后不再给这个号码发提醒和回访，办件进度照常通知。要恢复，回“恢复提醒”。"
GOES_ON = "好的，以后照常提醒和回访。不想收了，回“退订”。"


class OptOuts:
    """The numbers that said no."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def has(self, session: Session, number: str) -> bool:
        """Whether a number is to be left alone."""
        return session.get(OptOut, number) is not None

    def add(self, session: Session, number: str) -> None:
        """Leave a number alone from now on; twice is the same."""
        if not self.has(session, number):
            session.add(OptOut(number=number, at=self.clock()))
            session.flush()

    def text(self, session: Session, number: str, text: str) -> str | None:
        """What a text that stops or restores reminders is answered; None for every other text."""
        plain = text.strip(" 　.。！!“”")
        if number and _STOP.fullmatch(plain):
            self.add(session, number)
            return STOPPED
        if number and _AGAIN.fullmatch(plain):
            row = session.get(OptOut, number)
            if row:
                session.delete(row)
            return GOES_ON
        return None
