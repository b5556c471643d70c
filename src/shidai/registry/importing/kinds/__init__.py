"""How each kind of file is checked and stored. A new kind is a module here and an entry in `TAKERS`."""

from __future__ import annotations

from collections.abc import Callable

from shidai.registry.importing.batch import Batch, Row
from shidai.registry.importing.kinds import births, contraception, deaths, households, people, residence, unions

TAKERS: dict[str, Callable[[list[Row], Batch], None]] = {
    "household": households.take,
    "person": people.take,
    "spell": residence.take,
    "union": unions.take,
    "birth": births.take,
    "death": deaths.take,
    "contraception": contraception.take,
}
