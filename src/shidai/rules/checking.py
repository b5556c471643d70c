"""Every expression of a pack's schemes, checked at its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shidai.packs.load import folder_of, read_parts
from shidai.packs.parts import Part
from shidai.packs.schema.scheme import Scheme, SchemeVersion
from shidai.rules import expression as tree
from shidai.rules.columns import Columns, columns_for
from shidai.rules.reading import check_expression, read_expression
from shidai.rules.ruleset import parameter_types
from shidai.words import Problem, problem

Place = tuple[str | int, ...]


def check_schemes(pack: Path | str) -> list[Problem]:
    """The problems of all expressions of a pack; what the pack's own check reports isn't told again."""
    parts, _ = read_parts(folder_of(pack))
    attested = [part.thing for part in parts.facts]
    return [found for part in parts.schemes for found in _check(part, columns_for(part.thing.subject, attested))]


def _check(part: Part[Scheme], columns: Columns) -> Iterator[Problem]:
    for at, version in enumerate(part.thing.version):
        for place, text, wanted in _expressions(version):
            where = part.where("version", at, *place)
            found = check_expression(text, columns, parameter_types(version), wanted=wanted, where=where)
            yield from found
            if not found and wanted == "int":
                yield from _may_be_unknown(text, columns, version, where)
    for at, case in enumerate(part.thing.case):
        for name in case.facts:
            if name not in columns:
                yield problem(
                    part.where("case", at, "facts"),
                    zh=f"事例中的列 {name} 不存在。",
                    en=f"There is no column {name}, which the case gives.",
                    mend_zh=f"可用的列：{'、'.join(columns)}。",
                    mend_en=f"There are: {', '.join(columns)}.",
                )


def _expressions(version: SchemeVersion) -> Iterator[tuple[Place, str, str]]:
    for at, condition in enumerate(version.condition):
        yield ("condition", at, "when"), condition.when, "bool"
    for name in ("fen", "least", "most", "cap"):
        text = getattr(version.amount, name)
        if text is not None:
            yield ("amount", name), text, "int"
    for at, more in enumerate(version.amount.supplement):
        yield ("amount", "supplement", at, "when"), more.when, "bool"
        yield ("amount", "supplement", at, "fen"), more.fen, "int"


def _may_be_unknown(text: str, columns: Columns, version: SchemeVersion, where: str) -> Iterator[Problem]:
    read = read_expression(text, columns, parameter_types(version), wanted="int", where=where)
    if not tree.always_known(read):
        yield problem(
            where,
            zh=f"金额“{text}”用了可能不详的事实。",
            en=f"The amount '{text}' uses a fact that may be unknown.",
            mend_zh="请写 COALESCE(列, 缺省数)。",
            mend_en="Write COALESCE(column, number).",
        )
