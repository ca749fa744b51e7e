"""The engine's line to the hall's actions: one connection that is kept, and a failed action ends the turn.

Rasa opens a connection for each action and checks each answer against a JSON schema, and that schema against the
schema of schemas, which was half of the engine's time in a turn. The answers come from the hall itself, made by
Rasa's own executor.
"""

from __future__ import annotations

from typing import Any

import aiohttp
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

REFUSED = 400  # the action itself rejects to run: Rasa knows what to do


class ActionFailed(BaseException):
    """A custom action failed.

    Not an `Exception`: Rasa's processor swallows those and goes on as if the action had run.
    """


class ActionLine(EndpointConfig):
    """The action endpoint; a failed call ends the turn."""

    _http: aiohttp.ClientSession | None = None

    async def request(self, *args: Any, **kwargs: Any) -> Any | None:
        """What the action answers; raises ActionFailed instead of being ignored."""
        try:
            async with self.session().post(self.url, json=kwargs["json"], params=self.combine_parameters()) as answer:
                if answer.status == REFUSED:
                    raise ClientResponseError(answer.status, answer.reason, await answer.read())
                answer.raise_for_status()
                return await answer.json()
        except ClientResponseError:
            raise
        except Exception as error:
            raise ActionFailed(str(error) or type(error).__name__) from error

    def session(self) -> aiohttp.ClientSession:
        """The connections, kept between the calls."""
        if self._http is None or self._http.closed:
            self._http = super().session()
        return self._http


def _is_complete(self: RemoteAction, result: Any) -> bool:
    """Whether it is an answer of an executor; what its events are is found out when they are read."""
    if not isinstance(result, dict) or not isinstance(result.get("events"), list):
        raise ActionFailed("an action's answer has no events")
    return True


RemoteAction._validate_action_result = _is_complete
