"""Decisions: a claim's conditions judged by the facts of a day, kept with everything that they rested on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Q

from shidai.benefits.models import Attestation, Claim, Decision, LedgerEntry, RulesUsed
from shidai.benefits.rulesused import all_rules_kept, keep_rules, refuse_change, require_unchanged, version_used
from shidai.core.access import Scope
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scheme import AttestedFact, Scheme, SchemeVersion, Subject
from shidai.registry.citypack import city_pack
from shidai.registry.queries import survivors
from shidai.registry.queries.factsofday import Lives
from shidai.registry.queries.householdday import Homes
from shidai.rules import RuleSet, columns_for, compile_version, limits_of
from shidai.rules.halfknown import fact_of_bound
from shidai.rules.ruleset import Explained
from shidai.words import ShidaiError, problem

EPOCH = date(1970, 1, 1)
_AT_ONCE = 500  # rows in one statement


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


def named_version(scheme: Scheme, id_: str) -> SchemeVersion:
    """A version by its id, drafts too. Raises ShidaiError when the pack has none of that id, or none any more."""
    found = next((one for one in scheme.version if one.id == id_), None)
    if found is None:
        raise ShidaiError(
            problem(
                id_,
                zh=f"政策包中“{scheme.title.zh}”没有版本 {id_}。",
                en=f"In the pack '{scheme.title.en}' has no version {id_}.",
                mend_zh="请核对编号；过去的版本要留在政策包里。",
                mend_en="Check the id; past versions have to stay in the pack.",
            )
        )
    return found


def require_all_kept(scheme: Scheme) -> None:
    """Raises ShidaiError when a version that has decided was changed, was put out of force or left the pack.

    Without it the periods that it priced would be priced by another version, or taken back.
    """
    for version, kept in all_rules_kept(scheme.id).items():
        refuse_change(scheme, named_version(scheme, version), kept)


def decide(claim: Claim, on: date, by: Scope, granted: int | None = None) -> Decision:
    """Judge a claim and keep the decision with its facts."""
    made = judge(claim, on, by, granted)
    keep_decisions([made], by)
    return made


def keep_decisions(made: Sequence[Decision], by: Scope) -> None:
    """Store decisions with the rules that they rest on. Raises ShidaiError when those were changed since."""
    kept: dict[tuple[str, str], RulesUsed] = {}
    for one in made:
        named = (one.claim.scheme, one.version)
        if named not in kept:
            scheme = scheme_of(one.claim)
            kept[named] = keep_rules(scheme, named_version(scheme, one.version), by)
        one.rules = kept[named]
    Decision.objects.bulk_create(made, batch_size=_AT_ONCE)


def judge(claim: Claim, on: date, by: Scope, granted: int | None = None) -> Decision:
    """Judge a claim by the rules and facts of a day; the decision isn't stored yet.

    granted: the amount that an officer sets now, in fen; else the one that was granted before.
    """
    return judge_all([claim], on, by, {claim.pk: granted} if granted is not None else None)[claim.pk]


def judge_all(
    claims: Sequence[Claim], on: date, by: Scope, granted: dict[int, int] | None = None,
    facts_read: ClaimFacts | None = None,
) -> dict[int, Decision]:  # fmt: skip
    """Judge claims of one scheme by the rules and facts of a day, with as many queries as for one; none is stored.

    granted: by claim the amount that counts; else the one that was granted last.
    facts_read: facts of these claims, and perhaps others, that were read before, for several days.
    Raises ShidaiError when no version is in force, or the one that is was changed after it had decided.
    """
    pack, scheme = city_pack(), scheme_of(claims[0])
    version = version_in_force(scheme, on)
    require_unchanged(scheme, version)
    rules = _rules(pack, scheme, version)
    every = facts_read.on(on) if facts_read is not None else facts_of_claims(claims, on, pack)
    grants = (last_granted(claims) | (granted or {})) if version.amount.granted else {}
    made = {}
    for claim in claims:
        facts = rules.inputs(every[claim.pk])
        told, amount = rules.for_person(facts), grants.get(claim.pk)
        made[claim.pk] = Decision(
            by=by.username, claim=claim, pack=pack.id, pack_version=pack.version, version=version.id, on=on,
            eligible=told.eligible, fen=_fen(version, told, amount), granted=amount, outcomes=_outcomes(told),
            facts=_stored(facts),
        )  # fmt: skip
    return made


def _fen(version: SchemeVersion, told: Explained, granted: int | None) -> int:
    """What is due: a granted amount never beyond its limit, and nothing before somebody has granted it."""
    return min(granted or 0, told.fen) if version.amount.granted else told.fen


def last_granted(claims: Iterable[Claim]) -> dict[int, int]:
    """The amounts that officers granted, the latest of each claim."""
    entries = LedgerEntry.objects.filter(claim__in=claims, fen__isnull=False).order_by("number")
    return {claim: fen for claim, fen in entries.values_list("claim_id", "fen") if fen is not None}


def grant_limits(claim: Claim, on: date) -> tuple[int, int] | None:
    """The least and the most that may be granted, in fen; None where the amount is fixed by the rules."""
    pack, scheme = city_pack(), scheme_of(claim)
    version = version_in_force(scheme, on)
    if not version.amount.granted:
        return None
    columns = columns_for(scheme.subject, pack.attested.values())
    return limits_of(version, columns, facts_of_claims([claim], on, pack)[claim.pk])


def run_again(decision: Decision) -> Explained:
    """The same decision made anew from the facts and rules that it kept: the same result at any later date.

    Raises ShidaiError when an older program made it, which kept no rules, and the pack no longer has that version.
    """
    pack, scheme = city_pack(), scheme_of(decision.claim)
    rules = _rules(pack, scheme, version_decided(decision))
    return rules.for_person({name: _restored(rules, name, value, pack) for name, value in decision.facts.items()})


def version_decided(decision: Decision) -> SchemeVersion:
    """The version by which it was decided, as it was then. Raises ShidaiError as `run_again`."""
    if decision.rules is not None:
        return version_used(decision.rules.rules)
    return named_version(scheme_of(decision.claim), decision.version)


def same_result(decision: Decision) -> bool:
    """Whether a decision run again gives what was decided, condition by condition and to the fen."""
    told, version = run_again(decision), version_decided(decision)
    made = (_outcomes(told), told.eligible, _fen(version, told, decision.granted))
    return made == (decision.outcomes, decision.eligible, decision.fen)


def _rules(pack: Pack, scheme: Scheme, version: SchemeVersion) -> RuleSet:
    return _compiled(version, scheme.subject, tuple(pack.attested.values()))


@lru_cache(maxsize=64)
def _compiled(version: SchemeVersion, subject: Subject, attested: tuple[AttestedFact, ...]) -> RuleSet:
    return compile_version(version, columns_for(subject, attested))


def facts_of_claims(claims: Sequence[Claim], on: date, pack: Pack) -> dict[int, dict[str, Any]]:
    """By claim, what the register knows of its subject on a day, and what was attested of it."""
    return ClaimFacts(claims, pack).on(on)


class ClaimFacts:
    """The facts of claims' subjects: read once, told for any day."""

    def __init__(self, claims: Sequence[Claim], pack: Pack) -> None:
        self._claims, self._pack, self._kept = claims, pack, kept_records(claims)
        persons = {one.person_id for one in claims if one.person_id is not None} | set(self._kept.values())
        self._lives = Lives(persons) if persons else None
        self._homes = Homes([one.household_id for one in claims if one.household_id is not None])
        self._attested = attested_of(claims, set(self._kept.values()))
        self._by_subject: defaultdict[tuple[int | None, int | None, str], list[int]] = defaultdict(list)
        for claim in claims:
            self._by_subject[claim.person_id, claim.household_id, claim.village].append(claim.pk)
            if claim.pk in self._kept:
                self._by_subject[self._kept[claim.pk], None, ""].append(claim.pk)

    def on(self, day: date) -> dict[int, dict[str, Any]]:
        """By claim, what holds on a day; of several attested facts the last one counts."""
        people, homes = self._lives.on(day) if self._lives else {}, self._homes.on(day)
        found: dict[int, dict[str, Any]] = {}
        for claim in self._claims:
            person = self._kept.get(claim.pk, claim.person_id)
            known = people.get(person) if person is not None else homes.get(claim.household_id or 0)
            found[claim.pk] = {"area": claim.village} if claim.village else dict(known or {})
        for one in self._attested:
            fact = self._pack.attested.get(one.fact)
            if fact is not None and one.start_date <= day and (one.end_date is None or one.end_date > day):
                for pk in self._by_subject[one.person_id, one.household_id, one.village]:
                    found[pk][fact.id] = _attested_value(one, fact)
        return found


def kept_records(claims: Sequence[Claim]) -> dict[int, int]:
    """By claim of a record that was merged, the record which was kept: whose facts decide it from then on.

    Not where the kept record has a claim of its own for the same: one person gets it once, so the merged record's
    claim is judged by that record, which is registered nowhere any more.
    """
    kept = survivors({one.person_id for one in claims if one.person_id is not None})
    if not kept:
        return {}
    own = set(Claim.objects.filter(person_id__in=kept.values()).values_list("person_id", "scheme", "occasion"))
    found = ((one, kept[one.person_id]) for one in claims if one.person_id in kept)
    return {one.pk: person for one, person in found if (person, one.scheme, one.occasion) not in own}


def attested_of(claims: Sequence[Claim], more: set[int] | None = None) -> list[Attestation]:
    """What was ever attested of the claims' subjects, and of `more` people, the latest last."""
    people = {one.person_id for one in claims if one.person_id is not None} | (more or set())
    homes = {one.household_id for one in claims} - {None}
    villages = {one.village for one in claims} - {""}
    whose = Q(person_id__in=people) | Q(household_id__in=homes) | Q(village__in=villages)
    return list(Attestation.objects.filter(whose).order_by("start_date", "pk"))


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
    fact = columns.get(fact_of_bound(name)) or pack.attested.get(name)
    is_day = fact is not None and fact.type == "day"
    return date.fromisoformat(value) if is_day and value is not None else value
