"""How to listen: patience and expected words fit what was asked.

A number is dictated with long pauses, a place is remembered slowly, a yes comes at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from hotline.calls.steps import Listen
from hotline.catalogue.catalogue import Catalogue
from hotline.divisions import Divisions

MOST_HINTS = 500  # words; what Twilio's recogniser takes at the most
LONGEST_HINT = 20  # characters; longer names are not said in one piece
SLOWER = 1.8  # how much longer the slow mode waits

_PATIENCE = {  # what was asked: (seconds before speech, seconds of pause that end it, keys that end it)
    "contact_phone": (9, 4, 11),
    "order_access": (9, 4, 0),
    "pickup_place": (9, 3, 0),
    "pickup_time": (8, 2, 0),
    "applicant_name": (7, 2, 0),
    "confirmed": (6, 1, 1),
    "choice": (8, 1, 1),
}
_USUAL = (8, 2, 0)
_YES_AND_NO = ("对", "对头", "是的", "要得", "得行", "不对", "不是", "错了", "改一下", "不办了", "转人工", "再说一遍")
_TIMES = (
    "今天", "明天", "后天", "大后天", "上午", "下午", "中午", "晌午", "晚上", "早上", "下周一", "下周二", "下周三",
    "下周四", "下周五", "星期六", "星期天", "赶场天", "八点", "九点", "十点", "十一点", "两点", "三点", "四点", "五点", "半",
)  # fmt: skip
_NAMES = tuple(f"姓{c}" for c in "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜")


class Listening:
    """Chooses patience and hints for one version of the catalogue."""

    def __init__(self, catalogue: Catalogue, divisions: Divisions) -> None:
        self.catalogue = catalogue
        self.divisions = divisions

    def after(self, expects: str, *, slow: bool = False, choices: Iterable[str] = ()) -> Listen:
        """How to listen once `expects` was asked; `choices` are the titles of offered keys."""
        offered = list(choices)
        begin, pause, digits = _PATIENCE.get("choice" if offered and expects != "confirmed" else expects, _USUAL)
        if slow:
            begin, pause = round(begin * SLOWER), round(pause * SLOWER)
        return Listen(begin, pause, digits, self._hints(expects, offered))

    def _hints(self, expects: str, offered: list[str]) -> tuple[str, ...]:
        by_question = {
            "confirmed": _YES_AND_NO, "pickup_time": _TIMES, "applicant_name": _NAMES, "pickup_place": self._places,
            "contact_phone": ("电话是", "幺三八", "幺三九", "幺五", "幺八", "说错了"), "order_access": ("订单号", "尾号"),
        }  # fmt: skip
        words = (*offered, *by_question.get(expects, (*_YES_AND_NO, *self._items)))
        short = (word for word in dict.fromkeys(words) if len(word) <= LONGEST_HINT and "," not in word)
        return tuple(short)[:MOST_HINTS]

    @cached_property
    def _places(self) -> tuple[str, ...]:
        towns = [place.name for place in self.divisions.townships]
        return (*towns, *(place.short_name for place in self.divisions.villages))

    @cached_property
    def _items(self) -> tuple[str, ...]:
        """The shortest wording of each item, the items with most wordings (the most asked) first."""
        asked = sorted(self.catalogue.items, key=lambda item: -len(item.aliases))
        return tuple(min(item.aliases, key=len) for item in asked if item.aliases)
