"""What the citizen says afterwards: ratings (好差评), complaints and booked callbacks."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.errors import NotFound
from hotline.store.schema import FollowUp

RECTIFY_DAYS = 15  # working days for 整改 after a bad rating
RATINGS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}


class FollowUps:
    """The ledger of what still has to be answered."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def keep(
        self, session: Session, *, key: str, kind: str, conversation_id: int | None = None,
        order_id: int | None = None, stars: int | None = None, text: str = "", due_at: datetime | None = None,
    ) -> tuple[FollowUp, bool]:  # fmt: skip
        """Keep a rating, complaint or callback once for its key: (row, kept now)."""
        known = session.scalar(select(FollowUp).where(FollowUp.key == key))
        if known:
            return known, False
        row = FollowUp(
            key=key, kind=kind, conversation_id=conversation_id, order_id=order_id,
            stars=stars, text=text[:4000], created_at=self.clock(), due_at=due_at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row, True

    def open(self, session: Session) -> list[FollowUp]:
        """What is not done yet, the most urgent first."""
        query = select(FollowUp).where(FollowUp.done_at.is_(None), FollowUp.due_at.is_not(None))
        return list(session.scalars(query.order_by(FollowUp.due_at)))

    def finish(self, session: Session, follow_up_id: int) -> FollowUp:
        """Mark a complaint or callback as done; done already stays as it was. Raises NotFound."""
        row = session.get(FollowUp, follow_up_id)
        if row is None:
            raise NotFound(follow_up=follow_up_id)
        row.done_at = row.done_at or self.clock()
        return row


_GRADES = (
    (1, r"非常不满意|差评|一星|1星|[打评给]?一分|[打评给]?1分|太差|孬得很|恼火得很"),
    (2, r"不满意|两星|二星|2星|[两二2]分|不咋样|不好|孬"),
    (3, r"基本满意|一般|三星|3星|[三3]分|还将就|将就|过得去"),
    (5, r"非常满意|五星|5星|[五5]分|满分|好评|巴适|安逸|好得很|最好|没得说"),
    (4, r"满意|四星|4星|[四4]分|还可以|可以|不错|还行|要得"),
)


def stars_of(text: str) -> int | None:
    """The grade that a rating in words means, 5 非常满意 to 1 非常不满意, or None."""
    return next((stars for stars, words in _GRADES if re.search(words, text)), None)
