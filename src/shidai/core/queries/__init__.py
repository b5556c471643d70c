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
    names,
    predecessors,
    resolve,
    successors,
)
from shidai.core.queries.audit import about, entries
from shidai.core.queries.jobs import job, jobs, open_jobs
from shidai.core.queries.staff import (
    emergencies,
    locked_until,
    operator,
    postings_of,
    scope_of,
    staff_list,
    staff_named,
)

__all__ = [
    "AreaBook", "about", "area", "area_book", "area_rows", "areas_at", "breadcrumb", "change_counts",
    "children", "counties", "emergencies", "entries", "find_areas", "former_within", "job", "jobs", "locked_until",
    "names", "open_jobs", "operator", "postings_of", "predecessors", "resolve", "scope_of",
    "staff_list", "staff_named", "successors",
]  # fmt: skip
