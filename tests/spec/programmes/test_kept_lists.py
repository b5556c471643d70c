"""Due lists are made by night for everybody and renewed with each visit; a village's page opens at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shidai.core import sealing
from shidai.core.access import NoAccess
from shidai.core.models import AuditEntry
from shidai.indicators.records import Records
from shidai.packs import load_pack
from shidai.programmes import actions
from shidai.programmes.duelists import keep_due_lists, kept_list, renew_all, renew_village
from shidai.programmes.extract import contribute
from shidai.programmes.models import KeptDue
from shidai.programmes.queries import due_counts, due_list, due_page, reminders
from shidai.programmes.rounds import walk_round
from shidai.registry.extract import extract_records
from shidai.registry.importing.cells import sealed_contact
from shidai.registry.models import Person
from tests.factories import BEIQIAO, NANQIAO, OPERATOR, TOWNSHIP, Cast, make_couple
from tests.spec.programmes.conftest import RTI, SCREENING, agree, examine
from tests.spec.programmes.test_pages import sign_in

DAY = date(2006, 12, 31)  # the pages' today: the pack's last day


@pytest.fixture
def night(cast: Cast, bride: Person, tmp_path: Path) -> int:
    """The records were published and the lists made, as every night."""
    make_couple(area=BEIQIAO)
    pack = load_pack("wuxi-2006")
    extract_records(tmp_path, by=OPERATOR, pack=pack, cutoff=DAY, everything=True, more=(contribute,))
    with Records.open(tmp_path) as records:
        return renew_all(records, pack, DAY, by=OPERATOR)


def told(cast: Cast, area: str = NANQIAO) -> list[tuple[object, ...]]:
    return [(one.person, one.programme.id, one.due.step, one.due.due) for one in due_list(cast.lan, area=area, on=DAY)]


def test_the_nights_list_is_that_of_the_register(cast: Cast, bride: Person, night: int) -> None:
    kept = told(cast)
    assert kept
    assert night == KeptDue.objects.count() > len(kept)
    KeptDue.objects.all().delete()
    renew_village(NANQIAO, DAY)
    assert told(cast) == kept


def test_a_visit_and_an_answer_renew_the_persons_lines_at_once(cast: Cast, bride: Person, night: int) -> None:
    agree(cast, bride, on=DAY)
    examine(cast, bride, on=DAY)
    assert SCREENING not in {programme for _, programme, _, _ in told(cast)}
    actions.record_answer(by=cast.lan, person=bride.uuid, programme=RTI, answer="never", day=DAY)
    assert told(cast) == []


def test_a_list_of_thousands_is_read_by_the_page(cast: Cast, bride: Person, night: int) -> None:
    line = KeptDue.objects.filter(area=NANQIAO).first()
    assert line is not None
    KeptDue.objects.bulk_create(
        KeptDue(person=bride, area=NANQIAO, programme=RTI, step="check", since=line.since, by=line.by)
        for _ in range(3000)
    )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = due_page(cast.lan, area=NANQIAO, on=DAY, first=100, count=100)
    assert len(page.lines) == 100
    assert page.total > 3000
    assert len(asked) < 15


def test_a_village_may_be_renewed_by_day(cast: Cast, bride: Person, night: int) -> None:
    made = kept_list(NANQIAO)
    assert made is not None
    assert made.area == NANQIAO[:6]
    answer = sign_in("lan").post(f"/services/renew/?area={NANQIAO}", follow=True)
    assert "按现在的登记更新" in answer.content.decode()
    again = kept_list(NANQIAO)
    assert again is not None
    assert again.area == NANQIAO


def test_the_lists_of_everybody_are_the_servers_to_make(cast: Cast, tmp_path: Path) -> None:
    extract_records(tmp_path, by=OPERATOR, pack=load_pack("wuxi-2006"), cutoff=DAY, everything=True)
    with Records.open(tmp_path) as records, pytest.raises(NoAccess):
        renew_all(records, load_pack("wuxi-2006"), DAY, by=cast.xu)


def test_where_no_programme_is_in_force_the_records_are_not_even_opened(tmp_path: Path) -> None:
    assert keep_due_lists(tmp_path / "nowhere", load_pack("wuxi-2006"), date(1999, 1, 1)) == 0


def test_reminders_read_the_people_of_a_village_once(cast: Cast, bride: Person, night: int) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert [one.name for one in reminders(cast.lan, area=NANQIAO, on=DAY)] == ["李红"]
    assert sum('FROM "registry_person"' in one["sql"] for one in asked.captured_queries) == 1


def test_a_round_goes_from_door_to_door_in_the_order_of_the_houses(cast: Cast, bride: Person) -> None:
    other, _ = make_couple(married="2006-6-1")
    for person, address in ((bride, "红星路10号"), (other, "红星路9号")):
        sealed = sealing.seal(sealed_contact("13800000000", address), "person.contact")
        Person.objects.filter(pk=person.pk).update(contact=sealed)
    doors = walk_round(cast.lan, area=NANQIAO, on=DAY)
    assert [(one.address, [caller.person for caller in one.callers]) for one in doors] == [
        ("红星路9号", [other.uuid]), ("红星路10号", [bride.uuid]),
    ]  # fmt: skip
    mine = [line for line in due_list(cast.lan, area=NANQIAO, on=DAY) if line.person == bride.uuid]
    assert list(doors[1].callers[0].lines) == mine != []
    assert "round" in AuditEntry.objects.filter(deed="person.contact").latest("seq").detail
    page = sign_in("lan").get(f"/services/round/?area={NANQIAO}").content.decode()
    assert page.index("红星路9号") < page.index("红星路10号")
    with pytest.raises(NoAccess):
        walk_round(cast.gu, area=NANQIAO, on=DAY)


def test_a_township_sees_how_many_are_due_in_each_village(cast: Cast, bride: Person, night: int) -> None:
    counts = due_counts(cast.xu, area=TOWNSHIP, on=DAY)
    assert {area: one.total for area, one in counts.items()} == {
        area: len(told(cast, area) if area == NANQIAO else due_list(cast.xu, area=area, on=DAY))
        for area in (NANQIAO, BEIQIAO)
    }
    assert all(one.late == 0 for one in counts.values())
    assert sum(one.late for one in due_counts(cast.xu, area=TOWNSHIP, on=date(2030, 1, 1)).values()) == night
    with pytest.raises(NoAccess):
        due_counts(cast.lan, area=TOWNSHIP, on=DAY)


def test_today_begins_with_who_is_due(cast: Cast, bride: Person, night: int) -> None:
    worker = sign_in("lan").get("/").content.decode()
    assert "到期的服务" in worker
    assert f"/people/{bride.uuid}/" in worker
    nurse = sign_in("xu").get(f"/?area={TOWNSHIP}").content.decode()
    assert "到期的服务" in nurse
    assert f"area={NANQIAO}" in nurse
    assert "到期的服务" not in sign_in("qian").get("/").content.decode()
