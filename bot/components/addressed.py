"""Find people as others speak of them: 小周, 老吴, 王老板, 我女子小芳, 我哥子彭大勇.

Nothing announces these names, so the surname must be a frequent one and what stands around it must leave no
other word: 养老金 holds no 老金, 谢谢师傅 no 谢师傅. A name that calls somebody (「王老师，请问」) is the
listener's and tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import Detail
from .beside import names_beside, surnames_beside
from .described import described_names, joined
from .names import BLANK, RELATIVES, ROLES, SPELLED, STAFF, TITLES, find_names, full_name
from .other_names import other_names
from .sure_names import ENDS, ONE_CHARACTER, TWO_CHARACTERS, sure_name
from .surnames import ALSO_WORDS, FREQUENT, NO_OTHER_WORD, RARE, given_characters, surnames

HONOURS = (
    f"{TITLES}|老板娘|会计|经理|主任|书记|支书|社长|队长|组长|村长|校长|院长|所长|科长|文书|部长|主管|总监|秘书|助理|律师|站长|厂长|店长|园长|总工|专委|护士|大夫|医师|干事|委员|网格员|教授|警官|班长|主席|馆长|场长|司机|师母|[二三四五六七幺][哥姐]|小姐|大汉|表[叔哥弟姐妹嫂]|伯伯|大伯|大孃|大嬢|"
    "[二三四五六七八幺]爷|[二三四五六七八幺]孃|[二三四五六七八幺]嬢|[二三四五六七八幺]娘|幺爸|[大二三幺]婶|[大二三幺]嫂|"
    "哥子|奶奶|太婆|老师傅|老头|太爷|嫂嫂|嫂子|[大二三幺]姑|[胖瘦矮聋瞎跛驼麻]子|教练|(?<![施包车农])工(?=$|[，,。在来接收拿])|大?妹(?=手|屋|家|[，,。]|$)|(?<!孙)大?娃儿?(?=$|[，,。的给喊来])"
)
FOLK = re.compile("(?!大[姐哥])[大二三四五六七八幺][爷娘妈叔伯婶姨嫂孃嬢姑舅爸婆哥姐]|[嫂孃嬢婶]$|大妹|爷爷|婆婆|奶奶|嬢嬢|孃孃|嫂嫂|老汉|老头|幺妹儿?")  # whom nobody at the hall is called
SHORT_HONOURS = "[哥姐叔婶嫂伯姨孃嬢婆总]"
KIN = "|".join(sorted((
    "同学|同事|祖祖|朋友|战友|党员|儿媳|老大|老二|老三|老四|老幺|妹夫|姐夫|姨父|姨爹|姑爷|孙娃子|女子|哥子|老表|幺妹|兄弟|女娃子|大娃|二娃|三娃|幺娃|老头子|老头|老伴儿|老伴|老者|老婆子|老太婆|老太太|老爷子|妹子|嫂子|"
    f"[表堂][叔哥姐妹弟嫂婶]|表侄|[二三四五六七八幺]爸|[大二三幺]舅|老丈人|丈母娘|岳父|岳母|侄儿|侄女|侄子|外孙女|外孙|娃娃|舅子|妈老汉|婶娘|嬢嬢|孃孃|亲家|老公公|老人婆|{RELATIVES}"
).split("|"), key=len, reverse=True))  # fmt: skip
_WORD_BEFORE = "(?<![大从最变很太比古月养敬二一弱微几])"
_NO_SURNAME_BEFORE = (
    "(?<![上下本这每一两三几]周)(?<![一二三几两主慌紧纸]张)(?<!行李)(?<![也准允或]许)(?<![示规模防]范)(?<![外长]孙)(?<!不曾)"
)
_INTRODUCED = re.compile(
    rf"(?:^|{STAFF}|[叫喊][他她]|[\s，,。；;！？!?、：:{BLANK}]|找|是|叫|喊|姓|给|{ROLES}|[改换]成|[改换]为|的|联系|联系人|问|和|跟|请|让|接|在|那个|跑手|窗口|前台|里|交|管|归|由|就说|回复|转告|通知|拿了|取了|称呼我|一声|给|至|到|向|我们?|来|去|隔壁|邻居|保安|门卫|资料员|施工员|人称|喊声|经办人?|小卖部|师傅|会计|出纳|法务|[村社区部队司厂店校位镇局院室方「“][ ]?)$"
)
_AFTER_OLD = "".join(sorted(surnames() - set("于万时常单路米牛强来鲜古包车房边关管毛苗全计成商党应区母")))
_SHORT = re.compile(rf"{_WORD_BEFORE}(?P<name>[小老](?P<surname>[{FREQUENT}{ALSO_WORDS}{NO_OTHER_WORD}昝乔柳倪严左欧尤祝莫温游]|(?<=[找喊卫匠叫].)[{_AFTER_OLD}])){ENDS}|(?P<child>(?:[{FREQUENT}{NO_OTHER_WORD}]|(?<=[我是叫写找喊哥弟])[{ONE_CHARACTER}])(?:老[大二三四五六七幺]|[二三四五六七幺]娃|(?<=[找喊叫].)娃)){ENDS}")
_TITLED = re.compile(
    rf"(?P<name>(?P<surname>{TWO_CHARACTERS}|[{ONE_CHARACTER}]){_NO_SURNAME_BEFORE}(?P<title>(?:家(?=[幺大二三四五]))?(?:{HONOURS})(?!们)|{SHORT_HONOURS}{ENDS}))(?P<child>)"
)
_OF_THE_HALL = re.compile("(?:你们|上[次回]来的?|来的?|登记的?|派来的?)的?(?:那个|这个|那位|这位)$|你们$|派来的$|(?:医院|医院?[内外骨儿妇眼]科|(?<![一-龥])[内外骨儿妇眼]科)的?$|辛苦[了]?$")  # whoever came, no citizen
_SAYS = re.compile("说(?!一声)")
_ALL_HAVE = re.compile("都(?!晓得|认得|知道)[^，,。]*了")  # 隔壁周二嫂都办下来了  # an official who said something
_CALLS = re.compile("^(?:喂|你好|您好)?[，, ]*$")
_KIN = re.compile(
    rf"(?:{KIN}|{STAFF}|跑手|前台|文书|邻居|房东|门卫|保安|片警|网格员|老板|老板娘|会计)(?:的?(?:名字)?(?:叫|是))?(?=(?P<familiar>[小阿][一-龥])|[一-龥]{{2}})"
)
_KIN_GOES_ON = re.compile("$|[，,。]|的[一-龥]")
KIN_WORDS = frozenset(KIN.split("|"))
_TWIN = re.compile(r"(?:女儿|儿子|孙女|孙子|孙儿|妹妹|弟弟|女娃儿|幺妹|幺女|侄女|外孙|媳妇)(?:叫|是)?(?P<name>([莉婷妞丽芳娟燕琴红玲敏静倩雯佳欣娜蕾露媛珍珠梅兰菲瑶蓉莎薇甜乐圆童萌萱涵轩浩宁彤楠毛贝强军涛磊])\2)")
_WITH_A = re.compile("(?:^|找|喊|叫|联系|前台|跑手|收件人|联系人)(?P<name>阿(?:[A-Za-z]{1,8}|(?![姨嬢婆公哥妹爸妈坝])[一-龥]))(?=$|[，,。就拿取])")  # 找前台阿may
_BY_RANK = re.compile("(?:找|喊|交给|送给|问)(?P<name>[幺胖二三四五六七八][嫂婶娘孃嬢舅姨叔爸哥姐爷])(?=[拿取要接]|都晓得|就[行是])")  # 找幺嫂拿
_ENDS = re.compile(ENDS)
_EXPLAINED = re.compile(r"(?:^|(?<=[\s，,。？?！是叫我]))(?P<name>[一-龥]{2,4})[，, ]+(?=[一-龥]{1,3}的(?P<char>[一-龥]))")
_EXPLAINED_BEFORE = re.compile("(?:那个|的)(?P<char>[一-龥])[，, ]+(?P<name>(?P=char)[一-龥]{1,2})(?=$|[，,。])")  # 归海路那个归，归小兰
_EXPLAINED_AT_ONCE = re.compile("叫(?P<name>[一-龥]{3}|[一-龥]{2})(?=(?P<word>[一-龥]{2,3})的(?P<char>[一-龥]))")
_WRITTEN = re.compile(
    "(?:名字|名|登记|下单|落款|抬头|户头|单子)[^，,。；;]{0,4}?(?:写|填|留|登记|登|记|报|用|落)(?:的就?是|的|成|为|上|是|我的?)?|登记的(?:名字)?就?是|(?:[，,。]|^)(?:我?(?:留|写|填|报)的|收件|收件的)(?:名字)?就?是|收件的?(?:写|填|改)|(?:接件|收件|取件|签收|来|接|下单)的人(?:叫|是)"
)
_NAMED = re.compile("(?:名字|姓名|大名)[，, ]?[嘛呢哈]?[，, ]?|[他她]就?叫|签[的个]?|(?:就|[改换填])写|[改换]成?")
_ABOUT = re.compile("写|填|登记(?:一下)?[：:]?|(?:人|收件)?换成?|帮我?|给|替|为|(?<!不)是|要办的|问|等|喊|叫|接|找|跟|和|送|的")
_APART = re.compile(  # 姓周名德发; 鄙姓佘，佘太君的佘，单名一个鹏
    rf"姓(?P<surname>{TWO_CHARACTERS}|[{ONE_CHARACTER}])(?:[，, ][一-龥]{{1,4}}的[一-龥])*[，, ]?(?:单名一?个?|名叫?|名字(?:叫|就?一?个?单字)?)[，, ]?(?P<given>[一-龥]{{1,2}}?)(?:这个字|字|{ENDS})"
)
_SPELLED_AFTER = re.compile(  # 是汪，三点水那个
    "[是姓叫](?:" + "|".join(f"(?={name}[，, ]{said[: -len(name)]}(?!{name}))" for said, name in SPELLED.items() if name and said.endswith(name))
    + ")(?P<name>.)"
)
_CLAUSE = re.compile(r"(?:^|(?<=[\s，,。；;]))[一-龥]{2,3}(?=$|[\s，,。；;])")
_WORD_OF_TWO = re.compile("[一-龥][家天二三国朝土]|许可|陈述|李子|杨梅|黄河|黄山|黄海|黄水|黄花|范文|范本|周全|周长|唐山|梁平|吕梁|苏[宁北南州东中]|陆[海运航行权]|夏[秋冬]|庞大|罗兰|韩文|岳西|汪洋")  # though each could be a name
_MY_OWN = re.compile("(?:^|(?<=[\\s，,。]))(?P<name>[一-龥]{3})[，, ]?就?是我(?=$|[，,。])")
_I = re.compile("(?:^|[，,。])我(?P<name>[一-龥]{2,3})(?=[，,]|$)")  # 我袁刚，…
_A_DAY = re.compile("[周今明后昨][一二三四五六日天晚早]")
_ASK_FOR_ME = re.compile("找我(?P<name>[一-龥]{2,3})(?=$|[，,。])")  # 还是找我蒙娜
_AFTER_KIN = re.compile(rf"(?:{KIN})[，, ]+(?P<name>[一-龥]{{3}})(?=$|[，,。])")
_LAST = re.compile("[，,](?P<name>[一-龥]{3})$")  # 代领身份证，祝小军
_WHOSE_ORDER = re.compile("(?:^|[，,。除了给帮哈下查]|单子是|我)(?P<name>[一-龥]{2,3})(?=的(?:那个?|这个?)?(?:[订定]?单|件|执照|[，,])|下的|[，,]喊|[，,]叫)")
_TWO = re.compile("(?P<name>[一-龥][^家天二三国朝土花山水河海川江大以本长])[哈嘛。！!]?")
_SUR = f"(?P<name>[{FREQUENT}{ALSO_WORDS}])"
_MISHEARD = re.compile(  # 我幸王, 我性冯点话138…
    rf"(?:(?<=我)|(?<=[，,。])|^)[幸性信兴形醒新](?P<name>[{FREQUENT}])(?=$|[\s，,。]|[电点店]话|手机|号码|[0-9{BLANK}])"
    rf"|我[幸性信兴形醒新](?P<other>[{ONE_CHARACTER}])(?=(?P=other)[一-龥]{{0,2}}的(?P=other)|[，, ]?[一-龥]{{1,3}}的(?P=other))"
)
_WHOSE = re.compile(rf"(?:^|(?<=[\s，,。我姓叫是])){_SUR}[，, ]+(?=[一-龥]{{1,3}}的(?P=name)(?:$|[，,。]))")
_RATHER = re.compile(
    rf"(?<!不)[是姓]{_SUR}[，, ]?不是姓?[{FREQUENT}{ALSO_WORDS}柳](?=$|[，,。])|不是姓?[{FREQUENT}{ALSO_WORDS}柳][，, ]?(?:是|姓|而是){_SUR.replace('name', 'other')}(?=$|[，,。])"
)
_RATHER_THIS = re.compile("不是(?P<other>[一-龥]{2,3})[，, ]?(?:而?是|应该是)(?P<name>[一-龥]{2,3})(?=$|[，,。])")  # 不是张伟是章伟
_RELATED = re.compile(f"我是(?P<name>[一-龥]{{2,3}})的(?:{RELATIVES})(?=$|[，,。])")  # 我是王强的老婆
_RATHER_NAME = re.compile("(?<!不)是(?P<name>(?P<family>[一-龥])[一-龥]{1,2})[，, ]?不是(?P<other>(?P=family)[一-龥]{1,2})(?=$|[，,。])")
_BESIDE_PHONE = re.compile(
    rf"(?:^|(?<=[\s，,。])|联系人|经办人|收件人)(?P<name>[{FREQUENT}])[，, ]?(?={BLANK}{{7}})|(?:{KIN})[，,](?P<last>[{FREQUENT}{RARE}祝])[。]?$|(?<={BLANK}{{7}})[，, ]?(?P<other>[{FREQUENT}])(?=$|[，,。])"
)
_DAYS = frozenset("一二三四五六日天")  # 是周四不是周三


def _detail(text: str, start: int, name: str, **extra: str) -> Detail:
    return Detail("name", name, name, start, start + len(name), extra)


def _spoken_of(text: str) -> Iterator[Detail]:
    """小周, 老吴; 王老板, 李大姐."""
    for pattern in (_SHORT, _TITLED):
        for match in pattern.finditer(text):
            before, start = text[: match.start()], match.start()
            folk = pattern is _TITLED and FOLK.match(match["title"].removeprefix("家"))
            calling = pattern is _TITLED and not folk and _CALLS.match(before) and re.match(f"[，, ](?!{BLANK}{{7}})", text[match.end() :])
            doubtful = pattern is _TITLED and match["surname"] not in FREQUENT + (ALSO_WORDS + RARE if folk else "")
            if pattern is _TITLED and not folk and _SAYS.match(text, match.end()):
                continue  # 徐医生说要盖章
            if folk and _ALL_HAVE.match(text, match.end()):
                continue
            if calling or _OF_THE_HALL.search(before) or (doubtful and not _INTRODUCED.search(before)) or match[0].startswith("谢师"):
                continue
            yield _detail(text, start, match["name"] or match["child"], title=match.groupdict().get("title") or "")


def _kin(text: str) -> Iterator[Detail]:
    """我女子小芳, 我哥子彭大勇: whoever is introduced by what they are to the speaker."""
    for match in (*_TWIN.finditer(text), *_BY_RANK.finditer(text), *_WITH_A.finditer(text)):
        yield _detail(text, match.start("name"), match["name"])
    for match in _KIN.finditer(text):
        rest = text[match.end() : match.end() + 12]
        called = full_name(rest, announced=True) if match[0].endswith("叫") else ""
        name = match["familiar"] or (called if len(called) > 2 else "") or sure_name(rest, known=ONE_CHARACTER) or sure_name(rest, two=True, known=FREQUENT)
        if not name and match[0] in KIN_WORDS and (name := sure_name(rest[:2], two=True, known=FREQUENT + RARE.replace("祝", ""))) and not _KIN_GOES_ON.match(rest, 2):
            name = ""
        if re.fullmatch(STAFF, match[0]) and _SAYS.match(rest[len(name) :]):
            name = ""
        if name and name[-1] in given_characters() and (name != match["familiar"] or _ENDS.match(text, match.end() + 2)):
            yield _detail(text, match.end(), name, relation=match[0])


def _explained(text: str) -> Iterator[Detail]:
    """罗桂英，桂花的桂."""
    for match in (*_EXPLAINED.finditer(text), *_EXPLAINED_AT_ONCE.finditer(text)):
        if match["char"] not in match.groupdict().get("word", match["char"]):
            continue
        announced = text[: match.start("name")].endswith("叫")
        known = announced or match["name"][0] in FREQUENT + ALSO_WORDS + (match["char"] if len(match["name"]) > 2 else "")
        if known and match["char"] in match["name"] and full_name(match["name"], announced=announced) == match["name"]:
            yield _detail(text, match.start("name"), match["name"])
    for match in _EXPLAINED_BEFORE.finditer(text):
        if full_name(match["name"], announced=True) == match["name"] and set(match["name"][1:]) <= given_characters():
            yield _detail(text, match.start("name"), match["name"])


def _written(text: str) -> Iterator[Detail]:
    """登记名字写何秀兰; 他叫贺强; 帮陈国秀办; 姓周名德发."""
    for match in (*_WRITTEN.finditer(text), *_NAMED.finditer(text)):
        rest = text[match.end() : match.end() + 12]
        if name := sure_name(rest, known=ONE_CHARACTER) or (full_name(rest) if match.re is _WRITTEN else sure_name(rest, two=True)):
            yield _detail(text, match.end(), name)
    for match in _ABOUT.finditer(text):
        known = ONE_CHARACTER if match[0].endswith(("给", "帮", "替", "为", "帮我", "写", "登记", "：")) else FREQUENT + ALSO_WORDS
        if name := sure_name(text[match.end() : match.end() + 12], known=known):
            yield _detail(text, match.end(), name)
    for match in _SPELLED_AFTER.finditer(text):
        yield _detail(text, match.start("name"), match["name"])
    for match in _APART.finditer(text):
        spoken = text[match.start("surname") : match.end("given")]
        yield Detail("name", match["surname"] + match["given"], spoken, match.start("surname"), match.end("given"), {})


def _alone(text: str, told: set[str]) -> Iterator[Detail]:
    """A clause that is a name and nothing else (「你记一下，赵云川」); `told`: surnames that were said before."""
    for match in _CLAUSE.finditer(text):
        if not _WORD_OF_TWO.fullmatch(match[0]) and (name := sure_name(match[0], two=len(match[0]) == 2, known=FREQUENT + "".join(told))):
            yield _detail(text, match.start(), name)
    for match in (*_MY_OWN.finditer(text), *_I.finditer(text), *_ASK_FOR_ME.finditer(text), *_AFTER_KIN.finditer(text), *_LAST.finditer(text), *_WHOSE_ORDER.finditer(text)):
        name, two = match["name"], len(match["name"]) == 2
        sure = match.re in (_ASK_FOR_ME, _WHOSE_ORDER)
        known = ONE_CHARACTER if sure or match.re in (_LAST, _AFTER_KIN) else FREQUENT + ALSO_WORDS + ("" if two else RARE)
        if not _A_DAY.match(name) and sure_name(name, two=two, known=known) and not re.fullmatch(KIN, name):
            yield _detail(text, match.start("name"), name)
    if (match := _TWO.fullmatch(text.strip())) and sure_name(match["name"], two=True, known=FREQUENT):
        yield _detail(text, text.index(match["name"]), match["name"])


def _surname_alone(text: str) -> Iterator[Detail]:
    """A surname without 姓: 我幸王, 我贾，贾宝玉的贾, 是刘不是柳, 联系人韩，138…"""
    for pattern in (_MISHEARD, _WHOSE, _RATHER, _BESIDE_PHONE):
        for match in pattern.finditer(text):
            group = match.lastgroup or "name"
            yield Detail("name", match[group], match[group], *match.span(group), {"surname_only": True})
    for match in (*_RATHER_THIS.finditer(text), *_RELATED.finditer(text)):
        both = [match["name"], match.groupdict().get("other") or match["name"]]
        if all(full_name(said) == said and set(said[1:]) <= given_characters() - _DAYS for said in both):
            yield _detail(text, match.start("name"), match["name"])
    for match in _RATHER_NAME.finditer(text):
        if set(match["name"][1:] + match["other"][1:]) <= given_characters() - _DAYS and full_name(match["name"]) == match["name"]:
            yield _detail(text, match.start("name"), match["name"])


def _never_alone(name: str) -> bool:
    """Whether it is rather a word, a day or what somebody is to the speaker."""
    return bool(_WORD_OF_TWO.fullmatch(name) or _A_DAY.match(name) or re.fullmatch(KIN, name))


def _folk(name: Detail) -> bool:
    """Whether a citizen is addressed by it (衡婆婆), which says more than the surname alone."""
    return bool(FOLK.match(str(name.extra.get("title", "")))) and len(name.value) > 2


def _explains(text: str, name: Detail) -> bool:
    """Whether it only tells how a character is written (贾宝玉的贾)."""
    return len(name.text) > 1 and re.match(f"(?:的|那个)[{re.escape(name.text)}]", text[name.end :]) is not None


def find_people(text: str) -> list[Detail]:
    """People's names, announced or not, without overlaps; a surname alone gives way to the name it opens."""
    announced = [name for name in find_names(text) if not _explains(text, name)]
    told = {name.value for name in announced if name.extra.get("surname_only")}
    others = [*_spoken_of(text), *_kin(text), *_explained(text), *_written(text), *_alone(text, told), *_surname_alone(text)]
    others += [_detail(text, start, name) for start, name in (*other_names(text), *described_names(text))]
    others += [_detail(text, start, name) for start, name in names_beside(text) if not _never_alone(name)]
    others += [_detail(text, start, name, surname_only="yes") for start, name in surnames_beside(text)]
    others = [name for name in others if (not (name.extra.get("title") and name.value[0] in told) or _folk(name)) and not _explains(text, name)]
    announced = [name for name in announced if not (name.extra.get("surname_only") and any(_folk(other) and other.value[0] == name.value for other in others))]
    said = {name.value[0] for name in others if not name.extra.get("surname_only")}
    kept: list[Detail] = []
    for name in (*announced, *sorted(others, key=lambda name: -len(name.value))):
        if name.extra.get("surname_only") and name.value in said:
            continue
        if all(name.end <= other.start or other.end <= name.start for other in kept):
            kept.append(name)
    return joined(text, sorted(kept, key=lambda name: name.start))
