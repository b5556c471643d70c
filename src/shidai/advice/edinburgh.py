"""The Edinburgh postnatal depression scale: its sum, and what it hints at.

Source: Cox, Holden and Sagovsky (1987), British Journal of Psychiatry 150: 782–786: ten items of 0 to 3 points, 12/13
the original threshold, 10 a more sensitive one; any point on item 10 calls for an assessment. The items' text is
under the Royal College's copyright and isn't kept here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shidai.advice.tables import Tip, limit, refuse_outside, tell
from shidai.words import ShidaiError, problem

ITEMS, MOST = 10, 3
FORWARD = frozenset({1, 2, 4})
"""Items whose first printed answer has 0 points; of the others it has 3."""


@dataclass(frozen=True, slots=True)
class Mood:
    """The sum (0 to 30), whether item 10 has any point, and the hints, the gravest first."""

    total: int
    self_harm: bool
    tips: tuple[Tip, ...]


def points(item: int, answer: int) -> int:
    """Points of an answer by its place on the printed sheet. item: 1 to 10; answer: 1 (first) to 4 (last)."""
    refuse_outside("item", item, 1, ITEMS)
    refuse_outside("answer", answer, 1, MOST + 1)
    return answer - 1 if item in FORWARD else MOST + 1 - answer


def edinburgh(each: Sequence[int]) -> Mood:
    """The score from the points of the ten items in order.

    Raises ShidaiError unless there are ten of 0 to 3: a sum of fewer says less than it seems to.
    """
    if len(each) != ITEMS:
        raise ShidaiError(
            problem(
                "items",
                zh=f"须有10题，收到{len(each)}题。",
                en=f"There are ten items; {len(each)} came.",
                mend_zh="请补齐；不愿回答的，不要计总分。",
                mend_en="Complete it; if she would rather not, take no sum.",
            )
        )
    for number, one in enumerate(each, 1):
        refuse_outside(f"item {number}", one, 0, MOST)
    return Mood(sum(each), each[-1] > 0, hint_at_mood(sum(each), each[-1]))


def hint_at_mood(total: int | None, last_item: int | None) -> tuple[Tip, ...]:
    """What the sum and the points of item 10 hint at, the gravest first; None: not known. Raises ShidaiError."""
    refuse_outside("total", total, 0, ITEMS * MOST)
    refuse_outside("item 10", last_item, 0, MOST)
    told = ["mood.harm"] if last_item else []
    if total is not None and total >= limit("epds_probable"):
        told.append("mood.probable")
    elif total is not None and total >= limit("epds_possible"):
        told.append("mood.possible")
    elif total is not None and not last_item:
        told.append("mood.low")
    return tell(*told)
