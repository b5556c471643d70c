"""Tables of the core: areas, staff, audit, jobs. Private to this room."""

from shidai.core.models.areas import Area, AreaChange, CountyChange, LoadedAreas
from shidai.core.models.audit import AuditEntry, AuditHead
from shidai.core.models.jobs import Job
from shidai.core.models.staff import EmergencyAccess, Posting, Staff

__all__ = [
    "Area",
    "AreaChange",
    "AuditEntry",
    "AuditHead",
    "CountyChange",
    "EmergencyAccess",
    "Job",
    "LoadedAreas",
    "Posting",
    "Staff",
]
