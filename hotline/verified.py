"""The lead officer's answer: it confirms the item in a new live version, and reaches everybody who waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from hotline.catalogue.catalogue import Item, TypicalQuestion, parse_item, row_of
from hotline.errors import AlreadyVerified, Forbidden, InvalidInput, NotFound
from hotline.guidance import Guidance
from hotline.store.schema import Staff
from hotline.store.verification import Verification

if TYPE_CHECKING:
    from hotline.hall import Hall

# The item's fields that an answer gives. What it leaves out is unknown from then on: a guess of ours must
# not become a fact by being next to one.
REQUIRED = {"materials": "材料", "fee": "费用", "window_group": "窗口"}
OPTIONAL: dict[str, Any] = {"promised_days": None, "legal_days": None, "visits": None, "who_may_act": ""}
KEPT = ("result", "help")  # as the catalogue has them, unless the answer says otherwise


def verified_item(item: Item, answer: Mapping[str, Any]) -> Item:
    """The item as the answer confirms it; raises InvalidInput with the reason.

    An answer holds `materials` (居民户口簿/原件; none needed: an empty list), `fee` (不收费), `window_group`,
    and if known `promised_days`, `legal_days`, `visits`, `who_may_act`, `result`, `help`, and `questions` with
    their answers (外地能办不｜可以。). A typical question without its answer stays, unanswered.
    """
    if unknown := set(answer) - {*REQUIRED, *OPTIONAL, *KEPT, "questions"}:
        raise InvalidInput(f"不认识的栏目：{'、'.join(sorted(map(str, unknown)))}。")
    missing = [label for name, label in REQUIRED.items() if answer.get(name) in (None, "")]
    if missing:
        raise InvalidInput(f"请写明{'、'.join(missing)}；不要材料就交空的清单，不收费就写“不收费”。")
    try:
        verified = parse_item({**row_of(item), **OPTIONAL, "questions": None, **answer, "confirmed": True})
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidInput(f"{error}。") from error
    told = {question.question: question for question in verified.questions}
    before = [told.pop(question.question, TypicalQuestion(question.question)) for question in item.questions]
    return replace(verified, questions=(*before, *told.values()))


def answer_verification(
    hall: Hall, session: Session, task_id: int, answer: Mapping[str, Any], *, staff: Staff | None, by: str
) -> Verification:
    """Answer a task once. All in this transaction: the new live version, the messages, the orders' papers.

    `staff` is who answers at the desk; None on the command line, which belongs to administrators.
    Raises Forbidden, AlreadyVerified, InvalidInput or CatalogueFault; then nothing is changed.
    """
    task = hall.verifications.get(session, task_id, lock=True)
    if staff is not None and not hall.staff.may_verify(session, staff, task.zone):
        raise Forbidden(f"这一项由{hall.verifications.post(task.zone)}核实。", login=staff.login)
    if task.answered_at is not None:
        raise AlreadyVerified(verification=task_id)
    files = hall.read_files()
    number = hall.versions.live_number(session)
    item = (hall.versions.read(session, number) if number else files).get(task.item_code)
    if item is None:
        raise NotFound("目录里已经没有这个事项了。", verification=task_id)
    confirmed = verified_item(item, answer)
    note = f"{hall.verifications.post(task.zone)}核实“{item.name}”"
    catalogue = hall.versions.amend(session, files, hall.bundles, [confirmed], by=by, note=note)
    guidance = Guidance(catalogue, hall.divisions, hall.nearby, hall.clock)
    hall.verifications.close(session, task, confirmed, guidance, by=by, answer=dict(answer))
    return task
