"""Every read of the register, always through the caller's scope."""

from shidai.registry.queries.behind import births_behind, people_behind
from shidai.registry.queries.households import HouseholdPage, household_page
from shidai.registry.queries.imports import import_runs, rejects_of
from shidai.registry.queries.people import (
    Found,
    find_people,
    people_by_number,
    recent_births,
)
from shidai.registry.queries.person import Mother, PersonPage, Relative, get_mother, get_person, get_union, person_page
from shidai.registry.queries.residents import Listed, Residence, Who, list_page, list_people, residence_of, residences

__all__ = [
    "Found", "HouseholdPage", "Listed", "Mother", "PersonPage", "Relative", "Residence", "Who", "births_behind",
    "find_people", "get_mother", "get_person", "get_union", "household_page", "import_runs", "list_page",
    "list_people", "people_behind", "people_by_number", "person_page", "recent_births", "rejects_of",
    "residence_of", "residences",
]  # fmt: skip
