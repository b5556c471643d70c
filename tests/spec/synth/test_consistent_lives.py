"""Nobody in the synthetic city does what nobody can do."""

from __future__ import annotations

import numpy as np

from shidai.synth.days import NEVER, new_year
from shidai.synth.record_tables import last_areas
from tests.spec.synth.cities import LIVING, REGISTERED, SEED, parameters, small_city, wuxi

YEAR = 365.25


def test_everybody_on_the_register_has_a_place() -> None:
    city = small_city()
    on_file = np.zeros(len(city.people["birth"]), bool)
    on_file[city.spells["person"]] = True
    elsewhere = ~on_file & (city.people["death"] > city.cutoff)
    parents = np.append(on_file, np.False_)  # the last cell answers for nobody
    assert (on_file | elsewhere).mean() > 0.999  # the rest died on the first days of life
    assert (parents[city.people["mother"]] | parents[city.people["father"]])[elsewhere].all()  # children who left
    assert elsewhere.mean() < 0.02
    assert (last_areas(city)[on_file] >= 0).all()


def test_nobody_has_an_event_before_birth_or_after_death() -> None:
    city = small_city()
    birth, death = city.people["birth"], city.people["death"]
    for table, person, day in (
        ("spells", "person", "start"),
        ("spells", "person", "end"),
        ("unions", "wife", "start"),
        ("unions", "husband", "start"),
        ("unions", "wife", "end"),
        ("unions", "husband", "end"),
        ("births", "mother", "day"),
        ("contraception", "person", "start"),
        ("contraception", "person", "end"),
    ):
        who, days = city.tables[table][person], city.tables[table][day]
        happened = days != NEVER
        assert (birth[who] <= days)[happened].all(), (table, day)
        assert (days <= death[who])[happened].all(), (table, day)


def test_open_spells_and_unions_belong_to_the_living() -> None:
    city = small_city()
    alive = city.people["death"] == NEVER
    assert alive[city.spells["person"][city.spells["end"] == NEVER]].all()
    unions = city.tables["unions"]
    still = unions["end"] == NEVER
    assert alive[unions["wife"][still]].all()
    assert alive[unions["husband"][still]].all()


def test_spells_of_a_kind_never_overlap_and_never_end_before_they_start() -> None:
    spells = small_city().spells
    assert (spells["end"] > spells["start"]).all()
    for kind in (REGISTERED, LIVING):
        rows = np.flatnonzero(spells["kind"] == kind)
        rows = rows[np.lexsort((spells["start"][rows], spells["person"][rows]))]
        person, start, end = (spells[name][rows] for name in ("person", "start", "end"))
        follows = person[1:] == person[:-1]
        assert (start[1:] >= end[:-1])[follows].all()
        assert follows.sum() > 1000


def test_a_living_spell_states_where_its_person_is_registered_on_its_first_day() -> None:
    spells = small_city().spells
    registered = {
        (int(p), int(s)): int(a)
        for p, s, a, k in zip(spells["person"], spells["start"], spells["area"], spells["kind"], strict=True)
        if k == REGISTERED
    }
    living = np.flatnonzero(spells["kind"] == LIVING)
    compared = 0
    for row in living:
        area = registered.get((int(spells["person"][row]), int(spells["start"][row])))
        if area is not None:
            compared += 1
            assert spells["registered"][row] == area
    assert compared > 5000


def test_mothers_are_15_to_50_and_women_and_fathers_are_men() -> None:
    people = small_city().people
    child = np.flatnonzero(people["mother"] >= 0)
    age = (people["birth"][child] - people["birth"][people["mother"][child]]) / YEAR
    assert 15 <= age.min() < age.max() < 51
    assert (people["sex"][people["mother"][child]] == 2).all()
    father = people["father"][people["father"] >= 0]
    assert (people["sex"][father] == 1).all()


def test_siblings_are_twins_or_nine_months_apart() -> None:
    births = small_city().tables["births"]
    order = np.lexsort((births["day"], births["mother"]))
    mother, day, plural = (births[name][order] for name in ("mother", "day", "plurality"))
    same = mother[1:] == mother[:-1]
    gap = np.diff(day)[same]
    assert ((gap == 0) | (gap >= 270)).all()
    assert (plural[1:][same][gap == 0] == 2).all()
    assert (gap == 0).sum() == (births["plurality"] == 2).sum() / 2


def test_orders_of_a_mothers_children_count_up() -> None:
    births = small_city().tables["births"]
    order = np.lexsort((births["order"], births["day"], births["mother"]))
    mother, number = births["mother"][order], births["order"][order]
    same = mother[1:] == mother[:-1]
    assert (np.diff(number)[same] == 1).all()


def test_nobody_is_in_two_unions_at_once_nor_with_kin() -> None:
    city = small_city()
    unions, people = city.tables["unions"], city.people
    for partner in ("wife", "husband"):
        order = np.lexsort((unions["start"], unions[partner]))
        who, start, end = unions[partner][order], unions["start"][order], unions["end"][order]
        same = who[1:] == who[:-1]
        assert (start[1:] >= end[:-1])[same].all()
    wife, husband = unions["wife"], unions["husband"]
    mothers = people["mother"]
    assert not ((mothers[wife] >= 0) & (mothers[wife] == mothers[husband])).any()
    assert (people["sex"][wife] == 2).all()
    assert (people["sex"][husband] == 1).all()


def test_weddings_respect_the_age_of_the_law() -> None:
    city = small_city()
    unions, birth = city.tables["unions"], city.people["birth"]
    recent = unions["start"] >= new_year(1990)
    own = recent & (unions["area"] >= 0)
    assert ((unions["start"] - birth[unions["wife"]])[own] / YEAR).min() >= 19.0  # 20 in the year of the wedding
    assert ((unions["start"] - birth[unions["husband"]])[own] / YEAR).min() >= 20.5


def test_every_family_form_occurs() -> None:
    """Twins, widows, divorced, childless couples, children who died, people away from their registration."""
    city = small_city()
    births, unions, people = city.tables["births"], city.tables["unions"], city.people
    mothers = np.unique(people["mother"][people["mother"] >= 0])
    assert (births["plurality"] == 2).any()
    assert (unions["why"] == 1).any()
    assert (unions["why"] == 2).any()
    childless = (unions["end"] == NEVER) & ~np.isin(unions["wife"], mothers) & (unions["start"] < new_year(2000))
    assert childless.any()
    assert ((people["death"] - people["birth"] < 366) & (people["death"] != NEVER)).any()
    spells = city.spells
    apart = (spells["kind"] == LIVING) & (spells["registered"] >= 0) & (spells["registered"] != spells["area"])
    assert apart.any()
    assert ((spells["kind"] == LIVING) & (spells["registered"] < 0)).any()


def test_the_household_of_a_spell_lies_in_its_village() -> None:
    city = small_city()
    spells = city.spells
    assert (city.tables["homes"]["area"][spells["home"]] == spells["area"]).mean() > 0.99


def test_a_birth_falls_on_a_leap_day_now_and_then() -> None:
    days = small_city().people["birth"].astype("datetime64[D]").astype(str)
    assert any(day.endswith("02-29") for day in days)


def test_the_register_begins_on_its_first_day() -> None:
    city = small_city()
    first = new_year(parameters().register_from.year)
    assert city.people["death"].min() >= first
    assert city.tables["births"]["day"].min() >= first
    assert city.spells["end"].min() >= first
    assert city.seed == SEED
    assert city.pack_id == wuxi().id
