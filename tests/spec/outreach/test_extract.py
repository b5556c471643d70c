"""What outreach contributes to the record tables: sessions that were held, with numbers and no names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shidai.indicators.records import Records
from shidai.outreach import actions
from shidai.outreach.extract import contribute
from shidai.registry.citypack import city_pack
from shidai.registry.extract import extract_records
from tests.factories import CITY, OPERATOR, TOWNSHIP, Cast, make_person
from tests.spec.outreach.conftest import ADOLESCENTS, JUNE, plan

pytestmark = pytest.mark.django_db


def extract(folder: Path) -> list[dict[str, object]]:
    here = city_pack()
    pack = here.model_copy(update={"header": here.header.model_copy(update={"city": CITY})})
    extract_records(folder, by=OPERATOR, pack=pack, cutoff=date(2006, 12, 31), more=(contribute,))
    with Records.open(folder) as records:
        return records.fetch(records.table("activity")).to_pylist()


def test_a_held_session_is_one_row_with_how_many_came(cast: Cast, tmp_path: Path) -> None:
    session, person = plan(cast.zhou, ADOLESCENTS), make_person()
    actions.note_staff(by=cast.zhou, session=session.uuid, staff=["xu"])
    actions.count_heads(by=cast.zhou, session=session.uuid, heads={"residents": 20})
    actions.count_heads(by=cast.zhou, session=session.uuid, heads={"residents": 25, "staff": 5})
    actions.note_resident(by=cast.zhou, session=session.uuid, person=person.uuid, agreed=True)
    plan(cast.zhou)
    assert extract(tmp_path) == []
    actions.hold_session(by=cast.zhou, session=session.uuid)
    (row,) = extract(tmp_path)
    assert (row["quantity"], row["topic"], row["minutes"], row["person_id"]) == (32, ADOLESCENTS, 180, None)
    assert (row["area"], row["day"], row["kind"]) == (TOWNSHIP, JUNE, "training")
    actions.reopen_session(by=cast.zhou, session=session.uuid, reason="还没有办")
    assert extract(tmp_path) == []


def test_a_session_for_the_whole_city_counts_for_the_city(cast: Cast, tmp_path: Path) -> None:
    session = plan(OPERATOR, area=CITY)
    actions.note_staff(by=OPERATOR, session=session.uuid, staff=["gu", "ma"])
    actions.hold_session(by=OPERATOR, session=session.uuid)
    assert [(row["area"], row["quantity"]) for row in extract(tmp_path)] == [(CITY, 2)]
