"""The signs of a resident number (GB 11643-1999): the check character, and the 15 digits of before 1999."""

from __future__ import annotations

from operator import mul

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def check_character(first_17: str) -> str:
    """ISO 7064 MOD 11-2 as GB 11643 writes it."""
    return _CHECKS[sum(map(mul, _WEIGHTS, map(int, first_17))) % 11]


def lengthen(number: str) -> str:
    """An old number of 15 digits as the 18 that replaced it; others unchanged."""
    if len(number) != 15 or not (number.isascii() and number.isdigit()):
        return number
    longer = f"{number[:6]}19{number[6:]}"
    return longer + check_character(longer)


def holds(number: str) -> bool:
    """Whether a number has 18 signs and the right check character: one digit mistyped breaks it."""
    return (
        len(number) == 18 and number.isascii() and number[:17].isdigit() and check_character(number[:17]) == number[17]
    )
