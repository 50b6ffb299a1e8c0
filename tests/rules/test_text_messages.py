"""No word about the matter fits into a text message, whoever writes the sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.rules.text_messages import (
    blanks_of,
    fillings,
    masked_number,
    parts_of,
    why_not_number,
    why_not_wording,
    without_code,
    without_sign,
)

WORDING = "已收到，编号{number}，查询码{code}。"
MADE = "已收到，编号2026-000123，查询码ABC234。"


def test_the_blanks_of_a_text_are_found_whatever_sign_stands_in_front():
    assert fillings(WORDING, f"【枫格】{MADE}") == {"number": "2026-000123", "code": "ABC234"}
    assert fillings(f"[MapleGrid] {WORDING}", MADE) == {"number": "2026-000123", "code": "ABC234"}
    assert blanks_of(WORDING) == ("number", "code")


@pytest.mark.parametrize(
    "body",
    [
        "已收到，编号2026-000123，查询码王小明打人。",
        f"{MADE}下水道堵了",
        "已收到，编号下水道，查询码ABC234。",
        MADE[:-1],
        "",
        "。",
    ],
)
def test_words_about_the_matter_fit_no_blank(body):
    assert fillings(WORDING, body) is None


@given(st.text(max_size=12))
def test_only_a_code_fits_where_a_code_stands(words):
    found = fillings(WORDING, f"已收到，编号2026-000123，查询码{words}。")
    assert (found is not None) == (
        len(words) == 6 and all(c in "23456789ABCDEFGHJKMNPQRSTUVWXYZ" for c in words)
    )


@given(st.text(max_size=200))
def test_a_wording_without_blanks_is_only_itself(words):
    plain = without_sign(words.replace("{", "").replace("}", ""))
    assert fillings(plain, plain) == {}
    assert fillings(plain, f"{plain}多") is None


@pytest.mark.parametrize("moment", ["11月25日09:30", "1月5日 9:30", "11-25 09:30"])
def test_times_are_times(moment):
    assert (fillings("约好{when}见面", f"约好{moment}见面") is not None) == (moment != "1月5日 9:30")


@pytest.mark.parametrize(
    ("wording", "code"),
    [("", "no_wording"), ("【枫格】", "no_wording"), ("字" * 501, "no_wording"), ("您好{name}", "blank"), ("{}", "blank"),
     ("{number}和{number}", "blank_twice"), (WORDING, None)],
)  # fmt: skip
def test_what_can_be_registered(wording, code):
    refusal = why_not_wording(wording)
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    ("gateway", "number", "good"),
    [("aliyun", "SMS_154950909", True), ("aliyun", "154950909", False), ("tencent", "449739", True),
     ("tencent", "SMS_1", False), ("http", "received-zh", True), ("http", "", False), ("http", "a b", False)],
)  # fmt: skip
def test_a_template_number_looks_like_its_vendors(gateway, number, good):
    assert (why_not_number(gateway, number) is None) == good


def test_staff_reads_the_text_without_the_code_that_opens_the_matter():
    assert without_code(MADE) == "已收到，编号2026-000123，查询码••••••。"


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_parts_as_billed(length, parts):
    assert parts_of("字" * length) == parts


def test_numbers_are_masked():
    assert masked_number("13800001111") == "138****1111"
    assert masked_number("12345") == "****"
