"""Every write of the registry: keyword-only, atomic, by whom, checked by the rules, with its audit entry."""

from shidai.registry.actions.assigning import assign_households
from shidai.registry.actions.correcting import withdraw_death
from shidai.registry.actions.events import end_union, record_birth, record_death, register_move, start_union
from shidai.registry.actions.judging import judge_pair, pass_pair
from shidai.registry.actions.merging import merge_people, unmerge_people
from shidai.registry.actions.people import Identity, correct_birth_date, register_person
from shidai.registry.actions.withdrawing import withdraw_birth, withdraw_departure, withdraw_move

__all__ = [
    "Identity", "assign_households", "correct_birth_date", "end_union", "judge_pair", "merge_people", "pass_pair",
    "record_birth", "record_death", "register_move", "register_person", "start_union", "unmerge_people",
    "withdraw_birth", "withdraw_death", "withdraw_departure", "withdraw_move",
]  # fmt: skip
