"""The parts of an utterance: the clauses of a long story, and the borders between several requests."""

from __future__ import annotations

import re

LONG = 28  # characters from which the request is also looked for in each clause
CLAUSES = 8  # clauses that are looked at, at most
REQUESTS = 4  # requests that are looked for in one utterance, at most
STORY = 40  # characters above which 也 rather tells than asks
SHORTEST = 4  # characters of what is left when something is denied
SHORTEST_REQUEST = 3  # 交契税

_CLAUSE_ENDS = re.compile(r"[,，。.!！?？;；\s]+")
_LINKS = re.compile(
    r"顺便|顺带|顺路|顺手|捎带|搭到|另外|还有|再一个|再就是|再帮|再把|再给|同时|以及|并且|外加|其次"
    r"|第[二三四][个件是]?|一个是|二个是|[二三]是|[一二三]来|(?<![做办弄搞交])完了(?=[^,，。]*[要想还也再])"
)
_WEAK_LINKS = re.compile(_LINKS.pattern + "|还要|还想|还得|也要|也想|接着")  # borders only where no comma is one
_SLIGHT_LINK = re.compile(r"也|再|(?<!说)还[有要想得需]")  # in a clause after the first: 我的身份证也补了
_WISH = re.compile(
    r"[办换领交查开要想销迁改挂打报弄签装取]|那个[证照本卡]|补(?!贴|助)|申请|登记|变更|过户|上户|落户|提取|转|退|咋|怎么|条件|过期|哪|掉了|丢|遗失|落了|不见|到期|年检|年审|该[审评交]|没[得有交通办弄报]|参保|参了"
)
# In one clause: 交水费和电费, 身份证跟社保卡都掉了; not 我和他, nor what is brought along.
_JOINT = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?<![我你他她们])(?:和(?!好|解|平)|跟(?!到|倒)|、|还有)(?![我你他她])(?=[\u4e00-\u9fff]{2})")
_OF_BOTH = re.compile(r"两|都|一[趟起路]|要办")  # in a clause after what 和 joins: 一趟弄得完不
_BROUGHT = re.compile(r"带|拿|材料|[要用]些?啥|需要|凭|复印|关系|公婆|父母|孩子他")
_ACT_FIRST = re.compile(r"^(?:我?[要想]|把)*(?:[办交补领换打查]|申请)个?")
_ACT_LAST = re.compile(r"(?:都|一起|两样|全部?)(?=.*[办交补领换打查掉丢到没烂要申]).*$")
_WANTED = re.compile(r"要|想|该|还?没[交办弄报通]|咋|哪[里儿]")  # in both of two clauses: each may be a request
_ABOUT_THE_SAME = re.compile(r"[要在现不就能哪咋怎可想听这那是有办]|自己|家里|我家")  # how a clause goes on about the first
_DONE = re.compile(r"(?:去年|前年|上个?月|昨天|前天|已经|刚刚?)[^要想]*$|.{0,4}是[^要想]*的$")  # what has happened is no request
# What is said not to be meant: 不是到期，是洗没了. Not 是不是, 不是说…吗, or a name that is not mine.
_DENIED = re.compile(
    r"(?:^|(?<=[,，。;；]))(?:并|又|也)?不是(?!不|说)[^,，。.!！?？;；]{2,16}(?<![吗么])(?:[,，。.!！;；]+|$)"
    r"|(?<!是)不是[^,，。.!！?？;；]{1,12}[,，](?=而?是|就是)"
    r"|(?<![要想])不(?:想|要|准备|打算)(?:注销|销户|转让|过户|离婚)(?:[,，。.!！;；]+|$)"
)


def without_denied(text: str) -> str:
    """The utterance without what the citizen says it is not; as it is, if hardly anything is left."""
    left = _DENIED.sub("", text).strip(",，。.!！;； ")
    return left if len(left) >= SHORTEST else text


def clauses_of(heard: str) -> list[str]:
    """The whole utterance, and of a long story each clause with its follower."""
    if len(heard) <= LONG:
        return [heard]
    clauses = [clause for clause in _CLAUSE_ENDS.split(heard) if len(clause) > 3]
    pairs = [a + "," + b for a, b in zip(clauses, clauses[1:], strict=False)]
    return [heard, *(pairs or clauses)[-CLAUSES:]]
