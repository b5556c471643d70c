"""How often two people are alike by chance, measured on the lists themselves in each context.

Two records of one list are two people (a list's own duplicates are few beside its pairs), so the pairs within each list
that share a phone or a home show how alike a family's members are, and pairs drawn at random how alike strangers are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from shidai.linkage import han
from shidai.linkage.aspects import STRANGERS, Aspect, as_case

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DRAWN, _NEIGHBOURS = 20_000, 60
"""Records of each list drawn at random, and the others that each of them is compared with."""
_MOST = 4_000_000
"""Pairs of one context looked at in each list."""
_AT_RANDOM = ("TRUE", "l.cohort = r.cohort")
_PRIOR = 20.0
"""Pairs that a chance among strangers counts for where a context has few of its own."""
_LEAST, _LEAST_COUNTED = 1e-7, 1e-9
_TWICE = "coalesce(l.pinyin = r.pinyin AND l.birth = r.birth, FALSE)"
"""A record that stands twice in one list is no pair of two people."""


def measure_chances(
    connection: DuckDBPyConnection, tables: Sequence[str], aspects: Sequence[Aspect], known: Collection[str]
) -> dict[tuple[str, str], dict[str, float]]:
    """By aspect and context the share of each rung among pairs of two people. Tables: list_a, list_b …"""
    contexts = han.contexts(known)
    found: dict[tuple[str, str], dict[str, float]] = {}
    for context in (STRANGERS, han.PEERS, han.CLAN, han.HOME):
        concerned = [aspect for aspect in aspects if context in aspect.contexts]
        counts = _count(connection, tables, concerned, contexts, _join(context, known))
        for aspect in concerned:
            base = found.get((aspect.name, STRANGERS))
            found[aspect.name, context] = _shares(aspect, counts[aspect.name], context, base)
            if context == STRANGERS:
                _set_counted(connection, tables, aspect, found[aspect.name, context])
    return found


def _join(context: str, known: Collection[str]) -> tuple[str, ...]:
    """The joins that find a context's pairs within a list; '' are pairs at random."""
    if context == han.HOME:
        return tuple(f"l.{column} = r.{column}" for column in ("phone", "address") if column in known)
    if context == han.CLAN:
        return ("l.village = r.village AND l.surname = r.surname",) if {"village", "surname"} <= set(known) else ()
    if context == han.PEERS:
        return ("l.cohort = r.cohort",) if "cohort" in known else ()
    return ("TRUE",)


def _count(
    connection: DuckDBPyConnection,
    tables: Sequence[str],
    aspects: Sequence[Aspect],
    contexts: Mapping[str, str],
    joins: Sequence[str],
) -> dict[str, dict[int, int]]:
    """By aspect how many pairs stand on each place of its ladder."""
    totals: dict[str, dict[int, int]] = {aspect.name: {} for aspect in aspects}
    cases = ", ".join(f"{as_case(aspect, contexts)} AS {aspect.name}" for aspect in aspects)
    for table in tables if aspects else ():
        for join in joins:
            found = _pairs(connection, table, join)
            connection.execute(f"CREATE OR REPLACE TEMP TABLE alike AS SELECT {cases} FROM {found}")  # noqa: S608
            for aspect in aspects:
                rows = connection.execute(
                    f"SELECT {aspect.name}, count(*) FROM alike WHERE {aspect.name} IS NOT NULL GROUP BY 1"  # noqa: S608
                ).fetchall()
                for place, count in rows:
                    totals[aspect.name][place] = totals[aspect.name].get(place, 0) + count
    return totals


def _pairs(connection: DuckDBPyConnection, table: str, join: str) -> str:
    """Pairs of records of one list as SQL: all that the join finds, or neighbours in an order that is chance."""
    if join not in _AT_RANDOM:
        return f"{table} l JOIN {table} r ON {join} AND l.record < r.record AND NOT {_TWICE} LIMIT {_MOST}"
    order = "hash(record)" if join == _AT_RANDOM[0] else "cohort, hash(record)"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE drawn AS SELECT *, row_number() OVER (ORDER BY {order}) AS place FROM "  # noqa: S608
        f"(SELECT * FROM {table} ORDER BY hash(record) LIMIT {_DRAWN})"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE neighbours AS SELECT place AS one, "  # noqa: S608
        f"place + unnest(range(1, {_NEIGHBOURS + 1})) AS other FROM drawn"
    )
    met = "neighbours JOIN drawn l ON l.place = one JOIN drawn r ON r.place = other"
    return f"{met} WHERE {join} AND NOT {_TWICE}"


def _shares(
    aspect: Aspect, counts: Mapping[int, int], context: str, base: Mapping[str, float] | None
) -> dict[str, float]:
    """Rungs' shares of a context's pairs, drawn to the strangers' where there are few; none is 0."""
    first = aspect.contexts.index(context) * len(aspect.rungs)
    own = [counts.get(first + place, 0) for place in range(len(aspect.rungs))]
    total = sum(own)
    told = base or {rung.label: 1 / len(aspect.rungs) for rung in aspect.rungs}
    weight = _PRIOR if base else 0.1
    return {
        rung.label: max((count + weight * told[rung.label]) / (total + weight), _LEAST)
        for rung, count in zip(aspect.rungs, own, strict=True)
    }


def _set_counted(
    connection: DuckDBPyConnection, tables: Sequence[str], aspect: Aspect, shares: dict[str, float]
) -> None:
    """The chance of a first rung that is equality is counted over all pairs: one phone is too rare for any sample."""
    rung = aspect.rungs[0]
    if not rung.equal:
        return
    keys, known = ", ".join(rung.equal), " AND ".join(f"{column} IS NOT NULL" for column in rung.equal)
    alike = every = 0.0
    for table in tables:
        row = connection.execute(
            f"SELECT sum(n * (n - 1.0)), sum(n) FROM "  # noqa: S608
            f"(SELECT count(*) AS n FROM {table} WHERE {known} GROUP BY {keys})"
        ).fetchone()
        if row and row[1]:
            count = float(row[1])
            alike, every = alike + float(row[0]), every + count * (count - 1.0)
    shares[rung.label] = max((alike + 1.0) / max(every, 1.0), _LEAST_COUNTED)
