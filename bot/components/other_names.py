"""Find names that are not a Han surname and a given name: 买买提江·艾力, 扎西卓玛, 杜何氏.

A dot inside is found in nothing but names; of Tibetan and Yi names at least two known parts must stand together;
an old married name is two surnames and 氏.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .surnames import surnames

_PARTS = (
    "扎西|卓玛|次仁|才让|达瓦|尼玛|多吉|平措|旺堆|旺姆|央金|格桑|洛桑|丹增|桑吉|德吉|拉姆|仁青|仁钦|曲珍|白玛|贡布|索朗|索南|罗布|嘉措|边巴|巴桑|普布|次旦|次央|顿珠|旦增|"
    "益西|强巴|阿旺|泽仁|泽旺|卓嘎|措姆|金珠|四郎|彭措|华尔旦|南木加|更登|俄色|"
    "阿依|阿木|木呷|拉且|尔古|吉克|吉木|曲木|沙马|马海|阿苦|阿尔|阿牛|阿果|日洛|子日|尔体|伍呷|惹古|阿支|莫色|曲比|石一|古古|依木|依呷|伍各|果果|子呷|日火|尔布|布哈|乌牛|古火|吉伍|色古|比尔|曲洛|热尔"
)
_OF_PARTS = re.compile(rf"(?:{_PARTS}){{2,3}}")
_MIXED = re.compile(r"(?<=[叫是找喊])(?P<name>阿[依木呷牛果支](?![来去拿办取收送接])[一-龥])(?=$|[，,。])")
_DOTTED = re.compile(r"[一-龥]{2,6}[·•・．][一-龥]{2,8}?(?=$|[\s，,。；;！!？?]|[的要想在电手住]|中间)")
_LEAD = re.compile("^.*(?:我?叫|名字是?|我?是|找|喊|[给帮替])")
_MARRIED = re.compile("[一-龥]{2}氏(?=$|[，,。的])")


def other_names(text: str) -> Iterator[tuple[int, str]]:
    """Start and name of each."""
    for match in _DOTTED.finditer(text):
        lead = _LEAD.match(match[0])
        start = match.start() + (lead.end() if lead else 0)
        yield start, text[start : match.end()]
    for match in _OF_PARTS.finditer(text):
        yield match.start(), match[0]
    for match in _MIXED.finditer(text):
        yield match.start("name"), match["name"]
    for match in _MARRIED.finditer(text):
        if {*match[0][:2]} <= surnames():
            yield match.start(), match[0]
