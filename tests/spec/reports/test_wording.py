"""Numbers and changes as an office writes them."""

from __future__ import annotations

import pytest

from shidai.reports.wording import Measure, between, change, in_sentence, interval, listed, plain_number
from shidai.words import Language, Text

PERSONS = Measure(Text(zh="人", en="persons"), 0)
PER_MILLE = Measure(Text(zh="‰", en="per 1,000"), 2)
PERCENT = Measure(Text(zh="%", en="%"), 2)


@pytest.mark.parametrize(
    ("value", "measure", "zh", "en"),
    [
        (12_702, PERSONS, "12,702人", "12,702 persons"),
        (619_900, PERSONS, "61.99万人", "619,900 persons"),
        (4_572_000, PERSONS, "457.20万人", "4,572,000 persons"),
        (1.214, PER_MILLE, "1.21‰", "1.21 per 1,000"),
        (-0.35, PER_MILLE, "−0.35‰", "−0.35 per 1,000"),
        (62.62, PERCENT, "62.62%", "62.62%"),
    ],
)
def test_a_value_in_a_sentence(value: float, measure: Measure, zh: str, en: str) -> None:
    assert (in_sentence(value, measure, "zh"), in_sentence(value, measure, "en")) == (zh, en)


def test_a_rounded_zero_has_no_sign() -> None:
    assert plain_number(-0.001, 2) == "0.00"


def test_an_interval_names_its_level() -> None:
    assert interval(1.05, 1.37, PER_MILLE, "zh") == "95%区间1.05‰～1.37‰"
    assert interval(1.05, 1.37, PER_MILLE, "en") == "95% interval 1.05 to 1.37"
    assert interval(None, None, PER_MILLE, "zh") == ""
    assert between(-0.5, 0.5, PER_MILLE, "zh") == "−0.50～0.50"


@pytest.mark.parametrize(
    ("now", "before", "measure", "noise", "zh", "en"),
    [
        (257, 240, PERSONS, None, "比上年增加17人", "17 more than the year before"),
        (233, 244, PERSONS, True, "比上年减少11人，在随机波动范围内",
         "11 fewer than the year before, within chance variation"),
        (1.21, 1.01, PER_MILLE, False, "比上年上升0.20个千分点", "up by 0.20 on the year before"),
        (62.62, 63.0, PERCENT, None, "比上年下降0.38个百分点", "0.38 percentage points down on the year before"),
        (5, 5, PERSONS, None, "与上年持平", "the same as the year before"),
    ],
)  # fmt: skip
def test_a_change_says_its_size_and_whether_it_may_be_chance(
    now: float, before: float, measure: Measure, noise: bool | None, zh: str, en: str
) -> None:
    assert change(now, before, measure, "zh", noise=noise) == zh
    assert change(now, before, measure, "en", noise=noise) == en


def test_the_change_is_that_of_the_figures_as_printed() -> None:
    """1.214 and 1.206 print as 1.21 and 1.21: a reader who subtracts must find the same."""
    assert change(1.214, 1.206, PER_MILLE, "zh", noise=None) == "与上年持平"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_last_years_figure_there_is_no_change(language: Language) -> None:
    assert change(5, None, PERSONS, language, noise=None) == ""


def test_a_list_in_words() -> None:
    assert listed(["甲", "乙", "丙"], "zh") == "甲、乙和丙"
    assert listed(["a", "b", "c"], "en") == "a, b and c"
    assert listed(["a"], "en") == "a"


@pytest.mark.parametrize(("value", "decimals", "told"), [(1, 0, "1 room"), (2, 0, "2 rooms"), (1, 2, "1.00 rooms")])
def test_one_is_no_plural_in_english(value: float, decimals: int, told: str) -> None:
    assert in_sentence(value, Measure(Text(zh="个", en="rooms"), decimals), "en") == told
