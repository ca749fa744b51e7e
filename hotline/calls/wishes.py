"""What callers want of the call itself, in their words: a person, the runner, slower speech, the rest of a list."""

from __future__ import annotations

import re

_PERSON = re.compile(
    r"转?人工|人工(?:服务|客服|坐席)|转接(?:员|人)|(?:找|喊|换|要|叫)(?:一?个|一哈)?(?:真)?人(?:来)?(?:跟我|和我|给我)?(?:说|讲|摆|听|接)|"
    r"找真人|(?:不|莫)(?:想|要|得)?(?:跟|和|同)(?:你|机器|机器人)(?:说|讲|摆)"
)
_RUNNER = re.compile("跑手|跑腿|跑团的(?:人|小|师)|拿(?:我)?材料的(?:人|那个)")
_GO_ON = re.compile(r"(?:请|你|您)?(?:继续|接着|往下|还有)(?:说|念|讲|呢|哪些|啥子|嘛|撒|哈)*")
_SLOWLY = re.compile("慢点|慢慢|慢一?[些哈]|耳朵(?:背|不好)|听不清|听不清楚|太快")
_PUNCTUATION = re.compile(r"[\s，。！？,.!?、…]+")


def bare(text: str) -> str:
    """The words without pauses, as the questions below expect them."""
    return _PUNCTUATION.sub("", text)


def wants_person(said: str) -> bool:
    """Whether a caller asks for a person in words."""
    return _PERSON.search(said) is not None


def means_runner(said: str) -> bool:
    """Whether the person wanted is the runner of the order."""
    return _RUNNER.search(said) is not None


def wants_more(said: str) -> bool:
    """Whether the rest of a list is to be read."""
    return _GO_ON.fullmatch(said) is not None


def wants_slower(said: str) -> bool:
    """Whether speech is too fast for the caller."""
    return _SLOWLY.search(said) is not None
