"""What a medicine means for contraceptive methods, by the drug interactions of the WHO's eligibility criteria.

`drugs.csv` says to which row of the criteria a medicine belongs; the categories stand there alone (`eligibility`). A
medicine that isn't listed isn't called safe: it isn't judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from shidai.advice.eligibility import Advice, advise
from shidai.advice.tables import read_rows
from shidai.words import Text

INDUCERS = frozenset({"drug.anticonvulsant", "drug.rifampicin", "drug.efavirenz"})
"""Rows of medicines that speed up the breakdown of hormones."""


@dataclass(frozen=True, slots=True)
class Drug:
    """A medicine; `condition`: its row of the criteria; `names`: what it is called, in lower case."""

    id: str
    condition: str
    title: Text
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Interactions:
    """The categories of all methods with these medicines, the medicines, and the names that nobody judged."""

    methods: tuple[Advice, ...]
    drugs: tuple[Drug, ...]
    unjudged: tuple[str, ...]

    @property
    def enzyme_inducer(self) -> bool:
        """Whether one of them speeds up the breakdown of hormones."""
        return any(one.condition in INDUCERS for one in self.drugs)


@lru_cache(maxsize=1)
def drugs() -> dict[str, Drug]:
    """All medicines by id."""
    return {row["id"]: _read(row) for row in read_rows("drugs.csv")}


def interactions(named: Iterable[str], *, method: str | None = None) -> Interactions:
    """What these medicines, in Chinese or English, mean for each method, or for one of them.

    Raises ShidaiError for an unknown method.
    """
    wanted = list(dict.fromkeys(name.strip().lower() for name in named if name.strip()))
    found = {name: one for name in wanted for one in drugs().values() if name in one.names}
    held = tuple(dict.fromkeys(found.values()))
    told = advise([one.condition for one in held], method=method)
    return Interactions(told, held, tuple(name for name in wanted if name not in found))


def _read(row: dict[str, str]) -> Drug:
    names = {row["id"], row["zh"], row["en"].lower(), *row["also"].split()}
    return Drug(row["id"], row["condition"], Text(zh=row["zh"], en=row["en"]), frozenset(names))
