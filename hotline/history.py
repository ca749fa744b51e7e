"""What the hall knows of the same citizen from other times and channels, by the numbers they gave."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.store.schema import Conversation, ErrandOrder, FollowUp, Message
from hotline.vocabulary import Sender

MOST = 12  # of each kind, the newest
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@dataclass(frozen=True)
class History:
    """Everything found by the same numbers."""

    phones: list[str]  # the line's own first, then those of orders, then those that were only said
    orders: list[ErrandOrder]
    conversations: list[Conversation]  # others than the one asked about
    follow_ups: list[FollowUp]


def phones_of(session: Session, conversation: Conversation) -> list[str]:
    """The numbers of a conversation: of its line, of its orders, and those that were said in it."""
    orders = select(ErrandOrder.contact_phone).where(ErrandOrder.conversation_id == conversation.id)
    said = select(Message.text).where(
        Message.conversation_id == conversation.id, Message.sender == Sender.CITIZEN
    )
    claimed = (conversation.understood or {}).get("contact_phone") or ""
    found = [conversation.contact, *session.scalars(orders), str(claimed)]
    found += [phone for text in session.scalars(said) for phone in _PHONE.findall(re.sub(r"(?<=\d)[\s-](?=\d)", "", text))]
    return [phone for phone in dict.fromkeys(found) if phone]


def history_of(session: Session, conversation: Conversation) -> History:
    """Orders, conversations and follow-ups of the same numbers, newest first."""
    phones = phones_of(session, conversation)
    orders = list(session.scalars(
        select(ErrandOrder).where(ErrandOrder.contact_phone.in_(phones)).order_by(ErrandOrder.id.desc()).limit(MOST)
    ))  # fmt: skip
    others = {order.conversation_id for order in orders if order.conversation_id} - {conversation.id}
    conversations = session.scalars(
        select(Conversation)
        .where(
            (Conversation.contact.in_(phones)) | (Conversation.id.in_(others)), Conversation.id != conversation.id
        )
        .order_by(Conversation.id.desc()).limit(MOST)
    )  # fmt: skip
    follow_ups = session.scalars(
        select(FollowUp).where(FollowUp.order_id.in_([order.id for order in orders])).order_by(FollowUp.id.desc()).limit(MOST)
    )
    return History(phones, orders, list(conversations), list(follow_ups))
