"""What the hall knows by one version of the catalogue: items, lookup, guidance, errands; swapped as one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from hotline.calls.hearing import Hearing
from hotline.calls.listening import Listening
from hotline.catalogue.catalogue import Catalogue
from hotline.catalogue.live import open_version
from hotline.catalogue.lookup import Lookup, open_lookup
from hotline.catalogue.typical_questions import TypicalQuestions
from hotline.errand_desk import ErrandDesk
from hotline.errands import ErrandTaking
from hotline.guidance import Guidance

if TYPE_CHECKING:
    from hotline.hall import Hall


class Knowledge:
    """One version and everything built on it, each part when it is first needed; never changed afterwards.

    `number` is the version's; None for the files. `before` is the lookup that it takes over from.
    """

    def __init__(
        self, hall: Hall, catalogue: Catalogue, number: int | None, before: Lookup | None = None
    ) -> None:
        self.hall = hall
        self.catalogue = catalogue
        self.number = number
        self._before = before

    @cached_property
    def lookup(self) -> Lookup:
        """The item lookup over the catalogue."""
        if self.number is None:
            return open_lookup(self.catalogue, encoders=self.hall.encoders)
        cache = self.hall.settings.data_dir / "cache"
        before, self._before = self._before, None  # the old version is given back to memory
        return open_version(self.catalogue, cache, before=before, encoders=self.hall.encoders)

    @cached_property
    def typical_questions(self) -> TypicalQuestions:
        """Which typical question of an item is asked."""
        return TypicalQuestions(self.lookup)

    @cached_property
    def guidance(self) -> Guidance:
        """Answers about items."""
        return Guidance(self.catalogue, self.hall.divisions, self.hall.nearby, self.hall.clock)

    @cached_property
    def listening(self) -> Listening:
        """How to listen on the telephone."""
        return Listening(self.catalogue, self.hall.divisions)

    @cached_property
    def hearing(self) -> Hearing:
        """What was probably said on the telephone."""
        return Hearing(self.catalogue, self.hall.divisions)

    @cached_property
    def errand_taking(self) -> ErrandTaking:
        """What a message adds to an errand."""
        return ErrandTaking(self.lookup, self.hall.divisions, self.hall.clock, self.hall.profile)

    @cached_property
    def errand_desk(self) -> ErrandDesk:
        """Orders as the assistant handles them."""
        hall = self.hall
        return ErrandDesk(
            orders=hall.orders, intake=hall.intake, changes=hall.changes, conversations=hall.conversations, follow_ups=hall.follow_ups,
            guidance=self.guidance, taking=self.errand_taking, clock=hall.clock,
        )  # fmt: skip

    def take_over(self, before: Knowledge) -> None:
        """Go on counting wrong guesses at order numbers: another version is no fresh start for a guesser."""
        self.errand_desk.attempts = before.errand_desk.attempts

    def warm(self) -> None:
        """Build everything now, so that nobody waits for it later."""
        assert self.errand_desk and self.hearing
        self.typical_questions.warm()
        self.lookup.find("你好")
