"""What scenarios, consequences and what-ifs name: areas, files, programmes, schemes, methods, scenarios."""

from __future__ import annotations

from collections.abc import Iterator

from shidai.packs.parts import Parts
from shidai.packs.schema.whatif import NO_METHOD
from shidai.packs.unknown import unknown
from shidai.words import Problem, problem


def check_scenarios(parts: Parts) -> Iterator[Problem]:
    """Problems between scenarios, consequences, what-ifs and the rest of the pack."""
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
    yield from _check_whatifs(parts)


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


def _check_whatifs(parts: Parts) -> Iterator[Problem]:
    methods = {method.id for method in parts.methods.thing.method} if parts.methods else set()
    scenarios = {part.thing.id for part in parts.scenarios} | parts.unread
    for part in parts.whatifs:
        if part.thing.scenario not in scenarios:
            yield unknown(part.where("scenario"), "方案", "scenario", part.thing.scenario, scenarios)
        for at, one in enumerate(part.thing.method):
            for name in (one.method, *one.instead_of):
                if name not in methods | {NO_METHOD} | parts.unread:
                    yield unknown(part.where("method", at), "避孕方法", "method", name, methods)
        for name in part.thing.failures.by if part.thing.failures else ():
            if name not in methods | parts.unread:
                yield unknown(part.where("failures"), "避孕方法", "method", name, methods)
