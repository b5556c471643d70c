"""From texts as offices write them to columns that can be compared: names, dates, numbers in one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import pyarrow as pa

from shidai.linkage.names import read_name, split_name
from shidai.linkage.residentnumber import holds, lengthen

_DATE = re.compile(r"(\d{4})\D*(\d{1,2})?\D*(\d{1,2})?")
_CHILD = re.compile(r"(\D*)(\d.*?)\D*")
_UNNAMED = "未命名"  # of a newborn child without a name: many share it
_SEXES = {"男": "1", "女": "2", "m": "1", "f": "2", "male": "1", "female": "2", "1": "1", "2": "2"}

Columns = dict[str, list[Any]]


def clean_latin(table: pa.Table) -> pa.Table:
    """Columns of the Latin model: names and places in lower case without accents and signs, the date in parts."""
    found: Columns = {"record": table["id"].to_pylist()}
    given, family = _latin_names(table)
    found |= {"given_name": given, "family_name": family}
    for role in ("address", "locality", "region"):
        found[role] = _each(table, role, plain_latin)
    for role in ("identifier", "phone", "postcode"):
        found[role] = _each(table, role, plain_number)
    found["sex"] = _each(table, "sex", plain_sex)
    return _as_table(found | _dates(table))


def clean_han(table: pa.Table) -> pa.Table:
    """Columns of the Han model: the simplified name with its parts and its reading, the resident number in parts."""
    names = _each(table, "name", plain_han)
    if "name" not in table.column_names:
        both = zip(_each(table, "family_name", plain_han), _each(table, "given_name", plain_han), strict=True)
        names = ["".join(filter(None, parts)) or None for parts in both]
    surnames = [split_name(name)[0] if name else None for name in names]
    givens = [split_name(name)[1] or None if name else None for name in names]
    found: Columns = {
        "record": table["id"].to_pylist(),
        "name": names,
        "surname": surnames,
        "given": givens,
        "pinyin": [read_name(name).pinyin if name else None for name in names],
        "phone": _each(table, "phone", plain_number),
        "village": _each(table, "locality", plain_latin),
        "town": _each(table, "region", plain_latin),
        "address": _each(table, "address", plain_latin),
        "sex": _each(table, "sex", plain_sex),
    }
    numbers = _each(table, "identifier", plain_number)
    numbers = [lengthen(number) if number else None for number in numbers]
    found["number"] = numbers
    found["number_holds"] = [None if number is None else holds(number) for number in numbers]
    found["number_area"] = [number[:6] if number and len(number) == 18 else None for number in numbers]
    found["number_tail"] = [number[14:] if number and len(number) == 18 else None for number in numbers]
    found |= _dates(table)
    found["child"] = [
        f"{sex}{child}" if sex and child else None
        for sex, child in zip(found["sex"], _each(table, "child", plain_child), strict=True)
    ]  # with the parent's sex: a mother and a father have the child in common, and are two people
    found["cohort"] = [
        f"{sex}{year // 10}" if sex and year is not None else None
        for sex, year in zip(found["sex"], found["birth_year"], strict=True)
    ]
    return _as_table(found)


def plain_latin(text: str) -> str:
    """Lower case, no accents, words parted by one space."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


def plain_number(text: str) -> str:
    """Letters and digits only, in capitals."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())


def plain_sex(text: str) -> str | None:
    """'1' male, '2' female, None for anything else."""
    return _SEXES.get(unicodedata.normalize("NFKC", text).strip().casefold())


def plain_han(text: str) -> str:
    """A name in simplified signs, without spaces and in one kind of point."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("•", "·").replace("．", "·")
    return plain if plain.isascii() else str(_simplifier().convert(plain))


def plain_date(text: str) -> tuple[int | None, int | None, int | None]:
    """Year, month and day of '1950-03-07', '19500307', '1950年3月' and the like; None for what isn't there."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isdigit() and len(plain) in (6, 8):
        plain = "-".join(filter(None, (plain[:4], plain[4:6], plain[6:])))
    found = _DATE.match(plain)
    if found is None:
        return None, None, None
    year, month, day = (int(part) if part else None for part in found.groups())
    month = month if month and month <= 99 else None
    return year, month, day if month and day else None


def plain_child(text: str) -> str | None:
    """The eldest child as '王小云1989-02': the name, with as much of the date of birth as is known; None unnamed."""
    name = plain_han(text)
    found = _CHILD.fullmatch(name)
    if found is None:
        return None if name == _UNNAMED else name
    born = "-".join(f"{part:02d}" for part in plain_date(found[2]) if part is not None)
    name = found[1].rstrip("(,:;、·-")
    return None if name in ("", _UNNAMED) else f"{name}{born or found[2]}"


@lru_cache(maxsize=1)
def _simplifier() -> Any:
    from opencc import OpenCC  # loads dictionaries: only for Han names

    return OpenCC("t2s")


def _latin_names(table: pa.Table) -> tuple[list[str | None], list[str | None]]:
    if "name" not in table.column_names:
        return _each(table, "given_name", plain_latin), _each(table, "family_name", plain_latin)
    words = [(name or "").split() for name in _each(table, "name", plain_latin)]
    return [" ".join(each[:-1]) or None for each in words], [each[-1] if each else None for each in words]


def _each(table: pa.Table, role: str, plain: Callable[[str], str | None]) -> list[Any]:
    if role not in table.column_names:
        return [None] * table.num_rows
    return [plain(text) or None if text else None for text in table[role].to_pylist()]


def _dates(table: pa.Table) -> Columns:
    if "birth_date" not in table.column_names:
        parts: Iterable[tuple[int | None, int | None, int | None]] = [(None, None, None)] * table.num_rows
    else:
        parts = [plain_date(text) if text else (None, None, None) for text in table["birth_date"].to_pylist()]
    years, months, days = (list(each) for each in zip(*parts, strict=True)) if table.num_rows else ([], [], [])
    whole = [
        f"{y:04d}{m:02d}{d:02d}" if y is not None and m is not None and d is not None else None
        for y, m, d in zip(years, months, days, strict=True)
    ]
    return {"birth": whole, "birth_year": years, "birth_month": months, "birth_day": days}


def _as_table(columns: Columns) -> pa.Table:
    kinds = {"birth_year": pa.int32(), "birth_month": pa.int32(), "birth_day": pa.int32(), "number_holds": pa.bool_()}
    return pa.table({name: pa.array(values, kinds.get(name, pa.string())) for name, values in columns.items()})
