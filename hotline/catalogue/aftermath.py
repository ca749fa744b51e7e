"""Whether a disaster is told as past: who asks for compensation or relief is in no danger any more.

「上班路上遭车撞断了腿，老板不认账」 is like a call to 120 for a sentence encoder, and yet asks for 工伤认定.
"""

from __future__ import annotations

import re

_AFTER = re.compile(
    r"出院|住了.{1,6}院|去年|前年|上个月|[年月]前|以后咋|国家|政府|民政|补助|补贴|补偿|救助|救济|抚恤|赔|认账|不认|工伤"
    r"|不管了|不露面|剩(?:下|我|两|一)|跟(?:着|到|倒)(?:爷爷|奶奶|外婆|外公)|受灾|眼前|申请"
)


def is_over(heard: str) -> bool:
    """Whether the utterance asks for what follows a disaster."""
    return bool(_AFTER.search(heard))
