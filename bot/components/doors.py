"""What follows the names of a place down to the door (小卖部, 三组, 滨河路12号3栋), and addresses of doors alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import Detail

OUTSIDE = (
    "巴州区?|平昌县?|通江县?|南江县?|仪陇县?|成都市?|广安市?|南充市?|阆中市?|达州市?|广元市?|绵阳市?|"
    "重庆市?|遂宁市?|德阳市?|宜宾市?|泸州市?|自贡市?|内江市?|乐山市?|眉山市?|资阳市?|雅安市?|攀枝花市?|凉山州?|阿坝州?|甘孜州?|汉中市?"
)
FARAWAY = (
    "浙江|广东|福建|江苏|上海|北京|深圳|新疆|天津|河北|河南|山东|山西|陕西|甘肃|青海|宁夏|内蒙古?|西藏|云南|贵州|广西|海南|"
    "湖南|湖北|江西|安徽|辽宁|吉林|黑龙江|香港|澳门|台湾|广州|东莞|佛山|珠海|中山|惠州|苏州|无锡|昆山|常州|南京|杭州|宁波|温州|义乌|"
    "厦门|泉州|福州|武汉|长沙|西安|昆明|贵阳|拉萨|兰州|郑州|石家庄|乌鲁木齐|外省|外地|沿海|国外"
)
DOOR_ENDINGS = (
    "小卖部|门市部?|经营部|服务部|[药饭面网酒商饮旅水果茶理发杂货粮油菜肉家电手机早餐]店|[^这那]个店|店子?|"
    "铺子?|路口|[^没上一半修走]路|街上|"
    "街头|街口|(?:[老新正东南西北上下]街|街)上?|巷子?|学校|小学|中学|高中|幼儿园|医院|卫生院|卫生室|诊所|"
    "超市|茶馆|馆子|茶楼|"
    "饭馆|餐馆|宾馆|酒楼|车站|客运站|加油站|收购站|站|村委会|居委会|党群服务中心|便民服务中心|服务中心|"
    "活动室|活动中心|中心|"
    "办公室|政府|派出所|信用社|银行|邮局|农贸市场|菜市场|市场|广场|桥头|桥边|桥|河边|门口|大门|坝坝|坝子|"
    "院子|院坝|大院|"
    "[面茶餐饭]馆|屋头|家头|家里|(?<![那这一哪几专国别人])家(?![庭属长具电人])|楼下|楼上|单元|[0-9一二三四五六七八九十]楼|"
    "[0-9一二三四五六七八九十]栋|号楼|楼|苑|花园|小区|公寓|府|"
    "住院部|门诊部|村小|完小|养老院|敬老院|福利院|工地|厂里|厂|场口|场上|场镇|[出进]站口|[出入]口处?|[东南西北]门|药房|药铺|篮球场|停车场|操场|供销社|营业厅|邮政|文化站|冷库|料场|汽修城|彩票店|货运站|物流园(?:[A-Z]区)?|田坎边|高速口|摊子|摊摊|洗车场|项目部|(?<!宅)基地|转盘|传达室|门卫室?|保安室|后门|垭口|垭|湾里|湾头|湾|沟头|"
    "沟里|沟|梁上|梁|坡上|坡|坪|坝|寺|庙|庙子|"
    "[0-9一二三四五六七八九十]+(?:组|社|队|号|室|户|幢|座|排|库)|第[0-9一二三四五六七八九十]+[家户间排栋层]|黄桷树|核桃树|大树|凉亭|牌坊|岔路口|岔口|口子上?|码头|"
    "水库|鱼塘|养殖场|农家乐|"
    "护士站|导诊台|服务台|前台|签到处|寄存处|取票口|售票[处厅]|检票口|候车室|停靠点|代办点|服务[站点]|驿站|收发室|"
    "财务[室部处科]|(?:综合|行政|人事|招标|工程|业务|市场|后勤|销售|采购)[一-龥]{0,2}部|物管[房处]|物业(?:办公室|中心|处)?|"
    "[写办]字?公?楼|宿舍楼?|厂房|车间|[仓冷]库|库房|大厦|门面|摊位|板房|[河江堤]堤上?|堤坝|灯杆|电杆边?边?|坎[上下脚]头?|[脚坎]下头?|牌坊|祠堂|磨坊|碾坊|水井边?边?|"
    "公社|大队部?|镇上|村头|村口|合作社|修理厂|隔壁|对门|斜?对面|旁边|边边|边上|后头|前头|背后|附近|底下|高头|外头"
)
STOPS = (
    "来[拿取接收找办不一帮一]|来$|来嘛|来哈|来一|就[行是可在要得]|那[里儿边]|这边|这里|这儿|等[你我到起]|"
    "等$|取$|拿$|接$|[拿取]一|要[办来不]|想|帮我|办[个一理证]|"
    "没得|没人|有|嗯+[，, ]?(?:送|到|来)|你们|送[到拢去]|走(?:电梯|楼梯|路|到|拢)|不[要用是得来系]|往|拿|是|把|问|喊|找|取走|可以|得行|电话|打我|[吧嘛哈哦哟]|谢谢|麻烦|离|咋|好多|我要|我叫|我姓|姓|叫|上午|礼拜|星期|周[一二三四五六日天末]|店名|店叫|改[成到]|现在|"
    "下午|明天|后天|今天|晚上|早上|谁|哪|算|开[了个的店五幺饭餐馆小民火起药超茶理铺诊]|租[了个]|承包|种[了的]|买|做[生小]|材料|资料|东西|证件|我走|"
    "走过|下车|坐"
)
NOT_DOORS = re.compile(
    "^的?(?:我们?)?(?:市民之家|政务|大厅|窗口|屋头|家里|家头|家|外头|城头|外面|隔壁屋头|医院开|银行卡)$|"
    "^的?(?:市民之家|政务|大厅|窗口|外头|城头|外面|医院开|银行卡)|熟人|(?:政务|办事|服务)大厅|"
    "市民之家|窗口|车站坐"
)
FREE_BEFORE = (
    "送到|送拢|送往|寄到|拿到|带到|送去|(?:地址|地点|取件点)(?:(?:[换改]|变更)(?:成|到|为)|为)?是?[：:，,]?(?:在|是)?|住在|住到|家住|屋头在|家在|等在|(?:我|人|就)在|放到|放在|"
    "至(?=.{2,14}[来取拿接收])|改[成到在](?:去|送到?|寄到|拿到|到)?(?![0-9一二三四五六七八九十])|到(?=.{2,14}[来取拿接])|(?<![自不])来(?![人个帮一过得不的了]|直接)(?=[一-龥]{2,10}?[拿取收接])|去(?=(?:对面|隔壁|旁边|街上|门口|楼下)[一-龥]{1,8}[拿取收接])|停在|在(?=(?:(?!了)[一-龥]){2,20}?(?:等|[拿取接交]))"
)
STRONG_DOOR = re.compile(
    r"[一-龥]{2,6}(?:路|街|巷|大道)(?:[东西南北中]?段)?[0-9一二三四五六七八九十百]+号|"
    r"[一-龥]{2,8}(?:小区|苑|花园|公寓|府|城|湾|家园|名都)[0-9一二三四五六七八九十]+(?:栋|号楼|幢|单元)(?:\d{3,4}室?)?"
)


_DOOR_END = re.compile(DOOR_ENDINGS)
_STOP = re.compile(STOPS)
_ON_IT = re.compile("(?:(?<=[馆店坝院湾厂沟])头(?!上)|(?<=[坝店铺摊坎垭])子?上(?![午班个来去门户学]))?")
_UNIT = re.compile(
    r"[0-9一二三四五六七八九十]+(?:栋|幢|单元|号楼|楼|号|室|组|社|队|户|座|层|床|排|库)+(?:[A-Za-z]?\d{3,4}[室房号]?|[一二三四五六七八九十零〇]{3,4}(?![组年月]))?|"
    r"[A-Za-z]\d{0,3}[座栋幢区馆厅](?:\d{2,4}[室号]?)?|(?<=[楼座栋园厦层元舍幢])(?:[A-Za-z]?\d{3,4}室?|[零〇一二三四五六七八九]{3,4}(?![组年月]))"
)
_FETCHED = re.compile("[来取拿接等就谢]|[那这][里儿边]|麻烦|电话|打我|想|要|帮|叫|姓|我|[上下]午|[今明后]天|可以|得行")
_NUMBERED = "[0-9一二三四五六七八九十]+"
_WHOLE = re.compile(  # 三栋二单元五楼, 住院部六楼12床
    rf"(?:^|(?<=[，,。；;：:？?！\s]))(?:我?(?:就?住?在|住)|送到)?(?P<door>[一-龥]{{0,10}}?(?:{_NUMBERED}(?:栋|幢|单元|号楼|楼|层)){{2,}}(?:{_NUMBERED}[号室户床]?)?|[一-龥]{{0,8}}住院部{_NUMBERED}楼(?:{_NUMBERED}[床号室])?|[一-龥]{{0,8}}{_NUMBERED}单元\d{{3,4}})[嘛哈]?(?=$|[，,。；;])"
)
_BESIDE = re.compile(  # 就农商行对门
    "(?:^|(?<=[，,。]))(?:就在|就是|是|就|我在|在)(?P<door>[一-龥]{2,10}(?:对门|斜对面|隔壁|楼下|背后|旁边|那家))(?=$|[，,。])|"
    "^(?![^，,。]*[你是哪不吗])(?P<spot>[一-龥]{3,12}(?:对门|对面|斜对面|隔壁|楼下|背后|旁边))$|"
    "(?:^|(?<=[，,。]))(?P<wait>(?:(?![喊说点到我])[一-龥]){3,12}(?:下面|底下|门口|桥头|路口|牌坊))(?=等(?:你|起|我|$|[，,。]))"
)
_UNLISTED = re.compile("(?![哪这那每同本])[一-龥]{2,4}?(?:村|社区)(?![里头的])")
_NO_ADDRESS = re.compile(
    rf"[“「\"]|现在|不|跟|取|去|公路|路边|就近|[今明后]天|老家|{FARAWAY}|[改换]|房子[高里头上]|[0-9一二三四五六七八九十]+[月号点]|屋檐|期|底|处|别|隔壁|[我你他她]们?|街上(?![一-龥]{{0,6}}那个)|你|您|他|哪|这|那|的|了|{OUTSIDE}|[一-龥]{{1,2}}[省县]"
)
_HANDED = re.compile("[送拿收取接交约寄]|地[址点方]|位置|碰头|原")  # else a house is rebuilt: 村小改成活动中心了, 那间房改成小超市
_NOWHERE = re.compile(  # of any village, school or house
    r"(?:我们?)?(?:[大店]?门口|学校门口|办公室|菜市场|[一-龥]?[坝厂店院]头|摊摊?上|家里|屋头|"
    r"[县区]?医院(?:家里|[一二三四五六七八九十\d]+楼)?|[一二三四五六七八九十\d]+床|工地(?:上|旁边|板房)*|"
    "[进大]?门口?.{0,2}[坎层]坎?上?|树[脚下]+|房子[上高里]头)"
)
_FREE = re.compile(FREE_BEFORE)
_FREE_SURE = re.compile("送[到拢往去]|[寄拿带]到|住[在到]")
_LED_TO = re.compile(  # 直接来, 自己买的在
    ".*(?:[送寄拿带搬住改换]到|[送住改]在|送[拢往去]|买的?在|地址(?:是|为|改成)?|我们?|现在|目前)(?:家(?!园)|就|住(?!院)|是|在)*|.*直接(?:来|到|去)|(?:家(?!园)|住(?!院)|就|是|在)+|(?:来|到|去)(?=[一-龥]{2,})(?![龙凤])"
)
_AFTERWARDS = re.compile(
    "头?等(?:了|到(?:半夜|现在|天黑|黑))|了?就?(?:走了|跑了|不管|丢起)|(?:换|办|盖|租了|(?:做|干|上|待|住)[了过])|[了没]?(?:没得|没有)?(?:$|，)(?<=没得)"
)  # what a runner did there
_QUESTION = re.compile("[^，,。]{0,3}?(?:能|可不可以|办[不得]|上班|几点|有没得|有没有|在哪|哪)")


def door_end(text: str, start: int) -> int:
    """Where the description of the door ends that begins at `start`; `start` itself when there is none."""
    end = start
    for _ in range(3):
        lead = re.match(r"(?:[，,、\s]+|的|[嗯呃](?=[0-9一二三四五六七八九十]))?(?:[那这]边的)?(?:在|就在|那个(?=[一-龥]))?", text[end : end + 8])
        begin = end + (lead.end() if lead else 0)
        clause = re.split("[，,、。；;！？!?\n]", text[begin : begin + 22])[0]
        stop = _STOP.search(clause)
        if (
            begin > end
            and text[begin - 1] in "，, "
            and (re.match("[我你他她是不到来去送走莫别]", clause) or (stop and not _FETCHED.match(stop[0])))
        ):
            break  # ，门口有棵黄桷树 or ，村委会周末锁门: a remark, not the door
        clause = clause[: stop.start()] if stop else clause
        unlisted = _UNLISTED.match(clause) if end == start else None
        if NOT_DOORS.search(clause):
            break
        ends = [match.end() for pattern in (_DOOR_END, _UNIT) for match in pattern.finditer(clause)]
        ends += [unlisted.end()] if unlisted else []
        if not ends or (begin > end and text[begin - 1] in "，, " and max(ends) < len(clause) - 2):
            break
        end = begin + max(ends)
        end += len(_ON_IT.match(text, end)[0])  # type: ignore[index]
    return start if _asked_about(text, start, end) else end


def _asked_about(text: str, start: int, end: int) -> bool:
    """Whether the service centre behind a township is what the question is about, and no door."""
    return text[start:end].endswith("中心") and _QUESTION.match(text, end) is not None


def spoken(text: str) -> str:
    """Without the commas that a recogniser puts inside a place."""
    return re.sub(r"[，,、\s嗯呃]|(?<=[，,、\s])就?在", "", text)


def doors_alone(text: str) -> Iterator[Detail]:
    """Addresses without a township: a road with a number, a block of flats, a shop after 送到."""
    for match in (*_WHOLE.finditer(text), *_BESIDE.finditer(text)):
        said = match.lastgroup or "door"
        if not _NO_ADDRESS.match(match[said]) and not NOT_DOORS.search(match[said]):
            yield free_place(text, match.start(said) + _lead(match[said]), match.end(said))
    for match in STRONG_DOOR.finditer(text):
        start = match.start() + _lead(match[0])
        start -= len("恩阳") if text[:start].endswith("恩阳") else 0
        yield free_place(text, start, max(door_end(text, match.end()), match.end()))
    for match in _FREE.finditer(text):
        start = match.end()
        end = door_end(text, start)
        if _FREE_SURE.search(text, start, end):
            continue  # 来得及的话直接送到 …
        became = match[0].startswith("改") and (text[end : end + 1] == "了" or not _HANDED.search(text, 0, match.start()))
        if end - start >= 3 and not became and not re.search("[了们喊说嗯]", text[start:end]) and not _NO_ADDRESS.match(text, start) and not _NOWHERE.fullmatch(text, start, end) and not _AFTERWARDS.match(text, end):
            yield free_place(text, start, end)


def _lead(said: str) -> int:
    """How much of what was said only leads to the door (直接来, 现在住在)."""
    found = _LED_TO.match(said)
    return found.end() if found else 0


def free_place(text: str, start: int, end: int) -> Detail:
    """A place of no known town or village: what was said is the door."""
    door = spoken(text[start:end])
    extra = {"township": "", "village": "", "door": door, "names": []}
    return Detail("place", "", door, start, end, extra)
