"""A person is found by her phone number, exactly; the number itself stays sealed and stands in no address or log."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from shidai.core import queries as core
from shidai.core.ids import new_id
from shidai.core.models import AuditEntry
from shidai.registry import queries
from shidai.registry.importing import Order, import_files
from shidai.registry.models import Person
from shidai.registry.phones import plain_phone
from shidai.registry.residentnumber import check_character
from tests.factories import FARAWAY, OPERATOR, make_couple, make_person

RESIDENT = "99999919700501122" + check_character("99999919700501122")


def found(scope, text):
    return [(one.person.name, one.why.en) for one in queries.find_people(scope, text)]


@pytest.mark.parametrize(
    "typed",
    ["13800000001", "138 0000 0001", "138-0000-0001", "+86 13800000001", "0086-138-0000-0001", "8613800000001",
     "１３８０００００００１", "13800000001/0510-82701234"],
)  # fmt: skip
def test_a_mobile_number_has_one_spelling(typed):
    assert plain_phone(typed) == "13800000001"


@pytest.mark.parametrize("typed", ["0510-82701234", "0510 8270 1234", "+86 510 82701234", "(0510)82701234"])
def test_so_has_one_of_a_landline(typed):
    assert plain_phone(typed) == "051082701234"


@pytest.mark.parametrize("typed", ["", "110", "call my son", "1234567890123456789012"])
def test_what_is_no_number_has_none(typed):
    assert plain_phone(typed) == ""


class TestFinding:
    def test_by_the_whole_number_in_any_spelling_and_by_no_part_of_it(self, cast):
        make_person("李红", phone="138 0000 0001")
        assert found(cast.lan, "+86 13800000001") == [("李红", "phone")]
        assert found(cast.lan, "1380000000") == found(cast.lan, "13800000002") == []

    def test_all_who_share_a_telephone(self, cast):
        for name in ("李红", "王强"):
            make_person(name, phone="0510-82701234")
        assert [name for name, _ in found(cast.lan, "051082701234")] == ["李红", "王强"]

    def test_only_in_ones_own_area(self, cast):
        make_person("远方人", phone="13800000001", area=FARAWAY)
        assert found(cast.lan, "13800000001") == []
        assert found(cast.ma, "13800000001") == [("远方人", "phone")]

    def test_a_date_of_eight_digits_is_a_date(self, cast):
        make_person("李红", born="1987-3-5")
        assert found(cast.lan, "19870305") == [("李红", "date of birth")]

    @pytest.mark.parametrize("made_up", ["*p" + "f" * 16, "*r" + "f" * 16, "*p12", "*x" + "0" * 16])
    def test_a_made_up_mark_finds_nobody(self, cast, made_up):
        make_person("李红", phone="13800000001")
        assert found(cast.lan, made_up) == []

    def test_by_an_index(self, city):
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN SELECT id FROM registry_person WHERE phone_mark = 1")
            assert "person_phone" in str(cursor.fetchall())

    def test_imported_numbers_too_and_a_corrected_one_replaces_the_former(self, cast, tmp_path):
        file = tmp_path / "person.csv"
        for phone in ("13800000001", "13800000002"):
            file.write_text(f"key,name,sex,birth_date,phone\np1,李红,女,1970-5-1,{phone}\n", encoding="utf-8")
            import_files([("person", file)], Order("office", OPERATOR))
        Person.objects.update(living_area=cast.lan.prefixes("record.read")[0])
        assert found(cast.lan, "13800000001") == []
        assert found(cast.lan, "13800000002") == [("李红", "phone")]

    def test_numbers_stored_by_an_earlier_version_are_marked_by_the_migration(self, cast):
        make_person("李红", phone="13800000001")
        make_person("王强", phone="")
        Person.objects.update(phone_mark=None)
        import_module("shidai.registry.migrations.0003_phone_mark").mark_phones(apps, None)
        assert found(cast.lan, "13800000001") == [("李红", "phone")]
        assert Person.objects.get(name="王强").phone_mark is None


@pytest.fixture
def lan(cast) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(core.staff_named("lan"))
    return client


@pytest.mark.parametrize(
    "number", ["138 0000 0001", RESIDENT, RESIDENT[:-1] + "0x"], ids=["phone", "resident", "mistyped"]
)
class TestNoAddressShowsANumber:
    def test_what_was_typed_goes_on_as_a_mark(self, lan, number):
        person = make_person("李红", phone="13800000001", resident_number=RESIDENT)
        answer = lan.post("/people/", {"q": number, "area": person.living_area})
        assert answer.status_code == 302
        assert number[-6:] not in answer["Location"]
        page = lan.get(answer["Location"]).content.decode()
        assert ("李红" in page) is not number.endswith("x")
        assert number[-6:] not in page

    def test_a_number_in_an_address_is_replaced_at_once(self, lan, number):
        assert "*" in lan.get("/people/", {"q": number})["Location"].replace("%2A", "*")

    def test_nor_does_the_log_hold_it(self, lan, number):
        lan.post("/people/", {"q": number}, follow=True)
        entries = AuditEntry.objects.filter(deed="person.search")
        assert entries.count() == 1
        assert not any(number[-6:] in entry.subject + entry.detail for entry in entries)


def test_mother_and_spouse_are_found_by_phone(lan):
    wife, _ = make_couple()
    Person.objects.filter(pk=wife.pk).update(name="李兰")
    free, other = make_person("赵兰", 2, phone="13800000001"), make_person("钱军", 1)
    assert "赵兰" in lan.post("/people/birth/", {"q": "13800000001"}, follow=True).content.decode()
    page = lan.post(f"/people/{other.uuid}/marry/", {"q": "13800000001"}, follow=True).content.decode()
    assert str(free.uuid) in page


def test_names_and_dates_are_searched_as_before(lan):
    make_person("李红", born="1987-3-5")
    for typed in ("李红", "lh", "1987-3-5"):
        page = lan.post("/people/", {"q": typed}, follow=True).content.decode()
        assert "李红" in page
        assert f'value="{typed}"' in page


def test_a_form_still_records_what_is_sent_to_it(lan):
    mother, _ = make_couple()
    form = {"id": new_id(), "mother": mother.uuid, "name": "王新", "sex": "2", "birth": "2006-3-5", "plurality": "1"}
    assert "王新" in lan.post("/people/birth/", form, follow=True).content.decode()
