"""How characters sound in 巴中, how near two sounds are, and which time words were misheard.

巴中 speech keeps apart neither n and l, f and hu, zh and z, nor in and ing; matching by these merged sounds brings
a misheard place or time back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pypinyin import Style
from pypinyin.pinyin_dict import pinyin_dict
from pypinyin.style import convert

TIME_WORDS = ("今天", "明天", "后天", "星期", "礼拜", "上午", "下午", "中午", "昨天", "赶场")
_SURE = frozenset("天期拜场星礼明今昨赶")  # sharing one of these with the word is enough
_NOT_MISHEARD = frozenset(
    ("后填", "今填", "明填", "后添", "赶长", "赶常", "金天", "明添", "民天", "经天", "进天")
)
_DAY_PART = re.compile("[上下中][午五无武]|[早晚]上")
_BEFORE_HOUR = re.compile(r"[一二两三四五六七八九十\d]{1,2}点|$|[，,。来回]")


DIGIT_SOUNDS = {  # what a recogniser writes for a spoken digit
    **dict.fromkeys("林临灵铃凌淋欧", "零"), **dict.fromkeys("要夭邀", "幺"), **dict.fromkeys("耳儿尔", "二"),
    **dict.fromkeys("山散伞", "三"), **dict.fromkeys("事式死丝思", "四"), **dict.fromkeys("舞午无武吴", "五"),
    **dict.fromkeys("留刘流柳", "六"), **dict.fromkeys("期其妻气", "七"), **dict.fromkeys("吧巴爸把", "八"),
    **dict.fromkeys("久酒旧救", "九"),
}  # fmt: skip
_DICTATED = re.compile(
    rf"(?<![0-9０-９零〇一二三四五六七八九])[腰幺妖1一要夭邀](?=[\s，,-]{{0,2}}[^一幺腰二两零120])(?:[\s，,-]{{0,2}}[0-9零〇洞一幺腰二两三四五六七八九拐勾{''.join(DIGIT_SOUNDS)}]){{10}}"
    r"(?![0-9０-９零〇一二三四五六七八九])"
)


def with_digits(text: str) -> str:
    """The text, as long as before, with misheard digits put right where eleven of them make a mobile (腰三八林林)."""
    return _DICTATED.sub(_put_right, text)


def _put_right(match: re.Match[str]) -> str:
    """The digits if at least six were heard well; else the words as they stand."""
    misheard = sum(char in DIGIT_SOUNDS for char in match[0])
    return "".join(DIGIT_SOUNDS.get(char, char) for char in match[0]) if misheard <= 5 else match[0]


@cache
def syllable(char: str) -> str:
    """A character's sound without tone, as 巴中 speech merges it; the character itself when it has none."""
    readings = pinyin_dict.get(ord(char))
    if not readings:
        return char
    sound = convert(readings.split(",")[0], Style.NORMAL, False)
    sound = re.sub("^n", "l", re.sub("^([zcs])h", r"\1", sound))
    sound = re.sub("^hu(?=[aeio])", "f", re.sub("^hu$", "fu", sound))
    sound = re.sub("^([bpmf])eng$", r"\1en", {"fi": "fei", "fui": "fei", "le": "luo"}.get(sound, sound))
    return re.sub("(?<=[ie])ng$", "n", sound)


_NUMBERS = {"武": "五", "舞": "五", "午": "五", "无": "五", "散": "三", "撒": "三", "伞": "三", "山": "三", "似": "四", "留": "六", "流": "六",
            "而": "二", "耳": "二", "典": "点", "店": "点", "电": "点", "是": "十", "时": "十", "实": "十", "石": "十", "衣": "一", "医": "一", "办": "半", "克": "刻", "客": "刻", "课": "刻", "五": "午", "桑": "上"}  # fmt: skip
_MISHEARD_NUMBER = re.compile(  # 星期武, 明天九典半, 上午是点
    "(?<=[期拜周])[武舞午无散伞山撒似留流而耳衣医](?=[上下中早晚来去送拿取他她我，,。]|$)|(?<=早)桑|"
    "(?<=[天田周期拜][一二三四五六上下中])五(?=[一二三四五六七八九十两的来去送拿取把过可在都，,。]|$)|(?<=[天田儿][上下中])五(?=[一二三四五六七八九十两的来去送拿取把过可在都，,。]|$)|"
    r"(?<=[一二两三四五六七八九十\d]点)办(?=[来去送拿取的哈嘛嗯到可，,。]|要[得不]|$)|(?<=点[一三])[克客课](?=[来去送拿取的到在我你，,。]|$)|"
    r"(?<=[天午上])[是时实石山伞散]点(?=[钟半来去送拿取的，,。]|$)|(?<=[一二两三四五六七八九十\d])[典店电](?=[半钟一三二四五来去送拿取嗯啊嘛哈，,。]|$)"
)


@cache
def _time_sounds() -> dict[tuple[str, str], str]:
    return {(syllable(word[0]), syllable(word[1])): word for word in TIME_WORDS}


def with_time_words(text: str) -> str:
    """The text, as long as before, with misheard time words put right (下个星骑三, 明田上午, 后天下无三点)."""
    text = re.sub("赶[长常厂]天", "赶场天", re.sub("(?<=晌)[武舞五无]", "午", text))
    heard = list(text)
    sounds = [syllable(char) for char in text]
    for match in _MISHEARD_NUMBER.finditer(text):
        heard[match.start() : match.end()] = (_NUMBERS.get(char, char) for char in match[0])
    for at in range(len(text) - 1):
        word = _time_sounds().get((sounds[at], sounds[at + 1]))
        if word and _is_misheard(text, at, word):
            heard[at : at + 2] = word
    return "".join(heard)


def _is_misheard(text: str, at: int, word: str) -> bool:
    """Whether two characters that sound like the word are likely meant as it."""
    said = text[at : at + 2]
    if (
        (word[1] == "天" and text[at + 2 : at + 3] in tuple("天气黑冷热亮"))
        or said in TIME_WORDS
        or said == "晌午"
        or (said in _NOT_MISHEARD and not _DAY_PART.match(text, at + 2) and (said[0] != "后" or text[at + 2 : at + 3] not in tuple("来去")))
        or not set(said) & set(word)
    ):
        return False
    sure = set(said) & set(word) & _SURE or said[1] == "午" or _DAY_PART.match(text, at + 2)
    return bool(sure) or _BEFORE_HOUR.match(text, at + 2) is not None


@cache
def _parts(sound: str) -> tuple[str, str]:
    """Initial and final of a syllable."""
    initial = re.match("[bpmfdtlgkhjqxzcsryw]?", sound)
    cut = initial.end() if initial else 0
    return sound[:cut], sound[cut:]


def distance(said: Sequence[str], name: Sequence[str]) -> float:
    """Edit distance of two rows of syllables; a syllable with the same initial or final is half amiss."""
    row = [float(k) for k in range(len(name) + 1)]
    for i, sound in enumerate(said, start=1):
        above, row = row, [float(i)]
        for j, wanted in enumerate(name, start=1):
            near = any(a == b for a, b in zip(_parts(sound), _parts(wanted), strict=True))
            swap = 0.0 if sound == wanted else 0.5 if near else 1.0
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + swap))
    return row[-1]
