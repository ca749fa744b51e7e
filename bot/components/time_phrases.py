"""Find the stretches of a sentence that speak of a time, in the words of 巴中: day, part of the day, hour, bound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from .almanac import SOLAR_TERMS, WEATHER_TERMS

OPENS, MIDDAY, REOPENS, CLOSES = time(9), time(12), time(14), time(17)

DAY_WORDS = {
    **dict.fromkeys(("今天", "今日", "今儿个", "今儿", "今", "今天明天"), 0),
    **dict.fromkeys(("明天", "明日", "明朝", "明儿个", "明儿", "明", "明后天", "明后两天", "明后这两天", "明天后天"), 1),
    **dict.fromkeys(("后天", "后日", "后儿个", "后儿", "后头天"), 2),
    **dict.fromkeys(("大大后天",), 4),
    **dict.fromkeys(("大后天", "大后儿", "外后天", "外后儿", "万后天"), 3),
}
EARLY, MORNING, NOON = (time(8), time(10)), (OPENS, MIDDAY), (MIDDAY, REOPENS)
NIGHT = (time(0), time(6))
AFTERNOON, DUSK, EVENING = (REOPENS, CLOSES), (CLOSES, time(19)), (time(19), time(21))


def _around(meals: str, before: tuple[time, time], cooking: tuple[time, time], after: tuple[time, time]) -> dict[str, tuple[time, time]]:
    """夜饭前, 煮夜饭那阵, 吃了夜饭 with the hours of each."""
    parts = {}
    for meal in meals.split():
        parts |= dict.fromkeys((f"{eat}{meal}{side}" for eat in ("", "吃") for side in ("前", "之前", "以前")), before)
        parts |= dict.fromkeys((f"{cook}{meal}{when}" for cook in "煮弄做吃" for when in ("那阵", "那会儿", "那会", "的时候")), cooking)
        parts |= dict.fromkeys((f"{meal}{side}" for side in ("后", "过后", "以后", "之后", "后头")), after)
        parts |= dict.fromkeys((f"{eaten}{meal}" for eaten in ("吃了", "吃过", "吃完", "吃罢", "过了")), after)
    return parts


DAY_PARTS = {
    **_around("早饭 早餐", EARLY, EARLY, MORNING),
    **_around("晌午 晌午饭 午饭 中饭 昼饭 午餐", MORNING, NOON, AFTERNOON),
    **_around("夜饭 晚饭 黑饭 黑了饭 晚餐", AFTERNOON, DUSK, EVENING),
    **dict.fromkeys(["黑了"], (CLOSES, time(19))),
    **dict.fromkeys(["黑", "夜"], (time(19), time(21))),
    **dict.fromkeys(["凌晨", "半夜", "深夜", "大半夜", "后半夜"], NIGHT),
    **dict.fromkeys(["下晚自习", "下了晚自习", "晚自习后", "晚自习以后", "晚自习过后"], (time(21), time(22))),
    **dict.fromkeys(["鸡叫头遍", "鸡叫二遍", "鸡叫三遍", "鸡叫那阵", "鸡叫过后", "鸡叫以后"], (time(6), time(8))),
    **dict.fromkeys(["上班以后", "上班之后", "上班过后", "上班后", "一上班", "刚上班", "一开门", "刚开门", "开门以后", "开门过后"], (OPENS, time(10))),
    **dict.fromkeys(["半晌午", "半上午", "大半上午"], (time(10), MIDDAY)),
    **dict.fromkeys(["下班以前", "下班之前", "下班前", "关门之前", "关门前", "收班前"], (REOPENS, CLOSES)),
    **dict.fromkeys(
        ["下班以后", "下班之后", "下班过后", "下班后", "下了班", "收工以后", "收工后", "收了工", "收工过后", "散工后", "散工以后", "放工后", "放工以后", "收摊以后", "收摊后", "收摊过后", "收了摊"], DUSK
    ),
    **dict.fromkeys(["放学以后", "放学之后", "放学过后", "放学后", "放了学", "放学了", "放学那阵", "放学那会儿", "放学的时候"], (time(16, 30), time(18))),
    **dict.fromkeys(["半下午", "大半下午"], (time(15), CLOSES)),
    **dict.fromkeys(["睡了午觉", "睡过午觉", "午睡后", "睡醒午觉", "吃了晌午睡一觉", "吃了晌午困一觉", "睡了晌午觉", "午休后", "午休过后", "午睡起来", "午睡过后"], (time(14, 30), CLOSES)),
    **dict.fromkeys(["一大早", "一早", "大清早", "清早八早", "清早", "清晨", "一早上", "天亮", "打早", "麻麻亮", "天麻麻亮", "天一亮", "天刚亮", "天亮了", "蒙蒙亮", "天蒙蒙亮", "一清早", "大早上", "赶早", "天不亮", "天亮过后", "天麻麻亮过后"], EARLY),
    **dict.fromkeys(
        ["早上", "早晨", "上午", "上半天", "上半日", "早半天", "前半天", "早起"], MORNING
    ),
    **dict.fromkeys(
        ["上晌", "前晌", "头午", "早"],
        MORNING,
    ),
    **dict.fromkeys(
        ["中午", "正午", "晌午", "晌午边", "响午", "正晌午", "晌午头", "吃晌午", "当晌午", "晌午边边", "吃午饭", "中午吃饭"], NOON
    ),
    **dict.fromkeys(["中午过后", "后晌", "后半晌", "过午", "午后", "晌午过了"], AFTERNOON),
    **dict.fromkeys(
        ["下午", "下半天", "下半日", "后半天", "下晌", "收摊前", "收摊之前", "收摊以前"], AFTERNOON
    ),
    **dict.fromkeys(
        ["天擦黑", "擦黑", "挨黑", "傍晚", "麻麻黑", "天黑之前", "天黑前", "天黑", "天黑了", "擦擦黑", "断黑", "煞黑", "打麻影子", "太阳落山", "太阳落坡", "太阳落山之前", "太阳落坡之前", "太阳落山前", "打麻子眼", "黑之前"], DUSK
    ),
    **dict.fromkeys(
        [
            "晚上",
            "晚黑",
            "夜头",
            "夜晚",
            "打烊后",
            "打烊以后",
            "打烊过后",
            "关门后",
            "关门以后",
            "关门过后",
            "夜里",
            "晚间",
            "晚夕",
            "晚",
        ],
        EVENING,
    ),
}
GONE_DAYS = {"昨": 1, "前": 2, "大": 3}  # days ago, by how the word begins
NEVER = (  # said of no certain day of the past, or of every day: whatever follows is no appointment
    "前几天|前两天|上个?(?:赶场|逢场)天?|上一?场(?=[来去拿送交])|那天|当天|头天|有天|[每天]天|平[时常]|平素|一般|去年|前年|往年|"
    "自从|从小|"
    r"每个?(?:周|星期|礼拜|月|年)|上+个?(?:周|星期|礼拜)(?![一二三四五六日天])|上个?月(?!\d|[一二三四五六七八九十]{1,3}[号日])"
)

_NUM = r"(?:\d{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_HOUR = r"(?:\d{1,2}|二十[一二三四]?|十[一二三四五六七八九]?|[一二两三四五六七八九])"
_MONTH = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])"
_WEEK = "(?:周|星期|礼拜)"
_LUNAR_DAY = "(?:初[一二三四五六七八九十]|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?)"
_NO_HOUSE = "(?![内选写窗楼门栋院线厅柜台令文机单地井房铺仓库商人桌馆店公桥订洞动]|[之以]内|[一二三四五六七八九十\\d]{1,2}[栋洞动幢])"
DATES = {  # how a day is said; the key names the function that reads it
    "word": "(?:今天明天|明天后天)(?=都|两天|这两天|[，,。 ]|$)|明后(?:两|这两)?天|明朝(?=[一早晚来去送拿再吧嘛，,。]|[上下中]午|$)|后头天|大?大后[天儿]|[外万]后[天儿]|(?:[今明]|(?<![以先产最此今时])后)(?:天(?!天(?![麻亮黑擦一刚不]))|日|儿个|儿)(?![性气])"
    "|(?:今|(?<![说表证声文透])明)(?=[早晚黑夜](?!点|饭|市|里面)|[上下中]午|晌午)",
    "gone": r"(?:昨|(?<![以之从目空跟面提往])大?前)(?:天(?!天)|日|儿个|儿)|昨(?=[早晚夜]|[上下中]午)|(?<![以之从目空跟面提往])前(?=晚上?|夜)"
    rf"|上个?月(?P<gone_day>{_NUM})[号日]|(?<![车楼路船桥坡网山])上个?{_WEEK}(?P<gone_weekday>[一二三四五六日天])(?![到至次])",
    "weekday": rf"(?<![一二两三四五六七八九十几半每\d])(?<!(?<!那)个)(?P<which>(?:这个?|(?<![口书作账课])本|下下个?|下个?)(?:{_WEEK}的?(?={_WEEK}))?)?"
    rf"{_WEEK}(?P<weekday>[一二三四五六日天末1-6])(?:(?:[到至](?:{_WEEK})?|[、和跟]?{_WEEK})(?P<last_weekday>[一二三四五六日天]))?(?![至次]|到(?:现在|今天|目前|[一二三四五六日天末])|(?<=天)气)",
    "week": rf"(?P<next>下下个?|下个?|(?:这个?|本)(?={_WEEK}[以之]?[内里头])){_WEEK}(?:[以之]?内|里头|头)?(?![到至])",
    "full": r"(?<!\d)(?P<year>\d{4})[-/年](?P<m>\d{1,2})[-/月](?P<d>\d{1,2})(?:[日号]|(?!\d))|"
    r"(?<![\d/.-])(?P<slash_m>1[0-2]|0?[1-9](?=/\d\d|\.\d))(?:/|\.(?=\d{1,2}[号日]))(?P<slash_d>\d{1,2}[号日]?)(?![\d/%.-])",
    "lunar": rf"(?:农历|阴历|老历)?(?P<lunar_month>[正冬腊]|(?<=历){_MONTH}|{_MONTH}(?=月[初廿]))月"
    rf"(?P<lunar_day>{_LUNAR_DAY})(?![号日天个几多])(?:的?(?:赶场|逢场)(?:那?天)?)?",
    "this_moon": rf"(?:农历|阴历|老历)(?P<old_day>{_LUNAR_DAY})(?![号日天个几多月])|"
    "(?<![月年当最子女儿娃妹弟孙读上念])(?P<moon_day>(?:初|廿)[一二三四五六七八九十])(?=[上下早晚来去送拿那赶嘛吧哈，,。]|$)(?:的?(?:赶场|逢场)(?:那?天)?)?",
    "moon_month": "(?P<moon_month>[冬腊])月(?:间|里头?|份|前头|头)?(?=(?:再|哪天)?(?:来|去)?[拿取收送来去]|都|$)",
    "month_day": rf"(?:今年)?(?<![\d年])(?P<month>{_MONTH})月(?:份)?(?P<day>{_NUM})"
    r"(?:(?P<unit>[号日])(?![个天年月点])|(?![号日个天年月点\d]))",
    "new_year": r"(?:大年|(?<![今去明前后每多半两\d])年)(?P<year_day>三十(?![一二三四五六七八九岁几多来])|初[一二三四五六七八九十])|除夕|(?<![月历号年\d一二两三四五六七八九十])三十(?=晚上|夜里|那天)",
    "month_part": rf"(?P<whose>下个?|这个?|本|{_MONTH})?月"
    "(?P<edge>底|末|初(?![一二三四五六七八九十])|[上中下]旬|尾|(?=最后一天))(?P<last_day>的?最后(?:那|一)天)?|年(?:底|尾|末)",
    "nth": rf"(?P<of_month>下个?|这个?|本|{_MONTH})月(?:份|里)?的?(?P<nth>第?[一二三四]个?|头一?个|最后一?个)"
    rf"(?:{_WEEK}(?P<nth_weekday>[一二三四五六日天])|工作日)",
    "this_month": rf"(?P<that>下个?|这个?|本)月(?P<that_day>{_NUM})[号日](?:[到至](?P<that_until>{_NUM})[号日](?:之间)?)?",
    "day_only": r"(?<![区城口柜大小路街巷段组社村幢栋座室字第院镇乡\d.#月几一二三四五六七八九十-])"
    rf"(?P<only>{_NUM})(?P<or_next>(?<=[一二三四五六七八])[二三四五六七八九])?[号日](?:[到至](?P<only_until>{_NUM})[号日](?:之间)?)?{_NO_HOUSE}",
    "after": rf"(?<![超又])(?P<over>再?过|再有|隔(?!天远))?(?P<count>{_NUM}|几|半|(?<=隔)(?=[天日](?!壁)))"
    rf"(?P<measure>天|(?<=隔)日|个?{_WEEK}|个月|个半?(?:小时|钟头)|半?(?:小时|钟头)|分钟|刻钟)(?P<after>过后|之后|以后|后|(?<=[时头钟])[之以]?内)?(?(over)|(?(after)|(?!)))",
    "soon": "(?:等|过|待|呆)一?(?:哈儿?|会儿?|下儿?|阵)(?=(?:再|就|你们|请|喊)?(?:过?来(?!不)|可以来?|去(?:拿|取|我)|送|派|喊人|给我打|打我))|"
    "(?<![一-龥])(?:等|过|待)一?会儿?(?=[嘛吧]?$)",
    "holiday": r"(?<![王李张刘陈杨赵黄周吴一二三四五六七八九零\d])(?P<name>元旦|春节|过年|元宵|清明|五一|"
    f"劳动(?=节)|端午|中秋|重阳(?=节)|国庆|腊八|小年(?!轻|青|级|纪)|平安夜|圣诞|{'|'.join(SOLAR_TERMS)}|(?:{'|'.join(WEATHER_TERMS)})(?=[那当]天|[前头]一?天))(?P<feast>节)?(?:放?大?假)?"
    "(?P<side>(?:前|头)[一两三]?天|之?前|以前|(?:过后|之后|以后|后)(?:上班的?第一天|第一个?(?:工作日|上班天))?|收假|完了?|那天|当天)?",
    "digits": "逢(?P<digits>[一二三四五六七八九十]{1,4}(?=的?(?:赶场|逢场))|[一二三四五六七八九十]{2,4})(?:的?(?:赶场|逢场)天?|那天|天)?",
    "market": "(?P<cold>(?:冷|闲|寒)场天?|不(?:赶|逢)场的?(?:天|那天))|(?:下一?个|这个)?(?:赶场|逢场|当场)(?:天|那一?天)(?P<eve>的?[前头]一天)?|下一?场(?=来|去|再|赶|天来)",
}
_DATE = "|".join(f"(?P<is_{key}>{pattern})" for key, pattern in DATES.items())
_NAMES = "|".join(sorted((name for name in DAY_PARTS if len(name) > 1 and name != "黑了"), key=len, reverse=True))
_PART = f"(?P<part>{_NAMES}|(?<=[今明])黑了|(?<=[昨今明])[早晚黑夜]|(?<=[昨前今明后]天)黑了|(?<=[明后今]儿)黑了|(?<=儿个)黑了|(?<=[周期拜][一二三四五六日天])黑了)(?:一早|一大早|些|间(?=[吧嘛，,。]|$))?(?!点|(?<=前)后)"
_CLOCK = (
    rf"(?<![\d.第百几有])(?:差(?P<short>五分|十分|[一两三]刻)钟?(?:到)?)?(?P<hour>[一二两三四五六七八九](?=[二三四五六七八九]点)|九(?=十点)|{_HOUR})(?:(?<=九)十|[二三四五六七八九])?(?: ?点(?:[来把]?钟)?|(?:(?<!一)|(?<=十一))时(?![间候常刻限段期速效工事节代])|[:：](?=\d\d))"
    r"(?P<minute>半|过?[一三]刻|过半|过(?:十五|[五十]|二十)分|[差欠](?:一刻|[五十两]分)|整|[0-5]?\d分?|[二三四五]?十[一二三四五六七八九]?分?(?!点)|零?[一二三四五六七八九]分|"
    r"零[一二三四五六七八九])?钟?(?!一(?![起道路下块并会])|[二三四五六七八九要意建问原材好水心击评道冯]|不(?![是系])|左右(?=都|为))"
    rf"(?:[到至~—-](?:[上下中]午|晚上)?(?P<until>{_HOUR})[点:：](?P<until_minute>半|\d\d)?钟?(?:之间)?)?|"
    rf"(?P<about_one>(?<!一)点把钟)(?!头)"
)
_BOUND = re.compile(
    "(?P<before>之前|以前|(?:放假|收假)?前(?![后头面台往]))|过后|之后|以后|后(?![头面天儿晌])|(?P<about>前后|左右|样子)|"
    "多钟?|过(?:了|一?点点?|(?![去来期户年节]))|下头"
)
_OPENINGS = (  # every first character of a time: to look for these alone halves the work on long texts
    r"\d昨前那当头有每天平一般去往自从上今明后大外万下这个本周星礼农阴老正冬腊十二三四五六七八九两廿初年除月再过隔几半"
    "元春清平圣劳端中重国逢赶当点差廿等待呆冷闲寒不娃孩孙学细" + "".join(sorted({name[0] for name in (*SOLAR_TERMS, *WEATHER_TERMS, *DAY_PARTS)}))
)
_CHILD = "(?:(?:细?娃儿|娃娃|孙娃?[儿子]|孩子|学生娃?)(?=放))?"
_START = re.compile(
    f"(?=[{_OPENINGS}])(?:(?P<never>{NEVER})|{_DATE}|(?<![一半整两三几大白])(?!(?<=了)一){_CHILD}{_PART}|{_CLOCK})"
)
_GAP = r"(?:[的，,\s嗯呃啊吧嘛哈哦]|那[个天]|随便哪天|任意一?[个天]){0,4}"
_NEXT_PART, _NEXT_CLOCK, _NEXT_DATE = (
    re.compile(rf"{gap}(?:{piece})") for piece, gap in ((_CHILD + _PART, _GAP), (_CLOCK, _GAP), (_DATE, "的?"))
)
_ABOUT_THEN = re.compile("那阵(?:子)?|那会儿?|那哈儿?|那个?时候")
_AFTER_WORK = re.compile("(?:下班|收工|收摊|放学|起床|开门)(?:过|以|之)?后")  # 晚上十点下班后
_PART_AFTER = re.compile("(?P<part>[上下中]午|早上|晚上)(?![一二两三四五六七八九十\\d])")  # 五点钟下午
_WEEKDAY_TOO = re.compile(rf"[，,（( ]?(?:也?就?是)?{_WEEK}[一二三四五六日天](?![到至])[）)]?")  # 三号（星期四）


@dataclass(frozen=True)
class Phrase:
    """The parts of one spoken time."""

    start: int
    end: int
    day: re.Match[str] | None  # which day
    part: str  # which part of the day, "" if unsaid
    clock: re.Match[str] | None  # which hour
    bound: str  # 之前, 左右, …

    @property
    def is_gone(self) -> bool:
        """Whether its day is over (昨天, 上周五)."""
        return self.day is not None and self.day["is_gone"] is not None


def phrases(text: str) -> Iterator[Phrase]:
    """Times as they follow each other; those said of the past are passed over whole."""
    position = 0
    while start := _START.search(text, position):
        never = start["never"]
        phrase = _phrase(text, start, _NEXT_DATE.match(text, start.end()) if never else start)
        position = max(phrase.end, start.end(), position + 1)
        if not never:
            yield phrase


def _phrase(text: str, start: re.Match[str], first: re.Match[str] | None) -> Phrase:
    """Part of the day, hour and bound as they follow the first piece."""
    groups = first.groupdict() if first else {}
    clock = first if groups.get("hour") or groups.get("about_one") else None
    part = first if groups.get("part") else None
    day = first if not clock and not part else None
    end = (first or start).end()
    if not clock:
        if groups.get("unit") or groups.get("only") or groups.get("that_day"):
            weekday = _WEEKDAY_TOO.match(text, end)
            end = weekday.end() if weekday else end
        part = part or _NEXT_PART.match(text, end)
        end = part.end() if part else end
        narrower = _NEXT_PART.match(text, end) if part else None
        if narrower and len(narrower["part"]) > 2:  # 下午放学后
            part, end = narrower, narrower.end()
        clock = _NEXT_CLOCK.match(text, end)
    end = clock.end() if clock else end
    if clock and not part and (part := _PART_AFTER.match(text, end)):
        end = part.end()
    bound = _BOUND.match(text, end)
    end = bound.end() if bound and not bound["about"] else end
    then = (_ABOUT_THEN.match(text, end) or (clock and _AFTER_WORK.match(text, end))) if part or clock else None
    end = then.end() if then else end
    return Phrase(start.start(), end, day, part["part"] if part else "", clock, bound[0] if bound else "")
