"""Danger to life: answered by the hall itself, before and without the dialogue engine.

A list of words only says that a second look is worth it (most who say 火 want no fire engine); the lookup's kinds of
things that are no item decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from hotline.catalogue.lookup import Lookup
from hotline.catalogue.results import Referral

_LOOK_TWICE = re.compile(
    "火|烧起|烧到|冒烟|烟子|爆|炸|倒了|倒在|摔|绊|滚下|栽|落下|不动|动不得|起不来|没反应|迷糊|喊不答应|喊不醒|出不到气|喘不|没得气|没气|断气|胸口|流血|血|中风|晕|昏|抽筋|抽搐|羊水|要生了|"
    "刀|砍|杀|打我|打人|打死|救命|救人|抢|撬|绑|关起来|不想活|活起没|寻死|跳楼|跳河|农药|安眠药|割腕|轻生|自杀|撞|翻车|翻到|落水|"
    "溺|淹|电到|触电|漏气|煤气|天然气味|救护车|消防车|报警|1[12][09]|地震|塌|埋到|困到|困在|中毒|蛇咬|卡到|被人跟"
)


class Danger:
    """Tells whether somebody is in danger now."""

    def __init__(self, lookup: Callable[[], Lookup]) -> None:
        self._lookup = lookup

    def seen_in(self, text: str) -> Referral | None:
        """Whom to call at once, or None."""
        if not _LOOK_TWICE.search(text):
            return None
        referral = self._lookup().referral(text)
        return referral if referral and referral.danger else None


def warning(referral: Referral) -> str:
    """What is said first of all."""
    return (
        f"请马上打{referral.number}（急救120，报警110，火警119）！先顾人要紧。我同时通知了工作人员。"
        "人安全了，要办的事随时接着跟我说。"
    )
