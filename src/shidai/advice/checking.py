"""Which advice a pack's programmes feed, checked against what there is: conditions of the eligibility criteria."""

from __future__ import annotations

import difflib
from pathlib import Path

from shidai.advice.eligibility import conditions
from shidai.packs.load import folder_of, read_parts
from shidai.packs.schema.advice import CONDITION
from shidai.words import Problem, problem


def check_advice(pack: Path | str) -> list[Problem]:
    """The problems of a pack's use of advice; what the pack's own check reports isn't told again."""
    parts, _ = read_parts(folder_of(pack))
    known = {*conditions(), *(one.family for one in conditions().values())}
    return [
        _unknown(name, sorted(known), part.where("version", at, "step", number, "advice", place))
        for part in parts.programmes
        for at, version in enumerate(part.thing.version)
        for number, step in enumerate(version.step)
        for place, use in enumerate(step.advice)
        for name in use.fact
        if name.startswith(CONDITION) and name.removeprefix(CONDITION) not in known
    ]


def _unknown(name: str, known: list[str], where: str) -> Problem:
    plain = name.removeprefix(CONDITION)
    near = difflib.get_close_matches(plain, known, n=3) or known[:5]
    return problem(
        where,
        zh=f"适用标准没有条件“{plain}”。",
        en=f"The eligibility criteria have no condition '{plain}'.",
        mend_zh=f"是不是：{'、'.join(near)}？全部见 shidai mec --list。",
        mend_en=f"Is it one of {', '.join(near)}? `shidai mec --list` has all.",
    )
