"""One message of a citizen as the engine understood it, and what it changes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from hotline.corrections import corrects

_MASKED = {"phone", "phone_tail", "place", "time", "name", "company", "order_number"}
_YES = re.compile("[对是好行得成中嗯要]|可以|没错|没问题|确认|确定|下单|就这样|正确|同意|照办|ok|OK|Ok|妥|安逸|巴适")
_SURELY = re.compile(
    r"(?:(?:对头?|是|好|行|得行|要得|可以|没错|没问题|确认|确定|就这样|正确|嗯+|下单|就是|巴适)(?:的|了|嘛|噻|哈|哦|啊|吧|呢|咯)*[，,。！!\s]*)+"
)  # nothing but yes
_NO = re.compile("不|没(?!错|问题|得?事|得问题|有错)|莫(?!得?问题|得事)|别(?!的)|错了|等")
_DIGITS = re.compile(r"\d[\d\s-]{5,}\d")  # a number that was taken back at once is no detail, and no matter either
_COMES = re.compile("(?:喊|派|叫|找|安排|约|请)(?:一?个|个|位|一位)?(?:人|跑手|跑腿|小伙子|师傅)[^说讲谈听摆]{0,4}(?:来(?!说|讲|谈|听|摆|跟)|跑|帮|拿|取|办|上门)|跑一趟|跑趟|跑腿|来(?:屋头|家里?)?(?:拿|取|收)|上门(?:来|拿|取|收|办|服务)|代跑|帮我跑")
_LEFTOVERS = re.compile(r"(?:我?(?:的)?(?:电话|手机|号码|姓|叫|名字)(?:是|号)?|我是|来?我?在|的)?[，,。\s]*[，,][，,。\s]*")
_ORDINALS = {"一": 0, "1": 0, "二": 1, "2": 1, "两": 1, "三": 2, "3": 2}


_EMPTY = re.compile(
    "(?:就是|那个|嗯|呃|哦|喂|你好)*(?:我们?|咱们?)?(?:的|就|是|住|住在|住到|在|家在|屋头在|人在)*(?:电话|手机|号码|名字|地址|地方|时间|姓|叫|人)*(?:是|号|在|改成|换成|说错了|错了)*"
    "|不对|不是|错了|说错了|对|好|嗯|哦|来|算了|还是|哎呀|那就?|就|[嘛吧哈噻]"
    "|(?:不是|莫打|别打|不要)?(?:先前|之前|以前|原来|旧)的?(?:那个)?(?:电话|手机|号码?)?"
)  # a clause that says nothing once its detail is out
_DESCRIBES = re.compile("(?:就?是)?(?P<word>[一-龥]{1,4})的(?P<char>[一-龥])")  # 我姓修，修理的修
_CALLS = re.compile(
    "(?:我们?|你们?|给我|帮我)?(?:能不能|可以|可不可以|麻烦|请|帮忙|想|要)?(?:你们?)?(?:喊|派|叫|找|安排|约|请|来)(?:一?个|个|位|一位)?(?:人|跑手|跑腿的?|小伙子|师傅)"
    "(?:来|去|到|帮我?|给我|[跑来去]?一趟|跑|拿一?[下哈]?|取一?[下哈]?|弄一?[下哈]?|屋头|家里|材料|资料|把|办一?[下哈]?|嘛|噻|吧|行不|可以不)*"
)  # a clause that only calls for a runner


@dataclass(frozen=True)
class Said:
    """One message of a citizen as the engine understood it."""

    text: str
    intent: str
    details: list[dict[str, Any]] = field(default_factory=list)  # entity, value, text, extra
    message_id: str = ""

    @property
    def request(self) -> str:
        """The words without phone, place, time, name and number: what is wanted, not who and when."""
        text = self._masked()
        return text if len(text) >= 2 else self.text

    @property
    def asks_something(self) -> bool:
        """Whether anything is left beside phone, place, time, name and number; to call a runner alone names no matter."""
        return len("".join(clause for clause in self._clauses() if not _CALLS.fullmatch(clause))) >= 2

    @property
    def only_calls(self) -> bool:
        """Whether a runner is called, and not said for what: 喊个跑手."""
        return not self.asks_something and any(_CALLS.fullmatch(clause) for clause in self._clauses())

    def _masked(self) -> str:
        clauses = self._clauses()
        return "，".join([clause for clause in clauses if not _CALLS.fullmatch(clause)] or clauses)

    def _clauses(self) -> list[str]:
        """What is said beside the details."""
        text = self.text
        for detail in sorted(self.details, key=lambda d: -(d.get("start") or 0)):
            if detail["entity"] in _MASKED and detail.get("end"):
                text = text[: detail["start"]] + "，" + text[detail["end"] :]
        text = _DIGITS.sub("，", text)
        text = re.sub("[，。]{2,}", "，", _LEFTOVERS.sub("，", text)).strip("，。,. ")
        names = "".join(str(detail["value"]) for detail in self.details if detail["entity"] == "name")
        clauses = re.split("[，。,.；;！!]+", text)
        return [clause for clause in clauses if clause and not _EMPTY.fullmatch(clause) and not _describes(clause, names)]

    @property
    def is_clear_yes(self) -> bool:
        """Whether a yes is really said, or pressed: 哎呀 may sound like one, but makes no order."""
        return self.text.startswith("/") or bool(_YES.search(self.text) and not _NO.search(self.text))

    @property
    def is_surely_yes(self) -> bool:
        """Whether it is nothing but a yes, whatever the model made of it."""
        return bool(_SURELY.fullmatch(self.text.strip()))

    @property
    def wants_runner(self) -> bool:
        """Whether it asks for somebody to come, in words or by telling where to ring and when or where to come."""
        told = {detail["entity"] for detail in self.details}
        return bool(_COMES.search(self.text)) or ("phone" in told and bool(told & {"time", "place"}))

    @property
    def corrects(self) -> bool:
        """Whether it takes back what was said before."""
        return corrects(self.text)

    def first(self, kind: str) -> dict[str, Any] | None:
        """The last detail of a kind: a correction comes after what it corrects; what was once (昨天下的单) is none."""
        return next((d for d in reversed(self.details) if d["entity"] == kind and not d.get("extra", {}).get("told")), None)


def _describes(clause: str, names: str) -> bool:
    """Whether it only says how a name is written."""
    told = _DESCRIBES.fullmatch(clause)
    return told is not None and told["char"] in told["word"] and told["char"] in names


@dataclass
class Filled:
    """What a message changed, and what has to be said about it: (response, values)."""

    changes: dict[str, Any] = field(default_factory=dict)
    says: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def say(self, response: str, **values: Any) -> None:
        """Add something to be said."""
        self.says.append((response, values))


def pick(text: str, choices: list[str]) -> str | None:
    """The choice that 「第二个」, 「2」 or 「头一个」 means, or None."""
    plain = re.sub(r"[\s，。！,.!嘛噻哈的]", "", text)
    if re.fullmatch(r"(头一个|头一样|上头那个|上面那个)", plain):
        index = 0
    elif re.fullmatch(r"(最后一个|最后那个|下头那个|末尾那个)", plain):
        index = len(choices) - 1
    else:
        found = re.fullmatch(r"(?:选|按|我选|就|就是)?第?([一二三两123])(?:个|样|种|条|项|号)?", plain)
        if not found:
            return None
        index = _ORDINALS[found[1]]
    return choices[index] if index < len(choices) else None
