"""Dates are read in every form that offices type, and half-known ones keep what is known."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidai.registry.dates import HalfDate, parse_date
from shidai.registry.mistyped import Mistyped


@pytest.mark.parametrize(
    "text",
    [
        "1987-3-5", "1987-03-05", "1987.3.5", "1987/3/5", "19870305", "1987年3月5日", "1987年3月5号",
        "1987 年 3 月 5 日", "一九八七年三月五日",
        "１９８７年３月５日", "１９８７－３－５", "31841", "1987-03-05 00:00:00", " 1987,3,5 ",
    ],
)  # fmt: skip
def test_a_full_date_in_every_form(text):
    assert parse_date(text) == HalfDate(date(1987, 3, 5))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇〇六年十二月三十一日", date(2006, 12, 31)),
        ("二零零六年十月二十日", date(2006, 10, 20)),
        ("二○○六年十一月廿五日", date(2006, 11, 25)),
        ("一九九九年一月十日", date(1999, 1, 10)),
    ],
)
def test_chinese_numerals(text, day):
    assert parse_date(text) == HalfDate(day)


@pytest.mark.parametrize(
    "text", ["1987-03", "1987.3", "198703", "1987年3月", "一九八七年三月", "1987年3月份", "19870300"]
)
def test_a_known_month_stands_at_its_middle(text):
    assert parse_date(text) == HalfDate(date(1987, 3, 15), "month")


@pytest.mark.parametrize("text", ["1987", "1987年", "一九八七年", "19870000"])
def test_a_known_year_stands_at_its_middle(text):
    assert parse_date(text) == HalfDate(date(1987, 7, 1), "year")


@pytest.mark.parametrize("text", ["", "不详", "未知", "—", " / "])
def test_an_unknown_date_is_none(text):
    assert parse_date(text) is None


@pytest.mark.parametrize("text", ["1987-02-30", "1987-13-01", "19870230", "1986-02-29"])
def test_a_day_that_does_not_exist_is_refused(text):
    with pytest.raises(Mistyped) as refused:
        parse_date(text)
    assert "不是存在的日期" in refused.value.what.zh
    assert "1987-03-05" in refused.value.mend.en


def test_a_day_before_its_year_is_refused_because_the_month_is_unclear():
    with pytest.raises(Mistyped, match="which is the month"):
        parse_date("3/5/1987")


@pytest.mark.parametrize("text", ["三月五日", "87-3-5", "abc", "123", "1987-3-5-7", "99999999"])
def test_anything_else_is_refused_with_a_hint(text):
    with pytest.raises(Mistyped) as refused:
        parse_date(text)
    assert refused.value.mend.zh.startswith("请写成")


@given(
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"]),
)
def test_every_day_survives_every_form(day, form):
    assert parse_date(day.strftime(form)) == HalfDate(day)


def test_the_earliest_and_latest_day_of_what_is_known():
    month, year = HalfDate(date(2004, 2, 15), "month"), HalfDate(date(2004, 7, 1), "year")
    assert (month.earliest, month.latest) == (date(2004, 2, 1), date(2004, 2, 29))
    assert (year.earliest, year.latest) == (date(2004, 1, 1), date(2004, 12, 31))
    assert (month.text, year.text) == ("2004-02", "2004")
