"""Frozen chance: what befalls somebody in a year is a number of their own, whatever befalls others.

Two runs with one seed give the same person the same luck, though one run has other people in it. So what differs
between them follows from what was changed, and isn't noise (common random numbers).
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]

_GOLDEN, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


class Event(IntEnum):
    """What chance decides; each has a stream of its own."""

    DEATH = 1
    BIRTH = 2
    SEX = 3
    BIRTHDAY = 4
    METHOD = 5
    CHANGE = 6
    FAILURE = 7
    CHILD = 8


def luck(keys: Keys, event: Event, seed: int, year: int = 0) -> npt.NDArray[np.float64]:
    """Numbers in [0, 1) of persons (n,): always the same for a person, event, seed and year.

    Source of the mixing: Steele, Lea & Flood (2014) Fast splittable pseudorandom number generators (SplitMix64).
    """
    return np.asarray((_mixed(keys, event, seed, year) >> np.uint64(11)) * 2.0**-53, dtype=np.float64)


def spread_seed(seed: int, runs: int) -> list[int]:
    """A seed for each of several runs. Seeds next to each other give runs that have nothing in common."""
    return [
        int(one) >> 24 for one in np.random.SeedSequence(seed).generate_state(runs, np.uint64)
    ]  # `luck` takes 40 bits


def name_child(mothers: Keys, number: npt.NDArray[np.int64]) -> Keys:
    """The key of each mother's child of a number (n,): her second child is the same in every run."""
    salted = mothers + (number.astype(np.uint64) + np.uint64(1)) * _GOLDEN
    return _mixed(salted, Event.CHILD, 0, 0)


def _mixed(keys: Keys, event: Event, seed: int, year: int) -> Keys:
    salt = _scrambled(np.array([(seed << 20) + (int(event) << 16) + year], dtype=np.uint64))
    return _scrambled(keys ^ salt)


def _scrambled(words: Keys) -> Keys:
    with np.errstate(over="ignore"):
        mixed = words + _GOLDEN
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        return np.asarray(mixed ^ (mixed >> np.uint64(31)), dtype=np.uint64)
