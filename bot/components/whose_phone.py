"""Which of several phones is meant: one is old or denied, another is a stand-in, a third called the speaker.

What was given up is dropped as long as another number remains. Of those that remain, the one to ring first is
what the speaker asks for, then the speaker's own, then a mobile, then what was said first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from . import Detail
from .dictation import CORRECTIONS

_THING = r"(?:(?:手机|电话|座机|联系)?(?:号码?|方式)|手机|电话|座机|微信|那个|这个|那|这|个|的|是|[：:\s])"
_NOT_OLD = "(?![公婆板师弟表汉爸妈爹娘太幺大二三四王李张陈])"
_SAID_EARLIER = (
    rf"(?:旧|老{_NOT_OLD}|原(?:来|先|本)?|以前|之前|先前|早先|前头|过去|上[次回个]|刚才|刚刚|才将|作废|停用|错误?|"
    rf"你们[^，,。]{{0,4}}[给记写登存打拨留]错?了?)(?:我|你们|他们)?(?:[给记写登存打拨留报填用念说绑]|登记|预留)?(?:了|过)?"
)
_DENIED_BEFORE = re.compile(
    rf"(?:(?<!要)(?:不是|不系|并非|而非)|(?:莫|别|不要?|勿|不能)再?(?:打|用|拨|记|联系)?(?:给|到)?|代替|替换|取代|换掉|删[掉除]?|去掉|取消)"
    rf"(?:{_SAID_EARLIER}|我|他|她|{_THING}){{0,6}}$|{_SAID_EARLIER}{_THING}{{0,4}}$"
)
_GIVEN_UP = re.compile(  # after a number
    rf"[，,]?(?:{_THING}|我们?|他|她|已经|现在|早就|就|都|又|也|了){{0,5}}(?:[^，,。]{{0,5}}的{_THING}{{0,2}})?[，,]?(?:你们)?"
    r"(?:不要了|(?:不要|莫|别|勿|不能|莫再|别再)再?(?:打|用|拨|记|要|存|联系)|(?:打)?不(?:再)?(?:要|用|在用|能用|使用)了|不(?:再|在|能)使?用|"
    r"用不成|用不[了到得]|没(?:得)?用了|没在用|停[机用了]|报停|空号|注销|销[号户了]|作废|作不得数|掉了|丢了|换[了掉](?!成|一)|欠费|坏了|"
    r"[旧老原][的号先来]|以前|先前|之前|[记写打填报说念登搞留]错|错[了的]|不[对算]|删)"
)
_OF_OTHERS_DENIED = re.compile(r"[^。；;]{0,14}[，,](?:你们)?(?:不要|莫|别|勿)再?(?:打|联系|吵|找)(?:他|她|那个|这个)|[^。；;]{0,14}[，,]请?(?:把它?|帮我)?删")
_UNREACHED = re.compile(
    r"[，,]?[^，,。；;]{0,8}?(?:打不通|不通|没得?人?接|没信号|没得信号|关机|接不[到了]|听不[到见了]|占线|不接|没带|不在身边)了?"
)
_IF = re.compile(r"的话|[，,]?(?:就|再|才|那就|时|请|可以)|打|要|找|联系")
_IF_BEFORE = re.compile("如果|要是|万一|若|假如|实在")
_CHANGED = re.compile(
    rf"(?:{CORRECTIONS.replace('不是|', '')}|不是[，,]|换成|改成|改为|改打|变成|变更|更[新正换]为|改用|换用|换到|换为|换个|记新|新(?:的|号|手机|电话|办)|"
    rf"现在(?:用|是|改|换|的|打)|(?:应|该|应该|应当)是|[，,]是)"
)
_URGED_BEFORE = re.compile(rf"(?:先|就|要|还是|都|直接|请|以后)?(?:打|拨|联系|找|以|回)(?:给|到|我们?|他|她|[^，,。]{{0,5}}的|{_THING})*$")
_URGED_AFTER = re.compile(r"[^，,。]{0,6}[，,]?(?:以?这个为准|为准|优先|先打这|常用)")
_OWN_BEFORE = re.compile(rf"(?:我|本人|自己)(?:自己|本人)?(?:现在|在)?用?{_THING}{{0,4}}$")
_OWN_AFTER = re.compile(r"[，,]?(?:这个|那个|这)?才?[是系](?:我|本人|自己)(?:自己|本人)?(?:的|在?用|手机|电话|号|[，,。]|$)")
_STAND_IN = re.compile(r"不通|没得?人?接|不接|接不|占线|备用|备选|另外|另一|或者?|再打?|也|其次|后打|实在|还有|万一|要是|如果|紧急|若")
_TURN = re.compile(
    "(?P<asked>[打用按以记拨])?(?:(?P<first>第?一[个号](?!月)|前[头面]?[那一]个|头[一那]?个)|第?二[个号](?!月)|后[头面]?[那一]个)"
    "(?P<best>(?:的|号码?|电话)?(?:优先|为准|是我的|常用))?"
)
_SLIP = re.compile(r"[\s，,。…啊嗯呃哦]{0,4}")
_CALLED = re.compile(r"(?:有一?个|[来了]一?个|接到个?|收到个?|哪个|陌生)(?:号码?|电话|陌生|的|叫|人)*$")
_CALLS = re.compile(r"[^，,。]{0,4}(?:打|发短信|发微信|加我|的?电话|的?短信)")
_CALLS_ME = re.compile(  # …这个号给我打电话说我中奖了
    r"(?:这个|那个)?的?(?:号码?|电话|人)?(?:[刚才今昨前天]{2}|一直|老是?|又)?(?:(?:给|跟)我[打发]|打(?:给|我|来|过来|电话来))[^。]{0,9}?"
    r"(?:说[是我你他有]|[喊叫问][我是]|自称|骗|是不是)"
)

_ASKED_BEFORE = re.compile("(?:你们|跑手|跑腿|师傅|大厅|中心|窗口)[^，,。]{0,6}(?:电话|号码?|手机)号?是不是$")
_ASKED_AFTER = re.compile("[，,]?(?:这个|那个)?(?:号码?|电话)?(?:是不是|是)(?:你们|跑手|大厅|骗)[^，。]{0,8}(?:的|号码?|电话)?(?:[吗嘛不？?，,。]|$)")


def meant(text: str, phones: Sequence[Detail]) -> list[Detail]:
    """The phones without those that were denied or replaced (one always stays) and without strange callers'."""
    own = [phone for phone in phones if not _is_callers(text, phone)]
    if len(own) < 2:
        return own
    around = _surroundings(text, own)
    kept = [p for at, p in enumerate(own) if not (_is_given_up(*around[at]) or _is_denied_by_turn(text, at, own))]
    return [p for p, following in pairwise(kept) if not _is_replaced(text, p, following)] + kept[-1:] or own[-1:]


def by_urgency(phones: Sequence[Detail], text: str) -> list[Detail]:
    """The phones with the one to ring first at the end."""
    if len(phones) < 2:
        return list(phones)
    around = _surroundings(text, phones)
    asked = {0 if turn["first"] else 1 for turn in _TURN.finditer(text, phones[-1].end) if turn["asked"] or turn["best"]}
    order = sorted(range(len(phones)), key=lambda at: (at in asked, _urgency(phones[at], *around[at]), -at))
    return [phones[at] for at in order]


def _surroundings(text: str, phones: Sequence[Detail]) -> list[tuple[str, str]]:
    """What is said of each number: back and forth to its neighbours, 30 characters at the most."""
    starts = [0, *(phone.end for phone in phones)]
    befores = [text[max(start, phone.start - 30) : phone.start] for phone, start in zip(phones, starts, strict=False)]
    ends = [p.start - _denied_length(said) for p, said in zip(phones[1:], befores[1:], strict=True)]
    afters = [text[phone.end : min(end, phone.end + 30)] for phone, end in zip(phones, [*ends, len(text)], strict=True)]
    return list(zip(befores, afters, strict=True))


def _denied_length(before: str) -> int:
    denied = _DENIED_BEFORE.search(before)
    return len(denied[0]) if denied else 0


def _is_given_up(before: str, after: str) -> bool:
    """Whether the number is an old one, a wrong one, or one not to be rung."""
    if _DENIED_BEFORE.search(before) or _GIVEN_UP.match(after) or _OF_OTHERS_DENIED.match(after):
        return True
    unreached = _UNREACHED.match(after)
    return unreached is not None and not _IF.match(after, unreached.end()) and not _IF_BEFORE.search(before[-8:] + unreached[0])


def _is_replaced(text: str, phone: Detail, following: Detail) -> bool:
    """Whether the next number takes the place of this one (「…，不对，…」, 「…换成…」, a slip of the tongue)."""
    gap = text[phone.end : following.start]
    nearly = _SLIP.fullmatch(gap) and _is_nearly(phone.value, following.value)
    return bool(nearly) or "invalid" in phone.extra or (len(gap) <= 16 and _CHANGED.search(gap) is not None)


def _is_nearly(one: str, other: str) -> bool:
    """Whether two numbers differ by a slip of the tongue."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= 2


def _is_denied_by_turn(text: str, at: int, phones: Sequence[Detail]) -> bool:
    """Whether it is said afterwards that the first or the second is no good (「二号是我前夫，请删了」)."""
    tail = text[phones[-1].end : phones[-1].end + 40]
    said = [match for match in _TURN.finditer(tail) if bool(match["first"]) == (at == 0)]
    return any(_GIVEN_UP.match(tail, m.end()) or _OF_OTHERS_DENIED.match(tail, m.end()) for m in said)


def _urgency(phone: Detail, before: str, after: str) -> tuple[bool, int, bool]:
    stand_in = _STAND_IN.search(before) is not None or "备用" in after[:6]
    urged = (_URGED_BEFORE.search(before) or _URGED_AFTER.match(after)) is not None
    own = (_OWN_BEFORE.search(before) or _OWN_AFTER.match(after)) is not None
    return not stand_in, 2 * urged + own, phone.value.startswith("1")


def _is_callers(text: str, phone: Detail) -> bool:
    """Whether somebody rang the speaker from this number, or it is asked whether it is ours."""
    asked = _ASKED_BEFORE.search(text, max(0, phone.start - 16), phone.start) or _ASKED_AFTER.match(text, phone.end)
    said_so = _CALLED.search(text, max(0, phone.start - 10), phone.start) and _CALLS.match(text, phone.end)
    return bool(asked or said_so or _CALLS_ME.match(text, phone.end))
