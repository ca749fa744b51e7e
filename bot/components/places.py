"""Find where a runner shall come, down to the door: township, village, and what the citizen says of the rest.

Names are matched as written and by sound: a recogniser writes 花从镇 for 花丛镇, and 巴中 speech keeps apart
neither n and l, f and hu, zh and z, nor in and ing. Many villages are called like ordinary words (和平,
太阳), so a bare name counts only where a place is expected.
value: township (9 digits) or village code (12), "" for free text or when several villages share the name.
extra: `township`, `village` (codes or ""), `door` (free text), `names` (official), `candidates` (codes).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from . import Detail
from .sounds import syllable

DIVISIONS_FILE = Path(__file__).resolve().parents[2] / "data" / "lexicon" / "divisions.tsv"
SUFFIXES = ("街道办", "街道", "办事处", "镇", "乡", "场", "社区", "居委会", "村委会", "村")
COUNTY = r"(?:四川省?)?(?:巴中市?)?(?:恩阳区|恩阳(?!河|古镇))?(?:的)?"
OUTSIDE = (
    "巴州区?|平昌县?|通江县?|南江县?|仪陇县?|成都市?|广安市?|南充市?|阆中市?|达州市?|广元市?|绵阳市?|"
    "重庆市?|遂宁市?"
)
EXPECTED_BEFORE = (
    r"(?:送|送到|送拢|送去|送往|送回|拿到|寄到|拉到|带到|交到|来到|走到|到|回|在|住|住到|去|是|从|就在|搬到|"
    r"来|地址|我们|我"
    r"|接|上|下|村|镇|区|街道|社区|乡)(?:了|是|的|我们|我|那边)?[：:，,\s]*$"
)
EXPECTED_AFTER = (
    "的?(?:街上|场上|场镇|街道上|镇上|这边|那边|这里|那里|这儿|那儿|人|来|老街|新街|赶场|卫生院|政府|\\d+组|"
    "[一二三四五六七八九十]+[组社队])"
)
DENIED = re.compile("(?:不要|莫|别|不)(?:送|拿|去|来|寄)?(?:到|在|去|是)?$|不是(?:送到|在)?$")
DOOR_ENDINGS = (
    "小卖部|门市部?|经营部|服务部|[药饭面网酒商饮旅水果茶理发杂货粮油菜肉家电手机早餐]店|[^这那]个店|店子?|"
    "铺子?|路口|[^没上一半修走]路|街上|"
    "街头|街口|(?:[老新正东南西北上下]街|街)上?|巷子?|学校|小学|中学|高中|幼儿园|医院|卫生院|卫生室|诊所|"
    "超市|茶馆|馆子|茶楼|"
    "饭馆|餐馆|宾馆|酒楼|车站|客运站|加油站|收购站|站|村委会|居委会|党群服务中心|便民服务中心|服务中心|"
    "活动室|活动中心|中心|"
    "办公室|政府|派出所|信用社|银行|邮局|农贸市场|菜市场|市场|广场|桥头|桥边|桥|河边|门口|大门|坝坝|坝子|"
    "院子|院坝|大院|"
    "[面茶餐饭]馆|屋头|家头|家里|(?<![那这一哪几])家|楼下|楼上|单元|[0-9一二三四五六七八九十]楼|"
    "[0-9一二三四五六七八九十]栋|号楼|楼|苑|花园|小区|公寓|府|"
    "住院部|门诊部|村小|完小|养老院|敬老院|福利院|工地|厂里|厂|场口|场上|场镇|垭口|垭|湾里|湾头|湾|沟头|"
    "沟里|沟|梁上|梁|坡上|坡|坪|坝|寺|庙|庙子|"
    "[0-9一二三四五六七八九十]+(?:组|社|队|号|室|户)|黄桷树|核桃树|大树|凉亭|牌坊|岔路口|岔口|口子|码头|"
    "水库|鱼塘|养殖场|农家乐|"
    "公社|大队部?|镇上|村头|村口|合作社|修理厂|隔壁|对面|旁边|边边|边上|后头|前头|背后|附近|底下|高头|外头"
)
STOPS = (
    "来[拿取接收找办不一帮一]|来$|来嘛|来哈|来一|就[行是可在要得]|那[里儿边]|这边|这里|这儿|等[你我到起]|"
    "等$|取$|拿$|接$|[拿取]一|要[办来不]|想|帮我|办[个一理证]|"
    "没得|有|不[要用是得来]|可以|得行|电话|打我|[吧嘛哈哦哟]|谢谢|麻烦|离|咋|好多|我要|我叫|我姓|姓|叫|上午|"
    "下午|明天|后天|今天|晚上|早上|谁|哪|算"
)
NOT_DOORS = re.compile(
    "^的?(?:市民之家|政务|大厅|窗口|屋头|家里|家头|家|外头|城头|外面|医院开|银行卡)|(?:政务|办事|服务)大厅|"
    "市民之家|窗口|车站坐"
)
FREE_BEFORE = (
    "送到|送拢|送往|寄到|拿到|带到|送去|地址是?|住在|住到|家住|屋头在|家在|等在|(?:我|人|就)在|放到|放在|"
    "到(?=.{2,14}[来取拿接])"
)
STRONG_DOOR = re.compile(
    r"[一-龥]{2,6}(?:路|街|巷|大道)(?:[东西南北中]?段)?[0-9一二三四五六七八九十百]+号|"
    r"[一-龥]{2,8}(?:小区|苑|花园|公寓|府|城|湾|家园|名都)[0-9一二三四五六七八九十]+(?:栋|号楼|幢|单元)"
)

_SPLIT = re.compile("[。；;！？!?\n]")
_DOOR_END = re.compile(DOOR_ENDINGS)
_STOP = re.compile(STOPS)
_UNIT = re.compile(r"[0-9一二三四五六七八九十]+(?:栋|幢|单元|号楼|楼|号|室|组|社|队|户)+(?:\d{3,4}室?)?")
_ELSEWHERE = re.compile("(?:[^，,。]{0,4}学)?(?:读书|上学|打工|上班|教书|出生|长大)")  # a story
_UNLISTED = re.compile("(?![哪这那每同本])[一-龥]{2,4}?(?:村|社区)(?![里头的])")
_COUNTY_BEFORE = re.compile(COUNTY + "$")
_OUTSIDE_BEFORE = re.compile(rf"(?:{OUTSIDE}|[一-龥]{{1,3}}(?:省|县)|(?<!巴中)市)(?:的|那边的?)?$")
_BEFORE = re.compile(EXPECTED_BEFORE)
_AFTER = re.compile(EXPECTED_AFTER)
_NO_ADDRESS = re.compile(rf"你|您|他|哪|这|那|的|了|{OUTSIDE}|[一-龥]{{1,2}}[省县]")
_FREE = re.compile(FREE_BEFORE)


@dataclass(frozen=True)
class Division:
    """A township or a village."""

    code: str  # 9 or 12 digits
    name: str  # as said in full: 柳林镇, 凤山社区
    official: str
    parent: str  # code

    @property
    def is_township(self) -> bool:
        """Whether it is a township or subdistrict."""
        return len(self.code) == 9


@dataclass(frozen=True)
class Hit:
    """A stretch of text that may name a division."""

    start: int
    end: int
    divisions: tuple[Division, ...]
    bare: bool  # without 镇, 村 or the like


@dataclass(frozen=True)
class Gazetteer:
    """The names of all divisions, by writing and by sound."""

    written: dict[str, tuple[Division, ...]]
    sounds: dict[tuple[str, ...], tuple[str, ...]]  # sound → names that have it
    codes: dict[str, Division]
    openings: frozenset[tuple[str, ...]]  # sounds of the first two syllables


@cache
def load_gazetteer(path: Path = DIVISIONS_FILE) -> Gazetteer:
    """Read the divisions; lines that begin with # are for their keeper."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))
    written: dict[str, list[Division]] = defaultdict(list)
    sounds: dict[tuple[str, ...], list[str]] = defaultdict(list)
    codes: dict[str, Division] = {}
    for row in rows:
        division = Division(row["code"], row["name"], row["official"], row["parent"])
        codes[division.code] = division
        for name in dict.fromkeys([row["name"], *filter(None, row["short_names"].split("|"))]):
            written[name].append(division)
            sounds[tuple(map(syllable, name))].append(name)
    return Gazetteer(
        {name: tuple(found) for name, found in written.items()},
        {sound: tuple(dict.fromkeys(names)) for sound, names in sounds.items()},
        codes,
        frozenset(sound[:2] for sound in sounds),
    )


def _suffix(name: str) -> str:
    return next((suffix for suffix in SUFFIXES if name.endswith(suffix) and len(name) > len(suffix)), "")


def _hits(text: str) -> Iterator[Hit]:
    """Names of divisions, longest first at each place, without overlaps; townships before villages."""
    gazetteer, position = load_gazetteer(), 0
    sound = [syllable(char) for char in text]
    while position < len(text) - 1:
        hit = None
        if tuple(sound[position : position + 2]) in gazetteer.openings:
            hit = _hit_at(text, sound, position, gazetteer)
        if hit:
            yield hit
        position = hit.end if hit else position + 1


def _hit_at(text: str, sound: list[str], start: int, gazetteer: Gazetteer) -> Hit | None:
    """The longest name written here, else the longest that sounds so."""
    for end in range(min(len(text), start + 9), start + 1, -1):
        if text[end - 1 : end + 1] in ("场上", "场镇", "场口"):
            continue  # 茶坝场上 is 茶坝 and a door
        if divisions := gazetteer.written.get(text[start:end]):
            return _make_hit(text, start, end, divisions)
        names = gazetteer.sounds.get(tuple(sound[start:end]), ())
        names = tuple(name for name in names if _sounds_well(text[start:end], name))
        if names:
            divisions = tuple(d for name in names for d in gazetteer.written[name])
            return _make_hit(text, start, end, divisions)
    return None


def _sounds_well(said: str, name: str) -> bool:
    """A match by sound alone must keep 镇, 村 or 社区, or else the whole name before a misheard one."""
    suffix = _suffix(name)
    if not suffix or len(name) - len(suffix) < 2:
        return False
    return said.endswith(suffix) or said[: -len(suffix)] == name[: -len(suffix)]


def _make_hit(text: str, start: int, end: int, divisions: tuple[Division, ...]) -> Hit:
    said = text[start:end]
    exact = tuple(d for d in divisions if d.name == said)
    shortened = any(d.name != said and d.name.startswith(said) for d in divisions)
    bare = said != "九镇" and (shortened or not _suffix(said))
    return Hit(start, end, exact or divisions, bare)


def _is_expected(text: str, hit: Hit, *, follows: bool) -> bool:
    """Whether a hit is meant as a place."""
    if _OUTSIDE_BEFORE.search(text[max(0, hit.start - 8) : hit.start]):
        return False
    if follows:
        return True
    if hit.bare:
        before, after = text[max(0, hit.start - 8) : hit.start], text[hit.end : hit.end + 24]
        alone = len(text) < 24 and not re.sub(r"[\s，,。.嗯呃是嘛哈吧的]", "", text[: hit.start] + after)
        ends = re.match(r"的?(?:[，,。；！？\s]|$)", after) is not None
        return alone or _AFTER.match(after) is not None or (ends and _BEFORE.search(before) is not None)
    return True


def _narrow(hit: Hit, township: Division) -> tuple[Division, ...]:
    """The divisions of a hit that lie in the township said before."""
    return tuple(d for d in hit.divisions if d.parent == township.code)


def _door(text: str, start: int) -> int:
    """Where the description of the door ends that begins at `start`; `start` itself when there is none."""
    end = start
    for _ in range(3):
        lead = re.match(r"(?:[，,、\s]+|的)?(?:在|就在)?", text[end : end + 8])
        begin = end + (lead.end() if lead else 0)
        clause = re.split("[，,、。；;！？!?\n]", text[begin : begin + 22])[0]
        stop = _STOP.search(clause)
        if stop and stop[0] == "有" and begin > end:
            break  # ，门口有棵黄桷树: a remark, not the door
        clause = clause[: stop.start()] if stop else clause
        unlisted = _UNLISTED.match(clause) if end == start else None
        if NOT_DOORS.search(clause):
            break
        ends = [match.end() for pattern in (_DOOR_END, _UNIT) for match in pattern.finditer(clause)]
        ends += [unlisted.end()] if unlisted else []
        if not ends or (begin > end and text[begin - 1] in "，, " and max(ends) < len(clause) - 2):
            break
        end = begin + max(ends)
    return end


def _spoken(text: str) -> str:
    return re.sub(r"[，,、\s]|(?<=[，,、\s])就?在", "", text)


def _place(
    text: str, span: tuple[int, int], township: Division | None, villages: tuple[Division, ...]
) -> Detail:
    """One place from where its names stand, and whatever describes the door after them."""
    county = _COUNTY_BEFORE.search(text[max(0, span[0] - 16) : span[0]])
    start, end = span[0] - len(county[0]) if county else span[0], _door(text, span[1])
    parents = {township.code} if township else {village.parent for village in villages}
    village = villages[0].code if len(villages) == 1 else ""
    extra: dict[str, Any] = {
        "township": parents.pop() if len(parents) == 1 else "",
        "village": village,
        "door": _spoken(text[span[1] : end]).removeprefix("的"),
        "names": [d.official for d in (township, *villages) if d],
    }
    if len(villages) > 1:
        extra["candidates"] = [d.code for d in villages]
    value = village if villages else extra["township"]
    return Detail("place", value, _spoken(text[start:end]), start, end, extra)


def _known_places(text: str) -> Iterator[Detail]:
    """Places that begin with a township or village."""
    hits = list(_hits(text))
    mentioned = {d for hit in hits if not hit.bare for d in hit.divisions if d.is_township}
    index = 0
    while index < len(hits):
        first = hits[index]
        second = hits[index + 1] if index + 1 < len(hits) else None
        township = next((d for d in first.divisions if d.is_township), None)
        joined = second if township and second and _joins(text, first, second, township) else None
        index += 1
        if not _is_expected(text, first, follows=joined is not None):
            continue
        if township and joined:
            yield _place(text, (first.start, joined.end), township, _narrow(joined, township))
            index += 1
        else:
            villages = () if township else _resolve(first, mentioned)
            yield _place(text, (first.start, first.end), township, villages)


def _joins(text: str, first: Hit, second: Hit, township: Division) -> bool:
    """Whether a village of this township follows at once."""
    gap = text[first.end : second.start]
    return re.fullmatch("[，,、 的]{0,2}", gap) is not None and bool(_narrow(second, township))


def _resolve(hit: Hit, mentioned: Iterable[Division]) -> tuple[Division, ...]:
    """The villages of a name, or the one in a township that the sentence speaks of."""
    villages = tuple(d for d in hit.divisions if not d.is_township)
    near = tuple(d for d in villages if d.parent in {m.code for m in mentioned})
    return near if len(near) == 1 else villages


def _free_places(text: str) -> Iterator[Detail]:
    """Addresses without a township: a road with a number, a block of flats, a shop after 送到."""
    for match in STRONG_DOOR.finditer(text):
        begun = _FREE.search(match[0])
        start = match.start() + (begun.end() if begun else 0)
        yield _free(text, start, max(_door(text, match.end()), match.end()))
    for match in _FREE.finditer(text):
        start = match.end()
        end = _door(text, start)
        if end - start >= 3 and not _NO_ADDRESS.match(text, start):
            yield _free(text, start, end)


def _free(text: str, start: int, end: int) -> Detail:
    spoken = _spoken(text[start:end])
    extra = {"township": "", "village": "", "door": spoken, "names": []}
    return Detail("place", "", spoken, start, end, extra)


def find_places(text: str) -> list[Detail]:
    """Places in the text; of two, one that the speaker denied (「不要送到…」) is left out."""
    found = list(_known_places(text))
    for free in _free_places(text):
        if all(free.end <= other.start or other.end <= free.start for other in found):
            found.append(free)
    found.sort(key=lambda detail: detail.start)
    found = [d for d in found if not _ELSEWHERE.match(text, d.end)]
    return [d for d in found if len(found) == 1 or not DENIED.search(text[max(0, d.start - 6) : d.start])]
