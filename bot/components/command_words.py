"""Words that steer the conversation itself, told for certain: wait, go back, start over, a person, no words at all.

They are few and fixed, so they are matched and not learned: one sentence of them must never become an
errand, a place or a yes. Anything that says more than the command is left to the classifier.
"""

from __future__ import annotations

import re

_LOOK = r"(?:我)?(?:去|来|先|要)*(?:找|看|想|翻|问|拿|查|接|喊|喝|关)\S{0,12}"
_WAIT = r"(?:你?先?等|稍等|等到|等我|莫慌|莫急|别急|不慌|慢点|候)(?:起|我)?(?:一)?(?:哈儿?|下儿?|下子|会儿?|阵|盘|刻|分钟|嘛|到)*"
_WHOLE = {
    "pause": re.compile(rf"{_WAIT}(?:，?{_LOOK})?|我(?:先|去)?(?:找|想|看|翻|问)(?:一)?(?:哈|下|找|想|看|到)(?:先|再说|着)?"),
    "start_over": re.compile(
        r"(?:全部|整个|我要|我想|还是|都|那就|干脆)?(?:重新?来(?:过|一遍|一次)?|从头(?:来|开始|说)过?|重新开始|重新(?:说|填|下单)过|重头来过?|推倒重来)"
        r"|(?:前头|前面|刚才|刚刚)(?:说|填)的(?:都|全部)?(?:不算|不要了|作废)(?:了)?(?:，?(?:重新?来|从头来)过?)?"
    ),
    "go_back": re.compile(
        r"(?:返回|退回|退|回|倒|往回|倒回去?|回到|退到|返)(?:到)?(?:上|前)(?:一|个)?(?:步|个|项|题|问题)|上一步|上一个(?:问题)?|前一步|退回去|倒回去|退一步|返回"
        r"|(?:上|前)(?:一个|一项|面那个|头那个|个)(?:说|填|答|讲)(?:错|拐|漏)了"
    ),
    "handoff": re.compile(r"(?:我要|我想|给我|帮我|请|麻烦)?(?:转|接|找|要)?(?:一?下|个)?(?:人工|真人|活人|客服)(?:客服|服务|坐席|嘛|噻)?|0"),
    "repeat": re.compile(r"[?？]+"),
    "ask_item_info": re.compile(r"(?:那|要的|办事)?(?:材料|资料|费用|要好久|要?好多钱|要?多少钱)(?:呢)?"),  # what a text message offers to ask
    "resume": re.compile(
        r"(?:我)?(?:想|要)?(?:接着|继续)(?:把)?(?:上回|上次|昨天|前天|刚才|前头|那天)?(?:那件事|那个事|那个|的事|的|没说完的|说到一半的)?(?:接着)?(?:办|说|弄|搞)(?:完)?(?:一下|下去)?(?:上回|上次|昨天|前天|那天)?(?:的|那个|那件事|那个事|没说完的)?"
        r"|(?:我)?(?:上回|上次|昨天|前天|那天)(?:在\S{1,10}?)?(?:跟你们)?(?:说|讲|办|问)(?:到|了)一半(?:的事)?(?:，?(?:还没下单)?，?(?:我)?(?:想|要)?(?:现在)?(?:接着|继续)(?:办|说))?"
    ),
}  # fmt: skip
_AGAIN = (  # a delivered order was not done right, and shall be done once more: all three are said
    re.compile(r"上回|上次|上一?单|那个?单|那一单|单子|订单|前头|办的|拿回来|送回来|送来|跑的"),
    re.compile(r"没(?:得|有)?(?:给我)?(?:办|弄|搞|整)(?:好|成|完|对|到)|(?:办|弄|搞|整|写|打)(?:错|拐|漏|坏|脱)|(?:没得|没有|没|不起)(?:效|作用)|用不起|用不了|不对头?"),
    re.compile(r"重新?(?:再)?(?:给我|帮我|跟我)?(?:办|弄|跑|打开|搞|整|来)|返工|再(?:给我|帮我|跟我)(?:办|弄|跑|搞|整)|再(?:办|跑|弄)一(?:次|遍|回|道|趟)"),
)
_LONGEST_AGAIN = 60  # characters: who tells more complains
_ENDS = re.compile(r"^[\s，。！!,.~～]+|[\s，。！!,.~～…哈嘛噻哦喔啊呀吧哟了着]+$")
_LETTER = re.compile(r"[\w]")  # letters, digits and characters; an emoji or a mark is none


def command_in(text: str) -> str | None:
    """The command that the whole text is: pause, start_over, go_back, resume, reopen_order, ask_item_info, handoff, repeat, silence."""
    said = text.strip()
    if len(said) <= _LONGEST_AGAIN and all(pattern.search(said) for pattern in _AGAIN):
        return "reopen_order"
    for name, pattern in _WHOLE.items():
        plain = _ENDS.sub("", said).replace(",", "，").replace(" ", "")
        if pattern.fullmatch(plain) or pattern.fullmatch(said):
            return name
    return None if _LETTER.search(said) else "silence"
