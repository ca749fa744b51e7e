"""Conversations written down as people read them: who says what, and what must come of it.

    == 电话说错了，中途改            渠道=web（也可以 sms、phone），来电=13800001234，短信=有（有短信线路）
    人：娃儿上户口，明天上午十点来柳林镇拿，我姓王，13800001234
    助：138 0000 1234  明天上午10点   每个词都要说到；“甲|乙”有一个就行
    不：号窗口                       都不许说
    人：电话错了，是13900005678      “【验证码】”是刚发的短信里的那六位
    按：对，下单                     按屏幕上有这几个字的按钮
    单：电话=13900005678 事项=出生登记 镇=柳林镇

Lines that begin with # are remarks. `Mark` has every kind of line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hotline.errors import InvalidInput
from hotline.vocabulary import Labelled

_GROUPS = re.compile(r"(1\d{2}) (\d{4}) (\d{4})")  # a telephone number in groups is one word
_SETTING = re.compile(r"(渠道|来电|短信)=(\S+)")


class Mark(Labelled):
    """What stands before the colon of a line."""

    SAYS = "人", "市民说"
    PRESSES = "按", "市民按按钮"
    HEARS = "助", "助手的话里有"
    NEVER = "不", "助手的话里没有"
    NOTICE = "通知", "收到过的通知里有"
    ORDER = "单", "最新的订单是"
    ORDERS = "单数", "一共有几个订单"
    PERSON = "人工", "在等人工；“否”就是没有在等"
    FOLLOW_UP = "回访", "记下了评价、投诉或回电"
    STEP = "跑手", "跑手或工作人员推进最新的订单"
    TIME = "过", "过了多久：3天、2小时、5分钟"
    MOVES = "换", "同一个人换一个渠道：sms 来电=…"


@dataclass(frozen=True)
class Line:
    """One line of a dialogue."""

    mark: Mark
    text: str
    number: int  # in its file

    @property
    def words(self) -> list[str]:
        """The words of an expectation."""
        return [word.replace("_", " ") for word in _GROUPS.sub(r"\1_\2_\3", self.text).split()]


@dataclass(frozen=True)
class Dialogue:
    """One conversation with its expectations."""

    title: str
    source: str  # file:line
    channel: str = "web"
    caller: str = ""  # the number that the channel knows
    lines: list[Line] = field(default_factory=list)
    has_texts: bool = False  # a line for text messages is installed

    def __str__(self) -> str:
        """As it is written in a file."""
        settings = [f"渠道={self.channel}"] if self.channel != "web" else []
        settings += [f"来电={self.caller}"] if self.caller else []
        settings += ["短信=有"] if self.has_texts else []
        head = "  ".join([f"== {self.title}", *settings])
        return "\n".join([head, *(f"{line.mark.value}：{line.text}" for line in self.lines)])


def settings_in(text: str) -> dict[str, str]:
    """渠道, 来电 and 短信 in a heading, or in a change of the channel."""
    return dict(_SETTING.findall(text))


def read_dialogues(path: Path) -> list[Dialogue]:
    """All dialogues of a file, or of every .txt file of a folder; raises InvalidInput naming the line."""
    files = sorted(path.glob("**/*.txt")) if path.is_dir() else [path]
    if not all(file.is_file() for file in files) or not files:
        raise InvalidInput(f"找不到对话文件：{path}。")
    return [dialogue for file in files for dialogue in parse(file.read_text("utf-8"), file.name)]


def parse(text: str, name: str = "") -> Iterator[Dialogue]:
    """The dialogues in a text."""
    current: Dialogue | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("=="):
            if current:
                yield current
            current = _heading(line, f"{name}:{number}")
        elif current is None:
            raise InvalidInput(f"{name} 第{number}行：对话要先写“== 标题”。")
        else:
            current.lines.append(_line(line, number, name))
    if current:
        yield current


def _heading(line: str, source: str) -> Dialogue:
    settings = settings_in(line)
    title = _SETTING.sub("", line.strip("= ")).strip()
    return Dialogue(
        title, source, settings.get("渠道", "web"), settings.get("来电", ""), has_texts="短信" in settings
    )


def _line(line: str, number: int, name: str) -> Line:
    mark, colon, text = line.partition("：")
    if not colon or mark not in set(Mark):
        raise InvalidInput(f"{name} 第{number}行：不认识“{mark[:10]}”，只能写{'、'.join(Mark)}。")
    return Line(Mark(mark), text.strip(), number)
