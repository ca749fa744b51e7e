"""Versions of the catalogue at the desk: nobody's change is dropped unseen, and zones keep to themselves."""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.vocabulary import Role
from tests.site import Answer, Http, Site
from tests.site_fixtures import PASSWORD

POLICE, OTHER = "030001", "010001"  # items of two zones


def seat(site: Site, login: str) -> Http:
    http = site.http()
    http.log_in(login, PASSWORD)
    return http


def edit(http: Http, code: str, fee: str) -> Answer:
    base = http("GET", f"/desk/catalogue/items/{code}").body["base"]
    return http("POST", f"/desk/catalogue/items/{code}/edit", {"fields": {"fee": fee}, "note": fee, "base": base})


def live(http: Http, number: int, was: int) -> Answer:
    return http("POST", f"/desk/catalogue/versions/{number}/live", {"was": was})


def fee(http: Http, code: str) -> object:
    fields = http("GET", f"/desk/catalogue/items/{code}").body["fields"]
    return next(value for name, _, value in fields if name == "fee")


def test_a_version_made_before_a_colleagues_went_live_does_not_drop_it(site: Site) -> None:
    http = seat(site, "zhang")
    first, second = edit(http, POLICE, "十元").body["number"], edit(http, OTHER, "二十元").body["number"]
    assert live(http, first, 0).status == 200
    late = live(http, second, 0)
    assert (late.status, late.body["error"]["code"]) == (409, "stale_view")
    assert fee(http, POLICE) == "十元"
    again = edit(http, OTHER, "二十元").body["number"]
    assert live(http, again, first).status == 200
    assert (fee(http, POLICE), fee(http, OTHER)) == ("十元", "二十元")


def test_two_who_undo_at_once_go_one_step_back(site: Site) -> None:
    http = seat(site, "zhang")
    first = edit(http, POLICE, "十元").body["number"]
    live(http, first, 0)
    second = edit(http, POLICE, "二十元").body["number"]
    live(http, second, first)
    assert http("POST", "/desk/catalogue/undo", {"was": second}).status == 200
    assert http("POST", "/desk/catalogue/undo", {"was": second}).status == 409
    assert fee(http, POLICE) == "十元"


def test_a_lead_officer_puts_nothing_of_another_zone_live(site: Site) -> None:
    def officers(session: Session) -> None:
        for login, zone in (("gong", "police"), ("qi", site.hall.catalogue.items[0].zone)):
            site.hall.staff.add(session, login, f"{login}首席", Role.LEAD_OFFICER, PASSWORD)
            site.hall.staff.appoint(session, login, zone)

    other = site.hall.catalogue.get(OTHER)
    assert other is not None and other.zone != "police" and site.hall.catalogue.items[0].zone == other.zone
    site.change(officers)
    admin, gong = seat(site, "zhang"), seat(site, "gong")
    number = edit(admin, OTHER, "二十元").body["number"]
    refused = live(gong, number, 0)
    assert refused.status == 403 and "专区" in refused.body["error"]["message"]
    assert fee(admin, OTHER) != "二十元"
    own = edit(gong, POLICE, "十元").body["number"]
    assert live(gong, own, 0).status == 200
