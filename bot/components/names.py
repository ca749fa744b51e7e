"""Find people's names, where they are introduced as such or stand alone among other details.

Any two or three characters can be a Chinese name, so a name counts only after words that announce one (姓,
叫, 名字是, 找) and when it begins with a known surname and ends where a name may end. Rather miss one than
call an order 高中生. Without such words (「柳林镇，陈国秀，后天来」) each of its characters must be common in
names, too. extra: `relation` (本人, 妈, …), `title` (大爷), `surname_only`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from . import Detail
from .surnames import ALSO_WORDS, FREQUENT, NO_OTHER_WORD, RARE, given_characters, split, surnames

BLANK = "＊"  # where another parser found something
SPELLED = {  # surnames taken apart for the listener
    "弓长张": "张", "立早章": "章", "木子李": "李", "耳东陈": "陈", "双口吕": "吕", "口天吴": "吴",
    "言午许": "许",
    "古月胡": "胡", "草头黄": "黄", "三横王": "王", "三横一竖王": "王", "双木林": "林", "走肖赵": "赵",
    "文刀刘": "刘",
    "卯金刀刘": "刘", "双人徐": "徐", "余人徐": "徐", "木易杨": "杨", "人可何": "何", "草头蒋": "蒋",
    "美女姜": "姜",
    "干勾于": "于", "人禾余": "余", "水工江": "江", "三点水江": "江", "三点水汪": "汪", "三点水沈": "沈",
    "耳朵旁邓": "邓",
    "又耳邓": "邓", "关耳郑": "郑", "言射谢": "谢", "草头苏": "苏", "十八子李": "李", "四维罗": "罗",
    "两点冯": "冯",
    "二马冯": "冯", "木土杜": "杜", "广东唐": "唐", "草头范": "范", "西早谭": "谭", "言西早谭": "谭",
    "门三严": "严",
    "禾呈程": "程", "三撇彭": "彭", "走之连": "连", "日月明": "明", "草头苟": "苟", "句草苟": "苟",
    "龙共龚": "龚",
    "马户驴": "", "禾火秋": "", "高头大马高": "高", "西贝贾": "贾", "广木床": "", "金字旁钟": "钟",
    "君羊群": "",
}  # fmt: skip
TITLES = (
    "大爷|大娘|大妈|大叔|大婶|大姐|大哥|爷爷|婆婆|嬢嬢|娘娘|孃孃|老汉|老汉儿|师傅|女士|先生|同志|老师|医生|"
    "木匠|石匠|铁匠|篾匠|瓦匠|漆匠|裁缝|杀猪匠|剃头匠|屠户|掌柜|么妹|幺妹儿|老板|老表|小姐|叔叔|阿姨|幺妹|妹儿|老[二三四五六幺大]|[工总](?![一-龥])"
)
RELATIVES = (
    "老妈|妈妈|妈|老汉儿|老汉|爸爸|爸|爷爷|奶奶|婆婆|外公|外婆|公公|老公|老婆|堂客|婆娘|爱人|儿子|女儿|女|"
    "儿|儿媳妇|媳妇|女婿|"
    "哥哥|哥|弟弟|弟|姐姐|姐|妹妹|妹|孙子|孙女|孙儿|娃儿|幺儿|舅舅|叔叔|姑姑|姑妈|姨妈|老人|邻居|父亲|母亲|"
    "丈夫|妻子|老头子|老太婆|老伴儿?|爹|大伯|幺爸|侄儿|侄女|外孙女?|嫂嫂|嫂子|兄弟"
)
ROLES = "法定代表人|法人代表|对接人|对接的人|签收人|代办人|代领人|代理人|监护人|办事人|办理人|投诉人|参保人|下单人|预约人|接件人|取件人|交件人|收货人|接收人|登记人|机主|户主|户名|法人(?!代表)|经营者|申请人|经办人|联系人|联络人|收件人|负责人|委托人|业主|本人|死者|患者"
FOLLOWS = (  # what may stand right behind a name without a pause
    "嗯|呃|额|哎|就行|就可|电话|点话|店话|手机|号码|住|家住|是我|的|今年|身份证|要|想|来|在|喊|托|和|跟|打|接|收|取|拿|办|户口|哈|嘛|吧|哦|"
    "呢|哟|呀|啊|，|现在|不是|还是|或|"
    "这个|那个|就是|也|我|他|她|男|女|一九|[0-9]"
)
NOT_GIVEN = "拿取领送人户镇村员者们你我他她它这那哪啥谁的了吗嘛呢吧么不没就都也还很个是和跟或与及等说讲问办证费钱号码字局工活事来去到在给"
NOT_NAMES = (  # ordinary words that begin with a surname
    "高中|高中生|高三|高级|高价|高龄|方便|方法|方式|马上|马路|白跑|单身|单位|单亲|单独|常住|安全|安心|"
    "江西|江苏|安徽|云南|广东|成都|成年|成立|成功|金额|石材|万一|万元|时候|时间|文件|文化|文盲|武装|路上|"
    "路边|管理|华西|关系|关于|全部|全家|全日|包工|包工头|应届|应届生|来源|车子|车主|车管所|房东|房主|"
    "房产|房管|房管局|党员|党校|商人|商店|商户|商家|计生|明天|冷酸|青年|银行|税务|税务局|补办|补贴|"
    "向导|解放|强制|连队|通江|平昌|龙头|雷锋|牛儿|牛肉|康复|温州|毛病|史上|万寿|任何|曾经|余额|易地|"
    "武汉|黄金|金银|花生|米线|古镇|柏林|周一|周二|周三|周五|景区|谷子|童子|符合|简单|简易|连起|司机|司法|司法所|司法局|"
    "施工|施工方|项目|管事|严重|申请|申报|左边|祖国|程序|纪委|荣军|游客|房子|边上|顾客|顾问|康养|车站|"
    "莫留|莫打|莫写|莫填|莫喊|莫找|莫来|文书|高血压|方案|石头|陆续|白天|来不及|盖章|单子|单号"
)
STAFF = "理事长|会计|出纳|部长|主管|总监|秘书|助理|律师|站长|股长|厂长|店长|园长|主任|局长|科长|书记|村长|支书|社长|组长|队长|镇长|所长|队员|经理|干部|专员"
_SPELLED = re.compile("|".join(sorted(SPELLED, key=len, reverse=True)))
_BOUNDARY = rf"(?=$|[\s，,。；;！？!?、：:（）()…{BLANK}]|{FOLLOWS}|{_SPELLED.pattern})"
_SURNAME_ENDS = re.compile(
    rf"{_BOUNDARY}|{TITLES}|[一-龥]{{2}}的|单?名|{_SPELLED.pattern}|(?:叫|名|后天|明天|今天|上午|下午|帮|从|给|送|派|约|在|[0-9])"
)
_SURNAME = re.compile(
    r"(?:(?P<own>(?:免贵|我们?家?|本人|鄙人|敝|鄙)姓|我的?姓是)|(?:小|老人家|客户|他|她)?(?<![个位百不])(?<!不是)(?<!复)姓|复姓(?=[一-龥]{2}(?:$|[，,。的]))|(?<=那个)姓(?=[一-龥]的))(?!名|氏|啥|什么|哪)"
    r"(?P<rest>[一-龥]{1,6})"
)
_NO_SURNAME = frozenset("和都有应能要会是不改错名氏啥什哪谁同于的了")
_RELATION = rf"(?P<relation>{RELATIVES}|{ROLES})"
_CALLED = re.compile(
    rf"(?:我的?|他|她|你|咱|我们|俺)?{_RELATION}(?:的)?(?:名字|大名|姓名)?(?:现在)?(?:叫个|叫做?|名叫|喊做|"
    rf"是(?=[一-龥]{{2,4}}(?:$|[，,。]))|：|:|(?<=姓名))(?!你|我|他)"
    r"|(?P<self>我(?:的?(?:名字|大名|姓名|全名)(?:叫做?|是)?|名叫|叫做?|喊(?=[一-龥]{3,4}(?:$|[，,。])))|本人叫?|我就?是)"
    r"|(?P<named>(?:名字|姓名|大名|全名)(?:[嘛啊呢][，, ]?|[，, ]?(?![叫是写改喊])(?=[一-龥]{2,4}(?:$|[，,。；; ]|住)))|(?:名字|姓名|大名|全名|名)[嘛啊]?[，, ]?(?:叫做?|是|"
    r"：|:|[？?][嗯呃哦啊，,\s]{0,4})|(?<=[，,。 了在])叫做?|^叫做?|[他她]的?(?:名字)?就?叫)"
    r"|(?P<sought>找|喊|问|交给|联系|送给|寄给|转交)"
)

_HESITATION = re.compile("(?:那个|嗯|呃|额)*(?:(?P<again>[一-龥])[呃嗯额啊]+(?=(?P=again)))?")  # 我叫那个付呃付国清
_ROLE = re.compile(
    rf"(?P<role>{ROLES}|姓名|项目经理|车队长|出纳|法务|[村网]会计)(?:的?(?:名字|姓名))?(?:写的?|填的?|改|换|变更|更正|仍|还)?(?:是|叫|为|成|：|:)?"
    rf"(?:[一-龥]{{2,3}}部|出纳|法务|会计)? ?(?!是|你|我|他)"
)
_NICKNAME = re.compile(
    "(?:^|(?<=[，,。]))(?:就|你)?[叫喊](?P<short>[小阿老][一-龥])(?=就[行是可要])|(?:喊|叫|称呼)我(?P<nick>(?:[一-龥]{2,3})(?=就行|就是了|就可|就要得|就找得到|都晓得))|(?:喊|叫|称呼)我(?:就是|做|作)?(?P<name>(?P<surname>[一-龥])(?:老[一二三四五六七八九幺大]|[大二三四五六七八九幺小]"
    rf"(?:爷|娘|妈|叔|伯|哥|姐|妹|婶|嫂|娃|爸|孃)|{TITLES})|[小老阿](?P<after>[一-龥])(?=$|[，,。就哈嘛]))"
)
_PLACE_NAME = re.compile("[一-龥]家[坝沟湾塆梁坡院岩垭寨嘴塝岭]$")
_NAME_ASKED = re.compile(rf"名字|大名|{ROLES}|姓名|姓[一-龥]{{1,2}}$")
_IS = re.compile("(?<!不)(?:是|叫|写成|改成|改为|应为)(?!不)")
_OWNED = re.compile(r"(?=(?P<name>[一-龥]{3,4})(?:名下|那单|那个单|那笔|的单子|的订单))")
_CLAUSE = re.compile(
    rf"(?:嗯|呃|哦|那个)*(?P<clause>[^，,。；;、！!？?：:\s]+?)[哈嘛啊哦]?(?=$|[，,。；;、！!？?：:\s]|{BLANK})"
)


@cache
def _not_names() -> frozenset[str]:
    return frozenset(NOT_NAMES.split("|"))


def full_name(text: str, *, announced: bool = False) -> str:
    """The name that opens the text: the longest that ends where a name may end, or "".

    An announced one may run into what follows, if it has two characters that are common in names (我叫邓小琼失业金).
    """
    surname, rest = split(text, announced=announced)
    if not surname:
        return ""
    rare = surname not in surnames() and surname not in NO_OTHER_WORD
    common = given_characters()
    for length in (2, 1):
        given = re.match(f"([一-龥]{{{length}}}){_BOUNDARY}", rest)
        name = surname + (given[1] if given else "")
        ordinary = {name, name[: len(surname) + 1]} & _not_names() or _PLACE_NAME.match(name)
        if given and not ordinary and _may_be_given(given[1]) and (not rare or set(given[1]) <= common or (length == 2 and set(given[1]) & common)):
            return name
    name = surname + rest[:2]
    whole = announced and surname in FREQUENT + ALSO_WORDS + RARE + NO_OTHER_WORD and len(rest) > 2 and set(rest[:2]) <= common
    return name if whole and not {name, name[: len(surname) + 1]} & _not_names() and not _PLACE_NAME.match(name) else ""


def _may_be_given(given: str) -> bool:
    title = re.match(f"{TITLES}|{STAFF}|电话|手机|号码", given)
    return title is None and not any(char in NOT_GIVEN for char in given)


def titled(text: str) -> str:
    """王大爷, 李嬢嬢, 揭主任: surname and how people address them."""
    surname, rest = split(text, announced=True)
    title = re.match(f"(?:{TITLES}|{STAFF})(?!们)", rest) if surname and surname not in "班副总老大小女男主门" else None
    return surname + title[0] if title else ""


def _detail(text: str, start: int, value: str, spoken: str, **extra: str | bool) -> Detail:
    return Detail("name", value, spoken, start, start + len(spoken), {k: v for k, v in extra.items() if v})


def _after_surname(text: str) -> Iterator[Detail]:
    """姓王, 免贵姓陈, 我姓弓长张; of oneself whatever follows (我姓李在街上住)."""
    for match in _SURNAME.finditer(text):
        rest, start = match["rest"], match.start("rest")
        spelled = _SPELLED.match(rest)
        surname = SPELLED[spelled[0]] if spelled else split(rest, announced=True)[0] or (rest[0] if match["own"] and _ends_clause(text[start:], 1) else "")
        ends = spelled or match["own"] or _surname_ends(text, start + len(surname))
        if not surname or surname in _NO_SURNAME or not ends:
            continue
        title = re.match(f"{TITLES}", text[start + len(surname) :]) if not spelled else None
        spoken = spelled[0] if spelled else surname
        yield _detail(text, start, surname, spoken, surname_only=True, title=title[0] if title else "")


def _surname_ends(text: str, end: int) -> bool:
    """Whether nothing but a pause, a title or a spelling follows the surname."""
    return _SURNAME_ENDS.match(text, end) is not None


def _spelled(text: str) -> Iterator[Detail]:
    """弓长张 on its own, or with a given name behind it (木子李，李建国)."""
    for match in _SPELLED.finditer(text):
        before = text[: match.start()].rstrip("，, ")
        described = re.search("姓(?P<name>[一-龥])$", before)  # 姓邬，口天吴加个耳朵
        if (surname := SPELLED[match[0]]) and not before.endswith("不是") and not (described and described["name"] != surname):
            start = match.end() + (text[match.end() : match.end() + 1] in ("，", ",", "的"))
            full = full_name(text[start : start + 12])
            given = full.removeprefix(surname)
            if given not in ("", full) and text[start + len(full) : start + len(full) + 1] != "的":
                yield _detail(text, start, full, full)
            else:
                said, at = (surname, len(before) - 1) if before.endswith(surname) else (match[0], match.start())
                yield _detail(text, at, surname, said, surname_only=True)


def _called(text: str) -> Iterator[Detail]:
    """我叫李建国, 我妈叫刘桂英, 我是张大爷, 找王德福."""
    for match in _CALLED.finditer(text):
        start = _HESITATION.match(text, match.end()).end()  # type: ignore[union-attr]
        rest = text[start : start + 16]
        name = full_name(rest, announced=not match["sought"] and not match[0].endswith("是"))
        if (match["self"] or "").endswith("是") and not _ends_clause(rest, len(name)):
            name = ""  # 我是王家坝的
        if match["sought"] and (len(name) < 3 or rest[len(name) :].startswith("的")):
            name = ""  # 找高价的
        called = "" if name else titled(rest) or _surname_of_two(rest) or (_given_only(rest) if match["self"] and not match[0].endswith("是") else "")
        if found := name or called:
            title = called[len(split(called)[0]) :] if called else ""
            relation = match["relation"] or ("本人" if match["self"] else "")
            yield _detail(text, start, found, found, relation=relation, title=title)


def _given_only(text: str) -> str:
    """我叫子涵，…"""
    given = re.match("[一-龥]{2}(?=$|[，,。])", text)
    return given[0] if given and set(given[0]) <= given_characters() else ""


def _surname_of_two(text: str) -> str:
    """上官 and nothing behind it: a surname that nobody takes for a word."""
    surname, rest = split(text)
    return surname if len(surname) == 2 and _ends_clause(rest, 0) else ""


def _ends_clause(rest: str, length: int) -> bool:
    return re.match(r"$|[，,。；;！!\s]", rest[length:]) is not None


def _in_role(text: str) -> Iterator[Detail]:
    """联系人李女士, 下单人刘志强, 联系人改成行政部唐女士."""
    for match in _ROLE.finditer(text):
        rest = text[match.end() : match.end() + 16]
        if found := full_name(rest, announced=True) or titled(rest):
            yield _detail(text, match.end(), found, found, relation=match["role"])
        elif alone := _surname_of_two(rest):
            yield _detail(text, match.end(), alone, alone, surname_only=True)


def _nicknamed(text: str) -> Iterator[Detail]:
    """喊我杨幺婶就是, 叫我小李."""
    for match in _NICKNAME.finditer(text):
        group = next((group for group in ("nick", "short") if match[group]), "name")
        if group != "name" or split(match["surname"] or match["after"])[0]:
            yield _detail(text, match.start(group), match[group], match[group])


def _corrected(text: str) -> Iterator[Detail]:
    """名字写错了，是陈建蓉，不是陈建荣; 名字错了，是粟; 名字写反了，是“文才”."""
    asked = re.search("名字|姓名|大名|联系人|户主|单子写成|单子上写|姓[^，,。]{0,3}错", text)
    for match in _IS.finditer(text, asked.end()) if asked else ():
        rest = text[match.end() : match.end() + 12]
        quoted = re.match("[“\"「](?P<name>[一-龥]{2,3})[”\"」]", rest)
        if (name := quoted["name"] if quoted else full_name(rest)) and not re.match(f"的[{name}]", rest[len(name) :]):
            start = match.end() + (1 if quoted else 0)
            yield _detail(text, start, name, name)
        elif re.match("[一-龥](?:$|[，,。])", rest) and split(rest, announced=True)[0] and "错" in text:
            yield _detail(text, match.end(), rest[0], rest[0], surname_only=True)


def _owning(text: str) -> Iterator[Detail]:
    """何秀兰那单, 蒲春燕名下的: whose order it is."""
    for match in _OWNED.finditer(text):
        surname, given = split(match["name"])
        if surname and len(given) + len(surname) > 2 and all(char in given_characters() for char in given):
            yield _detail(text, match.start(), match["name"], match["name"])


def _alone(text: str) -> Iterator[Detail]:
    """A name or 邓先生 that is a clause of its own, among other details or after the word for name or surname."""
    before = ""
    for match in _CLAUSE.finditer(text):
        clause = match["clause"]
        near = BLANK in before or text[match.end() :].lstrip("，, 。")[:1] == BLANK or _NAME_ASKED.search(before) is not None
        whole = clause == text.strip("。 ")
        if near or whole or BLANK in text:
            found = _clause_name(clause, near=near, with_title="姓" not in before)
            if found:
                yield _detail(text, match.start("clause"), found, found)
        before = clause


def _clause_name(clause: str, *, near: bool, with_title: bool) -> str:
    """The clause if it is nothing but a name; two characters only near a reason to expect one."""
    whole = re.fullmatch(f"([一-龥]{{3}})(?:{TITLES})", clause) if near else None
    clause = whole[1] if whole and full_name(whole[1]) else clause
    name, title = full_name(clause), titled(clause) if with_title else ""
    if name == clause and (len(name) > 2 or near) and len(name) <= 4:
        return name if all(char in given_characters() for char in split(name)[1]) else ""
    return (
        title if title and title == clause and not re.search(f"(?:老师|同志|师傅|医生|老板|妹儿|{STAFF})$", title) else ""
    )


def _better(names: list[Detail]) -> list[Detail]:
    """Without overlaps, and without a surname alone when the full name is said as well (我姓王，叫王德福)."""
    names.sort(key=lambda name: (name.start, -len(name.value)))
    kept: list[Detail] = []
    for name in names:
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
    said = {name.value[:size] for name in kept if not name.extra.get("surname_only") for size in (1, 2)}
    result = []
    for name in kept:
        if not name.extra.get("surname_only") or name.value not in said:
            result.append(name)
        said.add(name.value)
    return result


def find_names(text: str) -> list[Detail]:
    """People's names."""
    parsers = (_after_surname, _spelled, _called, _in_role, _nicknamed, _corrected, _owning, _alone)
    found = [name for parse in parsers for name in parse(text)]
    return _better(found)
