"""What the log calls by an id of the pack, in the pack's words; an id that the pack has no more stands for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from shidai.packs import Pack
from shidai.site.figures import current_pack
from shidai.words import Text

PACK_WORDS: dict[str, Callable[[Pack], Iterable[Any]]] = {
    "scheme": lambda pack: pack.all_schemes,
    "programme": lambda pack: pack.all_programmes,
    "topic": lambda pack: pack.all_trainings,
    "checklist": lambda pack: pack.all_checklists,
    "item": lambda pack: (item for checklist in pack.all_checklists for item in checklist.item),
    "commodity": lambda pack: pack.all_commodities,
}


def name_of_pack(name: str, id: str) -> Text:
    """The title of a scheme, programme, topic, checklist, item or commodity."""
    found = next((one for one in PACK_WORDS[name](current_pack()) if one.id == id), None)
    return found.title.text if found is not None else Text(zh=id, en=id)


def name_kind(id: str) -> Text:
    """The title of a kind of equipment."""
    found = current_pack().equipment.get(id)
    return found.title.text if found is not None else Text(zh=id, en=id)
