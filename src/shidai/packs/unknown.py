"""How a reference to something that isn't there is said, with the nearest name that is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from shidai.words import Problem, problem


def nearest(name: str, known: Iterable[str]) -> tuple[str, str]:
    """How to mend an unknown id: the nearest known one."""
    close = difflib.get_close_matches(name, list(known), n=1)
    if close:
        return f"是不是想写 {close[0]}？", f"Did you mean {close[0]}?"
    return "请先定义它，或改正这个 id。", "Define it first, or correct this id."


def unknown(where: str, kind_zh: str, kind_en: str, name: str, known: Iterable[str]) -> Problem:
    """The problem of a name that nothing has."""
    mend_zh, mend_en = nearest(name, known)
    return problem(
        where,
        zh=f"没有 id 为 {name} 的{kind_zh}。",
        en=f"There is no {kind_en} {name}.",
        mend_zh=mend_zh,
        mend_en=mend_en,
    )
