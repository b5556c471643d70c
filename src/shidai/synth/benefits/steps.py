"""An application's way through the steps of its scheme: on which day each office passed it, and since when it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.scheme import Step
from shidai.synth.days import NEVER, Days

_USUAL = 5  # days that a step takes where the scheme sets no limit


@dataclass(frozen=True, slots=True)
class Way:
    """`passed`: (claims, steps), the day of each step; `until`: (claims, steps), the last day of its notice or the day
    itself; `in_force`: the first day on which the claim holds."""

    passed: Days
    until: Days
    in_force: Days


def draw_way(rng: np.random.Generator, steps: Sequence[Step], applied: Days) -> Way:
    """Each step takes from a day to as long as the scheme allows; the next begins after the notice has ended."""
    passed, until = np.empty((len(applied), len(steps)), np.int32), np.empty((len(applied), len(steps)), np.int32)
    ready = applied
    for at, step in enumerate(steps):
        longest = step.within_days or _USUAL
        passed[:, at] = ready + rng.integers(1, longest + 1, len(applied))
        until[:, at] = passed[:, at] + step.notice_days
        ready = until[:, at] + (1 if step.notice_days else 0)
    return Way(passed, until, ready.astype(np.int32))


def cut_off(way: Way, last_day: Days | int) -> tuple[Way, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """The way as far as it had come on a day: steps still to do are NEVER; which wait, and which are in a notice."""
    last = np.broadcast_to(np.asarray(last_day, np.int32), len(way.passed))
    done = way.passed <= last[:, None]
    in_notice = (done & (way.until >= last[:, None]) & (way.until > way.passed)).any(1)
    arrived = way.in_force <= last
    told = Way(
        np.where(done, way.passed, NEVER).astype(np.int32),
        way.until,
        np.where(arrived, way.in_force, NEVER).astype(np.int32),
    )
    return told, ~arrived & ~in_notice, ~arrived & in_notice
