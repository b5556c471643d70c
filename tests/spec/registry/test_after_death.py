"""What a death ends stays ended, and follows the death when it is corrected, entered by hand or sent in files."""

from datetime import date

import pytest

from shidai.registry import actions
from shidai.registry.models import Birth, ContraceptiveUse, Death, Spell, Union
from tests.factories import BEIQIAO, NANQIAO, OPERATOR
from tests.spec.registry.bothways import ByFile, ByHand, find

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture(params=[ByHand, ByFile])
def register(request, tmp_path):
    """A couple, entered one way and the other."""
    return with_couple(request.param(tmp_path))


@pytest.fixture
def files(tmp_path):
    return with_couple(ByFile(tmp_path))


def with_couple(register):
    assert register.person("兰", 2, "1970-5-1") + register.person("强", 1, "1968-3-2") == ""
    assert register.marries("兰", "强", "1995-1-1") == ""
    return register


def ends(name):
    return {(spell.end_date, spell.end_reason) for spell in find(name).spells.all()}


def union():
    found = Union.objects.get()
    return found.end_date, found.end_reason


class TestBothWays:
    def test_residence_and_union_end_on_the_day(self, register):
        assert register.dies("强", "2005-3-1") == ""
        assert ends("强") == {(date(2005, 3, 1), "death")}
        assert union() == (date(2005, 3, 1), "widowed")

    def test_the_earlier_of_two_deaths_ends_the_union_whichever_comes_first(self, register):
        for name, day in (("强", "2005-3-1"), ("兰", "2003-2-1")):
            assert register.dies(name, day) == ""
        assert union() == (date(2003, 2, 1), "widowed")

    def test_a_half_known_death_ends_a_residence_that_began_later_in_that_year(self, register):
        assert register.person("新", 1, "1980-1-1", since="2005-10-1") == ""
        assert register.dies("新", "2005") == ""
        assert ends("新") == {(date(2005, 10, 1), "death")}

    def test_not_before_a_divorce(self, register):
        assert register.divorces("兰", "强", "1995-1-1", "2004-1-1") == ""
        assert "2004-01-01" in register.dies("强", "2003-1-1")

    def test_not_before_a_move_away(self, register):
        assert register.moves_away("强", "2004-1-1") == ""
        assert "2004-01-01" in register.dies("强", "2003-1-1")

    @pytest.mark.parametrize("death", ["2005-3-1", "2005-3", "2005"])
    @pytest.mark.parametrize("first", ["birth", "death"])
    def test_a_child_born_on_the_day_its_mother_died_lives_where_she_did(self, register, death, first):
        events = {"birth": lambda: register.bears("兰", "2005-3-1"), "death": lambda: register.dies("兰", death)}
        assert events.pop(first)() == ""
        assert [event() for event in events.values()] == [""]
        birth = Birth.objects.get()
        assert (birth.registered_area, birth.living_area) == (NANQIAO, NANQIAO)
        assert {(s.kind, s.area, s.end_date) for s in birth.child.spells.all()} == {
            ("registered", NANQIAO, None), ("living", NANQIAO, None),
        }  # fmt: skip

    def test_a_withdrawn_death_leaves_the_union_ended_by_the_other_death(self, register):
        register.dies("强", "2003-3-1")
        register.dies("兰", "2005-2-1")
        actions.withdraw_death(by=OPERATOR, person=find("强").uuid, why="登记错人")
        assert union() == (date(2005, 2, 1), "widowed")
        assert ends("强") == {(None, "")}


class TestARowSentAgain:
    def test_of_the_dead_opens_nothing(self, files):
        files.dies("兰", "2005-3-1")
        assert files.spell("兰", "living", start_reason="work") == ""
        assert files.marries("兰", "强", "1995-1-2") == ""
        assert ends("兰") == {(date(2005, 3, 1), "death")}
        assert union() == (date(2005, 3, 1), "widowed")

    def test_nor_does_a_new_row(self, files):
        files.spell("兰", "living", end_date="2004-1-1", end_reason="move")
        files.dies("兰", "2005-3-1")
        assert files.send("spell", key="s9", person_key="兰", kind="living", area=BEIQIAO, start_date="2004-1-1") == ""
        assert Spell.objects.get(area=BEIQIAO).end_date == date(2005, 3, 1)

    def test_nor_a_use_of_contraception(self, files):
        files.dies("兰", "2005-3-1")
        assert files.send("contraception", key="c", person_key="兰", method="iud", start_date="2004-1-1") == ""
        use = ContraceptiveUse.objects.get()
        assert (use.end_date, use.end_reason) == (date(2005, 3, 1), "death")


class TestACorrectedDeath:
    def test_to_another_day_moves_what_it_ended(self, files):
        for day in ("2005-3-1", "2005-8-1", "2004-8-1"):
            assert files.dies("强", day, key="d") == ""
        assert ends("强") == {(date(2004, 8, 1), "death")}
        assert union() == (date(2004, 8, 1), "widowed")

    def test_to_another_person_gives_the_first_one_back(self, files):
        files.person("军", 1, "1969-1-1")
        files.dies("强", "2005-3-1", key="d")
        assert files.dies("军", "2005-3-1", key="d") == ""
        assert ends("强") == {(None, "")}
        assert union() == (None, "")
        assert ends("军") == {(date(2005, 3, 1), "death")}
        assert Death.objects.get().person == find("军")

    def test_not_to_a_day_in_the_widows_next_marriage(self, files):
        files.dies("强", "2003-3-1", key="d")
        files.person("军", 1, "1969-1-1")
        assert files.marries("兰", "军", "2004-1-1") == ""
        assert "married again" in files.dies("强", "2005-3-1", key="d")
        assert "married again" in files.dies("军", "2005-3-1", key="d")
        assert files.dies("强", "2003-8-1", key="d") == ""
