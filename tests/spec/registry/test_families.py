"""Parents, children and couples agree, entered by hand or sent in files."""

import pytest
from django.utils import timezone

from shidai.registry import actions
from shidai.registry.models import Parentage, Person
from shidai.registry.recordsday import may_bear
from tests.factories import NANQIAO, OPERATOR, day
from tests.spec.registry.bothways import ByFile, ByHand, find

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture(params=[ByHand, ByFile])
def register(request, tmp_path):
    return request.param(tmp_path)


@pytest.fixture
def files(tmp_path):
    return ByFile(tmp_path)


class TestChildrenOfOneMother:
    def test_two_months_apart_are_refused(self, register):
        register.person("兰", 2, "1970-5-1")
        assert register.person("大", 1, "1996-5-5", mother="兰") == ""
        assert "90 days" in register.person("小", 2, "1996-7-5", mother="兰")
        assert not Person.objects.filter(name="小").exists()

    def test_of_one_day_are_twins(self, register):
        register.person("兰", 2, "1970-5-1")
        for name, born in (("大", "1996-5-5"), ("小", "1996-5-6")):
            assert register.person(name, 1, born, mother="兰") == ""

    def test_also_when_the_mother_comes_after_them(self, files):
        for name, born in (("大", "1996-5-5"), ("小", "1996-7-5")):
            files.person(name, 1, born, mother="兰")
        assert "90 days" in files.person("兰", 2, "1970-5-1")
        assert list(Parentage.objects.exclude(mother=None).values_list("child__name", flat=True)) == ["大"]

    def test_a_corrected_row_is_not_beside_itself(self, files):
        files.person("兰", 2, "1970-5-1")
        for born in ("1996-5-5", "1996-7-5"):
            assert files.send("person", key="大", name="大", sex=1, birth_date=born, mother_key="兰") == ""


class TestACorrectedParent:
    @pytest.fixture(autouse=True)
    def _family(self, city, files):
        files.person("兰", 2, "1970-5-1")
        files.person("强", 1, "1968-3-2")
        files.marries("兰", "强", "1995-1-1")
        files.send("birth", key="b", mother_key="兰", father_key="强", birth_date="1996-5-5", sex=1)
        self.files = files

    @pytest.mark.parametrize(("name", "sex", "born", "said"), [
        ("兰", 2, "1990-5-1", "younger than 10"),
        ("兰", 1, "1970-5-1", "given as mother is a man"),
        ("强", 1, "1990-5-1", "younger than"),
        ("强", 2, "1968-3-2", "given as husband is a woman"),
    ])  # fmt: skip
    def test_by_a_row_against_the_children_or_the_marriage_is_refused(self, name, sex, born, said):
        Person.objects.get(name=name).spells.update(start_date=day("1996-1-1").day)  # nothing else stands in the way
        assert said in self.files.send("person", key=name, name=name, sex=sex, birth_date=born)

    def test_by_a_row_that_fits_is_stored(self):
        assert self.files.send("person", key="兰", name="兰", sex=2, birth_date="1969-5-1") == ""
        assert find("兰").birth_date == day("1969-5-1").day


class TestMarriage:
    def test_parent_and_child_do_not_marry(self, register):
        register.person("兰", 2, "1950-5-1")
        register.person("子", 1, "1970-5-5", mother="兰")
        assert "parent and child" in register.marries("兰", "子", "1995-1-1")

    def test_a_marriage_ends_on_no_day_to_come(self, register):
        register.person("兰", 2, "1970-5-1")
        register.person("强", 1, "1968-3-2")
        register.marries("兰", "强", "1995-1-1")
        assert "future" in register.divorces("兰", "强", "1995-1-1", "2999-1-1")


class TestMovingAway:
    def test_on_a_day_to_come_is_refused(self, register):
        register.person("兰", 2, "1970-5-1")
        assert "future" in register.moves_away("兰", "2999-1-1")


class TestTheDoorToABirth:
    def offered(self, born, sex):
        identity = actions.Identity(name="某", sex=sex, birth=day(born) if born else None)
        person = actions.register_person(by=OPERATOR, identity=identity, area=NANQIAO)
        return may_bear(person.birth_date, person.birth_precision, person.sex)

    def test_is_offered_to_women(self):
        assert [self.offered(*who) for who in (("1990-1-1", 2), ("", 2), ("1990-1-1", 1))] == [True, True, False]

    def test_and_not_to_a_girl_below_the_packs_age(self):
        assert not self.offered(f"{timezone.localdate().year - 9}", 2)
