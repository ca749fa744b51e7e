"""Errors with a code for logs, details, and a wording for the person in front of us."""

from __future__ import annotations

from typing import Any


class HotlineError(Exception):
    """Something that a person asked for and that cannot be done.

    `code` is stable and for programs, `wording` is Chinese and for people,
    `details` go to the log only.
    """

    code = "error"
    status = 400
    wording = "这一步没有办成，请再试一次。"

    def __init__(self, wording: str | None = None, **details: Any) -> None:
        self.wording = wording or type(self).wording
        self.details = details
        super().__init__(f"{self.code}: {details}" if details else self.code)


class InvalidInput(HotlineError):
    """What was sent cannot be read."""

    code = "invalid_input"


class NotFound(HotlineError):
    """There is no such thing, or it is not for this person: both answer the same."""

    code = "not_found"
    status = 404
    wording = "没有查到，请核对后再试。"


class Forbidden(HotlineError):
    """The person is known but may not do this."""

    code = "forbidden"
    status = 403
    wording = "您没有这个权限。"


class PasswordChangeRequired(Forbidden):
    """A one-time password opens nothing but the change of password."""

    code = "password_change_required"
    wording = "这是一次性密码，请先换成您自己的密码。"


class LoginRequired(HotlineError):
    """Nobody is logged in."""

    code = "login_required"
    status = 401
    wording = "请先登录。"


class WrongLogin(HotlineError):
    """Name or password is wrong; which one is not said."""

    code = "wrong_login"
    status = 401
    wording = "用户名或密码不对。"


class TooManyAttempts(HotlineError):
    """Somebody tries too often."""

    code = "too_many_attempts"
    status = 429
    wording = "试的次数太多了，请过几分钟再试，或请工作人员帮您查。"


class TransitionRefused(HotlineError):
    """The order's state does not allow this step."""

    code = "transition_refused"
    status = 409
    wording = "订单现在的状态不能这样操作，请刷新后再看。"


class NotVerified(HotlineError):
    """Papers would be collected that the zone's lead officer has not verified."""

    code = "not_verified"
    status = 409
    wording = "这件事要哪些材料还没有核实，先不要去收，请联系工作台。"


class AlreadyVerified(HotlineError):
    """The item was verified meanwhile."""

    code = "already_verified"
    status = 409
    wording = "这一项已经核实过了，不用再答。"


class LetterMissing(HotlineError):
    """Papers would be handed in in the citizen's name without a letter that binds."""

    code = "letter_missing"
    status = 409
    wording = "这一单是代办，要先有市民签好字的委托书：打印出来请市民签，拍照传上来，再递交。"


class AlreadyOrdered(HotlineError):
    """The same citizen has an open order for the same item: it is shown, not doubled."""

    code = "already_ordered"
    status = 409
    wording = "这件事您已经有一单正在办，没有再下第二单。"


class ListRefused(HotlineError):
    """An imported list of orders has faulty rows; nothing was imported."""

    code = "list_refused"
    wording = "名单有误，没有导入任何一单。"


class OfferGone(HotlineError):
    """The offer was answered, withdrawn or has expired."""

    code = "offer_gone"
    status = 409
    wording = "这一单已经由别人接走或已超时，不用再处理。"


class HandsFull(HotlineError):
    """The runner carries as many orders as the limit allows."""

    code = "hands_full"
    status = 409
    wording = "您手上的单已经到上限，先办完再接新的。"


class TakenOver(HotlineError):
    """Another member of staff owns the conversation now."""

    code = "taken_over"
    status = 409
    wording = "这个对话已经由别的同事接手，或已交还助手。"


class NewWords(HotlineError):
    """The citizen said something that the page did not show yet."""

    code = "new_words"
    status = 409
    wording = "市民刚才又说了话，请看过再结束。"


class MarketDaysFault(HotlineError):
    """The table of market days has faulty entries; nothing is read from it and nothing written."""

    code = "market_days_fault"
    wording = "赶场天表有误，请先改好。"


class StaleView(HotlineError):
    """Somebody else changed it since the page was loaded."""

    code = "stale_view"
    status = 409
    wording = "别的同事刚刚改过，您看到的不是最新的。页面已经更新，请核对后再改。"


class ButtonNotOffered(HotlineError):
    """A button was pressed that is not on the screen any more."""

    code = "button_not_offered"
    status = 409
    wording = "这个按钮已经过时了，请按最新的按钮，或直接打字说。"


class RosterRefused(HotlineError):
    """An imported roster has faulty rows; nothing was imported."""

    code = "roster_refused"
    wording = "名册有误，没有导入任何一行。"


class ProfileFault(HotlineError):
    """The hall profile cannot be used."""

    code = "profile_fault"
    wording = "大厅资料文件有误。"


class CatalogueFault(HotlineError):
    """The catalogue files cannot be used."""

    code = "catalogue_fault"
    wording = "事项目录文件有误。"
