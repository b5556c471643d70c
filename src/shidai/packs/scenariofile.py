"""Scenarios and what-ifs of a pack by their id, or from a file of one's own that leans on the pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from shidai.packs.load import check_scenario_file, check_whatif_file
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scenario import Scenario
from shidai.packs.schema.whatif import WhatIf
from shidai.packs.unknown import nearest
from shidai.words import Problem, ShidaiError, Text, problem

Found = TypeVar("Found")
Check = Callable[[Path, Path], tuple[tuple[Found, ...], list[Problem]]]


def read_scenarios(wish: str, pack: Pack) -> tuple[Scenario, ...]:
    """The pack's scenario with this id, or all of a TOML file. Raises ShidaiError with file, line and remedy."""
    noun = Text(zh="方案", en="scenario")
    return _find(wish, pack, pack.scenarios, check_scenario_file, "--scenario", noun)


def read_whatifs(wish: str, pack: Pack) -> tuple[WhatIf, ...]:
    """The pack's what-if with this id, or all of a TOML file. Raises ShidaiError with file, line and remedy."""
    return _find(wish, pack, pack.whatifs, check_whatif_file, "WHAT_IF", Text(zh="假设", en="what-if"))


def _find(
    wish: str, pack: Pack, known: Mapping[str, Found], check: Check[Found], where: str, noun: Text
) -> tuple[Found, ...]:
    path = Path(wish)
    if path.suffix == ".toml" or path.is_file():
        found, problems = check(path, pack.folder)
        if problems:
            raise ShidaiError(problems)
        return found
    if wish in known:
        return (known[wish],)
    mend_zh, mend_en = nearest(wish, known)
    names = "、".join(known) or "–"
    raise ShidaiError(
        problem(
            where,
            zh=f"政策包 {pack.id} 里没有{noun.zh} {wish}，也没有这个文件。已有：{names}。",
            en=f"The pack {pack.id} has no {noun.en} {wish}, and there is no such file. It has: {names}.",
            mend_zh=mend_zh,
            mend_en=mend_en,
        )
    )
