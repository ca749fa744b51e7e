"""What a citizen is told about an item: where, with which papers, how long, at what cost.

What nobody confirmed is never told as a fact: in a confirmed hall only what is generally needed,
in the demonstration with its mark.
"""

from __future__ import annotations

from datetime import date

from hotline.catalogue.catalogue import Catalogue, Item, TypicalQuestion
from hotline.catalogue.nearby import Nearby, Offering
from hotline.clock import Clock, local, system_clock
from hotline.divisions import Divisions
from hotline.facets import Facet, facet_of
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

    def __init__(
        self, catalogue: Catalogue, divisions: Divisions, nearby: Nearby | None = None, clock: Clock = system_clock
    ) -> None:
        self.catalogue = catalogue
        self.profile = catalogue.profile
        self.divisions = divisions
        self.nearby = nearby or Nearby()
        self.clock = clock

    def may_tell(self, item: Item) -> bool:
        """Whether window, fee and hours may be told: confirmed, or marked as sample values."""
        return item.confirmed or not self.profile.confirmed

    @property
    def mark(self) -> str:
        """What stands behind sample values."""
        return "" if self.profile.confirmed else f"（{SAMPLE}）"

    def answer(
        self, item: Item, text: str, place: str = "", *, is_short: bool = False, question: TypicalQuestion | None = None
    ) -> str:
        """What was asked: a typical question, or only one part of the notice; else the full notice, or the short one."""
        if question:
            return self.reply(item, question)
        facet = facet_of(text)
        if facet is None:
            return self.brief(item, place) if is_short else self.notice(item, place)
        told = {
            Facet.FEE: self.fee(item) or f"费用{self._open_words(item)}",
            Facet.TIME: self.duration(item) or f"要多久{self._open_words(item)}",
            Facet.PLACE: self.where(item, place),
            Facet.MATERIALS: self.materials(item) or f"要带哪些材料{self._open_words(item)}",
            Facet.WHO: (self.who(item) or f"谁能替谁办{self._open_words(item)}") + self.help_for(item),
        }
        return f"“{item.title}”{'，' if facet is Facet.WHO else '：'}{told[facet]}"

    def reply(self, item: Item, question: TypicalQuestion) -> str:
        """The answer to a typical question, which is quoted, so that a misunderstanding is seen."""
        guess = self.needs_verification(item) and not question.answer.startswith("一般")
        generally = "一般来说，" if guess else ""
        told = f"{generally}{question.answer.rstrip('。')}{'' if item.confirmed else self.mark}。"
        return f"“{item.title}”，您问“{question.question}”：{told if question.answer else self._open_words(item)}"

    def _open_words(self, item: Item) -> str:
        """Why a part is not told, and where it can be heard."""
        if self.needs_verification(item):
            return "还没有核实，不能乱说。"
        return "目录里没有写，可以先打12345问，或者说“转人工”。"

    def needs_verification(self, item: Item) -> bool:
        """Whether the hall may not stand for the item until its lead officer has looked at it."""
        return self.profile.confirmed and not item.confirmed

    def notice(self, item: Item, place: str = "") -> str:
        """The one-time full notice: every part that may be told, in short sentences.

        `place` is the citizen's division: 9 digits of a town, 12 of a village, or empty.
        """
        parts = [
            f"您要办的是“{item.title}”。",
            self.where(item, place),
            self.who(item),
            self.materials(item),
            self.duration(item),
            self.fee(item),
        ]
        return "".join(part for part in parts if part)

    def brief(self, item: Item, place: str = "") -> str:
        """The notice for a text message: where, how many papers, and what to ask for the rest."""
        near = self.near(item, place)
        windows = "、".join(self.catalogue.windows(item)) if self.may_tell(item) else ""
        window = f"{windows}号窗口" if windows else ""
        papers = f"要带{len(item.materials)}样材料，" if item.materials else ""
        where = f"“{item.title}”：{near}在{self.catalogue.zone_name(item)}{window}办{self.mark}。"
        return f"{where}{papers}回“材料”“费用”或“要好久”细说。"

    def where(self, item: Item, place: str = "") -> str:
        """The nearest place first, then zone and window."""
        zone = self.catalogue.zone_name(item)
        near = self.near(item, place)
        ring = "" if near else self.ring_first(item, place)
        if not self.may_tell(item):
            return f"{near}在{self.profile.name}{zone}办。{ring}"
        windows = "、".join(self.catalogue.windows(item))
        at = f"{windows}号窗口" if windows else ""
        return f"{near}在{self.profile.name}{zone}{at}办（{item.department}）{self.mark}。{ring}"

    def near(self, item: Item, place: str) -> str:
        """Where near the citizen it can be done, as far as the table of places promises it."""
        found = self.nearby.nearest(item, place, self._today, confirmed_only=self.profile.confirmed)
        if found:
            return self._near(self._station(found), found)
        found = self.nearby.in_park(item, self._today, confirmed_only=self.profile.confirmed)
        park = self.profile.place_of("park")
        if found and park and item.audience == "企业":
            return "企业" + self._near(park.name, found)
        return ""

    def _near(self, name: str, offering: Offering) -> str:
        return f"就近可以在{name}办{'' if offering.confirmed else self.mark}；也可以"

    def _station(self, offering: Offering) -> str:
        """柳林镇便民服务中心, 柳林镇罐子沟村便民服务站."""
        if offering.level is Level.VILLAGE:
            return self.divisions.full_name(offering.place) + "便民服务站"
        centre = self.profile.place_of("town", offering.place)
        return centre.name if centre else self.divisions.full_name(offering.place) + "便民服务中心"

    def ring_first(self, item: Item, place: str) -> str:
        """Some towns or villages do it, but of the citizen's nobody promises it."""
        if not place or not {Level.TOWN, Level.VILLAGE} & set(item.levels):
            return ""
        town = self.divisions.full_name(place[:9]) or "您那里"
        return f"{town}能不能办还说不准，想就近办可以先打12345问一下。"

    @property
    def _today(self) -> date:
        return local(self.clock()).date()

    def materials(self, item: Item) -> str:
        """The papers; 一般需要 unless the hall stands for them."""
        if not item.materials:
            return ""
        names = "、".join(
            m.name + ("（复印件）" if m.form == "复印件" else "") + ("（可以后补）" if m.deferrable else "")
            for m in item.materials
        )
        return f"{'需要' if item.confirmed else '一般需要'}：{names}{'' if item.confirmed else self.mark}。"

    def who(self, item: Item) -> str:
        """Who may act for whom; 一般是 unless the hall stands for it, nothing when unknown."""
        if not item.who_may_act:
            return ""
        return f"谁能办：{'' if item.confirmed else '一般是'}{item.who_may_act}{'' if item.confirmed else self.mark}。"

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
