"""Whether an utterance and an item agree on beginning or ending something: 取消备案 is not 诊所备案.

Sentence encoders take a thing and its opposite for alike, so that an item of the opposite act may come out
first with confidence. Such an item is asked about, never taken at once.
"""

from __future__ import annotations

import re

from hotline.catalogue.catalogue import Item

_END_SAID = re.compile(
    r"注销|销户|销[掉脱号了]|要销|解除|取消|去掉|撤[销掉了]|终止|不要了|不[干开做搞养办][了啊]|关门|倒闭|散伙|歇业|解散|退出"
)
_END_HINTED = re.compile(r"[销停退撤关歇拆除断减封缓押消收]|作废|交回|简易|取消|终止|结束|解散|不|去世|死|没|报废|到期|遗失|丢|搬|清|转|散|垮|黄")
_END_DONE = re.compile(r"注销|解除|取消|撤销|终止|退|歇业|停|销户|减|拆|清算|终结|放弃|报废|转|取|失业|恢复|作废|仲裁|查询|离婚|迁|变更|死亡|丧葬|补")
_ENDING = ("注销", "停业")


def opposed(heard: str, item: Item) -> bool:
    """Whether one of both ends something and the other does not."""
    names = item.name + item.parent + item.variant
    if item.variant in _ENDING or "终止" in item.name:
        return not _END_HINTED.search(heard)
    return bool(_END_SAID.search(heard)) and not _END_DONE.search(names)
