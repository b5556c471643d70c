"""Every write of the registry: keyword-only, atomic, by whom, checked by the rules, with its audit entry."""

from shidai.registry.actions.correcting import withdraw_death
from shidai.registry.actions.events import end_union, record_birth, record_death, register_move, start_union
from shidai.registry.actions.people import Identity, correct_birth_date, register_person

__all__ = [
    "Identity", "correct_birth_date", "end_union", "record_birth", "record_death", "register_move", "register_person",
    "start_union", "withdraw_death",
]  # fmt: skip
