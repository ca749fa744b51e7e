"""What a citizen is told about an item: where, with which papers, how long, at what cost.

What nobody confirmed is never told as a fact: in a confirmed hall only what is generally needed,
in the demonstration with its mark.
"""

from __future__ import annotations

from hotline.catalogue.catalogue import Catalogue, Item
from hotline.divisions import Divisions
from hotline.profile import SAMPLE
from hotline.vocabulary import HelpKind, Level

HELP = {
    HelpKind.ASSIST: "这件事是帮办：申请人还是您本人，跑手帮您收材料、跑窗口、引路，要您签字的地方还得您自己签。",
    HelpKind.ON_BEHALF: "这件事可以代办：您签一份委托书，跑手就能替您去办。",
    HelpKind.AT_HOME: "这件事可以上门：工作人员约好时间到您家里来办。",
    HelpKind.IN_PERSON: "这件事要您本人到场：跑手帮您备齐材料、接送引路，到窗口得您自己办。",
    HelpKind.OTHER: "这件事目录里没有，算其他帮办，工作人员会先打电话跟您问清楚再安排。",
}


class Guidance:
    """Answers about items for one hall."""

    def __init__(self, catalogue: Catalogue, divisions: Divisions) -> None:
        self.catalogue = catalogue
        self.profile = catalogue.profile
        self.divisions = divisions

    def may_tell(self, item: Item) -> bool:
        """Whether window, fee and hours may be told: confirmed, or marked as sample values."""
        return item.confirmed or not self.profile.confirmed

    @property
    def mark(self) -> str:
        """What stands behind sample values."""
        return "" if self.profile.confirmed else f"（{SAMPLE}）"

    def notice(self, item: Item, township_code: str = "") -> str:
        """The one-time full notice: every part that may be told, in short sentences."""
        parts = [
            f"您要办的是“{item.title}”。",
            self.where(item, township_code),
            self.materials(item),
            self.duration(item),
            self.fee(item),
        ]
        if not item.confirmed and self.profile.confirmed:
            parts.append("具体以窗口核实为准，我请专区首席核实后再告诉您。")
        return "".join(part for part in parts if part)

    def where(self, item: Item, township_code: str = "") -> str:
        """The nearest place first, then zone and window."""
        zone = self.catalogue.zone_name(item)
        near = self.near(item, township_code)
        if not self.may_tell(item):
            return f"{near}在{self.profile.name}{zone}办。"
        windows = "、".join(self.catalogue.windows(item))
        at = f"{windows}号窗口" if windows else ""
        return f"{near}在{self.profile.name}{zone}{at}办（{item.department}）{self.mark}。"

    def near(self, item: Item, township_code: str) -> str:
        """Where near the citizen it can be done, if the place is known to offer it."""
        for level in (Level.VILLAGE, Level.TOWN):
            place = self.profile.place_of("town", township_code) if township_code else None
            if level in item.levels and place:
                return f"就近可以在{place.name}办{self.mark}；也可以"
        if Level.PARK in item.levels and item.audience == "企业":
            place = self.profile.place_of("park")
            return f"企业可以就近在{place.name}办{self.mark}；也可以" if place else ""
        return ""

    def materials(self, item: Item) -> str:
        """The papers; 一般需要 unless the hall stands for them."""
        if not item.materials:
            return ""
        names = "、".join(
            m.name + ("（复印件）" if m.form == "复印件" else "") + ("（可以后补）" if m.deferrable else "")
            for m in item.materials
        )
        return f"{'需要' if item.confirmed else '一般需要'}：{names}{'' if item.confirmed else self.mark}。"

    def duration(self, item: Item) -> str:
        """How long it takes."""
        days = item.promised_days if item.promised_days is not None else item.legal_days
        if days is None or not self.may_tell(item):
            return ""
        word = "当场办结" if days == 0 else f"{days}个工作日内办结"
        return f"{word}{'' if item.confirmed else self.mark}。"

    def fee(self, item: Item) -> str:
        """What it costs; nothing when unknown."""
        if not item.fee or not self.may_tell(item):
            return ""
        return f"费用：{item.fee}{'' if item.confirmed else self.mark}。"

    def help_for(self, item: Item | None) -> str:
        """What kind of help the runner may give."""
        return HELP[item.help if item else HelpKind.OTHER]

    def hall_address(self) -> str:
        """Where the hall is and when it is open."""
        place = self.profile.place_of("district")
        hours = "，".join(f"{start:%H:%M}到{end:%H:%M}" for start, end in self.profile.hours)
        if place is None:
            return f"{self.profile.name}工作日{hours}上班。"
        if self.profile.confirmed:
            return f"{place.name}在{place.address}，电话{place.phone}，工作日{hours}上班，周末和节假日不上班。"
        return f"{place.name}在{place.address}，工作日{hours}上班，周末和节假日不上班{self.mark}。"
