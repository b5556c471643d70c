"""Every read of the register, always through the caller's scope."""

from shidai.registry.queries.behind import births_behind, households_behind, people_behind
from shidai.registry.queries.duplicates import (
    Doubt,
    MergePreview,
    PairPage,
    Queue,
    Show,
    Side,
    Waiting,
    doubt_among,
    list_waiting,
    pair_page,
    pairs,
    preview_merge,
    propose_kept,
    queue,
)
from shidai.registry.queries.households import HouseholdPage, get_household, household_page
from shidai.registry.queries.imports import areas_of, import_runs, records_of, rejects_of, sources
from shidai.registry.queries.merged import MergedRecord, all_merged_into, merged_into, merged_record, survivors
from shidai.registry.queries.numbers import hide_number
from shidai.registry.queries.people import (
    Found,
    find_people,
    has_died,
    people_by_number,
    person_with_number,
    readable,
    recent_births,
)
from shidai.registry.queries.person import (
    Mother,
    PersonPage,
    Relative,
    contacts,
    get_mother,
    get_person,
    get_spell,
    get_union,
    mother_of,
    person_page,
    spouse_on,
)
from shidai.registry.queries.residents import (
    Listed,
    Residence,
    Who,
    list_page,
    list_people,
    people_of_village,
    residence_of,
    residences,
)

__all__ = [
    "Doubt", "Found", "HouseholdPage", "Listed", "MergePreview", "MergedRecord", "Mother", "PairPage", "PersonPage",
    "Queue", "Relative", "Residence", "Show", "Side", "Waiting", "Who", "all_merged_into", "areas_of",
    "births_behind", "contacts", "doubt_among", "find_people", "get_household", "get_mother", "get_person",
    "get_spell", "get_union", "has_died", "hide_number", "household_page", "households_behind", "import_runs",
    "list_page", "list_people", "list_waiting", "merged_into", "merged_record", "mother_of", "pair_page", "pairs",
    "people_behind", "people_by_number", "people_of_village", "person_page", "person_with_number", "preview_merge",
    "propose_kept", "queue", "readable", "recent_births", "records_of", "rejects_of", "residence_of", "residences",
    "sources", "spouse_on", "survivors",
]  # fmt: skip
