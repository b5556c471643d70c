"""The model for Latin names: given and family names that may be swapped, and whatever else the lists have."""

from __future__ import annotations

from collections.abc import Collection

from shidai.linkage.levels import (
    Comparison,
    alike,
    both,
    comparison,
    either,
    level,
    missing,
    mistyped,
    same,
)

NAMES = ("given_name", "family_name")


def comparisons(known: Collection[str]) -> list[Comparison]:
    """One comparison for each thing that both lists have."""
    found = [_names()] if set(NAMES) <= set(known) else []
    found += [
        comparison(column, missing(column), same(column, frequency=frequency), *(mistyped(column, n) for n in slips))
        for column, slips, frequency in (
            ("birth", (1, 2), False),
            ("identifier", (1, 2), False),
            ("phone", (1, 2), False),
            ("postcode", (1, 2), True),
        )
        if column in known
    ]
    if "address" in known:
        near = [level(f"address near {at}", alike("address", at_least=at)) for at in (0.9, 0.75)]
        found.append(comparison("address", missing("address"), same("address", frequency=True), *near))
    if "locality" in known:
        near = [level("locality near", alike("locality"))]
        found.append(comparison("locality", missing("locality"), same("locality", frequency=True), *near))
    found += [
        comparison(column, missing(column), same(column, frequency=column == "region"))
        for column in ("region", "sex")
        if column in known
    ]
    return found


def _names() -> Comparison:
    straight = [f"{name}_l = {name}_r" for name in NAMES]
    crossed = [f"{one}_l = {other}_r" for one, other in (NAMES, NAMES[::-1])]
    near = [alike(name) for name in NAMES]
    near_crossed = [alike(one, other) for one, other in (NAMES, NAMES[::-1])]
    return comparison(
        "names",
        missing(*NAMES),
        level("both names", both(*straight)),
        level("names swapped", both(*crossed)),
        level("both names near", either(both(*near), both(*near_crossed))),
        level("family name", either(straight[1], crossed[1])),
        level("given name", either(straight[0], crossed[0])),
        level("one name near", either(*near, *near_crossed)),
    )


BLOCKS: tuple[tuple[str, ...], ...] = (
    ("identifier",),
    ("birth",),
    ("phone",),
    ("address",),
    ("given_name", "family_name"),
    ("given_name", "postcode"),
    ("family_name", "postcode"),
    ("family_name", "region", "birth_year"),
    ("postcode", "substr(address, 1, 8)"),
    ("locality", "substr(address, 1, 8)"),
    ("substr(identifier, 1, 4)", "birth_year"),
    ("substr(identifier, 4, 4)", "birth_month", "birth_day"),
)
"""A pair is compared when it agrees on all of one of these; a slip in one leaves the others."""

TRAINING: tuple[tuple[str, ...], ...] = (
    ("identifier",),
    ("birth",),
    ("given_name", "postcode"),
    ("given_name", "family_name"),
)
"""Pairs that agree on these teach how often all else agrees in true pairs."""

SURE: tuple[tuple[str, ...], ...] = (("identifier",), ("birth", "given_name", "family_name"))
"""Pairs that agree on these are taken as true when the share of true pairs is first guessed."""
