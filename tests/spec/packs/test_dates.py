"""Definitions have effective dates; a pack can be seen as of a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from shidai.packs import load_pack
from tests.spec.packs.packfolder import TARGET, problems_of, write_pack

RAISED = TARGET.replace("value = 10\n", "value = 20\n").replace("value = 10,", "value = 20,")
FROM_JULY = RAISED.replace("effective_from = 2006-01-01", "effective_from = 2006-07-01")


def test_a_definition_may_change_within_the_year(tmp_path: Path) -> None:
    to_june = TARGET + "effective_to = 2006-07-01\n"
    pack = load_pack(write_pack(tmp_path, targets__2006_toml=to_june + FROM_JULY))
    assert pack.in_force(on=date(2006, 6, 30)).targets["visits_2006"].value == 10
    assert pack.in_force(on=date(2006, 7, 1)).targets["visits_2006"].value == 20


def test_without_a_day_the_packs_last_day_counts(tmp_path: Path) -> None:
    to_june = TARGET + "effective_to = 2006-07-01\n"
    pack = load_pack(write_pack(tmp_path, targets__2006_toml=to_june + FROM_JULY))
    assert pack.on == date(2006, 12, 31)
    assert pack.targets["visits_2006"].value == 20


def test_two_definitions_of_one_id_must_not_be_in_force_on_the_same_day(tmp_path: Path) -> None:
    found = problems_of(tmp_path, targets__2006_toml=TARGET + FROM_JULY)
    expected = (
        "targets/2006.toml:25: visits_2006 is defined at targets/2006.toml:2 too, and both are in force on the same "
        "days. Give the earlier one an effective_to, or change the id."
    )
    assert found == [expected]


def test_an_area_may_be_renamed_and_its_old_name_keeps_resolving(tmp_path: Path) -> None:
    renamed = (
        "code,parent,level,name_zh,name_en,urban,position,start_date,end_date,successor,population\n"
        "9901,,city,小城,Smalltown,true,1,1949-10-01,,,\n"
        "990101,9901,county,郊区,Suburb,true,2,1949-10-01,2000-12-21,,\n"
        "990101,9901,county,湖滨区,Lakeside,true,2,2000-12-21,,,\n"
        "990102,9901,county,西区,West,true,3,1949-10-01,,,\n"
    )
    pack = load_pack(write_pack(tmp_path, areas_csv=renamed))
    names = [pack.area("990101", on=day) for day in (date(2000, 12, 20), date(2000, 12, 21))]
    assert [area.name_en for area in names if area] == ["Suburb", "Lakeside"]
    assert [area.name_en for area in pack.children("9901")] == ["Lakeside", "West"]


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    assert load_pack(write_pack(tmp_path)).targets["visits_2006"].value == 10
    assert load_pack(write_pack(tmp_path, targets__2006_toml=RAISED)).targets["visits_2006"].value == 20
