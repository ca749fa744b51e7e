"""Tell a time at which something is wanted from the many times that merely occur in what people say.

Stories are full of times that are nobody's appointment (「当了十二年兵」「星期六办不办公嘛」「早上四点就起来炸油条」),
so a time gives nothing when its clause reports what happened, asks for opening hours, tells of the speaker's own
plans, greets, or chats about weather and prices. The rules look at one clause only; each is a line of its own.
"""

from __future__ import annotations

import re

from .names import BLANK
from .time_phrases import Phrase

GREETING = re.compile("^(?:好(?![久多几了让叫喊像])|安(?:康|好)?(?=$|[，。！!])|快乐|吉祥)")
OPENING_QUESTION = re.compile(
    "办不办|上不上班|开不开|放不放假|营不营业|几点|好久[开上下关]|天气|"
    "(?:有没得|有没有|有得)人(?:值班|上班|在|接待|守|$)|"
    "受理(?:吗|不|么|没)|期间|(?:办公|上班|开门|营业|值班|放假|(?<![我他她])(?<!我都)休息|关门|(?<!我)下班)(?:[^，。]{0,3}?(?:不|没|吗|么|呢)|[的了]?嘛?$)|"
    "(?<!屋头)(?<!家里)有人(?:[^，。来送取拿上]{0,3}?(?:不|没|吗|么|呢)|(?:的|了)?嘛?$(?<!都有人))|自助|[关开]门?得|能用|用得|来得及|来不及|赶得[到上](?:不|没|吗|么|[？?])|赶不[到上]|开[着起](?:的|没|吗|不|嘛|$)"
)
VISITOR_QUESTION = re.compile(  # somebody who would come to the hall himself asks whether it works
    r"([一-龥])不\1(?<![来送取拿收得能可行是到在要接好派作算][不]\1)(?!来)|放几天|"
    "^[^，,]{0,4}(?:可以|能|能不能|可不可以|得行)(?:直接|自己)?(?:来办|去办|过去|去|办|交|进去|在里头)"
    "[^，,来送取拿派]{0,8}(?:吗|不|嘛|么|没|[？?]|$)|办得[到了成]不|办得[到了成]吗|[拿办出搞]得(?:到|了|成|出来)不"
)
OURS_TO_COME = re.compile(f"(?:能不能|可不可以|可以|能)?(?:派人|喊人|你们)?(?:过)?[来到去]{BLANK}")  # 五号以前来柳林镇办得成不
THAT_DAY = re.compile("(?:那天|那阵|那时候?|届时|到时候?)(?:再|就)?(?:[来去送拿取收]|[喊派叫]人|请你)(?![^，,。]*[不没了]$)")  # 二十八号我妈满七十，你们那天来
OWN_SHOP = re.compile("[店铺厂]|我们?公司")
OWN_DOOR = re.compile("(?:才|就)?开门(?:$|[，,。])")  # 我店子在麻石社区，明天十点开门
ALREADY_HAPPENED = re.compile(
    "^[^，,。；;！？!?]{0,6}?(?:[来去办跑交打问等买领走到喊叫说送拿](?:了|过)(?!再|就|后|来|去|晌午|早饭|夜饭|户)|"
    "[来去办交买领生开打](?:的|到的)(?:$|[，,。])|"
    "[来去办交买领开打取收约下提寄送][交消过单件]?的(?:$|[，,。]|那|这|材料|资料|东西|单|申请|取件|等到)|"
    "就?(?:冒雨|冒到雨|又没得|又没有|就坐|就守)|"
    "就(?:来了|来排|来等|在等|等起|坐|守|发|(?:喊|叫|说|通知)(?!你|跑手|人))|(?<!有)没得人(?!能)|白跑|耽搁|突然|[^，,。]{0,4}(?:影子|没看到|没见到)|(?<![就正])刚[刚好才]|赶到|才(?!来|去|[一-龥]得|在店|有|能|得|到|回|在|下班|收|空|忙完|赶|从|拢|轮?休|放假))|^了(?:$|[，,。都还咋也人我要集])|^(?:[判离结][一-龥]?|买|装|搬|入职|辞职)的(?!时候)|^(?:入职|离职)|^[^，,。]{0,12}[找翻问听搜]到了|^回来[^，,。]{0,6}[办弄]好了|^还打|^专门从|^都[^，,。]{1,6}了|"
    "^[^，,。]{0,6}[都还也](?:没|莫得|不见)|"
    "^就?(?:有个|有人(?!$|[，,。]|值守|在|守|接|等|看|来|送|拿|取|上门|过来|过去|去|到)|有位|出门到)|^又[说讲喊]"
)
OWN_PLANS = re.compile(
    "^(?:我|我们)?(?:都|就)?(?:[不没]得?空|走不[开脱]|不方便|不得行|回不来|不回来|不在)|"
    "^(?:就要|才要|就|要|才|该|的)?(?:考试|结婚|出嫁|满[0-9一二三四五六七八九十月]|到期|过期|截止|开学|上学|报名|"
    "生娃|生孩|生日|出院|住院|手术|动手术|中考|高考|走?到?广东|好多钱|的天|[一-龥]{0,3}(?:停电|停水|请假(?!带)|出差)|开会|吃酒|进货)|"
    "^(?:我们?|他|她)?(?:就|还|又|才)?要(?:走|年审|陪|送[老娃孩妈爸婆爷孙猪]|出(?!来)|坐|赶|回|上(?:高速|班|课|车|学|街|山|坡|坟)|去|考|住|打|下地|开会|摆|吃|买|煮|喂|备|"
    "拉|接娃|断|带伞|到(?:医院|卫生院|成都|外|广))|^就(?:[不没关]|要(?!$|[，,。！])|下班|收摊|收工|起|开始)|^就?(?:要|得)?(?:起来(?!以?后)|起床(?!以?后)|出坡|出工|出车|出摊|放学|(?:收工|收摊)(?!以?过?后)|上班(?!以?后|就)|"
    "晚了|走了|照你|照到)|^我就?(?:照|按|自己|各人|去|带起)|^才?回得来|^才回来(?!拿|取)|^(?:来|去)?不[行得]|来不了|^来不[行得]|^(?:我们?)?走(?:人户|亲戚|亲)|^就?要(?:年检|年审|到期|换证|开学|审)|^锁门|^就?要?(?:开张|开业|进场)|^我们?(?:有[课会事班]|[一-龥]{1,4}过生)|^我?就回(?:$|[，,。])|^[^，,。来送拿取]{0,6}到[^，,。]{0,4}(?:开会|吃酒|打工|看病|住院)|^要交齐?(?:$|[，,。])|^的(?:飞机|火车|高铁|动车|航班|票)|^接娃|^我?们?都?(?:上[白夜早晚中]班|倒班)|^要交(?:房租|学费|款|钱|税)|^[^，,。]{0,4}(?:系统|维护|检修)|^[^，,。]{0,2}[卖忙守]到|^就(?:开车|自己|带)"
)
CHAT = re.compile(
    "^(?:就|必须|一定|要|得)+给我?[^，,。]{0,3}(?:准信|准话|说法|说清|解释|交代|交待)|^的?[^，,。]{0,3}(?:位子|座位|包间|机票|车票|专家号|门诊号?)|^还醒|^[^，,。]{0,6}(?:下雨|落雨|吓雨|落不落|几度|好多度|降温|暴雨|天气|出太阳|好热|好冷|限号|限行|尾号|彩票|开奖|猪肉|菜价|黄金|"
    "金价|大盘|心情|运势|股票|基金|油价|球赛|比赛|农历|阴历|星期几|几号|电影|新闻|哪个队|哪个村打|好巴适|累|跳坝坝舞|吃啥|煮饭|梦|开心|"
    "演啥|唱歌|放啥|人多得|好多[钱了一]|几块|算是|就?到这|就?问到|就?先?这样|非要|就?明明白白|冷得|热得|哪个队?赢|谁赢|有球|双色球|猪价|股票|跌|睡不着|喝酒|月饼|场上人|来我屋吃)"
)
NO_WISH_BEFORE = re.compile(
    "从$|(?<!直)接$|(?<!不是)今天(?:是|都|才)?$|(?:不[用消必]|莫)等到?$|除[了开]?$|已[于在]?$|[卖做开守干忙]到$|[每隔满]$|(?:顺延|推迟|延迟)$|从.{1,6}[拖推等]到$|生于|出生|那年|(?:都|都到)$|(?<!超)[过满耍]$|没说$|(?:莫|别|不要)(?:给我)?(?:安排|约)(?:到|在)?$|(?:不等|不要|莫等|莫要|没说|(?<!是)不是)到?$|听成$|梦"
)
ORDER_OR_VISIT = re.compile(  # what a time of the past must belong to, to tell anything of an order
    "给了?你们|^的事|[干白]等|[拿收]起走|拿到手|鸽子|敲门|来了个|[来交收]了?件|有个[^，,。]{0,12}[来收拿]|拿材料|照相|填的那|说(?:马上|立马|就|要|都)?[到拢来]|在你们|[喊叫交递托]的|打电话(?:帮|说的|跟你们)|派|跑手|跑腿|取件|单|预约|约[的好]|[来喊叫]人|[来去][拿取收]|[拿取收接]走|交给|打(?:过|了|的)?(?:[一两三几]?次|电话)?(?:$|叫|喊|过)|"
    "就?守[起到在]|说好?的?(?:要来|来|送|能)|送|白跑|^(?:我)?来(?:的|过|了)?(?:$|[，,])|^就?来的|^下的|退回来|在(?:屋头|屋里|家头?|家里|门口)等|^[^，,。]{0,3}就?(?:发|寄|递|交)过[去来]|"
    "[喊叫找托]你们|委托|提交|递交|答应|下了[^，,。]{0,2}单|给我打|给了你们|取走|拿了|^那个?(?:人|事|师傅|娃儿|女娃儿)|^来[个帮]"
)
MOVED_TO = re.compile("[改换挪推调约移](?:成|到|为|在|至)$")
ON_DUTY = re.compile("我[^，,。]{0,8}值班")
YOURS = re.compile("(?:你们|跑[手腿团]|师傅|小伙|女娃|妹儿?)(?![^，,。]*(?:窗口|大厅))[^，,。]{0,6}$")  # who comes to the door
PROMISED = re.compile("(?:说|约|讲|定|答应|安排|保证)(?:好|妥|过)?了?的?(?:是|在|到)?$")
BROKEN = re.compile(  # said after a promise that was not kept: 说好周五来，今天都礼拜一了
    "都(?:已经)?(?:星期|礼拜|周|几点|[一二三四五六七八九十两0-9]+[点号]|这个?时候|天黑)|没[来到送]|人[呢影喃]|人都没|"
    "还没(?:[来到拢送见]|看到|人|动静|消息)|不见人|影子|[，,。 ][^，,。]{0,6}才[到来拢]|等到(?:现在|半夜|天?黑)|迟到|鸽子"
)
GIVEN = re.compile("^就?说[到拢]|^[^，,。来取拿送]{0,8}[交递](?:的|过|了)|^[^，,。；;！!？?]{0,20}?(?:[收交下递寄喊约托](?:件|单)?的(?:$|[，,。！!？?那这单件])|给(?:了)?你们[^，,。]{0,6}(?:的|了)|送到[^，,。]{0,8}没(?:有|得)?$)|^就拿起|委托的")
NOT_NEEDED = re.compile("的?[^，,。]{0,3}(?:不用|莫|别|不要|不消)再?[来拿取]")  # 今天两点的不用来了
WANTED = re.compile("交给|[返送]回|值班|碰头|碰面|见面|会合|[肯一]定在|在那[儿里边]|才[^，,。]{0,6}(?:回|拢|收得|[有得]空|下班)|都在(?=$|[，,。屋家店的嘛哈]|单位)|再过[来去]|[来送拿取接收派到等约]|办(?!酒|席)|赶得[到上]|拢|得空|有空|得闲|在屋|方便|可以|得行|要得|有人|都?行|打给|打来|打我|打(?=＊|$)|^[^，,。]{0,2}(?:都|才|就)(?:接|听)得到|^(?:我们?|他|她)?[都才]?在(?=$|＊)|^(?:我们?|他|她)?[都才]在[^，,。]{0,2}[店铺院站场口馆厂]|打个?电话(?!催|骂|过来|来|喊|叫)|联系我|人工|致电|拨打|回电|来电|回个电话|回话")
WANTED_BEFORE = re.compile("送|提前?到|还是$|[改换挪推调约定选换移](?:成|到|为|在|至|了)?$|[成为至]$|[改推延]到|时间")
DISTRIBUTED = re.compile(  # 今天说缺这明天说缺那, 早上送晚上接
    "(?:今天|上午|早上|一会儿?|这个?说)([说推喊要拖缺差讲])[^。；！？]{0,8}?(?:明天|下午|后天|晚上|又)\\1|"
    "早上(?!是)([一-龥]{1,4})[，,]?(?:中午[一-龥]{1,3}[，,]?)?晚上[一-龥]{1,2}|今天(说[^，,。]{1,4})[，,]?明天(?=说)|"
    "今天[^，,。]{1,5}[，,]?明天又"
)
SENT_AWAY_BEFORE, SENT_AWAY = re.compile("(?:喊|叫|让)(?:我们?)?$"), re.compile("再?[来去](?![拿取送收接])|走|跑|补|重")  # 喊我明天再来
LOOSE_DAY = re.compile("今天|今日|今儿个?|年[底末尾]|[冬腊]月(?:间|里头?|份|前头|头)?")  # is talked of in many ways: 今天单子太多, 年底要年检
LOOSELY_WANTED = re.compile("必须|一定|之?内|回复|致电|上门|的单|[这那]一?单|能不能|得行|要得|(?:要|得)给我")
LOOSELY_WANTED_BEFORE = re.compile("(?:提前到|[取撤]消|[于在到就把等]|约好?了?|约的|说好)$")
EITHER_DAY = re.compile("[今明后]天还是[今明后]天")  # 送到的是今天还是明天
_PAUSES = "[，,。；;！？!?\n]|(?<=[一-龥]) (?=[一-龥])"  # a blank between words, too, where no marks are typed


def clause(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a stretch up to the next punctuation."""
    before = re.split(_PAUSES, text[max(0, start - 40) : start])[-1]
    return before, re.split(_PAUSES, text[end : end + 40])[0]


def is_appointment(text: str, phrase: Phrase) -> bool:
    """Whether the phrase can be a wish for the future, by the clause it stands in."""
    before, after = clause(text, phrase.start, phrase.end)
    if not phrase.is_gone and THAT_DAY.search(text, phrase.end + 2, phrase.end + 40):
        return True
    if GREETING.match(after) and not phrase.clock:
        return False
    own_door = OWN_DOOR.match(after) and OWN_SHOP.search(text, max(0, phrase.start - 30), phrase.start)
    own_door = own_door or ON_DUTY.search(before + after)
    if OPENING_QUESTION.search(before + after) and not own_door:
        return False
    asked_of_us = OURS_TO_COME.match(after) or (YOURS.search(before) and re.search("[来去派送]", after))
    if VISITOR_QUESTION.search(after) and not asked_of_us:
        return False
    if is_broken(text, phrase):
        return False
    back_home = after.startswith("才回来") and bool(phrase.part or phrase.clock)
    own = not back_home and not MOVED_TO.search(before) and OWN_PLANS.search(after)
    if CHAT.search(after) or own or NO_WISH_BEFORE.search(before):
        return False
    sure = phrase.day is not None and bool(re.match("[明后大外万下]", phrase.day[0]))
    if phrase.day and phrase.day["is_day_only"] and "门牌" in text[max(0, phrase.start - 10) : phrase.start]:
        return False
    if before.endswith("等到") and not (phrase.day or phrase.clock):
        return False  # 等到天黑
    if not sure and _has_happened(after) and not NOT_NEEDED.match(after):
        return False
    if _is_distributed(text, phrase) or EITHER_DAY.search(before + text[phrase.start : phrase.end] + after):
        return False
    if SENT_AWAY_BEFORE.search(before) and SENT_AWAY.match(after):
        return False
    if _is_a_bit(before, after, phrase):
        return False
    alone = len(before) + len(after) <= 4
    wanted = WANTED.search(after) is not None or WANTED_BEFORE.search(before) is not None
    wanted = wanted or bool(asked_of_us) or re.search("不是[^，,。]*是$", before) is not None
    wanted = wanted or (before.endswith("是") and after.startswith("不是"))  # 我说的是下午六点不是上午六点
    added = bool(phrase.part and phrase.clock) and not after.strip(BLANK)  # 来拿户口本嗯下午三点
    if phrase.day and LOOSE_DAY.fullmatch(phrase.day[0]) and not (phrase.part or phrase.clock):
        return alone or wanted or bool(LOOSELY_WANTED.search(after) or LOOSELY_WANTED_BEFORE.search(before))
    return phrase.day is not None or alone or wanted or added


def tells_of_an_order(text: str, phrase: Phrase) -> bool:
    """Whether a time that is gone says when an order or a visit was (昨天下的单, 早上七点半来的)."""
    before, after = clause(text, phrase.start, phrase.end)
    day = phrase.day
    if phrase.is_gone and (PROMISED.search(before) or YOURS.search(before)):
        return True
    dated = phrase.clock is not None or (day is not None and not day["count"] and not LOOSE_DAY.fullmatch(day[0])) or GIVEN.search(after) is not None
    gone = phrase.is_gone or (dated and _has_happened(after) and not OPENING_QUESTION.search(before + after))
    return is_broken(text, phrase) or (gone and bool(ORDER_OR_VISIT.search(after) or GIVEN.search(after)))


def is_broken(text: str, phrase: Phrase) -> bool:
    """Whether it is when something was promised that did not come (说好周五来，今天都礼拜一了)."""
    before, _ = clause(text, phrase.start, phrase.end)
    if phrase.day and phrase.day["count"]:
        return False
    return PROMISED.search(before) is not None and BROKEN.search(text, phrase.end, phrase.end + 30) is not None


def _has_happened(after: str) -> bool:
    return (ALREADY_HAPPENED.search(after) or GIVEN.search(after)) is not None


def _is_distributed(text: str, phrase: Phrase) -> bool:
    """Whether it is one of two times that stand for all times."""
    begin = max(0, phrase.start - 14)
    found = DISTRIBUTED.search(text[begin : phrase.end + 14])
    return found is not None and phrase.start - begin < found.end() + 2


def _is_a_bit(before: str, after: str, phrase: Phrase) -> bool:
    """Whether 一点 is no hour (快一点, 便宜一点): one stands behind 到 or 约, or opens a clause that asks to come."""
    if not phrase.clock or phrase.clock[0] != "一点" or phrase.day or phrase.part or phrase.bound:
        return False
    moved = re.search("[到至约是在等](?:下午)?$", before) is not None
    return not moved and bool(before + after) and (bool(before) or re.match("[来去送取拿过半]", after) is None)
