"""A scenario of a pack by its id, or from a file of one's own that leans on the pack's standard and areas."""

from __future__ import annotations

from pathlib import Path

from shidai.packs.load import check_scenario_file
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scenario import Scenario
from shidai.packs.unknown import nearest
from shidai.words import ShidaiError, problem


def read_scenarios(wish: str, pack: Pack) -> tuple[Scenario, ...]:
    """The pack's scenario with this id, or all of a TOML file. Raises ShidaiError with file, line and remedy."""
    path = Path(wish)
    if path.suffix == ".toml" or path.is_file():
        found, problems = check_scenario_file(path, pack.folder)
        if problems:
            raise ShidaiError(problems)
        return found
    if wish in pack.scenarios:
        return (pack.scenarios[wish],)
    mend_zh, mend_en = nearest(wish, pack.scenarios)
    known = "、".join(pack.scenarios) or "–"
    raise ShidaiError(
        problem(
            "--scenario",
            zh=f"政策包 {pack.id} 里没有方案 {wish}，也没有这个文件。已有：{known}。",
            en=f"The pack {pack.id} has no scenario {wish}, and there is no such file. It has: {known}.",
            mend_zh=mend_zh,
            mend_en=mend_en,
        )
    )
