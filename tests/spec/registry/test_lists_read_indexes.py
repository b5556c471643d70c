"""Lists of a township answer from indexes: no table is read through, whatever else the city holds."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shidai.registry import actions, queries
from shidai.registry.models import Death
from tests.factories import BEIQIAO, FARAWAY, NANQIAO, OPERATOR, TOWNSHIP, day, make_person

reads_plans = pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's query plans")


def plans(scope, who: str) -> list[list[str]]:
    """How the database carries out each query of one page of a list."""
    with CaptureQueriesContext(connection) as seen:
        queries.list_page(scope, area=TOWNSHIP, who=who)
    asked = [one["sql"] for one in seen.captured_queries if one["sql"].startswith("SELECT")]
    with connection.cursor() as cursor:
        return [[step[3] for step in cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()] for sql in asked]


def reads_a_table_through(step: str) -> bool:
    """A scan of a table; the index of deaths without a date is read through on purpose: it holds few."""
    return step.startswith("SCAN") and "death_undated" not in step


@reads_plans
@pytest.mark.parametrize("who", ["living", "registered", "left", "dead"])
def test_no_table_is_read_through(cast, who: str) -> None:
    steps = [step for plan in plans(cast.zhou, who) for step in plan]
    assert steps
    assert [step for step in steps if reads_a_table_through(step)] == []


@reads_plans
@pytest.mark.parametrize(
    ("who", "index"),
    [("living", "spell_here"), ("registered", "spell_here"), ("left", "spell_ended"), ("left", "spell_here")],
)
def test_who_they_are_is_read_off_the_index_of_spells_alone(cast, who: str, index: str) -> None:
    steps = [step for plan in plans(cast.zhou, who) for step in plan]
    assert any(f"USING COVERING INDEX {index} " in step for step in steps), steps


@reads_plans
def test_the_dead_are_found_by_the_indexes_of_deaths(cast) -> None:
    steps = " ".join(step for plan in plans(cast.zhou, "dead") for step in plan)
    for column in ("registered_area>? AND registered_area<?", "living_area>? AND living_area<?"):
        assert f"({column})" in steps


def test_a_page_of_fifty_takes_as_many_queries_as_a_page_of_one(cast) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            queries.list_page(cast.zhou, area=TOWNSHIP, who="left")
        return len(seen.captured_queries)

    leave(make_person("甲一"))
    one = count()
    for number in range(10):
        leave(make_person(f"乙{number}"))
    assert count() == one


def leave(person) -> None:
    for kind in ("living", "registered"):
        actions.register_move(by=OPERATOR, person=person.uuid, kind=kind, day=day("2004-7-1"), to="")


class TestWhoIsListed:
    def names(self, scope, who: str, area: str = TOWNSHIP) -> list[str]:
        return [person.name for person in queries.list_page(scope, area=area, who=who).people]

    def test_the_order_is_that_of_the_names_on_every_page(self, cast) -> None:
        for name in ("周一", "白二", "李三"):
            make_person(name)
        assert self.names(cast.zhou, "living") == ["白二", "李三", "周一"]

    def test_who_left_and_died_elsewhere_has_left(self, cast) -> None:
        person = make_person("白走")
        leave(person)
        actions.record_death(by=OPERATOR, person=person.uuid, death=day("2006-3-1"))
        assert (self.names(cast.zhou, "left"), self.names(cast.zhou, "dead")) == (["白走"], [])

    def test_who_died_on_an_unknown_day_is_among_the_dead_of_the_last_village(self, cast) -> None:
        person = make_person("白逝")
        Death.objects.create(person=person, precision="none")  # as an import takes it over
        assert (self.names(cast.zhou, "living"), self.names(cast.zhou, "dead")) == ([], ["白逝"])

    def test_who_moved_inside_the_township_and_died_there_is_dead_there_and_left_the_first_village(self, cast) -> None:
        person = make_person("白迁")
        for kind in ("living", "registered"):
            actions.register_move(by=OPERATOR, person=person.uuid, kind=kind, day=day("2004-7-1"), to=BEIQIAO)
        actions.record_death(by=OPERATOR, person=person.uuid, death=day("2006-3-1"))
        assert self.names(cast.zhou, "dead") == ["白迁"]
        assert self.names(cast.zhou, "left") == []
        assert self.names(cast.zhou, "left", NANQIAO) == ["白迁"]

    def test_the_dead_of_other_areas_are_not_listed(self, cast) -> None:
        person = make_person("远逝", area=FARAWAY)
        actions.record_death(by=OPERATOR, person=person.uuid, death=day("2006-3-1"))
        assert self.names(cast.zhou, "dead") == []
