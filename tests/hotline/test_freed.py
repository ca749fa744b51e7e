"""A wording is kept only without what is about the person who said it."""

from __future__ import annotations

import pytest

from hotline.freed import freed


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我是柳林镇的，身份证搞脱了咋个补", "身份证搞脱了咋个补"),
        ("罐子沟村3组12号的，低保咋个申请", "低保咋个申请"),
        ("我叫王大明，要补身份证", "要补身份证"),
        ("我妈叫李秀英，八十岁了高龄补贴", "八十岁了高龄补贴"),
        ("我电话13800001234，姓王，娃儿上户口", "娃儿上户口"),
        ("一三八零零零零一二三四，帮我问公积金", "帮我问公积金"),
        ("身份证号511903199001011234查社保", "查社保"),
        ("订单10019的营业执照", "营业执照"),
        ("下个星期三去办护照得不得行", "去办护照得不得行"),
        ("电话138 0000 1234", ""),
    ],
)
def test_what_is_personal_is_taken_out(said: str, kept: str) -> None:
    assert freed(said) == kept


@pytest.mark.parametrize(
    "said", ["C1驾照到期换证", "办个65岁老年证", "我是退伍军人，要领优待证", "孩子叫什么名字都可以改吗", "我在广东打工，医保异地报销"]
)
def test_what_belongs_to_the_matter_stays(said: str) -> None:
    assert freed(said) == said


def test_what_the_engine_found_is_taken_out_too() -> None:
    said = "欧阳建国想给幺儿上户口"
    assert freed(said, [{"entity": "name", "start": 0, "end": 4}]) == "想给幺儿上户口"
    assert freed(said, [{"entity": "item", "start": 0, "end": 4}]) == said
    assert freed(said, known=["欧阳建国", ""]) == "想给幺儿上户口"
