"""Units as people read them."""

from __future__ import annotations

import pytest

from shidai.rules.units import say_amount


@pytest.mark.parametrize(
    ("number", "unit", "zh", "en"),
    [
        ("152", "mm[Hg]", "152 mmHg", "152 mmHg"),
        ("10", "wk", "10周", "10 weeks"),
        ("5.1", "mmol/L", "5.1 mmol/L", "5.1 mmol/L"),
        ("75", "umol/L", "75 μmol/L", "75 μmol/L"),
        ("36.8", "Cel", "36.8℃", "36.8 °C"),
        ("48", "%", "48%", "48%"),
        ("3", "", "3", "3"),
    ],
)
def test_a_chinese_unit_stands_at_its_number(number: str, unit: str, zh: str, en: str) -> None:
    said = say_amount(number, unit)
    assert (said.zh, said.en) == (zh, en)
