"""Kinds of equipment: named by steps, each check due by the calendar, every mistake named with file and line."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from shidai.packs import check_pack, load_pack
from shidai.packs.load import SHIPPED
from shidai.packs.schema.equipment import EquipmentKind


def spoilt(tmp_path: Path, file: str, old: str, new: str) -> str:
    """The problems of the pack of 2006 with one thing changed, one a line."""
    folder = tmp_path / "pack"
    shutil.copytree(SHIPPED / "wuxi-2006", folder)
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return "\n".join(
        f"{Path(one.where).relative_to(folder)}: {one.what.en} {one.mend.en}" for one in check_pack(folder)
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "programmes/rti-control.toml",
            'equipment = ["microscope"]',
            'equipment = ["microscop"]',
            "programmes/rti-control.toml:53: There is no kind of equipment microscop. Did you mean microscope?",
        ),
        (
            "programmes/rti-control.toml",
            'equipment = ["microscope"]',
            'equipment = ["microscope", "microscope"]',
            "names a kind of equipment twice. Name each kind once.",
        ),
        ("equipment.toml", "check_months = 12", "check_months = 0", "equipment.toml:8: "),
        ("equipment.toml", 'id = "microscope"', 'id = "ultrasound"', "ultrasound"),
        ("equipment.toml", 'source = "own"', 'source = "nobody"', "There is no source nobody."),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    assert said in spoilt(tmp_path, file, old, new)


def kind(months: int | None) -> EquipmentKind:
    return EquipmentKind.model_validate(
        {
            "id": "scale", "title": {"zh": "秤", "en": "Scale"}, "check_months": months, "source": "own",
            "checked_on": date(2026, 1, 1), "effective_from": date(2006, 1, 1),
            "case": [{"checked": date(2006, 1, 1), "on": date(2006, 1, 1), "overdue": False}],
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("months", "checked", "on", "overdue"),
    [
        (12, date(2006, 3, 15), date(2007, 3, 15), False),
        (12, date(2006, 3, 15), date(2007, 3, 16), True),
        (1, date(2006, 1, 31), date(2006, 2, 28), False),
        (1, date(2006, 1, 31), date(2006, 3, 1), True),
        (12, date(2004, 2, 29), date(2005, 3, 1), True),
        (None, date(1990, 1, 1), date(2006, 1, 1), False),
    ],
)
def test_a_check_is_due_by_the_calendar(months: int | None, checked: date, on: date, overdue: bool) -> None:
    assert kind(months).is_overdue(checked, on) is overdue


@pytest.mark.parametrize("pack", ["wuxi-2006", "china-2025"])
def test_every_kind_says_where_its_rule_is_from_and_steps_use_some(pack: str) -> None:
    found = load_pack(pack)
    assert all(one.note is not None for one in found.all_equipment if one.source == "own")
    used = {name for one in found.all_programmes for version in one.version for step in version.step
            for name in step.equipment}  # fmt: skip
    assert used
    assert used <= set(found.equipment)
