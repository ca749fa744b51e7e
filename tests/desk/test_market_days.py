"""Market days at the desk: filled in with their source, never over a colleague's change, kept in the record."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.market_day_table import MarketDayTable
from tests.site import Http, Site
from tests.site_fixtures import PASSWORD

LIULIN = "/desk/market-days/511903106"
FILLED = {"days": "逢二五八", "calendar": "LUNAR", "source": "柳林镇便民服务中心", "confirmed": True, "was": ""}


@pytest.fixture
def boss(site: Site, tmp_path: Path) -> Http:
    (tmp_path / "market_days.yml").write_text("market_days: {}\n", "utf-8")
    site.hall.market_days = MarketDayTable(site.hall.divisions, tmp_path / "market_days.yml")
    http = site.http()
    http.log_in("zhang", PASSWORD)
    return http


def test_a_town_is_filled_in_and_cleared(boss: Http) -> None:
    empty = boss("GET", "/desk/market-days").body
    assert len(empty["towns"]) == 18 and not empty["changed"] and not any("days" in town for town in empty["towns"])
    answer = boss("POST", LIULIN, FILLED).body
    (town,) = (town for town in answer["towns"] if "days" in town)
    assert (town["name"], town["days"], town["next"], town["understood"]) == ("柳林镇", "逢二五八", "2026-11-23", True)
    assert answer["changed"]  # the assistant uses it from the next start on
    assert "days" not in str(boss("POST", f"{LIULIN}/clear", {"was": town["was"]}).body["towns"])
    kept = boss("GET", "/desk/audit?subject=market-days").body["entries"]
    assert [(entry["act"], entry["subject_id"]) for entry in kept] == [("清除", "511903106"), ("新建或修改", "511903106")]


def test_a_colleagues_change_is_not_overwritten(boss: Http) -> None:
    boss("POST", LIULIN, FILLED)
    assert boss("POST", LIULIN, {**FILLED, "days": "三六九"}).status == 409
    assert boss("POST", f"{LIULIN}/clear", {"was": ""}).status == 409
    assert "逢二五八" in str(boss("GET", "/desk/market-days").body)


@pytest.mark.parametrize(
    ("path", "changes", "status", "words"),
    [
        (LIULIN, {"days": "星期天"}, 400, "逢三六九"), (LIULIN, {"calendar": "农历"}, 400, "农历或阳历"),
        (LIULIN, {"source": ""}, 400, "来源"), (LIULIN, {"confirmed": "yes"}, 400, "核实过"),
        (LIULIN, {"days": ["3"]}, 400, "文字"), ("/desk/market-days/999", {}, 404, "没有叫"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(boss: Http, path: str, changes: dict[str, object], status: int, words: str) -> None:
    answer = boss("POST", path, {**FILLED, **changes})
    assert answer.status == status and words in answer.body["error"]["message"]


def test_others_may_look_only(boss: Http, site: Site) -> None:
    viewer = site.http()
    viewer.log_in("kan", PASSWORD)
    assert viewer("GET", "/desk/market-days").status == 200
    assert viewer("POST", LIULIN, FILLED).status == 403
