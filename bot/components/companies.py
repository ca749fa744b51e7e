"""Find the names of companies, cooperatives and shops, where they are introduced as the applicant."""

from __future__ import annotations

import re

from . import Detail
from .firms import find_firms
from .names import BLANK
from .surnames import FREQUENT

APPLICANT = (
    "我们(?:是|公司(?:是|叫|名字是)?|单位(?:是|叫)?)|我是|我(?:开|办)的(?:是|叫)?|公司(?:名称?|名字)?(?:是|"
    "叫|：)|"
    "(?:店名|名称|字号|店子|铺子|门市|单位|企业|申请人|申请单位|合作社|个体户|招牌)的?(?:名字|名称)?(?:是|"
    "叫做?|：|:)|(?:代表|帮|替|给)"
)
COMPANY_ENDINGS = (
    "有限(?:责任)?公司[一-龥]{2,6}?分公司|经济合作联合社|有限责任公司|股份有限公司|有限公司|分公司|专业合作社联合社|专业合作社|合作社|家庭农场|合伙企业|事务所"
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
TRADES = (  # what a firm without 公司 in its name ends with
    "门窗|建材|财税|汽修|汽配|汽贸|人力|物流|货运|信息部|工程队|理发|美发|美容|副食|百货|羊肉汤|豆花饭?|米线|粮油|装饰|装修|广告|家电|食品|农业|科技|商贸|"
    "传媒|餐饮|建筑|劳务|电器|五金|日化|苗木|茶业|酒业|机械|电子|家居|家纺|家政|烘焙|轮胎|农资|种业|修脚|洗车|洗车行|农机社|肉铺|粮站|药业|医药|测绘|造价|咨询|保洁|快递|驿站|"
    "搬家|驾校|商店|饭馆|凉粉|卤菜|火锅|烧烤|水产|印务|图文|摄影|婚庆|健身|教育|托管|石材|木业|砂石|运输|租赁|设备|环保|园林|钢构|服饰|鞋业|眼镜|宠物|养殖"
)
NO_BRAND = re.compile(
    "^(?:从事|经营|承接|单子|拟|设立|新设|新办|不|没|改|写|错|变更|[我你他她去到把忙送查拿打说交取带]|请问|一个|一家|一间|个|家|开|办|想|要|这个|那个|哪个|啥子|注册|注销|变更|成立|商贸|劳务|建筑|农民|"
    "农业|这家|那家|他们|的|"
    "做|搞|有|没得|自己|私人|外省|外地|本地|股份|有限|[一二三四五六七八九十两几]+[个家])|[，,的想要办搞注]|"
    "开(?![发元心拓创泰源达])"
)

_COMPANY = re.compile(rf"(?P<brand>{BRAND}{{2,20}}?)(?P<kind>{COMPANY_ENDINGS})(?![一-龥]*?(?:咋|怎))")
_SHOP = re.compile(
    rf"(?:{APPLICANT})[“\"「『]?(?P<name>{BRAND}{{2,14}}?(?:{SHOP_ENDINGS}|{COMPANY_ENDINGS}|店|馆|坊|铺|厂|"
    rf"(?<![不就来也都])行))"
)
_CALLED = re.compile(  # 店名叫阿珍副食, 药房叫百姓缘, 企业名称就是…
    "(?:(?:店名|字号|招牌|[药饭书网酒水果]店|药房|门市|铺子|店子?|馆子?|厂子?|公司|超市|诊所|茶楼|农场|作坊)的?(?:名字)?(?:就?叫做?|名叫)|(?:企业|单位|公司|店铺?)的?(?:名称|名字)(?:就?是|：)|店名(?:是|：)?)"
    "[“\"「]?(?P<name>[一-龥]{2,10}?)[”\"」]?(?=$|[，,。；;！])"
)
_PROPER = "(?:(?![的那这哪在给我你他她要想就是去来拿送取办做搞跑边头下没得不了请叫写])[一-龥A-Za-z0-9])"  # in no brand
_OF_TRADE = re.compile(  # 我是鲁班门窗, 永固桩基工程队的那单; 苏记人力，138…
    rf"(?:我们?是|这里是|这边是|我司|请(?:确认|核实)|回电|联系|[给帮替]|代表)(?P<own>{_PROPER}{{2,8}}?(?:{TRADES}))(?=的?(?:$|[，,。；;])|[要想有委下]|的(?:那|单))"
    rf"|(?:^|(?<=[，,。；;？?\s]))(?P<whose>{_PROPER}{{2,12}}?(?:{TRADES}|{SHOP_ENDINGS}|厂|经营部))(?=的[一-龥]{{0,6}}(?:单|笔|件|资料|材料|申请)|[，,\s]*{BLANK}{{7}}|[，,](?:我是|周|星期|礼拜|有人))"
)
_OF_HERE = re.compile(rf"(?:^|(?<=[，,。；;\\s电系]))(?P<name>(?:巴中市?)?恩阳区?{_PROPER}{{2,8}}?(?:(?:{TRADES})(?:厂|行|部|店|中心|站|经营部|门市部?)?|{SHOP_ENDINGS}|经营部))(?=$|[，,。；;])")
_IN_BRACKETS = re.compile(rf"(?<!写起)[（(「“](?P<name>{BRAND}{{2,10}}(?:{TRADES}|{SHOP_ENDINGS}|厂))[）)」”]")
_PLAIN_COMPANY = re.compile(rf"我们?是(?P<name>(?!外地|某|本地|一人|私营|民营|国有|独资|物业|保险|电力|自来水|供水|燃气|贸易|旅游|(?:{TRADES}))(?:(?!公司){_PROPER}){{2,8}}公司)(?=的?(?:$|[，,。])|[要想]|的(?![一-龥]{{0,3}}人))")
_FOOD = "凉面|凉粉|卤[味菜鹅鸭]|面馆|抄手|包子|烧腊|豆[腐花]|火锅|串串|烧烤|羊肉|牛肉|米[粉线]|小吃|糕点"
_RECORD = re.compile(rf"(?P<house>(?<![一-龥])[{FREQUENT}殷冯蒲雷袁罗熊](?:家|老[二三四五幺])(?:馆子|铺子|面馆|茶馆|豆花|凉[粉面]|羊肉|火锅|烧烤|包子|药铺))(?=$|[，,。；;{BLANK}0-9的])|(?P<family>[{FREQUENT}]记(?:{_FOOD}))|(?:^|(?<=[，,。；;\s是]))(?P<name>[^登没忘标笔日书速牢][记氏](?:{TRADES}|{SHOP_ENDINGS}))(?=$|[，,。；;的])")
_LEAD = re.compile(rf"^.*(?:{APPLICANT}|我[司社校店所院厂](?:是|叫)?|我公司|就写|查一?[下哈查]|问一?[下哈问]|^我(?!们)|委托|抬头(?:是|写|开|为|：)?|应为|应是|全称(?:是|为|叫)?|(?:名称|公司|单位)(?:改为|更正为)|主体(?:应为|为|改为|改成|变更为|是)|办理|注销|变更|申请|撤[回销]|取消|暂停|核实|确认|^来|(?:收件|签收|接收|委托|申请)(?:方|单位)(?:是|为)?|[改换][为成])")
_AT_PLACE = re.compile("(?:至|送到|来到?|位于|地址是?|地点是?|到|住在?|在)(?:恩阳区?)?[一-龥]{2,4}(?:镇|街道)[一-龥]{2,5}(?:村|社区)")
_REGION = re.compile("四川省?|巴中市?|恩阳区|恩阳|[一-龥]{2,3}镇")


def _company_name(match: re.Match[str]) -> str:
    """The name with what leads up to it cut off, or "" when it is only a kind of company."""
    whole = match["brand"] + match["kind"]
    if _AT_PLACE.search(match["brand"]):
        return ""  # 至花丛镇镇垭庙社区农机合作社 tells where
    opened = re.match("[^（）()]*[（(](?=[^）)]*$)", match["brand"])  # 我社（…合作社）
    whole = whole[opened.end() :] if opened else whole
    lead = _LEAD.match(whole.removesuffix(match["kind"]))
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
    named = ((match, match.lastgroup or "name") for find in (_SHOP, _CALLED, _RECORD, _OF_TRADE, _PLAIN_COMPANY, _OF_HERE, _IN_BRACKETS) for match in find.finditer(text))
    for match, group in named:
        start, end = match.span(group)
        free = all(end <= other.start or other.end <= start for other in found)
        if free and not NO_BRAND.search(match[group]):
            found.append(Detail("company", match[group], match[group], start, end))
    for start, name in find_firms(text):
        if all(start + len(name) <= other.start or other.end <= start for other in found) and BLANK not in name:
            found.append(Detail("company", name, name, start, start + len(name)))
    return sorted(found, key=lambda detail: detail.start)
