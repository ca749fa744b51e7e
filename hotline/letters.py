"""委托书: for 代办 a runner acts in the citizen's name, which the citizen signs, and can take back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2
from stdnum.util import clean

from hotline.cipher import Cipher
from hotline.clock import Clock
from hotline.errors import InvalidInput, LetterMissing, NotFound, TransitionRefused
from hotline.orders import record
from hotline.store.photos import Letter, Photo
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import HelpKind, LetterState, OrderAction, PhotoPurpose

TERM = timedelta(days=60)  # unless another term is written
LONGEST_TERM = timedelta(days=365)
SCOPE = "代为提交申请材料、代为领取办理结果、代为签收有关文书；不代收代付任何费用，不代为签订合同"


class Letters:
    """The letters of all orders."""

    def __init__(self, cipher: Cipher, clock: Clock) -> None:
        self.cipher = cipher
        self.clock = clock

    def draft(
        self, session: Session, order: ErrandOrder, *, principal: str = "", principal_id: str = "", agent_id: str = "",
        scope: str = "", ends_at: datetime | None = None, actor: str = "",
    ) -> Letter:  # fmt: skip
        """The letter to be printed and signed; an identity number may be left for writing in by hand.

        `principal` is the full name when the order has only part of it; `principal_id` is a person's number, or the unified
        social credit code of a firm or other organisation.
        What a member of staff (`actor`) wrote stands in the history.
        Raises InvalidInput for a wrong number or term, TransitionRefused while there is no runner to name.
        """
        runner = session.get(Runner, order.runner_id) if order.runner_id else None
        if order.help is not HelpKind.ON_BEHALF:
            raise TransitionRefused(f"这一单是{order.help.label}，不用委托书。", number=order.number)
        if runner is None:
            raise TransitionRefused("还没有跑手接单，接单后再打印委托书，上面要写跑手的名字。", number=order.number)
        now = self.clock()
        ends = ends_at or now + TERM
        if not now < ends <= now + LONGEST_TERM:
            raise InvalidInput("委托期限应当在今天以后、一年以内。")
        letter = self._open_draft(session, order, runner) or Letter(order_id=order.id, runner_id=runner.id, created_at=now)
        letter.principal, letter.agent, letter.item = principal or letter.principal or order.applicant_name, runner.name, _items(order)
        letter.principal_id = self._sealed(principal_id and check_principal(principal_id)) or letter.principal_id or ""
        letter.agent_id = self._sealed(agent_id and check_identity(agent_id)) or letter.agent_id or ""
        letter.scope, letter.begins_at, letter.ends_at = (scope or SCOPE)[:400], now, ends
        letter.state = LetterState.DRAFT
        session.add(letter)
        session.flush()
        if actor:
            self._note(session, order, actor, "委托书写好了，等签字")
        return letter

    def _open_draft(self, session: Session, order: ErrandOrder, runner: Runner) -> Letter | None:
        drafts = [letter for letter in self.of_order(session, order) if letter.state is LetterState.DRAFT]
        return next((letter for letter in drafts if letter.runner_id == runner.id), None)

    def sign(self, session: Session, order: ErrandOrder, photo: Photo, *, actor: str) -> Letter:
        """The signed paper was photographed: from now on it binds; the same photo again changes nothing."""
        if photo.purpose is not PhotoPurpose.LETTER or photo.order_id != order.id:
            raise InvalidInput("请拍签好字的委托书。")
        known = next((letter for letter in self.of_order(session, order) if letter.photo_id == photo.id), None)
        if known:
            return known
        runner = session.get(Runner, order.runner_id) if order.runner_id else None
        letter = (self._open_draft(session, order, runner) if runner else None) or self.draft(session, order)
        letter.state, letter.signed_at, letter.photo_id = LetterState.SIGNED, self.clock(), photo.id
        self._note(session, order, actor, "委托书已签字")
        return letter

    def revoke(self, session: Session, order: ErrandOrder, *, actor: str, reason: str) -> Letter:
        """The citizen takes the letter back; raises NotFound when none binds, InvalidInput without a reason."""
        letter = self.valid(session, order)
        if letter is None:
            raise NotFound("这一单没有生效的委托书。", number=order.number)
        if not reason:
            raise InvalidInput("请写明为什么撤销，例如：市民要自己去办。")
        letter.state, letter.revoked_at, letter.reason = LetterState.REVOKED, self.clock(), reason[:200]
        self._note(session, order, actor, f"委托书已撤销：{reason}")
        return letter

    def valid(self, session: Session, order: ErrandOrder) -> Letter | None:
        """The letter that binds now: signed, in its term, for the runner who carries the order."""
        now = self.clock()
        for letter in reversed(self.of_order(session, order)):
            if letter.state is LetterState.SIGNED and letter.runner_id == order.runner_id and now < letter.ends_at:
                return letter
        return None

    def refuse_submission(self, session: Session, order: ErrandOrder, action: OrderAction) -> None:
        """Raises LetterMissing when somebody would act in the citizen's name without their letter."""
        acts_for = order.help is HelpKind.ON_BEHALF and action is OrderAction.SUBMIT
        if acts_for and self.valid(session, order) is None:
            raise LetterMissing(number=order.number)

    def identity(self, sealed: str) -> str:
        """An identity number for the printed page; empty when it is written in by hand."""
        return self.cipher.decipher(sealed.encode()).decode() if sealed else ""

    def of_order(self, session: Session, order: ErrandOrder) -> list[Letter]:
        """All letters of an order, in their order."""
        session.flush()
        return list(session.scalars(select(Letter).where(Letter.order_id == order.id).order_by(Letter.id)))

    def _sealed(self, number: str) -> str:
        return self.cipher.encipher(number.encode()).decode() if number else ""

    def _note(self, session: Session, order: ErrandOrder, actor: str, words: str) -> None:
        record(
            session, order, OrderAction.LETTER, actor=actor, at=self.clock(), from_state=order.state, reason=words,
        )  # fmt: skip


def is_organisation(number: str) -> bool:
    """Whether this is a unified social credit code (GB 32100), not the number of a person."""
    return uscc.is_valid(number)


def check_identity(number: str) -> str:
    """A resident identity number (GB 11643) in capitals; raises InvalidInput for a wrong one.

    Its county is not looked at, as `stdnum.cn.ric` does: people keep the numbers of counties that are no more.
    """
    plain = clean(number, " -").strip().upper()
    if re.fullmatch("[0-9]{17}[0-9X]", plain) and mod_11_2.is_valid(plain):
        return plain
    raise InvalidInput("身份证号码不对，请再核对一遍。")


def check_principal(number: str) -> str:
    """The number of who lets somebody act: of a person, or of a firm or other organisation; raises InvalidInput."""
    if is_organisation(number):
        return str(uscc.compact(number)).upper()
    try:
        return check_identity(number)
    except InvalidInput:
        raise InvalidInput("这不是身份证号码，也不是统一社会信用代码，请再核对一遍。") from None


def _items(order: ErrandOrder) -> str:
    return "、".join([order.item_name, *(more["name"] for more in order.more_items or [])])[:400]
