"""Steps as TwiML: <Say>, <Gather>, <Dial>, <Redirect>, or a <Connect> to the relay."""

from __future__ import annotations

from urllib.parse import urlencode

from twilio.twiml.voice_response import Connect, Dial, Gather, Say, VoiceResponse

from connectors.twilio.numbers import to_line
from hotline.calls.steps import Step
from hotline.settings import Settings

LANGUAGE = "cmn-Hans-CN"  # of the recogniser
SPOKEN = "cmn-CN"  # of the voice
VOICE = "Polly.Zhiyu-Neural"
RELAY_LANGUAGE = "zh-CN"
RELAY_VOICE = "cmn-CN-Chirp3-HD-Aoede"
SLOW_RATE = "75%"
WAIT_SECONDS = 2
CITIZEN_SECONDS = 30  # a citizen is rung for so long
PATH = "/webhooks/twilio/voice"


def address(settings: Settings, path: str, **query: str | int) -> str:
    """An address of ours as Twilio calls it."""
    base = f"{settings.address.rstrip('/')}{PATH}{path}"
    return f"{base}?{urlencode(query)}" if query else base


def document(settings: Settings, step: Step) -> str:
    """A step for a call that runs over <Gather>."""
    response = VoiceResponse()
    following = step.turn + 1
    if step.listen:
        listen = step.listen
        gather = Gather(
            input="speech dtmf", language=LANGUAGE, timeout=listen.begin_seconds, speech_timeout=listen.pause_seconds,
            hints=",".join(listen.hints) or None, num_digits=listen.digits or None, finish_on_key="#",
            action=address(settings, "/heard", turn=following), method="POST", action_on_empty_result=True,
        )  # fmt: skip
        _say(gather, step)
        response.append(gather)
        return str(response)
    _say(response, step)
    if step.ring:
        dial = Dial(
            action=address(settings, "/forwarded", turn=following), method="POST", timeout=step.ring.seconds,
            answer_on_bridge=True, caller_id=settings.twilio_number,
            record="record-from-answer-dual" if settings.record_calls else None,
        )  # fmt: skip
        dial.number(to_line(step.ring.number), url=address(settings, "/whisper", forward=step.ring.forward_id), method="POST")
        response.append(dial)
    elif step.wait:
        response.pause(length=WAIT_SECONDS)
        response.redirect(address(settings, "/heard", turn=step.turn), method="POST")
    else:
        response.hangup()
    return str(response)


def relay(settings: Settings) -> str:
    """The document that hands a call over to the relay; its greeting is sent over the socket."""
    response = VoiceResponse()
    connect = Connect(action=address(settings, "/relayed"), method="POST")
    base = settings.address.rstrip("/")
    scheme = "wss" if base.startswith("https") else "ws"
    connect.conversation_relay(
        url=f"{scheme}{base[base.index(':'):]}/webhooks/twilio/relay",
        language=RELAY_LANGUAGE, tts_provider="Google", voice=RELAY_VOICE, transcription_provider="Google",
        dtmf_detection=True, interruptible="any", partial_prompts=False,
    )  # fmt: skip
    response.append(connect)
    return str(response)


def keys(settings: Settings, text: str, action: str) -> str:
    """Say something to a person of ours and take one key; without one the call ends."""
    response = VoiceResponse()
    gather = Gather(input="dtmf", num_digits=1, timeout=8, action=action, method="POST", action_on_empty_result=True)
    gather.append(Say(text, voice=VOICE, language=SPOKEN))
    response.append(gather)
    return str(response)


def connect(settings: Settings, number: str) -> str:
    """Ring somebody for who is on the line, under the hotline's number; such talks are never recorded."""
    response = VoiceResponse()
    dial = Dial(timeout=CITIZEN_SECONDS, answer_on_bridge=True, caller_id=settings.twilio_number)
    dial.number(to_line(number))
    response.append(dial)
    return str(response)


def nothing() -> str:
    """An empty document: whoever was rung is now connected."""
    return str(VoiceResponse())


def goodbye(text: str = "") -> str:
    """Say something, if anything, and hang up."""
    response = VoiceResponse()
    if text:
        response.say(text, voice=VOICE, language=SPOKEN)
    response.hangup()
    return str(response)


def _say(parent: VoiceResponse | Gather, step: Step) -> None:
    for text in step.says:
        if not text:
            continue
        say = Say(None if step.slow else text, voice=VOICE, language=SPOKEN)
        if step.slow:
            say.prosody(text, rate=SLOW_RATE)
        parent.append(say)
