"""Why an item that came out first is asked about all the same, and never taken at once.

Sentence encoders take a thing and its opposite for alike: 取消备案 came out as 诊所备案. They take advice that is
asked for (房产证押给私人划得来不) for the act itself. And of one word (税的事情) they only know the nearest wording.
"""

from __future__ import annotations

import re

from hotline.catalogue.catalogue import Item
from hotline.catalogue.spread import Spread

_END_SAID = re.compile(
    r"注销|销户|销[掉脱号了]|要销|解除|取消|去掉|撤[销掉了]|终止|不要了|不[干开做搞养办][了啊]|关门|倒闭|散伙|歇业|解散|退出"
)
_END_HINTED = re.compile(
    r"[销停退撤关歇拆除断减封缓押消收]|作废|交回|简易|取消|终止|结束|解散|不|去世|死|没|报废|到期|遗失|丢|搬|清|转|散|垮|黄"
)
_END_DONE = re.compile(
    r"注销|解除|取消|撤销|终止|退|歇业|停|销户|减|拆|清算|终结|放弃|报废|转|取|失业|恢复|作废|仲裁|查询|离婚|迁|变更|死亡|丧葬|补"
)
_BEGIN_SAID = re.compile(r"(?:想|要|准备|打算)(?:新?[开办搞弄]|成立|设立)[个一家间所]|新开|从零|第一次")
_ENDING = ("注销", "停业")
SAYS_ENOUGH = 3  # characters about a thing that is pointed at

_ADVICE = re.compile(
    r"划得来|划不划|划算|合算|靠谱|靠得住|信得过|稳当不|哪个牌子|啥子?牌子|推荐(?!.{0,6}(?:工作|上班|单位|就业|厂))|好看不|好吃|好耍|吉利"
)
_EMPTY = re.compile(
    r"我们?|你们?|想|要|来|去|问|查|看|办理?|咨询|了解|一?下|一哈|的|事情?|业务|方面|那个|这个|有关|关于|搞|弄|说|把|给|帮|咋个?|怎么|个|些|手续|\W"
)


_POINTED_AT = re.compile(r"[这那](?:一?[个张本份])?(?:证|卡|本|票|表|单|东西|材料)[子件儿]?")
_PLACES = re.compile(r"拿到|这[里儿头]|那[里儿头]|你们")


def is_doubtful(heard: str, item: Item, spread: Spread) -> bool:
    """Whether the item has to be asked about, however likely it is."""
    return (
        opposed(heard, item) or asks_advice(heard) or says_one_word(heard) or only_points(heard)
        or spread.is_said_of_many(core_of(heard), item.parent)
    )  # fmt: skip


def core_of(heard: str) -> str:
    """What is left without 我要问一下…的事情; 查 stays, since it tells what is wanted."""
    return _EMPTY.sub(lambda found: found[0] if found[0] == "查" else "", heard)


def only_points(heard: str) -> bool:
    """Whether something is pointed at and hardly anything said of it: 地头那个证, 这个票子拿到这里来报."""
    rest = _POINTED_AT.sub("", heard)
    return rest != heard and len(_EMPTY.sub("", _PLACES.sub("", rest))) < SAYS_ENOUGH


def asks_advice(heard: str) -> bool:
    """Whether somebody asks what is best, cheap or wise, which no window tells."""
    return bool(_ADVICE.search(heard))


def says_one_word(heard: str) -> bool:
    """Whether but one character is left without 我要问一下…的事情: 税, 电, 房."""
    return len(_EMPTY.sub("", heard)) < 2


def is_ending(item: Item) -> bool:
    """Whether something ends by this item."""
    return item.variant in _ENDING or "终止" in item.name


def opposed(heard: str, item: Item) -> bool:
    """Whether one of both ends something and the other does not."""
    names = item.name + item.parent + item.variant
    if is_ending(item):
        begun = _BEGIN_SAID.search(heard) and not _END_SAID.search(heard)
        return bool(begun) or not _END_HINTED.search(heard)
    return bool(_END_SAID.search(heard)) and not _END_DONE.search(names)
