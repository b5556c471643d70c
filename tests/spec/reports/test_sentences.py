"""Every sentence of the template reads as one, whether its figure is known, withheld, not recorded or the first."""

from __future__ import annotations

import re

import pytest

from shidai.words import Language
from tests.spec.reports import madeup
from tests.spec.reports.standin import StandInReading

BROKEN = {
    "zh": re.compile(r"[为占的](尚未记录|因人数少不公布)|，，|。。|（）|；。|None"),
    "en": re.compile(r"(was|were|used|saw|had) (not yet recorded|withheld)|\(\)|, ,|\. \.|\bis is\b| [,;.]"),
}


def withheld() -> StandInReading:
    read = StandInReading()
    for figure in madeup.pack().reports["annual"].figure:
        if figure.indicator is not None:
            read.put(figure.indicator, madeup.CITY, "2006", None, suppressed=True)
    return read


def first_year() -> StandInReading:
    read = StandInReading()
    for figure in madeup.pack().reports["annual"].figure:
        if figure.indicator is not None:
            read.put(figure.indicator, madeup.CITY, "2006", 104.0, low=100.0, high=108.0)
    return read


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reading", [withheld, first_year, StandInReading, madeup.reading])
def test_no_sentence_breaks(reading, language: Language) -> None:
    text = madeup.prose(reading(), language)
    assert BROKEN[language].findall(text) == []


def test_a_withheld_rate_has_a_sentence_of_its_own() -> None:
    text = madeup.prose(withheld())
    assert "婴儿死亡率因人数少不公布。" in text
    assert "全年出生人数因人数少不公布，死亡人数因人数少不公布；" in text
    english = madeup.prose(withheld(), "en")
    assert "infant mortality is withheld because the count is small." in english
    assert "The number of births is withheld because the count is small" in english


def test_one_withheld_figure_leaves_its_neighbours_alone() -> None:
    read = first_year()
    read.put("deaths", madeup.CITY, "2006", None, suppressed=True)
    assert "全年出生人数为104人，死亡人数因人数少不公布；" in madeup.prose(read)


def test_in_tables_a_withheld_figure_is_short() -> None:
    assert ">withheld<" in madeup.page(withheld(), "en")
    assert ">不公布<" in madeup.page(withheld())
