"""Every read of the register, always through the caller's scope."""

from shidai.registry.queries.behind import births_behind, people_behind
from shidai.registry.queries.households import HouseholdPage, household_page
from shidai.registry.queries.imports import import_runs, rejects_of
from shidai.registry.queries.people import (
    Found,
    find_people,
    list_people,
    people_by_number,
    recent_births,
)
from shidai.registry.queries.person import PersonPage, get_person, person_page

__all__ = [
    "Found", "HouseholdPage", "PersonPage", "births_behind", "find_people", "get_person",
    "household_page", "import_runs", "list_people", "people_behind", "people_by_number",
    "person_page", "recent_births", "rejects_of",
]  # fmt: skip
