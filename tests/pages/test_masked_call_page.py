"""Where the hotline can ring, a runner calls the citizen through it and sees no number."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from hotline.outbox import Parcel
from hotline.store.outbox import Outgoing
from hotline.vocabulary import Means
from tests.builders import open_offer, request_for
from tests.site import Site


class Line:
    """A line on which nobody answers."""

    name, means = "line", frozenset({Means.CALL})

    def send(self, parcel: Parcel) -> str:
        return parcel.key

    def find(self, parcel: Parcel) -> str | None:
        return None


def test_the_number_stays_hidden(site: Site, runner_page: Callable[[str], Page]) -> None:
    order = site.change(lambda s: site.hall.orders.place(s, request_for())[0])

    def takes(session: object) -> None:
        site.hall.dispatch.step(session)
        offer = open_offer(session, order)
        site.hall.dispatch.accept(session, offer.id, offer.runner)

    site.change(takes)
    site.hall.outbox.senders.append(Line())
    page = runner_page("R0001")
    card = page.locator(".order")
    expect(card).to_contain_text(str(order.number))
    assert "13800001234" not in page.content()
    card.get_by_role("button", name="经热线打给市民").click()
    expect(page.locator("#toast")).to_contain_text("接起按1就接通市民")
    keys = site.change(lambda s: [row.key for row in s.query(Outgoing).filter(Outgoing.means == Means.CALL)])
    assert any(key.startswith("bridge:") for key in keys)
