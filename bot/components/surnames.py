"""The surnames and the characters of given names that the lexicon lists.

A rare surname is mostly an everyday word as well (都, 操, 花), so it counts only where a name was announced.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

LEXICON = Path(__file__).resolve().parents[2] / "data" / "lexicon"
NO_OTHER_WORD = (  # surnames that open no word with 老 and no title: 老粟, 漆专委
    "粟蔺庹逯亢褟褚扈鄢邬晏敖谌邢庞亓仇卞厉匡臧窦娄滕芮佘佟阚冉蹇谯荀虞裴阮尹戚禤郗郜邝邰詹缪祁聂栾隋雒漆岑覃瞿辜寇晁邵靳殷翟戎霍骆牟樊阙俞"
)

NO_TITLE_AFTER = "补来老大小女男总副班主车都和那水师要门公通同全从管查单帅干过真修户逢呼茶"  # surnames that make a word with a title (老师傅, 班主任)

FREQUENT = "王李张刘陈杨赵黄周吴徐孙胡朱郭罗梁宋郑韩唐冯邓曹许曾彭吕苏蒋蔡贾丁魏薛潘杜戴夏汪姜范谭廖邹熊陆郝孔崔邱秦侯邵孟尹黎赖龚颜岳苟蒲冉谯蹇岑章庞覃卓柯穆屈"
RARE = "樊段阳宁闵康颜简祝温蓝昌阙兰伍韦毕聂柳梅莫庄辛涂祁舒耿詹凌裴席甘柏阮桂饶刁瞿戚滕臧褚娄符穆谌漆雍鲜敬喻巩鄢仲佘荣银代骆付肖苗项鲍霍翁"  # with a title, where somebody is spoken of
ALSO_WORDS = "何高马林方江石田龙叶金白文万雷汤余谢任程严钟董沈袁卢傅董肖向"  # 五金, 语文, 谢谢, 工程 …


@cache
def surnames() -> frozenset[str]:
    """Surnames that are heard as such wherever a name may stand."""
    return _listed(LEXICON / "surnames.txt")


@cache
def rare_surnames() -> frozenset[str]:
    """Further ones, for places where a name was announced."""
    return _listed(LEXICON / "rare_surnames.txt")


@cache
def given_characters() -> frozenset[str]:
    """Characters that are common in given names."""
    return _listed(LEXICON / "given_names.txt")


def _listed(file: Path) -> frozenset[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


def split(text: str, *, announced: bool = False) -> tuple[str, str]:
    """A surname that opens the text, and the rest; ("", text) without one."""
    for length in (2, 1):
        if len(text) >= length and (text[:length] in surnames() or (announced and text[:length] in rare_surnames())):
            return text[:length], text[length:]
    return "", text
