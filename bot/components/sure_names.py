"""Names that can be nothing else: a frequent surname, characters that names are made of, and an end behind.

What stands around a name does not announce it here, so the name itself must be sure.
"""

from __future__ import annotations

import re

from .names import BLANK, full_name
from .surnames import ALSO_WORDS, FREQUENT, NO_TITLE_AFTER, given_characters, rare_surnames, surnames

ENDS = (
    rf"(?=$|[\s，,。；;！？!?、：:（）()…0-9{BLANK}]|一[三五七八九]|幺|腰|啥|好久|咋|哪|说|给|人|态度|辛苦|上|师|跑|都|在|拿|办|没|不|怎|几点|"
    "什么|有|的|那|这|来|到|送|取|收|接|打|联系|要|想|和|跟|就|是|也|他|她|我|须|需|开|等|晓|电话|手机|号码|哈|嘛|吧|呢|哦|啊|喃|嘞|"
    "今|明|后天|今年|身份|屋|家|交|代|签|帮|去|走|把|名字|对|很|真|服务|还|才|又|个|喊|可以|周[一二三四五六日天末]|星期|礼拜|[上下中]午|早|晚|后)"
)
TWO_CHARACTERS = "|".join(sorted(name for name in surnames() if len(name) == 2))
ONE_CHARACTER = "".join(sorted((surnames() | rare_surnames()) - set(NO_TITLE_AFTER) - {*TWO_CHARACTERS.split("|")}))
_PAUSE = re.compile(r"$|[\s，,。；;！？!?、0-9]|的?(?:电话|手机|号码)")
_ACTS = re.compile(rf"{ENDS}|[办交送补领迁换查改报]")


def _with_two_character_surname(text: str) -> str:
    """令狐明, 淳于德厚: the name that opens the text."""
    name = full_name(text[:4]) or full_name(text[:3]) if text[:2] in surnames() else ""
    return name if set(name[2:]) <= given_characters() else ""


def sure_name(text: str, *, two: bool = False, known: str = FREQUENT + ALSO_WORDS) -> str:
    """The name of three characters that opens the text, if each is one that names are made of; or of two."""
    size, ends = (2, _PAUSE) if two else (3, _ACTS)
    if not two and (name := _with_two_character_surname(text)):
        return name
    name = full_name(text[:size], announced=len(known) > 300)
    sure = len(name) == size and name[0] in known and set(name[1:]) <= given_characters() and not re.match(".家[山林河江海泉平]|孙[子女儿娃]", name)
    return name if sure and ends.match(text, size) else ""
