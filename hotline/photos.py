"""Photos of papers: enciphered at rest, marked when looked at, forgotten after a set time."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hotline.cipher import Cipher
from hotline.clock import Clock, local
from hotline.deadlines import Deadlines
from hotline.errors import InvalidInput, NotFound
from hotline.orders import OPEN, record
from hotline.pictures import normalise, watermark
from hotline.store.deadlines import Deadline
from hotline.store.photos import Photo, Picture
from hotline.store.schema import ErrandOrder
from hotline.vocabulary import DeadlineKind, OrderAction, PhotoPurpose

MOST_PHOTOS = 40  # of one order
LOOK_AGAIN = timedelta(days=1)  # while the order is open, its photos are still needed


class Photos:
    """The photos of all orders."""

    def __init__(self, cipher: Cipher, deadlines: Deadlines, clock: Clock) -> None:
        self.cipher = cipher
        self.deadlines = deadlines
        self.clock = clock
        self.keep_for = timedelta(days=deadlines.profile.service_levels.photo_days)
        deadlines.work[DeadlineKind.FORGET] = self._forget

    def add(self, session: Session, order: ErrandOrder, data: bytes, purpose: PhotoPurpose, *, by: str) -> Photo:
        """Keep a photo; the same one again is kept once. Raises InvalidInput for what is no photo."""
        digest = hashlib.sha256(data).hexdigest()
        known = session.scalar(
            select(Photo).where(Photo.order_id == order.id, Photo.digest == digest, Photo.purpose == purpose)
        )
        if known:
            return known
        count = session.scalar(select(func.count()).where(Photo.order_id == order.id)) or 0
        if count >= MOST_PHOTOS:
            raise InvalidInput(f"一单最多放{MOST_PHOTOS}张照片。")
        sealed, now = self.cipher.encipher(normalise(data)), self.clock()
        photo = Photo(order_id=order.id, purpose=purpose, digest=digest, size=len(sealed), by=by, at=now)
        session.add(photo)
        session.flush()
        session.add(Picture(photo_id=photo.id, data=sealed))
        self.deadlines.start(
            session, order, DeadlineKind.FORGET, now + self.keep_for, subject_id=photo.id
        )
        record(
            session, order, OrderAction.PHOTO, actor=by, at=now, from_state=order.state, reason=purpose.label,
        )  # fmt: skip
        return photo

    def show(self, session: Session, photo_id: int, *, viewer: str, order: ErrandOrder | None = None) -> bytes:
        """The picture with who looks at it, and when, all over it; raises NotFound when it is forgotten."""
        photo = session.get(Photo, photo_id)
        picture = session.get(Picture, photo_id)
        if photo is None or picture is None or (order and photo.order_id != order.id):
            raise NotFound("没有这张照片，或者已经到期删除。")
        seen = f"{local(self.clock()):%Y-%m-%d %H:%M}"
        plain = "".join(character for character in viewer if character.isascii()) or "staff"
        return watermark(
            self.cipher.decipher(picture.data),
            f"仅供办理订单{photo.order.number}使用 {viewer} {seen}",
            f"only for order {photo.order.number}  {plain}  {seen}",
        )

    def of_order(self, session: Session, order: ErrandOrder) -> list[Photo]:
        """The photos of an order that are still there."""
        query = select(Photo).where(Photo.order_id == order.id, Photo.forgotten_at.is_(None))
        return list(session.scalars(query.order_by(Photo.id)))

    def _forget(self, session: Session, row: Deadline) -> datetime | None:
        """Delete the picture when the order is over and its time, too."""
        now = self.clock()
        if row.order.state in OPEN:
            return now + LOOK_AGAIN
        over_since = row.order.updated_at + self.keep_for
        if over_since > now:
            return over_since
        photo = session.get_one(Photo, row.subject_id)
        session.execute(delete(Picture).where(Picture.photo_id == photo.id))
        photo.forgotten_at, row.settled_at, row.met = now, now, True
        return None
