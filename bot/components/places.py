"""Find where a runner shall come: township, village, and what the citizen says of the door.

Many villages are called like ordinary words (和平, 太阳), so a bare name counts only where a place is expected.
value: township (9 digits) or village code (12), "" for free text or when several villages share the name.
extra: `township`, `village` (codes or ""), `door` (free text), `names` (official), `candidates` (codes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from . import Detail
from .doors import OUTSIDE, door_end, doors_alone, spoken
from .gazetteer import Division, Hit, find_hits, village_after

COUNTY = r"(?:(?:四川省?)?(?:巴中市?)(?:恩阳区|恩阳)?|(?:四川省?)?(?:恩阳区|恩阳(?!河|古镇)))?(?:(?<=[川省中市阳区])的)?"
EXPECTED_BEFORE = (
    r"(?:从|送|送到|送拢|送去|送往|送回|拿到|寄到|拉到|带到|交到|来到|走到|到|回|在|住|住到|去|是|从|就在|搬到|"
    r"来|地址|我们|我[四系]?|(?<!路)过"
    r"|接|上|下|村|镇|区|街道|社区|乡)(?:了|是|的|我们|我|那边)?[：:，,\s]*$"
)
EXPECTED_AFTER = (
    "不是|的?(?:街上|场上|场镇|街道上|镇上|这边|那边|这里|那里|这儿|那儿|人|来|老街|新街|赶场|卫生院|政府|派出所|便民|幼儿园|小学|中学|场口|[村乡镇]里|坐(?:班|公交)?车|我|\\d+组|"
    "[一二三四五六七八九十]+[组社队]|(?:开|租|承包|种|喂|修|摆)(?:了|的|得有|起)?[个间家几块头]?[一-龥]{0,4}?[店馆房地摊厂铺田栋宿])"
)
DENIED = re.compile("(?:不要|莫|别|不)(?:送|拿|去|来|寄)?(?:到|在|去|是)?$|不是(?:送到|在)?$")

_OTHERS_WAY = re.compile("(?:原来|原先|以前|从前|早先)(?:住)?在$|户口(?:也|都)?迁[回到]了?$|[他她]们?(?:是|就)?从$|嫁[到去]$|(?<!场)赶$|跑到$|导到$")
_ELSEWHERE = re.compile(
    "(?:[^，,。]{0,4}学)?(?:读书|念书|上学|打工|上班(?!到|不|时|几)|教书|出生|长大|做了)|话|赶场(?:卖|买)|那边有没|"
    "(?:政府|派出所|村委会|镇上)?的(?:人|干部)说"
)  # a story
_RODE = re.compile("[坐赶](?:了|早|头|最早)|骑|开车|走(?:了|路)|过来")  # 从九镇坐了一个钟头的车来: the way, no door
_ABLE = re.compile("(?:政府|那边)?(?:都|也)?(?:能不能|可不可以|能|可以)(?:办|刷|交|领|开)")  # what an office can do
_COUNTY_BEFORE = re.compile(COUNTY + "$")
_OUTSIDE_BEFORE = re.compile(rf"(?:{OUTSIDE}|[一-龥]{{1,3}}(?:省|县)|(?<!巴中)市)(?:的|那边的?)?$")
_OF_VILLAGE = re.compile("那个|那边|街口|场口|桥头|村口|代办点|便民|党群|邮政|邮局|服务[站点]|文化站|[一二三四五六七八九十\\d]+[组社]")
_CLAUSE_BEGINS = re.compile(r"(?:^|[，,。；;：:\s])$")
_CLAUSE_ENDS = re.compile(r"(?:那里|那儿)?[嘛哈哦撒]?(?:$|[，,。；;！!？?\s]|不[要用消]|莫)")
_BEFORE = re.compile(EXPECTED_BEFORE)
_AFTER = re.compile(EXPECTED_AFTER)


def _is_expected(text: str, hit: Hit, *, follows: bool) -> bool:
    """Whether a hit is meant as a place."""
    if _OUTSIDE_BEFORE.search(text[max(0, hit.start - 8) : hit.start]):
        return False
    said = text[hit.start : hit.end]
    if "农村" in said or (said[0] == "司" and text[: hit.start].endswith(("我", "贵", "本"))):
        return False  # 回农村 is not 回龙村, 我司承接 not 司城
    if follows:
        return True
    if hit.weak:
        return False
    if hit.bare and re.fullmatch(OUTSIDE, said):
        return False  # 我家在南江
    if hit.bare:
        before, after = text[max(0, hit.start - 8) : hit.start], text[hit.end : hit.end + 24]
        alone = len(text) < 24 and not re.sub(r"[\s，,。.嗯呃是嘛哈吧的]", "", text[: hit.start] + after)
        if re.match("底下|脚下|下头", after) or (said == "五星" and not re.search("[到在住]$", before)):
            return False  # 黄桷树底下 is a tree, 五星 a rating
        ends = re.match(r"的?(?:那个|[，,。；！？\s]|拿|取|接|收|$)", after) is not None or hit.end - hit.start > 2
        ends = ends or _OF_VILLAGE.match(after) is not None
        opens = not text[: hit.start].strip() and after[:1] in tuple("，, ") and any(d.is_township for d in hit.divisions)
        clause = re.search(r"(?:^|[，,。\s])$", before) is not None and re.match(r"的?(?:$|[，,。；！\s])", after) is not None
        own = clause and hit.end - hit.start > 2  # 找人跑一趟，何家坝
        own = own or _has_own_door(text, hit)
        return alone or own or opens or _AFTER.match(after) is not None or (ends and _BEFORE.search(before) is not None)
    return True


def _has_own_door(text: str, hit: Hit) -> bool:
    """Whether a bare name and its door are a clause, of a short name the whole text (「五郎庙那个工地」, 「回龙代办点」)."""
    end = door_end(text, hit.end)
    if hit.end - hit.start == 2:  # 和平饭店 and 东风路 lie anywhere
        return bool(_OF_VILLAGE.match(text, hit.end)) and not text[: hit.start].strip() and not text[end:].strip()
    return end > hit.end + 1 and bool(_CLAUSE_BEGINS.search(text[: hit.start]) and _CLAUSE_ENDS.match(text, end))


def _place(
    text: str, span: tuple[int, int], township: Division | None, villages: tuple[Division, ...]
) -> Detail:
    """One place from where its names stand, and whatever describes the door after them."""
    county = _COUNTY_BEFORE.search(text[max(0, span[0] - 16) : span[0]])
    start, end = span[0] - len(county[0]) if county else span[0], door_end(text, span[1])
    parents = {township.code} if township else {village.parent for village in villages}
    village = villages[0].code if len(villages) == 1 else ""
    extra: dict[str, Any] = {
        "township": parents.pop() if len(parents) == 1 else "",
        "village": village,
        "door": spoken(text[span[1] : end]).removeprefix("的"),
        "names": [d.official for d in (township, *villages) if d],
    }
    if len(villages) > 1:
        extra["candidates"] = [d.code for d in villages]
    value = village if villages else extra["township"]
    return Detail("place", value, spoken(text[start:end]), start, end, extra)


def _known_places(text: str) -> Iterator[Detail]:
    """Places that begin with a township or village."""
    hits = list(find_hits(text))
    mentioned = {d for hit in hits if not hit.bare for d in hit.divisions if d.is_township}
    taken = 0
    for hit in hits:
        township = next((d for d in hit.divisions if d.is_township), None)
        joined = village_after(text, hit.end, township) if township else None
        if hit.start < taken or not _is_expected(text, hit, follows=joined is not None):
            continue
        if township and joined:
            place = _place(text, (hit.start, joined.end), township, joined.divisions)
        else:
            villages = () if township else _resolve(hit, mentioned)
            place = _place(text, (hit.start, hit.end), township, villages)
        taken = place.end
        yield place


def _resolve(hit: Hit, mentioned: Iterable[Division]) -> tuple[Division, ...]:
    """The villages of a name, or the one in a township that the sentence speaks of."""
    villages = tuple(d for d in hit.divisions if not d.is_township)
    near = tuple(d for d in villages if d.parent in {m.code for m in mentioned})
    return near if len(near) == 1 else villages


def find_places(text: str) -> list[Detail]:
    """Places in the text; of two, one that the speaker denied (「不要送到…」) is left out."""
    found = list(_known_places(text))
    for free in doors_alone(text):
        if all(free.end <= other.start or other.end <= free.start for other in found):
            found.append(free)
    found.sort(key=lambda detail: detail.start)
    found = [d for d in found if not _is_story(text, d) and not _is_town_of(d, found)]
    return [d for d in found if len(found) == 1 or not DENIED.search(text[max(0, d.start - 6) : d.start])]


def _is_town_of(place: Detail, others: Iterable[Detail]) -> bool:
    """Whether a township only says where a village that was named before lies (「白岩湾村，雪山的」)."""
    earlier = {other.extra["township"] for other in others if other.extra["village"] and other.start < place.start}
    return place.value in earlier and not place.extra["door"]


def _is_story(text: str, place: Detail) -> bool:
    """Whether somebody lived, learned or worked there, another one comes from there, or an office there is spoken of."""
    before = text[max(0, place.start - 6) : place.start]
    passed = before.endswith("从") and not place.extra["village"] and not place.extra["door"] and _RODE.match(text, place.end)
    office = not before.endswith(("在", "是", "到")) and _ABLE.match(text, place.end)
    return bool(office or passed or _ELSEWHERE.match(text, place.end) or _OTHERS_WAY.search(before))
