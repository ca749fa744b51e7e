"""The clarifying question: what tells two or three items apart, not only a list of them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hotline.catalogue.catalogue import Item

NONE_OF_THESE = "none"
MORE = 4  # items that are named beside those that are asked about
_WORDS = {
    "新办": "第一次新办", "变更": "有变化要变更", "延续": "到期延续", "补领": "丢了补办", "换领": "旧的换新的",
    "注销": "不要了注销", "查询": "查一查", "咨询": "先问政策", "申领": "申请领取", "缴费": "交钱",
    "提取": "取钱", "转移": "转走或过户", "停业": "暂时停业", "恢复": "恢复", "年检": "年检年审", "备案": "备案",
}  # fmt: skip


def question_for(items: Sequence[Item]) -> tuple[str, list[dict[str, str]]]:
    """The question and its buttons: one for each item, and 都不是."""
    return _question(items), _buttons(items)


def question_about(title: str, names: Sequence[str], items: Sequence[Item]) -> tuple[str, list[dict[str, str]]]:
    """With which of these items a life event is to begin; `names` are all that it brings, in their order."""
    rest = [name for name in names if name not in {item.name for item in items}]
    more = f"其他还有{'、'.join(rest[:MORE])}{'等' if len(rest) > MORE else ''}，办完一样再给您说下一样。" if rest else ""
    return f"“{title}”一般要办{len(names)}样，先办{_either([f'“{item.name}”' for item in items])}？{more}", _buttons(items)


def _buttons(items: Sequence[Item]) -> list[dict[str, str]]:
    buttons = [
        {"title": title, "payload": "/choose_item" + json.dumps({"code": item.code}, ensure_ascii=False)}
        for item, title in zip(items, _titles(items), strict=True)
    ]
    buttons.append({"title": "都不是", "payload": '/choose_item{"code": "' + NONE_OF_THESE + '"}'})
    return buttons


def _question(items: Sequence[Item]) -> str:
    variants = [item.variant for item in items]
    same_parent = len({item.parent for item in items}) == 1
    if same_parent and len(set(variants)) == len(items) and all(v in _WORDS for v in variants):
        return f"“{items[0].parent}”，您是{_either([_WORDS[v] for v in variants])}？"
    audiences = {item.audience for item in items}
    if audiences == {"个人", "企业"}:
        return "您是个人办，还是公司（单位）办？看看是下面哪一个："
    if same_parent and items[0].parent not in {item.name for item in items}:
        return f"“{items[0].parent}”里头有几种，您是哪一种？"
    return f"您是要办{_either([f'“{item.name}”' for item in items])}？"


def _either(words: Sequence[str]) -> str:
    return "、".join(words[:-1]) + "，还是" + words[-1] if len(words) > 1 else words[0]


def _titles(items: Sequence[Item]) -> list[str]:
    names = [item.name for item in items]
    return [item.title if names.count(item.name) > 1 else item.name for item in items]
