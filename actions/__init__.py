"""Rasa custom actions, one file a skill: slots in, one call to the hall, answer out."""

from __future__ import annotations

from rasa_sdk.executor import ActionExecutor

from actions import answers, errands, fallback, follow_up, guidance, reception
from actions.turn import HallAction
from hotline.hall import Hall


def all_actions(hall: Hall) -> list[HallAction]:
    """One of each action, over this hall."""
    return [
        kind(hall)
        for module in (fallback, answers, reception, guidance, errands, follow_up)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, HallAction) and kind.__module__ == module.__name__ and kind.action_name
    ]


def make_executor(hall: Hall) -> ActionExecutor:
    """Rasa's own executor with all our actions."""
    executor = ActionExecutor()
    for action in all_actions(hall):
        executor.register_action(action)
    return executor
