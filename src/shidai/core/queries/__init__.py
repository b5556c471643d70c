"""Every read of the core, always through the caller's scope where it is about people."""

from shidai.core.queries.areas import (
    AreaBook,
    area,
    area_book,
    area_rows,
    areas_at,
    breadcrumb,
    change_counts,
    children,
    counties,
    find_areas,
    former_within,
    full_names,
    names,
    predecessors,
    resolve,
    successors,
)
from shidai.core.queries.audit import about, entries
from shidai.core.queries.heirs import Heirs, area_heirs, held_in, parts_of, present_code
from shidai.core.queries.jobs import job, jobs, open_jobs
from shidai.core.queries.staff import (
    colleagues_in,
    emergencies,
    locked_until,
    operator,
    postings_of,
    scope_of,
    staff_called,
    staff_called_one_of,
    staff_known,
    staff_list,
    staff_named,
    staff_names,
    staff_with_ids,
)

__all__ = [
    "AreaBook", "Heirs", "about", "area", "area_book", "area_heirs", "area_rows", "areas_at", "breadcrumb",
    "change_counts", "children", "colleagues_in", "counties", "emergencies", "entries", "find_areas",
    "former_within", "full_names", "held_in",
    "job", "jobs", "locked_until", "names", "open_jobs", "operator", "parts_of", "postings_of",
    "predecessors", "present_code", "resolve", "scope_of", "staff_called", "staff_called_one_of",
    "staff_known", "staff_list", "staff_named", "staff_names", "staff_with_ids", "successors",
]  # fmt: skip
