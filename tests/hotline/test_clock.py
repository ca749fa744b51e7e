"""Times as one would say them."""

from __future__ import annotations

from datetime import datetime

import pytest

from hotline.clock import LOCAL, local, spoken_time, system_clock
from tests.builders import MONDAY_TEN


@pytest.mark.parametrize(
    ("moment", "spoken"),
    [
        ("2026-11-23T10:00", "今天上午10点"),
        ("2026-11-23T14:30", "今天下午2点半"),
        ("2026-11-23T12:00", "今天中午12点"),
        ("2026-11-23T18:05", "今天晚上6点05分"),
        ("2026-11-24T00:30", "明天凌晨0点半"),
        ("2026-11-25T05:59", "后天凌晨5点59分"),
        ("2026-11-26T09:00", "11月26日（星期四）上午9点"),
        ("2026-11-22T09:00", "11月22日（星期日）上午9点"),
        ("2027-01-03T20:00", "1月3日（星期日）晚上8点"),
    ],
)
def test_a_moment_is_spoken_as_in_sichuan(moment: str, spoken: str) -> None:
    assert spoken_time(datetime.fromisoformat(moment).replace(tzinfo=LOCAL), MONDAY_TEN) == spoken


def test_near_midnight_the_day_is_that_of_sichuan() -> None:
    late = datetime(2026, 11, 23, 23, 50, tzinfo=LOCAL)
    assert spoken_time(datetime(2026, 11, 24, 0, 10, tzinfo=LOCAL), late) == "明天凌晨0点10分"


def test_the_clock_knows_its_zone() -> None:
    assert system_clock().tzinfo is not None
    assert local(MONDAY_TEN).hour == 10
