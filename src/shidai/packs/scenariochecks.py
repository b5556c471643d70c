"""What the scenarios of a city's outlook name: areas, files, programmes, schemes, methods."""

from __future__ import annotations

from collections.abc import Iterator

from shidai.packs.parts import Parts
from shidai.packs.unknown import unknown
from shidai.words import Problem, problem


def check_scenarios(parts: Parts) -> Iterator[Problem]:
    """Problems between scenarios, consequences and the rest of the pack."""
    codes = {part.thing.code for part in parts.areas} | parts.unread
    for part in parts.scenarios:
        for at, one in enumerate(part.thing.official):
            if one.area not in codes and "area" not in codes:
                yield unknown(part.where("official", at, "area"), "地区", "area", one.area, codes)
        for name in ("mortality", "fertility"):
            file = parts.folder / getattr(part.thing.standard, name)
            if not file.is_file():
                yield problem(
                    part.where("standard", name),
                    zh=f"没有文件 {file.relative_to(parts.folder)}。",
                    en=f"There is no file {file.relative_to(parts.folder)}.",
                    mend_zh="请写出政策包目录之下的 CSV 文件。",
                    mend_en="Name a CSV file below the pack's folder.",
                )
    yield from _check_consequences(parts)


def _check_consequences(parts: Parts) -> Iterator[Problem]:
    methods = {method.id for method in parts.methods.thing.method} if parts.methods else set()
    known = {
        "programme": ("项目", {part.thing.id for part in parts.programmes}),
        "scheme": ("方案", {part.thing.id for part in parts.schemes}),
        "method": ("避孕方法", methods),
    }
    for part in parts.consequences:
        of, name = part.thing.of, part.thing.name
        if name is None or of not in known or of in parts.unread:
            continue
        noun, ids = known[of]
        if name not in ids | parts.unread:
            yield unknown(part.where("name"), noun, of, name, ids)
