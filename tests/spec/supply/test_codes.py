"""What a scanner reads from a pack: GS1 element strings, DataMatrix, plain GTIN and EAN."""

from __future__ import annotations

from datetime import date

import pytest

from shidai.supply.gs1 import Scanned, read_code
from shidai.words import ShidaiError

TODAY = date(2026, 11, 29)
GTIN = "06901234567892"


def test_a_datamatrix_with_gtin_expiry_lot_and_serial() -> None:
    found = Scanned(GTIN, "LOT7A", date(2028, 2, 29), "S99")
    assert read_code(f"]d201{GTIN}1728022910LOT7A\x1d21S99", TODAY) == found
    assert read_code(f"(01){GTIN}(17)280229(10)LOT7A(21)S99", TODAY) == found


def test_day_nought_is_the_months_last_and_the_century_lies_near_today() -> None:
    assert read_code("1728020010L", TODAY).expires_on == date(2028, 2, 29)
    assert read_code("1799123110L", TODAY).expires_on == date(1999, 12, 31)
    assert read_code("1705063010L", date(2006, 1, 1)).expires_on == date(2005, 6, 30)


def test_a_plain_bar_code_is_a_gtin() -> None:
    assert read_code("6901234567892", TODAY).gtin == GTIN


@pytest.mark.parametrize("text", ["", "hello", "01123", f"01{GTIN[:-1]}1", "1728133010L", "17280230", "10" + "X" * 21])
def test_what_cant_be_read_is_refused(text: str) -> None:
    with pytest.raises(ShidaiError):
        read_code(text, TODAY)
