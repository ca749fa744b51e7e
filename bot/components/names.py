"""Find people's names and the names of companies, where they are introduced as such.

Any two or three characters can be a Chinese name, so a name counts only after words that announce one (姓,
叫, 名字是, 找) and when it begins with a known surname and ends where a name may end. Rather miss one than
call an order 高中生. extra: `relation` (本人, 妈, …), `title` (大爷), `surname_only`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from . import Detail

SURNAMES_FILE = Path(__file__).resolve().parents[2] / "data" / "lexicon" / "surnames.txt"
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
    "老板|老表|叔叔|阿姨|幺妹|妹儿"
)
RELATIVES = (
    "老妈|妈妈|妈|老汉儿|老汉|爸爸|爸|爷爷|奶奶|婆婆|外公|外婆|公公|老公|老婆|堂客|婆娘|爱人|儿子|女儿|女|"
    "儿|儿媳妇|媳妇|女婿|"
    "哥哥|哥|弟弟|弟|姐姐|姐|妹妹|妹|孙子|孙女|孙儿|娃儿|幺儿|舅舅|叔叔|姑姑|姑妈|姨妈|老人|邻居|父亲|母亲|"
    "丈夫|妻子"
)
ROLES = "户主|法人|法人代表|法定代表人|经营者|申请人|经办人|联系人|收件人|负责人|委托人|业主|本人|死者|患者"
FOLLOWS = (  # what may stand right behind a name without a pause
    "电话|手机|号码|住|家住|是我|的|今年|身份证|要|想|来|在|喊|托|和|跟|打|接|收|取|拿|办|户口|哈|嘛|吧|哦|"
    "呢|哟|呀|啊|，|现在|"
    "这个|那个|就是|也|我|他|她|男|女|一九|[0-9]"
)
NOT_GIVEN = "人户镇村员者们你我他她它这那哪啥谁的了吗嘛呢吧么不没就都也还很个是和跟或与及等说讲问办证费钱号码工活事来去到在给"
NOT_NAMES = (  # ordinary words that begin with a surname
    "高中|高中生|高三|高级|高价|高龄|方便|方法|方式|马上|马路|白跑|单身|单位|单亲|单独|常住|安全|安心|"
    "江西|江苏|安徽|云南|广东|成都|成年|成功|金额|石材|万一|万元|时候|时间|文件|文化|文盲|武装|路上|"
    "路边|管理|华西|关系|关于|全部|全家|全日|包工|包工头|应届|应届生|来源|车子|车主|车管所|房东|房主|"
    "房产|房管|房管局|党员|党校|商人|商店|商户|商家|计生|明天|冷酸|青年|银行|税务|税务局|补办|补贴|"
    "向导|解放|强制|连队|通江|平昌|龙头|雷锋|牛儿|牛肉|康复|温州|毛病|史上|万寿|任何|曾经|余额|易地|"
    "武汉|黄金|金银|花生|米线|古镇|柏林|景区|谷子|童子|符合|简单|简易|连起|司机|司法|司法所|司法局|"
    "施工|施工方|项目|管事|严重|申请|申报|左边|祖国|程序|纪委|荣军|游客|房子|边上|顾客|顾问|康养|车站|"
    "文书|高血压|方案|石头|陆续|白天|来不及|盖章"
)
STAFF = "主任|局长|科长|书记|村长|支书|社长|组长|队长|镇长|所长|队员|经理|干部|专员"
APPLICANT = (
    "我们(?:是|公司(?:是|叫|名字是)?|单位(?:是|叫)?)|我是|我(?:开|办)的(?:是|叫)?|公司(?:名称?|名字)?(?:是|"
    "叫|：)|"
    "(?:店名|名称|字号|店子|铺子|门市|单位|企业|申请人|申请单位|合作社|个体户|招牌)的?(?:名字|名称)?(?:是|"
    "叫做?|：|:)|(?:代表|帮|替|给)"
)
COMPANY_ENDINGS = (
    "有限责任公司|股份有限公司|有限公司|分公司|专业合作社联合社|专业合作社|合作社|家庭农场|合伙企业|事务所"
)
SHOP_ENDINGS = (
    "门市部|经营部|服务部|加工厂|养殖场|种植园|培训学校|幼儿园|药房|大药房|超市|便利店|火锅店|餐馆|饭店|"
    "酒店|宾馆|客栈|民宿|理发店|"
    "服装店|小吃店|面馆|茶馆|茶楼|烧烤店|水果店|五金店|建材店|修理店|修理厂|汽修厂|诊所|副食店|蛋糕店|"
    "奶茶店|串串店|羊肉馆|批发部|"
    "砂石厂|砖厂|工作室|工程队|商行|家具店|手机店|母婴店|干洗店|早餐店|农家乐|网吧|歌城|鱼庄|酒楼|食府|饭庄|"
    "书店|花店"
)
BRAND = "[一-龥A-Za-z0-9（）()]"
NO_BRAND = re.compile(
    "^(?:我们|一个|一家|一间|个|家|开|办|想|要|这个|那个|哪个|啥子|注册|注销|变更|成立|商贸|劳务|建筑|农民|"
    "农业|这家|那家|他们|的|"
    "做|搞|有|没得|自己|私人|外省|外地|本地|股份|有限|[一二三四五六七八九十两几]+[个家])|[，,的想要办搞注]|"
    "开(?![发元心拓创泰源达])"
)

_BOUNDARY = rf"(?=$|[\s，,。；;！？!?、：:（）()…]|{FOLLOWS})"
_SPELLED = re.compile("|".join(sorted(SPELLED, key=len, reverse=True)))
_SURNAME_ENDS = re.compile(rf"{_BOUNDARY}|{TITLES}|[一-龥]{{2}}的|单?名|{_SPELLED.pattern}")
_SURNAME = re.compile(
    r"(?:免贵|我|本人|免贵我|鄙人|小|老人家|客户|他|她)?姓(?!名|氏|啥|什么|哪)(?P<rest>[一-龥]{1,6})"
)
_RELATION = rf"(?P<relation>{RELATIVES}|{ROLES})"
_CALLED = re.compile(
    rf"(?:我的?|他|她|你|咱|我们|俺)?{_RELATION}(?:的)?(?:名字|大名|姓名)?(?:叫做?|名叫|"
    rf"是(?=[一-龥]{{2,4}}(?:$|[，,。]))|：|:|(?<=姓名))(?!你|我|他)"
    r"|(?P<self>我(?:的?(?:名字|大名|姓名|全名)(?:叫做?|是)?|名叫|叫做?|(?<=我)就?叫)|本人叫?|我就?是)"
    r"|(?P<named>(?:姓名|大名|全名)(?=[一-龥]{2,4}(?:$|[，,。；; ]))|(?:名字|姓名|大名|全名|名)(?:叫做?|是|"
    r"：|:|[？?][嗯呃哦啊，,\s]{0,4})|(?<=[，,。 ])叫做?|^叫做?)"
    r"|(?P<sought>找|喊|问|交给|联系|送给)"
)
_COMPANY = re.compile(rf"(?P<brand>{BRAND}{{2,20}}?)(?P<kind>{COMPANY_ENDINGS})(?![一-龥]*?(?:咋|怎))")
_SHOP = re.compile(
    rf"(?:{APPLICANT})[“\"「『]?(?P<name>{BRAND}{{2,14}}?(?:{SHOP_ENDINGS}|{COMPANY_ENDINGS}|店|馆|坊|铺|厂|"
    rf"行))"
)
_LEAD = re.compile(rf"^.*(?:{APPLICANT}|办理|注销|变更|申请)")
_REGION = re.compile("四川省?|巴中市?|恩阳区|恩阳|[一-龥]{2,3}镇")


@cache
def _surnames() -> frozenset[str]:
    lines = SURNAMES_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


@cache
def _not_names() -> frozenset[str]:
    return frozenset(NOT_NAMES.split("|"))


def _split(text: str) -> tuple[str, str]:
    """A surname that opens the text, and the rest; ("", text) without one."""
    for length in (2, 1):
        if text[:length] in _surnames() and len(text) >= length:
            return text[:length], text[length:]
    return "", text


def _full_name(text: str) -> str:
    """The name that opens the text: the longest that ends where a name may end, or ""."""
    surname, rest = _split(text)
    if not surname:
        return ""
    for length in (2, 1):
        given = re.match(f"([一-龥]{{{length}}}){_BOUNDARY}", rest)
        name = surname + (given[1] if given else "")
        if given and _may_be_given(given[1]) and not {name, name[: len(surname) + 1]} & _not_names():
            return name
    return ""


def _may_be_given(given: str) -> bool:
    title = re.match(f"{TITLES}|{STAFF}|电话|手机|号码", given)
    return title is None and not any(char in NOT_GIVEN for char in given)


def _titled(text: str) -> str:
    """王大爷, 李嬢嬢: surname and how people address them."""
    surname, rest = _split(text)
    title = re.match(f"(?:{TITLES})", rest) if surname else None
    return surname + title[0] if title else ""


def _detail(text: str, start: int, value: str, spoken: str, **extra: str | bool) -> Detail:
    return Detail("name", value, spoken, start, start + len(spoken), {k: v for k, v in extra.items() if v})


def _after_surname(text: str) -> Iterator[Detail]:
    """姓王, 免贵姓陈, 我姓弓长张."""
    for match in _SURNAME.finditer(text):
        rest, start = match["rest"], match.start("rest")
        spelled = _SPELLED.match(rest)
        surname = SPELLED[spelled[0]] if spelled else _split(rest)[0]
        if not surname or (not spelled and not _surname_ends(text, start + len(surname))):
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
        if surname := SPELLED[match[0]]:
            start = match.end() + (text[match.end() : match.end() + 1] in ("，", ",", "的"))
            full = _full_name(text[start : start + 12])
            given = full.removeprefix(surname)
            if given not in ("", full) and text[start + len(full) : start + len(full) + 1] != "的":
                yield _detail(text, start, full, full)
            else:
                yield _detail(text, match.start(), surname, match[0], surname_only=True)


def _called(text: str) -> Iterator[Detail]:
    """我叫李建国, 我妈叫刘桂英, 我是张大爷, 找王德福."""
    for match in _CALLED.finditer(text):
        rest = text[match.end() : match.end() + 16]
        name = _full_name(rest)
        if (match["self"] or "").endswith("是") and not _ends_clause(rest, len(name)):
            name = ""  # 我是王家坝的
        if match["sought"] and (len(name) < 3 or rest[len(name) :].startswith("的")):
            name = ""  # 找高价的
        titled = "" if name else _titled(rest)
        if found := name or titled:
            title = titled[len(_split(titled)[0]) :] if titled else ""
            relation = match["relation"] or ("本人" if match["self"] else "")
            yield _detail(text, match.end(), found, found, relation=relation, title=title)


def _ends_clause(rest: str, length: int) -> bool:
    return re.match(r"$|[，,。；;！!\s]", rest[length:]) is not None


def _bare(text: str) -> Iterator[Detail]:
    """A name of three or four characters that is the whole sentence or stands before a blanked-out phone."""
    alone = re.match(r"[\s嗯呃，,]*(?P<name>[一-龥]{2,4})(?:[。.\s]*$|[，,、\s]*＊)", text)
    if alone and len(_full_name(alone["name"])) == len(alone["name"]) >= 3:
        yield _detail(text, alone.start("name"), alone["name"], alone["name"])


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
    found = [*_after_surname(text), *_spelled(text), *_called(text), *_bare(text)]
    return _better(found)


def _company_name(match: re.Match[str]) -> str:
    """The name with what leads up to it cut off, or "" when it is only a kind of company."""
    whole = match["brand"] + match["kind"]
    lead = _LEAD.match(match["brand"])
    whole = whole[lead.end() :] if lead else whole
    region = _REGION.search(whole)
    if region and 0 < region.start() <= 6 and NO_BRAND.search(whole[: region.start()]):
        whole = whole[region.start() :]
    brand = whole.removesuffix(match["kind"])
    distinct = _REGION.sub("", brand)
    return "" if len(distinct) < 2 or NO_BRAND.search(brand) or NO_BRAND.search(distinct) else whole


def find_companies(text: str) -> list[Detail]:
    """Companies, cooperatives, and shops introduced as the applicant."""
    found: list[Detail] = []
    for match in _COMPANY.finditer(text):
        if name := _company_name(match):
            found.append(Detail("company", name, name, match.end() - len(name), match.end()))
    for match in _SHOP.finditer(text):
        start, end = match.span("name")
        free = all(end <= other.start or other.end <= start for other in found)
        if free and not NO_BRAND.search(match["name"]):
            found.append(Detail("company", match["name"], match["name"], start, end))
    return sorted(found, key=lambda detail: detail.start)
