"""The documented verbs, attributes and values of TwiML that we use; Twilio's library lets wrong ones through.

From Twilio's reference pages of <Gather>, <Say>, <Dial>, <Number>, <Pause>, <Redirect>, <Hangup>,
<Connect>, <ConversationRelay> and <Message>. Every document that a test receives is held against it.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

URL = r"https://hall\.example/webhooks/twilio/\S+"
SECONDS = r"[1-9]\d{0,2}"
TRUTH = "true|false"
METHOD = "GET|POST"

VERBS: dict[str, dict[str, str]] = {
    "Response": {},
    "Say": {"voice": r"Polly\.Zhiyu-Neural|Google\.cmn-CN-\S+", "language": "cmn-CN", "loop": r"\d+"},
    "prosody": {"rate": r"x-slow|slow|medium|fast|x-fast|\d{2,3}%", "pitch": r"\S+", "volume": r"\S+"},
    "Gather": {
        "input": "dtmf|speech|dtmf speech|speech dtmf", "language": "cmn-Hans-CN", "timeout": SECONDS,
        "speechTimeout": rf"{SECONDS}|auto", "hints": r"[^,]{1,100}(,[^,]{1,100}){0,499}", "numDigits": r"[1-9]\d?",
        "finishOnKey": r"[0-9#*]?", "action": URL, "method": METHOD, "actionOnEmptyResult": TRUTH,
    },
    "Dial": {
        "action": URL, "method": METHOD, "timeout": SECONDS, "answerOnBridge": TRUTH, "callerId": r"\+\d{6,15}",
        "record": "do-not-record|record-from-answer|record-from-answer-dual|record-from-ringing|record-from-ringing-dual",
    },
    "Number": {"url": URL, "method": METHOD},
    "Pause": {"length": SECONDS},
    "Redirect": {"method": METHOD},
    "Hangup": {},
    "Connect": {"action": URL, "method": METHOD},
    "ConversationRelay": {
        "url": r"wss://hall\.example/\S+", "language": "zh-CN", "ttsProvider": "Google|Amazon|ElevenLabs",
        "voice": r"cmn-CN-\S+", "transcriptionProvider": "Google|Deepgram", "dtmfDetection": TRUTH,
        "interruptible": "none|dtmf|speech|any", "partialPrompts": TRUTH,
    },
    "Message": {},
}  # fmt: skip
INSIDE = {
    "Response": {"Say", "Gather", "Dial", "Pause", "Redirect", "Hangup", "Connect", "Message"},
    "Gather": {"Say", "Pause"}, "Dial": {"Number"}, "Connect": {"ConversationRelay"}, "Say": {"prosody"},
}  # fmt: skip


def check(element: Element) -> None:
    """Fail for a verb, attribute, value or nesting that is not documented."""
    allowed = VERBS[element.tag]
    for name, value in element.attrib.items():
        assert name in allowed, f"<{element.tag}> has no attribute {name}"
        assert re.fullmatch(allowed[name], value), f"<{element.tag} {name}={value[:60]!r}>"
    for child in element:
        assert child.tag in INSIDE.get(element.tag, set()), f"<{child.tag}> inside <{element.tag}>"
        check(child)
