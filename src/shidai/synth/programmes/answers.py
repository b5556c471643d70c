"""What is answered at many visits of one step, drawn field by field; the step's own rules say what it amounts to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.demonstration import AnswerShares
from shidai.packs.schema.programme import FormField, ProgrammeStep, ProgrammeVersion
from shidai.rules import columns_for
from shidai.rules.answers import Answered, StepRules, compile_step, observe
from shidai.words import ShidaiError

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Answers:
    """outcome: (visits,) the place of the result among the step's. kept: of each kind of visit, its answers as kept.

    kind: (visits,) which of `kept` a visit has; visits that were answered alike share one.
    """

    outcome: Numbers
    kind: Numbers
    kept: tuple[Mapping[str, Any], ...]

    def observations(self, step: ProgrammeStep) -> tuple[Numbers, list[tuple[str, int | None, str | None]]]:
        """The visit of each observation, (observations,), and the observations: name, number, text."""
        told = [[row for field in step.field for row in observe(field, values.get(field.id))] for values in self.kept]
        counts = np.array([len(rows) for rows in told], np.int64)
        visits = np.repeat(np.arange(len(self.kind)), counts[self.kind])
        return visits, [row for kind in self.kind.tolist() for row in told[kind]]


def draw_answers(
    rng: np.random.Generator,
    version: ProgrammeVersion,
    step: ProgrammeStep,
    shares: Sequence[AnswerShares],
    count: int,
    on: date,
) -> Answers:
    """Answers at `count` visits. What the shares don't name isn't answered, nor what the form doesn't ask for.

    Expressions on facts of the person find them unknown. Raises ShidaiError for answers that the form refuses.
    """
    told = {one.field: one for one in shares if one.step == step.id}
    fields = [field for field in step.field if field.id in told]
    drawn = np.zeros((count, len(fields)), np.int64)
    for at, field in enumerate(fields):
        drawn[:, at] = _draw(rng, field, told[field.id], count)
    alike, kind = np.unique(drawn, axis=0, return_inverse=True)
    columns = columns_for("person")
    rules, unknown = compile_step(version, step, columns), dict.fromkeys(columns)
    results = [one.id for one in step.result]
    answered = []
    for row in alike.tolist():
        given = {field.id: _read(field, told[field.id], code) for field, code in zip(fields, row, strict=True)}
        answered.append(_fill(rules, given, unknown, on))
    outcomes = np.array([results.index(one.result.id) for one in answered if one.result is not None], np.int64)
    kinds = kind.reshape(-1).astype(np.int64)
    return Answers(outcomes[kinds], kinds, tuple(one.values for one in answered))


def _draw(rng: np.random.Generator, field: FormField, shares: AnswerShares, count: int) -> Numbers:
    """Answers as whole numbers: the place of an option, a bit for each option, 1 or 0, or units of the last place."""
    weights = np.array(list(shares.share.values()))
    if field.type == "choice":
        return rng.choice(len(weights), count, p=weights / weights.sum()).astype(np.int64)
    if field.type == "choices":
        ticked = rng.random((count, len(weights))) < weights
        return np.asarray(ticked @ (1 << np.arange(len(weights))), np.int64)
    if field.type == "bool":
        return (rng.random(count) < shares.share["true"]).astype(np.int64)
    if field.type not in ("int", "decimal"):
        raise ValueError(f"answers to a {field.type} can't be drawn: {field.id}")
    least, most = (-np.inf if field.least is None else field.least), (np.inf if field.most is None else field.most)
    numbers = np.clip(rng.normal(shares.mean or 0.0, shares.spread or 0.0, count), least, most)
    return np.asarray(np.rint(numbers * 10**field.decimals), np.int64)


def _read(field: FormField, shares: AnswerShares, code: int) -> Any:
    options = list(shares.share)
    match field.type:
        case "choice":
            return options[code]
        case "choices":
            return tuple(name for bit, name in enumerate(options) if code >> bit & 1)
        case "bool":
            return bool(code)
        case _:
            return Decimal(code).scaleb(-field.decimals) if field.decimals else code


def _fill(rules: StepRules, drawn: Mapping[str, Any], facts: dict[str, None], on: date) -> Answered:
    """The form filled in from the top; what it doesn't ask for after the answers above is left out."""
    given: dict[str, Any] = {}
    for field in rules.step.field:
        if field.id in drawn and (field.when is None or field.id in rules.answer(given, facts, on).asked):
            given[field.id] = drawn[field.id]
    answered = rules.answer(given, facts, on)
    if answered.faults:
        raise ShidaiError(list(answered.faults))
    return answered
