"""Tables of the registry. Private to this room."""

from shidai.registry.models.duplicates import DuplicatePair, DuplicateRun, Merge, MergedReference
from shidai.registry.models.events import Birth, ContraceptiveUse, Death, Union
from shidai.registry.models.imports import ImportReject, ImportRun, PendingLink, Source, SourceRow
from shidai.registry.models.people import Household, Identifier, Name, Parentage, Person, Recorded, Spell

__all__ = [
    "Birth", "ContraceptiveUse", "Death", "DuplicatePair", "DuplicateRun", "Household", "Identifier", "ImportReject",
    "ImportRun", "Merge", "MergedReference", "Name", "Parentage", "PendingLink", "Person", "Recorded", "Source",
    "SourceRow", "Spell", "Union",
]  # fmt: skip
