"""Roles: what each column of a list is, whatever the file calls it."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from shidai.words import Problem, ShidaiError, problem

ROLES = (
    "id", "name", "given_name", "family_name", "sex", "birth_date", "identifier", "phone", "address", "locality",
    "region", "postcode", "child",
)  # fmt: skip
"""`id` names the record and is never compared; locality is a village or suburb, region a town, county or state; child
is the eldest child's name, with the date of birth where both lists have it."""


def read_map(path: Path) -> dict[str, tuple[str, ...]]:
    """The columns of each role from a TOML file such as `name = "姓名"` or `address = ["street", "number"]`.

    Raises ShidaiError, all problems at once, for unknown roles, for a missing id and when no role could be compared.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ShidaiError(
            problem(
                str(path),
                zh=f"不是有效的 TOML：{error}。",
                en=f"This is not TOML: {error}.",
                mend_zh='请写成 name = "姓名" 这样的行，用 UTF-8 保存。',
                mend_en='Write lines such as name = "full name", saved as UTF-8.',
            )
        ) from error
    problems = [_unknown_role(path, role) for role in told if role not in ROLES]
    found = {role: (column,) if isinstance(column, str) else tuple(column) for role, column in told.items()}
    if "id" not in found:
        problems.append(_missing(path, "id"))
    if len(found.keys() - {"id"}) < 2:
        problems.append(_missing(path, "name, birth_date …"))
    if problems:
        raise ShidaiError(problems)
    return found


def read_list(path: Path, columns: Mapping[str, tuple[str, ...]]) -> pa.Table:
    """The records of a CSV file (UTF-8 or GB18030) by role, all texts; empty cells are null.

    Several columns of one role are joined by a space. Raises ShidaiError for missing columns, broken rows, and ids that
    are empty or stand twice.
    """
    rows = csv.reader(io.StringIO(_read_text(path), newline=""))
    header = [cell.strip() for cell in next(rows, [])]
    lacking = [name for names in columns.values() for name in names if name not in header]
    if lacking:
        raise ShidaiError([_no_column(path, name, header) for name in lacking])
    seats = {role: [header.index(name) for name in names] for role, names in columns.items()}
    problems: list[Problem] = []
    cells: dict[str, list[str | None]] = {role: [] for role in seats}
    lines: dict[str, int] = {}
    for row in rows:
        line = rows.line_num
        if len(row) != len(header):
            if any(cell.strip() for cell in row):
                problems.append(_wrong_width(path, line, len(header), len(row)))
            continue
        for role, places in seats.items():
            cells[role].append(" ".join(filter(None, (row[seat].strip() for seat in places))) or None)
        key = cells["id"][-1]
        if key is None or lines.setdefault(key, line) != line:
            problems.append(_bad_id(path, line, key, lines))
    if problems:
        raise ShidaiError(problems[:20])
    return pa.table({role: pa.array(values, pa.string()) for role, values in cells.items()})


def _read_text(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ShidaiError(
        problem(
            str(path),
            zh="编码既不是 UTF-8 也不是 GB18030。",
            en="The encoding is neither UTF-8 nor GB18030.",
            mend_zh="请另存为 UTF-8 的 CSV。",
            mend_en="Save it as CSV in UTF-8.",
        )
    )


def _unknown_role(path: Path, role: str) -> Problem:
    return problem(
        f"{path}: {role}",
        zh=f"没有“{role}”这个角色。",
        en=f"There is no role '{role}'.",
        mend_zh=f"可用：{'、'.join(ROLES)}。",
        mend_en=f"Use: {', '.join(ROLES)}.",
    )


def _missing(path: Path, what: str) -> Problem:
    return problem(
        str(path),
        zh=f"没有说明哪一列是 {what}。",
        en=f"No column is given for {what}.",
        mend_zh='请加上一行，例如 id = "编号"。',
        mend_en='Add a line such as id = "key".',
    )


def _no_column(path: Path, name: str, header: list[str]) -> Problem:
    return problem(
        str(path),
        zh=f"没有名为“{name}”的列。",
        en=f"There is no column '{name}'.",
        mend_zh=f"文件里有：{'、'.join(header)}。",
        mend_en=f"The file has: {', '.join(header)}.",
    )


def _wrong_width(path: Path, line: int, wanted: int, found: int) -> Problem:
    return problem(
        f"{path}:{line}",
        zh=f"应有 {wanted} 列，这一行有 {found} 列。",
        en=f"{wanted} cells expected, {found} found.",
        mend_zh="多半是内容里有逗号：请把那一格放进引号。",
        mend_en="Most likely a cell holds a comma: put that cell in quotes.",
    )


def _bad_id(path: Path, line: int, key: str | None, lines: Mapping[str, int]) -> Problem:
    if key is None:
        return problem(
            f"{path}:{line}",
            zh="缺少编号。",
            en="The id is missing.",
            mend_zh="每行都要有编号。",
            mend_en="Every row needs one.",
        )
    return problem(
        f"{path}:{line}",
        zh=f"编号 {key} 已在第 {lines[key]} 行出现。",
        en=f"The id {key} stands in row {lines[key]} already.",
        mend_zh="每个编号只能出现一次。",
        mend_en="Every id may stand only once.",
    )
