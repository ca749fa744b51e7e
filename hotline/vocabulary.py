"""Each word of the field once, with the label that people read."""

from __future__ import annotations

from enum import StrEnum


class Labelled(StrEnum):
    """A word with its Chinese label: `OrderState.PLACED.label` is 已下单."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Labelled:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class OrderState(Labelled):
    """Where an errand order stands."""

    PLACED = "PLACED", "已下单，正在找跑手"
    OFFERED = "OFFERED", "正在请跑手接单"
    ACCEPTED = "ACCEPTED", "跑手已接单"
    COLLECTED = "COLLECTED", "已上门取件"
    SUBMITTED = "SUBMITTED", "已递交窗口"
    SUPPLEMENT = "SUPPLEMENT", "窗口要求补正材料"
    PROVISIONAL = "PROVISIONAL", "容缺受理"
    COMPLETED = "COMPLETED", "已办结，准备送回"
    NOT_ACCEPTED = "NOT_ACCEPTED", "窗口不予受理"
    NOT_GRANTED = "NOT_GRANTED", "不予许可"
    DELIVERED = "DELIVERED", "已送达"
    CLOSED = "CLOSED", "已结单"
    CANCELLED = "CANCELLED", "已取消"
    ESCALATED = "ESCALATED", "已转工作人员安排"
    REOPENED = "REOPENED", "已重新打开"


class OrderAction(Labelled):
    """What moves an errand order on."""

    PLACE = "place", "下单"
    OFFER = "offer", "派单"
    LAPSE = "lapse", "派单未接"
    ACCEPT = "accept", "接单"
    ASSIGN = "assign", "人工派单"
    RELEASE = "release", "退回改派"
    COLLECT = "collect", "取件"
    SUBMIT = "submit", "递交"
    REQUIRE_SUPPLEMENT = "require_supplement", "补正"
    ACCEPT_PROVISIONALLY = "accept_provisionally", "容缺受理"
    COMPLETE = "complete", "办结"
    REFUSE_ACCEPTANCE = "refuse_acceptance", "不予受理"
    REFUSE_GRANT = "refuse_grant", "不予许可"
    DELIVER = "deliver", "送达"
    CLOSE = "close", "结单"
    REOPEN = "reopen", "重新打开"
    CANCEL = "cancel", "取消"
    ESCALATE = "escalate", "转人工安排"
    AMEND = "amend", "修改"
    REASSIGN = "reassign", "改派"
    OVERSEE = "oversee", "督办"
    PHOTO = "photo", "存照片"
    LETTER = "letter", "委托书"
    HANDOVER = "handover", "材料交接"


class OfferState(Labelled):
    """What became of an offer to one runner."""

    OPEN = "OPEN", "待答复"
    ACCEPTED = "ACCEPTED", "已接单"
    DECLINED = "DECLINED", "已拒单"
    EXPIRED = "EXPIRED", "超时未答"
    WITHDRAWN = "WITHDRAWN", "已撤回"


class HelpKind(Labelled):
    """What help the law allows for an item; unknown means ASSIST."""

    ASSIST = "ASSIST", "帮办"
    ON_BEHALF = "ON_BEHALF", "代办"
    AT_HOME = "AT_HOME", "上门"
    IN_PERSON = "IN_PERSON", "本人到场"
    OTHER = "OTHER", "其他帮办"


class RunnerKind(Labelled):
    """How a runner is employed."""

    FULL_TIME = "FULL_TIME", "专职"
    PART_TIME = "PART_TIME", "兼职"


class Verdict(Labelled):
    """Why a runner was not asked about an order."""

    OFF_DUTY = "off", "不在岗"
    OUT_OF_HOURS = "hours", "不在值班时间"
    FULL = "full", "手上的单已到上限"
    BUSY = "busy", "正在看另一单"
    ASKED = "asked", "这一单已经问过"
    INTEREST = "interest", "与这一单有利害关系，要回避"
    COMPLAINED = "complained", "这位市民投诉过"
    LATER = "later", "排在后面"


class ApplicantKind(Labelled):
    """Who applies: audience of an item, and what is asked when an item is for both."""

    PERSON = "PERSON", "个人"
    ENTERPRISE = "ENTERPRISE", "企业"


class TeamLevel(Labelled):
    """At which level a runner team works."""

    DISTRICT = "DISTRICT", "区级"
    TOWN = "TOWN", "镇级"
    VILLAGE = "VILLAGE", "村级"
    PARK = "PARK", "园区"


class Level(Labelled):
    """Where an item can be handled."""

    DISTRICT = "district", "区市民之家"
    PARK = "park", "园区大厅"
    TOWN = "town", "镇（街道）便民服务中心"
    VILLAGE = "village", "村（社区）便民服务站"


class Owner(Labelled):
    """Who speaks for the hall in a conversation."""

    ASSISTANT = "ASSISTANT", "助手"
    STAFF = "STAFF", "工作人员"


class ConversationState(Labelled):
    """Whether somebody is waited for in a conversation."""

    ACTIVE = "ACTIVE", "进行中"
    WAITING = "WAITING", "等待人工"
    CLOSED = "CLOSED", "已结束"


class HandoffEnd(Labelled):
    """How a conversation's time with people ended."""

    GIVEN_BACK = "GIVEN_BACK", "已交还助手"
    CLOSED = "CLOSED", "已结束"
    PASSED_ON = "PASSED_ON", "已转交"
    CALLBACK = "CALLBACK", "约了回电"
    WITHDRAWN = "WITHDRAWN", "不用等了"


class Sender(Labelled):
    """Who wrote a message."""

    CITIZEN = "CITIZEN", "市民"
    ASSISTANT = "ASSISTANT", "助手"
    STAFF = "STAFF", "工作人员"
    NOTICE = "NOTICE", "通知"


class Role(Labelled):
    """What a member of staff may do."""

    ADMINISTRATOR = "ADMINISTRATOR", "管理员"
    LEAD_OFFICER = "LEAD_OFFICER", "专区首席"
    HOTLINE = "HOTLINE", "热线人员"
    COUNTER = "COUNTER", "窗口人员"
    VIEWER = "VIEWER", "查看人员"


class Decision(Labelled):
    """What the item lookup makes of an utterance."""

    COMMIT = "commit", "确定"
    CLARIFY = "clarify", "追问"
    REJECT = "reject", "不属于事项"


class CallPurpose(Labelled):
    """Why there is a telephone call."""

    CITIZEN = "CITIZEN", "市民来电"
    OFFER = "OFFER", "打给跑手派单"
    CALLBACK = "CALLBACK", "给市民回电"


class CallState(Labelled):
    """Where a telephone call stands."""

    TALKING = "TALKING", "通话中"
    FORWARDING = "FORWARDING", "正在转接"
    FORWARDED = "FORWARDED", "已转接"
    ENDED = "ENDED", "已结束"


class ForwardState(Labelled):
    """What became of ringing one person for a caller."""

    RINGING = "RINGING", "正在呼叫"
    TAKEN = "TAKEN", "已接听"
    PASSED = "PASSED", "没有接"


class Means(Labelled):
    """How something reaches a person outside the hall's own pages."""

    SMS = "SMS", "短信"
    CALL = "CALL", "电话"
    PUSH = "PUSH", "推送"


class OutgoingState(Labelled):
    """What became of something sent."""

    QUEUED = "QUEUED", "等待发送"
    SENDING = "SENDING", "正在发送"
    SENT = "SENT", "已发出"
    DELIVERED = "DELIVERED", "已送到"
    FAILED = "FAILED", "没有送到"
    UNKNOWN = "UNKNOWN", "不知道有没有送到"


class DeadlineKind(Labelled):
    """What is due at the time of a deadline row."""

    COLLECT = "COLLECT", "上门取件"
    COMPLETE = "COMPLETE", "办结"
    SUPPLEMENT = "SUPPLEMENT", "补正材料"
    DEFERRED = "DEFERRED", "容缺材料补交"
    TICKET = "TICKET", "12345工单办结"
    RETURN = "RETURN", "归还原件"
    CLOSE = "CLOSE", "自动结单"
    FORGET = "FORGET", "删除照片"
    REMIND = "REMIND", "上门前提醒"
    REVISIT = "REVISIT", "回访"


class Oversight(Labelled):
    """Who looks after a deadline that was missed."""

    NOBODY = "NOBODY", "未到期"
    LEAD_OFFICER = "LEAD_OFFICER", "专区首席督办"
    DIRECTOR = "DIRECTOR", "主任督办"


class ProposalSource(Labelled):
    """Who told what a wording means."""

    CHOICE = "CHOICE", "市民自己选的"
    STAFF = "STAFF", "工作人员指出的"


class ProposalState(Labelled):
    """What became of a proposed alias."""

    PROPOSED = "PROPOSED", "等人看"
    ACCEPTED = "ACCEPTED", "已同意，等评测"
    LIVE = "LIVE", "已启用"
    REFUSED = "REFUSED", "评测没有通过"
    REJECTED = "REJECTED", "不采用"


class Holder(Labelled):
    """In whose hand a paper is."""

    CITIZEN = "CITIZEN", "市民"
    RUNNER = "RUNNER", "跑手"
    WINDOW = "WINDOW", "窗口"


class PhotoPurpose(Labelled):
    """What a photo shows."""

    PAPER = "PAPER", "材料照片"
    COLLECTION = "COLLECTION", "取件凭证"
    DELIVERY = "DELIVERY", "送达凭证"
    LETTER = "LETTER", "委托书"


class LetterState(Labelled):
    """Whether a 委托书 binds."""

    DRAFT = "DRAFT", "待签字"
    SIGNED = "SIGNED", "已签字"
    REVOKED = "REVOKED", "已撤销"


class MarketCalendar(Labelled):
    """By which calendar the market days of a town are counted."""

    LUNAR = "LUNAR", "农历"
    SOLAR = "SOLAR", "阳历"
