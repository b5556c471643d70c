"""Every read of the register, always through the caller's scope."""

from shidai.registry.queries.households import HouseholdPage, household_page
from shidai.registry.queries.people import (
    Found,
    count_people,
    find_people,
    list_people,
    people_by_number,
    recent_births,
)
from shidai.registry.queries.person import PersonPage, get_person, person_page

__all__ = [
    "Found", "HouseholdPage", "PersonPage", "count_people", "find_people", "get_person", "household_page", "list_people",
    "people_by_number", "person_page", "recent_births",
]  # fmt: skip
