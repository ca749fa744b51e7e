"""Scripted citizens with random goals, who interrupt, correct themselves and mumble; what must hold all the same.

A citizen answers what the assistant waits for (`Conversation.expects`), so the script needs no reading of texts.
Everything is drawn from one seed: the same seed is the same conversation.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from hotline.evaluation.dialogues import Dialogue, Line, Mark
from hotline.evaluation.noise import with_errors
from hotline.evaluation.stage import Reply, Stage

TURNS = 40  # after so many a goal that is not reached is a dead end
SAME = 4  # the same answer so often in a row is a loop
NOISE = (0.0, 0.0, 0.05, 0.15)  # shares of misheard characters, of which each citizen has one

GOALS = (
    "身份证掉了，喊个人来帮我跑", "娃儿刚满月要上户口，派个人来拿材料", "社保卡不见了，找人来帮我补一个",
    "驾驶证到期了要换，喊个跑手来", "给我妈办老年优待证，来个人拿资料嘛", "残疾证要换，喊个人来拿",
    "我要开个小卖部，喊个人来帮我办执照", "老汉的养老金要做认证，喊个人来屋头", "退伍证掉了，喊个跑手来",
    "我要跑腿", "帮我送个东西到医院", "身份证掉了，顺便娃儿也要上户口，喊个人来",
)  # fmt: skip
TOWNS = ("柳林镇", "玉山镇", "花丛镇", "双胜镇", "兴隆镇", "明阳镇", "登科街道", "文治街道")
TIMES = ("明天上午十点", "后天下午三点", "下周三上午", "大后天上午九点", "明天下午两点半", "随便哪天都行")
NAMES = ("姓王", "我姓李", "叫张建国", "陈", "免贵姓赵", "姓何嘛")
YES = ("对", "对头", "是的", "要得", "没错")
INTERRUPTIONS = (
    "要带啥子材料", "要好多钱", "你们几点上班", "你们在哪里", "谢谢你哈", "等哈，我找一下", "没听清，再说一遍", "😊", "……",
    "我的订单到哪了", "查一下订单10019", "今天天气好", "你好", "哎呀", "？", "打五分", "好久办得好", "1234", "上一步",
)  # fmt: skip
PERSON = ("转人工", "我要人工", "喊个真人来说", "不跟机器摆，换个人来")


@dataclass
class Script:
    """One citizen: what they want, and what they have said of themselves last."""

    seed: int
    chance: random.Random = field(init=False)
    noise: float = field(init=False)
    phone: str = field(init=False)
    town: str = field(init=False)
    wants_person_at: int = field(init=False)  # turn; 0: never

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.noise = self.chance.choice(NOISE)
        self.phone, self.town = self._phone(), self.chance.choice(TOWNS)
        self.wants_person_at = self.chance.choice((0, 0, 0, self.chance.randint(1, 8)))

    def _phone(self) -> str:
        return "13" + "".join(self.chance.choice("0123456789") for _ in range(9))

    def heard(self, text: str) -> str:
        """The words as they arrive: digits are never misheard here, since a wrong phone would be our own fault."""
        return with_errors(text, self.noise, seed=self.seed)

    def opening(self) -> str:
        """The first sentence, sometimes with everything in it."""
        goal = self.chance.choice(GOALS)
        if self.chance.random() < 0.3:
            return f"{goal}，{self.town}，明天上午十点，{self.phone}，姓王"
        return self.heard(goal)

    def answer(self, expects: str, reply: Reply) -> str:
        """What the citizen says next, to what the assistant waits for."""
        if self.chance.random() < 0.25:
            return self.chance.choice(INTERRUPTIONS)
        if self.chance.random() < 0.12:
            return self._correction()
        told: dict[str, Callable[[], str]] = {
            "pickup_place": lambda: self.town,
            "pickup_time": lambda: self.chance.choice(TIMES),
            "contact_phone": lambda: self.phone,
            "applicant_name": lambda: self.chance.choice(NAMES),
            "callback": lambda: self.phone,
            "order_access": lambda: "算了，不查了",
        }
        if expects in told:
            return told[expects]()
        if expects == "item_code" and reply.buttons:
            return "1"
        if expects in ("item_code", ""):
            return self.heard(self.chance.choice(GOALS[:9]))
        return self.chance.choice(YES)

    def _correction(self) -> str:
        if self.chance.random() < 0.5:
            self.phone = self._phone()
            return f"电话说错了，是{self.phone}"
        self.town = self.chance.choice(TOWNS)
        return f"地方改成{self.town}"


@dataclass
class Tried:
    """How a scripted conversation went."""

    dialogue: Dialogue
    outcome: str = ""  # ordered, person, or the fault
    faults: list[str] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def run_script(stage: Stage, seed: int) -> Tried:
    """Let one scripted citizen talk until there is an order or a person, and watch what must always hold."""
    script = Script(seed)
    tried = Tried(Dialogue(f"脚本{seed}", f"seed {seed}"))
    stage.begin()
    said, reply, answers = script.opening(), Reply([], []), [""]
    for turn in range(1, TURNS + 1):
        if turn == script.wants_person_at:
            said = script.chance.choice(PERSON)
        orders = _orders(stage)
        reply = stage.say(said)
        _note(tried, said, reply)
        answers.append(reply.text)
        _watch(stage, script, said, reply, answers, orders, tried)
        if tried.faults or tried.outcome:
            return tried
        said = script.answer(_expects(stage), reply)
    tried.faults.append(f"说了{TURNS}轮还没有办成，也没有转人工")
    return tried


def _watch(
    stage: Stage, script: Script, said: str, reply: Reply, answers: list[str], before: int, tried: Tried
) -> None:
    """One turn's invariants; the outcome if the conversation is over."""
    now = _orders(stage)
    if not reply.text.strip():
        tried.faults.append("助手没有说话")
    if len(set(answers[-SAME:])) == 1 and len(answers) > SAME:
        tried.faults.append(f"同一句话说了{SAME}遍")
    if now > before and said not in YES and said != "1":
        tried.faults.append(f"没有答应就下了单：{said}")
    if now > before + 1:
        tried.faults.append("一句话下了两单")
    if said in PERSON and not _waits(stage):
        tried.faults.append("要人工，没有转")
    if now > before and not tried.faults:
        tried.faults += _lost(stage, script)
        tried.outcome = "ordered"
    elif _waits(stage):
        tried.outcome = "person"


def _lost(stage: Stage, script: Script) -> list[str]:
    with stage.hall.database.read() as session:
        order = stage.orders(session)[-1]
        told = [(order.contact_phone, script.phone, "电话"), (order.township, script.town, "镇")]
        return [f"{label}应当是{wanted}，订单里是{has}" for has, wanted, label in told if has != wanted]


def _note(tried: Tried, said: str, reply: Reply) -> None:
    tried.dialogue.lines.append(Line(Mark.SAYS, said, len(tried.dialogue.lines) + 1))
    tried.transcript += [f"人：{said}", *(f"    助：{text}" for text in reply.texts)]
    tried.seconds.append(reply.seconds)


def _orders(stage: Stage) -> int:
    with stage.hall.database.read() as session:
        return len(stage.orders(session))


def _waits(stage: Stage) -> bool:
    with stage.hall.database.read() as session:
        return stage.waits_for_a_person(session)


def _expects(stage: Stage) -> str:
    with stage.hall.database.read() as session:
        return stage.conversation(session).expects
