"""Checking the catalogue: every row, the bundles over it, and the counts that the hall publishes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from hotline.catalogue.bundles import Bundles
from hotline.catalogue.catalogue import Catalogue, Item
from hotline.errors import CatalogueFault
from hotline.vocabulary import HelpKind, Level

FEWEST_ALIASES = 3
LONGEST = {"谁能办": 60, "问题": 60, "答案": 160}  # characters that are still listened to
VARIANTS = (
    "新办", "变更", "延续", "补领", "换领", "注销", "备案", "年检", "查询", "咨询", "申领", "缴费", "提取", "转移",
    "停业", "恢复", "核定", "其他",
)  # fmt: skip
_PARTS = re.compile(r"[；;\n\r]")  # they part the entries of a list in a table
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # XLSX cannot hold them


def check_catalogue(catalogue: Catalogue, bundles: Bundles | None = None) -> list[str]:
    """All faults in Chinese: file, row or item, and reason; an empty list when there are none."""
    faults = []
    for place, item in zip(catalogue.places, catalogue, strict=True):
        faults += [f"{place}（{item.name}）：{reason}。" for reason in _faults(catalogue, item)]
    faults += _doubles(catalogue)
    faults += _wrong_counts(catalogue)
    faults += _bundle_faults(catalogue, bundles) if bundles else []
    return faults


def _faults(catalogue: Catalogue, item: Item) -> list[str]:
    profile = catalogue.profile
    checks = [
        (bool(item.name.strip()), "没有名称"),
        (item.zone in profile.zones, f"专区“{item.zone}”不在大厅资料里"),
        (item.department in profile.departments, f"部门“{item.department}”不在大厅资料里"),
        (bool(catalogue.windows(item)), f"窗口组“{item.window_group}”不在大厅资料里"),
        (item.variant in VARIANTS, f"情形“{item.variant}”不认识"),
        (item.audience in ("个人", "企业", "都可"), f"服务对象“{item.audience}”应当是个人、企业或都可"),
        (item.provenance in ("official-name", "compiled"), f"来源“{item.provenance}”不认识"),
        (len(item.aliases) >= FEWEST_ALIASES, f"常见说法只有{len(item.aliases)}条，至少要{FEWEST_ALIASES}条"),
        (Level.VILLAGE not in item.levels or Level.TOWN in item.levels, "村里能办的，镇上也应当能办"),
        (len(set(item.aliases)) == len(item.aliases), "同一条常见说法写了两遍"),
        (len(item.name) <= 400, "名称太长了，最多400个字"),
        (len(item.code) <= 24, f"编码“{item.code}”太长了，最多24个字符"),
    ]
    return [reason for fine, reason in checks if not fine] + _unfit(item) + _unfit_answers(item)


def _unfit(item: Item) -> list[str]:
    """Texts that a table could not give back as they are."""
    reasons = []
    names = [material.name for material in item.materials]
    asked = [question.question for question in item.questions]
    answers = [question.answer for question in item.questions if question.answer]
    for label, texts in (("申请材料", names), ("常见问题", [*asked, *answers]), ("常见说法", item.aliases)):
        for text in texts:
            if not text.strip():
                reasons.append(f"{label}里有一条是空的")
            elif _PARTS.search(text) or (label == "申请材料" and "/" in text):
                slash = "或斜线" if label == "申请材料" else ""
                reasons.append(f"{label}“{text}”里面不能有分号、换行{slash}")
    whole = [item.code, item.name, item.parent, item.department, item.fee, item.result, item.type, item.who_may_act]
    texts = (*whole, *names, *asked, *answers, *item.aliases)
    unclean = [t for t in texts if t != t.strip() or _CONTROL.search(t)]
    return reasons + [f"“{text.strip()}”前后有空格，或里面有换行和看不见的符号" for text in unclean]


def _unfit_answers(item: Item) -> list[str]:
    """What a citizen could not be told as it is written."""
    asked = [question.question for question in item.questions]
    told = [("谁能办", item.who_may_act), *(("问题", text) for text in asked)]
    told += [("答案", question.answer) for question in item.questions]
    reasons = [f"{label}“{text}”太长了，最多{LONGEST[label]}个字" for label, text in told if len(text) > LONGEST[label]]
    reasons += [f"常见问题“{text}”写了两遍" for text in _again(asked)]
    reasons += [f"答案“{text}”里又有一个｜，一条只写一问一答" for label, text in told if "｜" in text]
    if item.help is HelpKind.ON_BEHALF and "不能代办" in item.who_may_act:
        reasons.append(f"帮办方式写的是代办，谁能办却写“{item.who_may_act}”")
    return reasons


def _doubles(catalogue: Catalogue) -> list[str]:
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    owners: dict[str, tuple[str, Item]] = {}
    faults = []
    for place, item in zip(catalogue.places, catalogue, strict=True):
        places["编码", item.code].append(place)
        places["名称", item.name].append(place)
        for alias in item.aliases:
            where, other = owners.setdefault(alias, (place, item))
            if other is not item:
                both = f"“{other.name}”（{where}）和“{item.name}”（{place}）"
                faults.append(f"说法“{alias}”同时写在{both}里。")
    again = [(what, found) for what, found in places.items() if len(found) > 1]
    return [f"{label}“{value}”重复了{len(f)}次：{'、'.join(f)}。" for (label, value), f in again] + faults


def counts(catalogue: Catalogue) -> dict[str, tuple[str, int]]:
    """What the hall publishes about its catalogue: label and number."""
    items = catalogue.items
    zones = catalogue.profile.zones
    windows = {number for zone in zones.values() for numbers in zone.windows.values() for number in numbers}
    return {
        "items": ("事项", len(items)),
        "departments": ("部门", len({item.department for item in items})),
        "zones": ("专区", len({item.zone for item in items})),
        "windows_at_least": ("窗口", len(windows)),
        "assisted": ("帮办代办清单", sum(item.assisted for item in items)),
        "park": ("园区能办", sum(Level.PARK in item.levels for item in items)),
        "town": ("镇上能办", sum(Level.TOWN in item.levels for item in items)),
        "village": ("村里能办", sum(Level.VILLAGE in item.levels for item in items)),
        "aliases": ("常见说法", sum(len(item.aliases) for item in items)),
        "who_may_act": ("写明谁能办的", sum(bool(item.who_may_act) for item in items)),
        "questions": ("常见问题", sum(len(item.questions) for item in items)),
        "answers": ("有答案的常见问题", sum(bool(question.answer) for item in items for question in item.questions)),
    }


def _wrong_counts(catalogue: Catalogue) -> list[str]:
    faults = []
    for name, (label, number) in counts(catalogue).items():
        expected = catalogue.profile.expected.get(name)
        if expected is None or number == expected or (name.endswith("at_least") and number >= expected):
            continue
        faults.append(f"{label}有{number}，大厅资料里写的是{expected}。")
    return faults


def _bundle_faults(catalogue: Catalogue, bundles: Bundles) -> list[str]:
    faults = []
    for bundle in bundles:
        where = f"bundles.yml “{bundle.title}”"
        missing = [step.code for step in bundle.steps if catalogue.get(step.code) is None]
        faults += [f"{where}：编码 {code} 不在目录里。" for code in missing]
        faults += [f"{where}：编码 {code} 写了两遍。" for code in _again(step.code for step in bundle.steps)]
    sayings = (text for bundle in bundles for text in bundle.sayings)
    faults += [f"bundles.yml：说法“{text}”写了两遍。" for text in _again(sayings)]
    faults += [f"bundles.yml：key “{key}”写了两遍。" for key in _again(bundle.key for bundle in bundles)]
    return faults


def _again(values: Iterable[str]) -> list[str]:
    return [value for value, number in Counter(values).items() if number > 1]


def refuse_faults(faults: Sequence[str], most: int = 200) -> None:
    """Raise CatalogueFault with all faults, the first `most` of them in words."""
    if not faults:
        return
    more = [f"还有{len(faults) - most}处，改了前面的再看。"] if len(faults) > most else []
    raise CatalogueFault("\n".join(["目录有误，什么都没有改：", *faults[:most], *more]))
