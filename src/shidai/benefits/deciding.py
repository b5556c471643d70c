"""Decisions: a claim's conditions judged by the facts of a day, kept with everything that they rested on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from shidai.benefits.models import Attestation, Claim, Decision
from shidai.core.access import Scope
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scheme import AttestedFact, Scheme, SchemeVersion
from shidai.registry.citypack import city_pack
from shidai.registry.queries.factsofday import facts_of_people
from shidai.rules import RuleSet, columns_for, compile_version
from shidai.rules.ruleset import Explained
from shidai.words import ShidaiError, problem

EPOCH = date(1970, 1, 1)


def scheme_of(claim_or_id: Claim | str) -> Scheme:
    """The scheme in the city's pack. Raises ShidaiError when the pack has none of that id."""
    id_ = claim_or_id if isinstance(claim_or_id, str) else claim_or_id.scheme
    found = city_pack().schemes.get(id_)
    if found is None:
        raise ShidaiError(
            problem(
                id_,
                zh=f"政策包中没有方案 {id_}。",
                en=f"The pack has no scheme {id_}.",
                mend_zh="请核对政策包。",
                mend_en="Check the pack.",
            )
        )
    return found


def version_in_force(scheme: Scheme, on: date) -> SchemeVersion:
    """Raises ShidaiError when no version is in force on the day."""
    found = scheme.version_on(on)
    if found is None:
        raise ShidaiError(
            problem(
                scheme.id,
                zh=f"“{scheme.title.zh}”在 {on} 没有生效的规定。",
                en=f"'{scheme.title.en}' has no rules in force on {on}.",
                mend_zh="请核对日期，或在政策包中补上该时期的版本。",
                mend_en="Check the day, or add the version of that time to the pack.",
            )
        )
    return found


def decide(claim: Claim, on: date, by: Scope) -> Decision:
    """Judge a claim and keep the decision with its facts."""
    made = judge(claim, on, by)
    made.save()
    return made


def judge(claim: Claim, on: date, by: Scope) -> Decision:
    """Judge a claim by the rules and facts of a day; the decision isn't stored yet."""
    pack, scheme = city_pack(), scheme_of(claim)
    version = version_in_force(scheme, on)
    rules = _rules(pack, scheme, version)
    every = facts_of_claim(claim, on, pack)
    facts = {name: every.get(name) for name in rules.columns}
    told = rules.for_person(facts)
    return Decision(
        by=by.username, claim=claim, pack=pack.id, pack_version=pack.version, version=version.id, on=on,
        eligible=told.eligible, fen=told.fen, outcomes=_outcomes(told), facts=_stored(facts),
    )  # fmt: skip


def run_again(decision: Decision) -> Explained:
    """The same decision made anew from the facts that it kept: the same result at any later date.

    Raises ShidaiError when the pack no longer has that version.
    """
    pack, scheme = city_pack(), scheme_of(decision.claim)
    version = next((one for one in scheme.version if one.id == decision.version), None)
    if version is None:
        raise ShidaiError(
            problem(
                decision.version,
                zh=f"政策包 {pack.id} 中已没有版本 {decision.version}。",
                en=f"Pack {pack.id} has no version {decision.version} any more.",
                mend_zh="过去的版本要留在政策包里。",
                mend_en="Past versions have to stay in the pack.",
            )
        )
    rules = _rules(pack, scheme, version)
    return rules.for_person({name: _restored(rules, name, value, pack) for name, value in decision.facts.items()})


def same_result(decision: Decision) -> bool:
    """Whether a decision run again gives what was decided, condition by condition and to the fen."""
    told = run_again(decision)
    return (_outcomes(told), told.eligible, told.fen) == (decision.outcomes, decision.eligible, decision.fen)


def _rules(pack: Pack, scheme: Scheme, version: SchemeVersion) -> RuleSet:
    return compile_version(version, columns_for(scheme.subject, pack.attested.values()))


def facts_of_claim(claim: Claim, on: date, pack: Pack) -> dict[str, Any]:
    """What the register knows of the claim's subject on a day, and what was attested of it."""
    facts: dict[str, Any] = {}
    if claim.person_id is not None:
        facts = facts_of_people([claim.person_id], on).get(claim.person_id, {})
    elif claim.village:
        facts = {"area": claim.village}
    for attested in Attestation.objects.filter(claim=claim, start_date__lte=on).order_by("pk"):
        fact = pack.attested.get(attested.fact)
        if fact is not None and (attested.end_date is None or attested.end_date > on):
            facts[fact.id] = _attested_value(attested, fact)
    return facts


def _attested_value(attested: Attestation, fact: AttestedFact) -> bool | int | date | str:
    if fact.type == "text":
        return attested.text
    number = attested.number or 0
    return bool(number) if fact.type == "bool" else number if fact.type == "int" else EPOCH + timedelta(days=number)


def _outcomes(told: Explained) -> list[dict[str, Any]]:
    return [{"id": one.condition.id, "met": one.met, "facts": _stored(dict(one.facts))} for one in told.outcomes]


def _stored(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}


def _restored(rules: RuleSet, name: str, value: Any, pack: Pack) -> Any:
    """A stored fact as the rules read it: days are texts in what is stored."""
    columns = columns_for("person", pack.attested.values())
    fact = columns.get(name) or pack.attested.get(name)
    is_day = fact is not None and fact.type == "day"
    return date.fromisoformat(value) if is_day and value is not None else value
