"""What is told when people come and go in a conversation: to citizens, and to runners, who have no assistant there."""

from __future__ import annotations

from hotline.store.schema import Conversation

RUNNERS = "runner"  # the channel of a runner's talk with the desk
_WORDS: dict[str, tuple[str, str]] = {
    "taken": ("工作人员{name}已接入，下面由我为您服务。", "工作台{name}在，请说。"),
    "given_back": ("工作人员已把对话交还给助手，您可以接着问。{words}", "这件事工作台处理完了。{words}路上再有事，接着在这里说。"),
    "closed": ("工作人员{name}已结束这次对话。还有事直接打字，随时都在。", "工作台{name}处理完了。路上再有事，接着在这里说。"),
    "passed_on": ("正在把您转给{target}，请稍等，说过的不用再说。", "您问的已经转给{target}，请稍等，不用再说一遍。"),
    "left": ("工作人员{name}离开了，正在给您换一位，您说的都在，请稍等。", "工作台{name}离开了，正在换一位同事，您说的都在，请稍等。"),
    "nobody": ("这会儿没有工作人员在，{next}。助手先陪着您，有事接着说。", "工作台这会儿没有人在，{next}。路上的急事请打热线。"),
}


def notice(conversation: Conversation, what: str, **values: str) -> str:
    """The words of a notice for whoever is in the conversation."""
    citizen, runner = _WORDS[what]
    return (runner if conversation.channel == RUNNERS else citizen).format(**values)
