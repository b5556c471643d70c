"""How advice is said: one sentence with why and by which source, and what is still to be asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shidai.advice.tables import Tip
from shidai.words import Text


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is said: `why` it is said here, where that isn't plain, and the source with how it was checked."""

    id: str
    text: Text
    why: Text | None
    source: Text
    check: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a topic says, and what it asks for."""

    said: tuple[Said, ...] = ()
    asks: tuple[Text, ...] = ()


def say_tips(tips: Iterable[Tip], why: Text | None = None) -> Spoken:
    """Sentences as they are said, each once; those that ask apart from those that tell."""
    each = list(dict.fromkeys(tips))
    return Spoken(
        tuple(Said(tip.id, tip.text, why, tip.source.title, tip.source.check) for tip in each if not tip.asks),
        tuple(tip.text for tip in each if tip.asks),
    )


def ask_for(*asks: Text) -> Spoken:
    """Nothing can be said yet."""
    return Spoken((), asks)
