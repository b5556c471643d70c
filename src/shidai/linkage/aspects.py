"""Aspects: the respects in which two records are compared, each from alike to apart, each within its contexts.

What two people have in common by chance depends on who they are to each other. A phone, a home and a surname are one
family's, so that three agreements tell no more than one; given names go with the sex and the decade; twins have one
birthday. So the chance of each rung is measured apart in each context (`chance`), while its share among true pairs,
which doesn't depend on it, is learned once for all of them (`learning`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shidai.linkage.levels import Comparison, both

Shares = Mapping[str, Mapping[str, float]]
"""By aspect and rung: share among true pairs."""
Chances = Mapping[tuple[str, str], Mapping[str, float]]
"""By aspect and context, then by rung: share among pairs of two people."""
STRANGERS = "strangers"
"""The last context: all pairs that are in no other."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One degree of likeness: the condition in SQL, and the share among true pairs from which learning begins.

    rarity: by context, the column with the chance that someone else has the same value. equal: columns whose equality
    is the condition, so that its chance can be counted in place of sampled. fixed: the share is known and not learned.
    """

    label: str
    condition: str
    share: float
    rarity: Mapping[str, str] = field(default_factory=dict)
    equal: tuple[str, ...] = ()
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Aspect:
    """Rungs from alike to apart (the last holds always); `missing` is the condition that nothing is known."""

    name: str
    missing: str
    rungs: tuple[Rung, ...]
    contexts: tuple[str, ...] = (STRANGERS,)


def as_comparison(aspect: Aspect, contexts: Mapping[str, str], shares: Shares, chances: Chances) -> Comparison:
    """The aspect for Splink: every rung within every context, with what was learned."""
    levels: list[dict[str, Any]] = [
        {"sql_condition": aspect.missing, "label_for_charts": "missing", "is_null_level": True}
    ]
    for context in aspect.contexts:
        for rung in aspect.rungs:
            level: dict[str, Any] = {
                "sql_condition": both(contexts[context], rung.condition),
                "label_for_charts": f"{rung.label} ({context})",
                "m_probability": shares[aspect.name][rung.label],
                "u_probability": chances[aspect.name, context][rung.label],
            }
            if context in rung.rarity:
                level |= {"tf_adjustment_column": rung.rarity[context], "disable_tf_exact_match_detection": True}
            levels.append(level)
    levels[-1]["sql_condition"] = "ELSE"
    return {"output_column_name": aspect.name, "comparison_levels": levels}


def as_case(aspect: Aspect, contexts: Mapping[str, str]) -> str:
    """SQL of the number of the rung that a pair is on, counted through all contexts; null where nothing is known."""
    conditions = [both(contexts[context], rung.condition) for context in aspect.contexts for rung in aspect.rungs]
    cases = " ".join(f"WHEN {condition} THEN {place}" for place, condition in enumerate(conditions))
    return on_sides(f"CASE WHEN {aspect.missing} THEN NULL {cases} END")


def as_rarity(aspect: Aspect, contexts: Mapping[str, str]) -> str:
    """SQL of the chance that goes with a pair's rung, null where the rung has none of its own."""
    cases = [
        f"WHEN {both(contexts[context], rung.condition)} THEN "
        + (f"greatest(tf_{rung.rarity[context]}_l, tf_{rung.rarity[context]}_r)" if context in rung.rarity else "NULL")
        for context in aspect.contexts
        for rung in aspect.rungs
    ]
    return on_sides(f"CASE WHEN {aspect.missing} THEN NULL {' '.join(cases)} END")


def on_sides(condition: str) -> str:
    """'name_l = name_r' as 'l.name = r.name'."""
    return re.sub(r"\b([a-z_]+)_([lr])\b", r"\2.\1", condition)
