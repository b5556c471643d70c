"""Programmes of the city's pack, and what is due of them for some people on a day, straight from the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from shidai.packs.schema.programme import REFUSALS, Programme, ProgrammeStep, ProgrammeVersion
from shidai.programmes.models import Consent, Visit
from shidai.registry.citypack import city_pack
from shidai.registry.queries import all_merged_into
from shidai.registry.queries.factsofday import Lives
from shidai.rules import Conditions, columns_for, compile_conditions
from shidai.rules.answers import StepRules, compile_step
from shidai.rules.halfknown import bounds_of
from shidai.rules.schedules import Served, StepDue, is_declined, steps_due
from shidai.words import ShidaiError, problem


@dataclass(frozen=True, slots=True)
class Offer:
    """One programme for one person on a day: whether she is invited, what is due, whether she declined or agreed.

    partner: she isn't whom it invites; only the steps of a couple's other half can be done for her, and none is due.
    """

    programme: Programme
    version: ProgrammeVersion
    invited: bool
    due: tuple[StepDue, ...]
    declined: bool
    consented: bool
    facts: dict[str, Any]
    lines: tuple[Visit, ...]
    last_birth: date | None = None
    partner: bool = False


def find_programme(programme: str) -> Programme:
    """A programme of the city's pack. Raises ShidaiError."""
    found = city_pack().programmes.get(programme)
    if found is None:
        raise ShidaiError(
            problem(
                programme,
                zh=f"政策包中没有项目 {programme}。",
                en=f"The pack has no programme {programme}.",
                mend_zh="请核对政策包。",
                mend_en="Check the pack.",
            )
        )
    return found


def version_in_force(programme: Programme, on: date) -> ProgrammeVersion:
    """The version in force on a day. Raises ShidaiError."""
    found = programme.version_on(on)
    if found is None:
        raise ShidaiError(
            problem(
                "day",
                zh=f"“{programme.title.zh}”在 {on} 没有实施。",
                en=f"'{programme.title.en}' wasn't running on {on}.",
                mend_zh="请核对日期。",
                mend_en="Check the day.",
            )
        )
    return found


def find_step(version: ProgrammeVersion, step: str) -> ProgrammeStep:
    """A step of a version. Raises ShidaiError."""
    found = next((one for one in version.step if one.id == step), None)
    if found is None:
        raise ShidaiError(
            problem(
                "step",
                zh=f"这个项目没有步骤 {step}。",
                en=f"The programme has no step {step}.",
                mend_zh="请刷新页面。",
                mend_en="Load the page again.",
            )
        )
    return found


def kinds_needed(programme: str, step: str, on: date) -> tuple[str, ...]:
    """Kinds of equipment without which a step can't be done on a day; none for what the pack doesn't have."""
    found = city_pack().programmes.get(programme)
    version = found.version_on(on) if found is not None else None
    return next((one.equipment for one in version.step if one.id == step), ()) if version is not None else ()


@lru_cache(maxsize=64)
def _rules(pack: tuple[str, str], programme: str, version: str) -> Conditions:
    chosen = next(one for one in find_programme(programme).version if one.id == version)
    return compile_conditions(chosen, columns_for("person"))


def step_rules(version: ProgrammeVersion, step: ProgrammeStep) -> StepRules:
    """The fields and results of a step, compiled."""
    return compile_step(version, step, columns_for("person"))


def offers(people: Collection[int], on: date, programmes: Sequence[Programme] = ()) -> Iterator[tuple[int, Offer]]:
    """What each programme in force offers each of these people on a day; nothing where it doesn't run, or to the dead.

    people: row numbers. As many queries as for one person.
    """
    running = [(one, version) for one in programmes or city_pack().all_programmes if (version := one.version_on(on))]
    if not running or not people:
        return
    lives, visits, consents = Lives(people), lines_of(people), consents_of(people)
    for person, facts in lives.on(on).items():
        area = facts["living_area"] or facts["registered_area"]
        for programme, version in running:
            fits = programme.sex is None or programme.sex == facts["sex"]
            coupled = any(step.for_ == "partner" for step in version.step)
            if not facts["alive"] or not (fits or coupled) or area is None or not version.runs_in(area):
                continue
            lines = tuple(one for one in visits[person] if one.programme == programme.id and one.day <= on)
            words = consents.get((person, programme.id), [])
            if fits:
                yield person, _offer(programme, version, facts, lines, words, lives, person, on)
            else:
                declined, agreed = is_declined(_served(lines, words), on), _has_agreed(words)
                yield person, Offer(programme, version, False, (), declined, agreed, facts, lines, partner=True)


def _offer(
    programme: Programme, version: ProgrammeVersion, facts: dict[str, Any], lines: tuple[Visit, ...],
    words: Sequence[Consent], lives: Lives, person: int, on: date,
) -> Offer:  # fmt: skip
    pack = city_pack()
    invited = _rules((pack.id, pack.version), programme.id, version.id).for_person(facts).eligible
    served = _served(lines, words)
    declined = is_declined(served, on)
    event = {"birth": lives.last_birth, "union": lives.last_marriage}.get(version.schedule.per)
    due = () if declined else steps_due(
        version, on, served, invited=invited, birth=_birth(facts), event=event(person, on) if event else None
    )  # fmt: skip
    return Offer(
        programme, version, invited, tuple(due), declined, _has_agreed(words), facts, lines,
        lives.last_birth(person, on),
    )  # fmt: skip


def _served(lines: Iterable[Visit], words: Sequence[Consent]) -> list[Served]:
    return [Served(one.course, one.step, one.outcome, one.day, holds_until(one, words)) for one in lines]


def _has_agreed(words: Sequence[Consent]) -> bool:
    return bool(words) and words[-1].given


def holds_until(line: Visit, words: Iterable[Consent]) -> date | None:
    """From which day a refusal holds no more: that of 'not now', or of the first yes after it. None: it holds on.

    words: her consents to the programme. Of a visit None.
    """
    if line.outcome not in REFUSALS:
        return line.until
    over = [one.day for one in words if one.given and (one.day, one.at) > (line.day, line.at)]
    return min([*over, *([line.until] if line.until is not None else [])], default=None)


def declined_by(lines: Iterable[Visit], words: Sequence[Consent], on: date) -> bool:
    """Whether the last word of somebody's lines and consents of a programme is, on a day, that nobody should ask."""
    return is_declined(_served(lines, words), on)


def _birth(facts: dict[str, Any]) -> date | None:
    """A wholly known day of birth."""
    least, most = (facts.get(name) for name in bounds_of("birth_date"))
    known: date | None = facts.get("birth_date")
    return known if least is None or least == most else None


def lines_of(people: Collection[int]) -> defaultdict[int, list[Visit]]:
    """Lines that count, in order, by the record that was kept where two were merged."""
    under = _records_of(people)
    found: defaultdict[int, list[Visit]] = defaultdict(list)
    for visit in Visit.objects.filter(person__in=under, replaced_by=None).order_by("day", "pk"):
        found[under[visit.person_id]].append(visit)
    return found


def consents_of(people: Collection[int]) -> dict[tuple[int, str], list[Consent]]:
    """What each person said to each programme, given and taken back, the last word last."""
    under = _records_of(people)
    found: defaultdict[tuple[int, str], list[Consent]] = defaultdict(list)
    for one in Consent.objects.filter(person__in=under).order_by("day", "pk"):
        found[under[one.person_id], one.programme].append(one)
    return found


def _records_of(people: Collection[int]) -> dict[int, int]:
    """The row numbers under which something of these people may be kept, each with the person's own."""
    return {one: one for one in people} | all_merged_into(people)
