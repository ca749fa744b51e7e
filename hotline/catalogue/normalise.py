"""From what people say to what the lookup compares: one script, no fillers, dialect in plain words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from opencc import OpenCC

from hotline.settings import ROOT

DIALECT = ROOT / "data" / "lexicon" / "dialect.tsv"

_FILLERS = re.compile(
    r"(?:^|(?<=[，。！？、,.!?\s]))(?:嗯+|呃+|啊|哎呀?|喂|那个|这个|就是说?|然后|你好|您好|同志|老师|师傅|妹儿|请问一?下?|问一下|问一哈|我想问一?[下哈]?|我问一?[下哈]|麻烦(?:问一?[下哈])?)(?=[，。！？、,.!?\s]|我|你|他|这|那|娃|要|想|办|咋|怎|问)"
)
_TAIL = re.compile(r"(?:嘛|噻|(?<!一)哈|哦|喃|撒|哇|哟|咯|呢|呀|啊|吧|哎)+(?=[，。！？、,.!?\s]|$)")
# Of people, 走了 and 不在了 mean that they died; of other things not: 车牌遭冲走了, 户口本不在了.
_GONE = re.compile(
    r"(?<=[爸妈爷婆奶汉公娘亲人伴婶叔哥])([^,，。！？!?\s]{0,6}?)(?<![骗偷拿冲拉抢开拖带跑搬飞吹逃出起要接不调划转迁])(?:走|不在)了"
)
_MARKS = re.compile(r"[\s，。！？、,.!?；;：:“”\"'‘’（）()《》<>【】\[\]…—~～·\-]+")
_convert = OpenCC("t2s").convert


@cache
def _dialect(file: Path = DIALECT) -> tuple[re.Pattern[str], dict[str, str]]:
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    words = dict(line.split("\t", 1) for line in lines[1:])
    by_first: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):  # a longer word wins
        by_first.setdefault(word[0], []).append(_said_alone(word, words[word])[len(re.escape(word[0])) :])
    firsts = "".join(map(re.escape, by_first))
    groups = (f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items())
    return re.compile(f"(?=[{firsts}])(?:{'|'.join(groups)})"), words


def _said_alone(word: str, meaning: str) -> str:
    """The word, unless its meaning stands there already: 上户 becomes 上户口, but 上户口 stays."""
    more = meaning.removeprefix(word) if meaning.startswith(word) else ""
    return re.escape(word) + (f"(?!{re.escape(more)})" if more else "")


@lru_cache(maxsize=20_000)
def _is_traditional(character: str) -> bool:
    return bool(_convert(character) != character)


def _simplify(text: str) -> str:
    """The text in simplified characters; a conversion takes long, and few texts need one."""
    return str(_convert(text)) if any(map(_is_traditional, text)) else text


def plain(text: str) -> str:
    """NFKC, simplified characters, lower case, without fillers at the edges of clauses."""
    text = _simplify(unicodedata.normalize("NFKC", text)).lower().strip()
    text = _TAIL.sub("", _FILLERS.sub("", text))
    return text.strip("，。！？、,.!? \n\t") or text


def standard(text: str) -> str:
    """`plain`, with dialect words in standard Chinese: what the sentence encoders see."""
    pattern, words = _dialect()
    return pattern.sub(lambda found: words[found[0]], _GONE.sub(r"\1去世了", plain(text)))


def bare(text: str) -> str:
    """Only letters, digits and Chinese characters: what character views compare."""
    return _MARKS.sub("", text)
