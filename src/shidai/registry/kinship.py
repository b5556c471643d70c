"""Parents, children and couples beside each other: what can't be true of a family, for many people at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from shidai.core import bulk
from shidai.packs.schema.limits import Limits
from shidai.registry.dates import half_date
from shidai.registry.rules import FEMALE, MALE, Fault, Life, father_fits, mother_fits, partners_fit
from shidai.words import Text

Families = set[tuple[int, int]]  # child, parent


def families_of(people: Collection[int]) -> Families:
    """Who is whose child among these people."""
    listed = bulk.listed(people)
    found: Families = set()
    for side in ("mother_id", "father_id"):
        sql = f"SELECT child_id, {side} FROM registry_parentage WHERE {bulk.among('child_id')} AND {bulk.among(side)}"
        found |= {(child, parent) for child, parent in bulk.select(sql, [listed, listed])}
    return found


def may_marry(field: str, one: int, other: int, families: Families) -> list[Fault]:
    """A parent and a child don't."""
    if (one, other) not in families and (other, one) not in families:
        return []
    what = Text(zh="两人是父母与子女。", en="The two are parent and child.")
    return [Fault(field, what, Text(zh="请核对双方是谁。", en="Check who the two are."))]


def correction_fits(
    corrected: Mapping[int, Life], limits: Limits, field: str, but: Collection[int] = ()
) -> dict[int, list[Fault]]:
    """What a corrected date of birth or sex contradicts: the births of her children (without those of `but`), unions.

    `field` names the date of birth; a wrong sex stands at 'sex'.
    """
    found: defaultdict[int, list[Fault]] = defaultdict(list)
    for side, rule in (("mother_id", mother_fits), ("father_id", father_fits)):
        rows = bulk.select(
            f"SELECT p.{side}, c.id, c.birth_date, c.birth_precision FROM registry_parentage p"
            f" JOIN registry_person c ON c.id = p.child_id WHERE {bulk.among(f'p.{side}')}",
            [bulk.listed(corrected)],
        )
        for parent, child, born, precision in rows:
            life = corrected[parent]
            found[parent] += rule("sex", None, life, limits)
            if child not in but:
                found[parent] += rule(field, half_date(born, precision), replace(life, sex=9), limits)
    for person in _married(corrected, "wife_id"):
        found[person] += _at_sex(partners_fit(corrected[person], Life(sex=MALE)))
    for person in _married(corrected, "husband_id"):
        found[person] += _at_sex(partners_fit(Life(sex=FEMALE), corrected[person]))
    return {person: list(dict.fromkeys(faults)) for person, faults in found.items()}


def _married(people: Collection[int], side: str) -> list[int]:
    sql = f"SELECT DISTINCT {side} FROM registry_union WHERE {bulk.among(side)}"
    return [person for (person,) in bulk.select(sql, [bulk.listed(people)])]


def _at_sex(faults: Collection[Fault]) -> list[Fault]:
    return [replace(fault, field="sex") for fault in faults]
