"""Who is entitled under a scheme on a day, for everybody at once, with the reason of every row."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from shidai.indicators.engines import Records
from shidai.indicators.everybody import Everybody
from shidai.indicators.factarrays import facts_in_arrays
from shidai.indicators.facts import KEYS, facts_on
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scheme import Scheme, SchemeVersion
from shidai.rules import RuleSet, columns_for, compile_version
from shidai.rules.ruleset import Determined, Explained
from shidai.words import ShidaiError, problem


def find_scheme(pack: Pack, scheme: str) -> Scheme:
    """A scheme of the pack. Raises ShidaiError that names those there are."""
    if scheme in pack.schemes:
        return pack.schemes[scheme]
    raise ShidaiError(
        problem(
            scheme,
            zh=f"政策包 {pack.id} 中没有方案 {scheme}。",
            en=f"Pack {pack.id} has no scheme {scheme}.",
            mend_zh=f"有：{'、'.join(pack.schemes)}。",
            mend_en=f"It has: {', '.join(pack.schemes)}.",
        )
    )


def find_version(scheme: Scheme, on: date, version: str | None = None) -> SchemeVersion:
    """The version in force on a day, or the named one (a draft too). Raises ShidaiError."""
    found = next((one for one in scheme.version if one.id == version), None) if version else scheme.version_on(on)
    if found is not None:
        return found
    known = "; ".join(
        f"{one.id} ({one.effective_from}–{one.effective_to or ''}, {one.status})" for one in scheme.version
    )
    raise ShidaiError(
        problem(
            scheme.id,
            zh=f"没有版本 {version}。" if version else f"{on} 没有生效的版本。",
            en=f"There is no version {version}." if version else f"No version is in force on {on}.",
            mend_zh=f"版本：{known}。",
            mend_en=f"Versions: {known}.",
        )
    )


def rules_of(pack: Pack, scheme: Scheme, on: date, version: str | None = None) -> RuleSet:
    """The compiled rules of a scheme on a day."""
    return compile_version(find_version(scheme, on, version), columns_for(scheme.subject, pack.attested.values()))


def determine(
    records: Records,
    pack: Pack,
    scheme: str,
    on: date,
    *,
    version: str | None = None,
    rules: RuleSet | None = None,
    everybody: Everybody | None = None,
) -> pa.Table:
    """Everybody on the register on a day: `person` (or `household`, `village`), `eligible`, `amount_fen`, `failed`.

    In the order of the ids. `failed` names the conditions that aren't met, separated by ';'; after a condition that is
    unknown stands '?'. `everybody`: the persons of a span, where several of its days are determined.
    """
    chosen = find_scheme(pack, scheme)
    rules = rules or rules_of(pack, chosen, on, version)
    keys, found = _determined(records, pack, chosen, on, rules, everybody)
    return pa.table(
        {
            chosen.subject: pa.array(keys),
            "eligible": pa.array(found.eligible),
            "amount_fen": pa.array(found.fen),
            "failed": _reasons(rules, found.failed, found.unknown),
        }
    )


def _determined(
    records: Records, pack: Pack, scheme: Scheme, on: date, rules: RuleSet, everybody: Everybody | None
) -> tuple[Any, Determined]:
    """Keys in order and what is determined: in memory on one machine, by the engine where there are many."""
    attested = pack.attested.values()
    if records.engine == "duckdb":
        people = facts_in_arrays(records, scheme.subject, on, rules.columns, attested, everybody)
        found, order = rules.on_arrays(people.facts), np.argsort(people.keys)
        return people.keys[order], Determined(found.failed[order], found.unknown[order], found.fen[order])
    key = KEYS[scheme.subject]
    facts = facts_on(records, scheme.subject, on, rules.columns, attested)
    rows = records.fetch(rules.on_table(facts, key).order_by(key))
    return rows[key].to_numpy(), Determined(*(rows[name].to_numpy() for name in ("failed", "unknown", "fen")))


def _reasons(rules: RuleSet, failed: Any, unknown: Any) -> pa.DictionaryArray:
    """The reasons in words: as many texts as there are different reasons, and a place in them for each row."""
    bits = len(rules.version.condition)
    coded = pa.array(failed.astype(np.int64) << bits | unknown.astype(np.int64)).dictionary_encode()
    words = [_reason(rules, one >> bits, one & (1 << bits) - 1) for one in coded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(coded.indices, pa.array(words, pa.string()))


def _reason(rules: RuleSet, failed: int, unknown: int) -> str:
    doubtful = rules.names(unknown)
    return ";".join(f"{name}?" if name in doubtful else name for name in rules.names(failed))


def explain(
    records: Records, pack: Pack, scheme: str, on: date, subject: int | str, version: str | None = None
) -> Explained:
    """One subject's determination with each condition and the facts that it used. Raises ShidaiError when unknown.

    `subject`: a person's or household's number, or a village's code; digits for a number will do.
    """
    chosen = find_scheme(pack, scheme)
    rules = rules_of(pack, chosen, on, version)
    key = KEYS[chosen.subject]
    wanted = str(subject) if key == "area" else _number(str(subject))
    rows = []
    if wanted is not None:
        attested = pack.attested.values()
        rows = records.fetch(facts_on(records, chosen.subject, on, rules.columns, attested, only=wanted)).to_pylist()
    if not rows:
        raise ShidaiError(
            problem(
                str(subject),
                zh=f"{on} 的登记册上没有 {subject}。",
                en=f"{subject} isn't on the register on {on}.",
                mend_zh="编号是 shidai scheme determine 给出的编号。",
                mend_en="The id is the one that 'shidai scheme determine' gives.",
            )
        )
    return rules.for_person(rows[0])


def _number(text: str) -> int | None:
    """A pseudonym of 64 bits; None for anything else."""
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 20):
        return None
    number = int(text)
    return number if -(2**63) <= number < 2**63 else None
