"""Phone numbers in lists."""

from __future__ import annotations

import pytest

from hotline.masking import mask_phones


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("13800001234", "138****1234"),
        ("我电话13800001234，姓王", "我电话138****1234，姓王"),
        ("电话138 0000 1234，明天", "电话138****1234，明天"),
        ("打0827-3381234", "打0827****1234"),
        ("订单10019", "订单10019"),
        ("编号511903199001011234", "编号511903199001011234"),
        ("", ""),
    ],
)
def test_the_middle_of_a_phone_number_is_hidden(text: str, masked: str) -> None:
    assert mask_phones(text) == masked
