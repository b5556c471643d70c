"""Every write of the core: keyword-only, atomic, by whom, with its audit entry."""

from shidai.core.actions.areas import (
    NewArea,
    load_areas,
    mark_changed,
    mark_extracted,
    merge_areas,
    move_area,
    rename_area,
    split_area,
)
from shidai.core.actions.jobs import cancel_job, start_job
from shidai.core.actions.staff import (
    add_staff,
    deactivate_staff,
    end_posting,
    open_emergency_access,
    post_staff,
    record_login,
    record_login_failure,
    review_emergency_access,
    set_password,
)

__all__ = [
    "NewArea", "add_staff", "cancel_job", "deactivate_staff", "end_posting", "load_areas", "mark_changed",
    "mark_extracted", "merge_areas", "move_area", "open_emergency_access", "post_staff", "record_login",
    "record_login_failure", "rename_area", "review_emergency_access", "set_password", "split_area", "start_job",
]  # fmt: skip
