"""What a pack's demonstration parameters must agree with before a city grows; all problems at once."""

from __future__ import annotations

import csv
from pathlib import Path

from shidai.packs import Pack
from shidai.packs.schema.demonstration import Demonstration
from shidai.words import Problem, ShidaiError, problem

FILE = "demonstration.toml"
_COLUMNS = {
    "mortality": ("period_start", "age_start", "male", "female"),
    "fertility": ("year", "age_start", "births_per_1000"),
    "annual": ("year", "e0_male", "e0_female"),
    "population": ("age_start", "male", "female"),
}


def check_demonstration(pack: Pack, demonstration: Demonstration) -> None:
    """Raise ShidaiError unless rate files, methods and codes that the parameters name exist."""
    problems = _rate_files(pack.folder, demonstration) + _methods(pack, demonstration) + _codes(pack, demonstration)
    if demonstration.first_year >= demonstration.register_from.year:
        problems.append(
            problem(
                f"{FILE}: first_year",
                zh="模拟的起始年不早于登记系统的起始年。",
                en="The simulation does not begin before the register does.",
                mend_zh="first_year 应至少早五十年，家庭才完整。",
                mend_en="Begin some fifty years earlier, so that families are complete.",
            )
        )
    if problems:
        raise ShidaiError(problems)


def _rate_files(folder: Path, demonstration: Demonstration) -> list[Problem]:
    found = []
    for name, columns in _COLUMNS.items():
        path = folder / str(getattr(demonstration.rates, name))
        if not path.is_file():
            found.append(
                problem(
                    f"{FILE}: rates.{name}",
                    zh=f"找不到文件 {path}。",
                    en=f"There is no file {path}.",
                    mend_zh="路径从政策包的目录算起。",
                    mend_en="Paths start at the pack's folder.",
                )
            )
            continue
        missing = [column for column in columns if column not in _header(path)]
        if missing:
            found.append(
                problem(
                    str(path),
                    zh=f"缺少列：{'、'.join(missing)}。",
                    en=f"Columns are missing: {', '.join(missing)}.",
                    mend_zh="第一行（以#开头的说明之后）是列名。",
                    mend_en="The first line after the notes (which begin with #) names the columns.",
                )
            )
    return found


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return next(csv.reader(line for line in lines if not line.startswith("#")), [])


def _methods(pack: Pack, demonstration: Demonstration) -> list[Problem]:
    known = {method.id for method in pack.methods}
    named = {name for mix in demonstration.contraception for name in mix.mix}
    return [
        problem(
            f"{FILE}: contraception.mix",
            zh=f"methods.toml 里没有“{name}”。",
            en=f"methods.toml knows no '{name}'.",
            mend_zh="请使用 methods.toml 中的代码。",
            mend_en="Use an id of methods.toml.",
        )
        for name in sorted(named - known)
    ]


def _codes(pack: Pack, demonstration: Demonstration) -> list[Problem]:
    known = {area.code for area in pack.areas_at("county", pack.last_day)}
    named = {
        "size.rural": set(demonstration.size.rural) - {"other"},
        "migrants.county": set(demonstration.migrants.county),
    }
    return [
        problem(
            f"{FILE}: {place}",
            zh=f"区划中没有 {code}。",
            en=f"The area tree has no {code}.",
            mend_zh="请使用 areas.csv 中县区一级的代码。",
            mend_en="Use a county's code of areas.csv.",
        )
        for place, codes in named.items()
        for code in sorted(codes - known)
    ]
