"""What-ifs: the same people with the same luck, so that what differs follows from the assumption."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shidai.cli import run
from shidai.demography.projection import project, read_components
from shidai.indicators.records import Records
from shidai.packs import load_pack
from shidai.packs.schema.whatif import WhatIf
from shidai.synth.futures import GROUPS, People, Rates, choose_methods, live
from shidai.synth.luck import Event, luck, name_child, spread_seed
from shidai.synth.whatif import compare, read_start
from shidai.words import Exit, ShidaiError
from tests.spec.indicators.outlookcity import make_city, write_city

YEARS, AGES, RUNS = 12, 101, 12


def keys(count: int, first: int = 0) -> np.ndarray:
    return np.arange(first, first + count, dtype=np.uint64)


def make_people(count: int = 12_000) -> People:
    """Adults and children of all ages; women have up to three children."""
    number = np.arange(count)
    born = 2007 - 80 * ((number * 0.6180339) % 1)
    sex = (number % 2).astype(np.int8)
    children = np.where((sex == 1) & (born < 1982), number // 2 % 4, 0)
    return People(keys(count), sex, np.zeros(count, np.int16), born, children)


def make_rates(**changed: object) -> Rates:
    fertility = np.zeros((YEARS, 1, AGES))
    fertility[..., 18:40] = 0.09
    survival = np.full((YEARS, 1, 2, AGES + 1), 0.995)
    mix = np.tile([0.5, 0.3, 0.2, 0.0], (len(GROUPS), 1))
    told = {
        "years": tuple(range(2007, 2007 + YEARS)), "survival": survival, "fertility": fertility,
        "sex_ratio": np.full(YEARS, 1.06), "by_parity": np.tile([1.6, 1.0, 0.5, 0.3], (len(GROUPS), 1)),
        "methods": ("none", "male_condom", "pill", "implant"), "mix": mix, "failures": np.array([0, 0.13, 0.07, 0.001]),
    }  # fmt: skip
    return Rates(**{**told, **changed})  # type: ignore[arg-type]


def make_whatif(**changed: object) -> WhatIf:
    shipped = load_pack("wuxi-2006").whatifs["child-allowance"]
    return shipped.model_copy(update={"birth": (), "method": (), "payment": None, **changed})


def birth_effect(**told: object) -> tuple[object, ...]:
    shipped = load_pack("wuxi-2006").whatifs["child-allowance"].birth[0]
    return (shipped.model_copy(update={"quantum": {0: 1.0}, "earlier": {0: 0.0}, **told}),)


# ——— luck ———


def test_luck_is_even_and_of_different_events_and_years_unrelated() -> None:
    drawn = [luck(keys(100_000), event, 7, year) for event in (Event.DEATH, Event.BIRTH) for year in (2007, 2008)]
    for one in drawn:
        assert np.histogram(one, 10, (0, 1))[0] == pytest.approx(10_000, abs=500)
    assert np.abs(np.corrcoef(drawn) - np.eye(4)).max() < 0.015


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=30, unique=True), st.integers(0, 2**31))
def test_somebodys_luck_does_not_depend_on_who_else_is_there(those: list[int], seed: int) -> None:
    together = luck(np.array(those, dtype=np.uint64), Event.BIRTH, seed, 2010)
    alone = [luck(np.array([one], dtype=np.uint64), Event.BIRTH, seed, 2010)[0] for one in those]
    assert together.tolist() == alone
    assert all(0 <= one < 1 for one in alone)


def test_a_mothers_second_child_is_the_same_child_in_every_run_and_nobody_elses() -> None:
    mothers = np.repeat(keys(50_000), 3)
    named = name_child(mothers, np.tile(np.arange(3), 50_000))
    assert len(np.unique(named)) == 150_000
    assert name_child(keys(50_000), np.ones(50_000, np.int64)).tolist() == named[1::3].tolist()


def test_runs_of_neighbouring_seeds_share_no_luck() -> None:
    """Seed 1 and seed 2 of the command would otherwise be nearly the same runs."""
    assert len({*spread_seed(1, 500), *spread_seed(2, 500)}) == 1000
    assert max(spread_seed(1, 500)) < 2**40
    assert spread_seed(1, 3) == spread_seed(1, 9)[:3]


# ——— lives ———


def test_lives_agree_with_the_projection_of_the_same_rates() -> None:
    """Within four standard errors; births by parity are brought to the number by age."""
    start, rates = make_people(), make_rates()
    lives = [live(start, rates, seed) for seed in range(RUNS)]
    base = np.zeros((1, 2, AGES))
    np.add.at(base, (0, start.sex, start.age(2007)), 1)
    parts = (rates.survival, rates.fertility, rates.sex_ratio[:, None], np.zeros((YEARS, 1, 2, AGES)))
    expected = project(base, read_components(*parts))
    for measure, wanted in (
        ("population", expected.population[1:].sum((1, 2, 3))),
        ("births", expected.births.sum((1, 2))),
    ):
        drawn = np.array([one.measures[measure] for one in lives])
        error = drawn.std(0, ddof=1) / np.sqrt(RUNS)
        assert np.all(np.abs(drawn.mean(0) - wanted) < 4 * error + 0.004 * wanted), measure


def test_orders_of_birth_add_up_and_the_population_balances() -> None:
    told = live(make_people(), make_rates(survival=np.ones((YEARS, 1, 2, AGES + 1))), 3).measures
    assert sum(told[f"births.{order}"] for order in (1, 2, 3)).tolist() == told["births"].tolist()
    assert told["population"].tolist() == (12_000 + np.cumsum(told["births"])).tolist()


# ——— what differs ———


def test_a_what_if_that_changes_nothing_differs_in_nothing() -> None:
    compared = compare(make_people(4_000), make_rates(), make_whatif(birth=birth_effect()), seeds=(1, 2))
    assert all(not compared.difference(name)[0].any() for name in compared.without)


def test_a_seed_used_again_is_refused_with_its_place() -> None:
    """The same run twice has no chance between its copies: the error would be told too small."""
    with pytest.raises(ShidaiError, match=r"seeds\[2\]: Seed 7 was used already, as seeds\[0\]"):
        compare(make_people(40), make_rates(), make_whatif(birth=birth_effect()), seeds=[7, 8, 7])


def test_a_quantum_doubled_for_second_children_doubles_them_and_leaves_first_children_alone() -> None:
    whatif = make_whatif(birth=birth_effect(order=2, quantum={2007: 2.0}))
    compared = compare(make_people(), make_rates(), whatif, seeds=range(1, 7))
    first_year = {name: compared.with_it[name][:, 0].sum() / compared.without[name][:, 0].sum() for name in
                  ("births.1", "births.2", "births.3")}  # fmt: skip
    assert first_year["births.1"] == 1
    assert first_year["births.3"] == 1
    assert first_year["births.2"] == pytest.approx(2, abs=0.15)


def test_earlier_births_are_more_at_first_and_fewer_later() -> None:
    fertility = np.zeros((YEARS, 1, AGES))
    fertility[..., 20:40] = np.linspace(0.02, 0.2, 20)  # first children rise with age
    whatif = make_whatif(birth=birth_effect(order=1, earlier={2006: 0.0, 2007: 3.0}))
    apart, error, _ = compare(make_people(), make_rates(fertility=fertility), whatif, seeds=range(1, 7)).difference(
        "births.1"
    )
    assert apart[0] > 4 * error[0] > 0
    assert apart[-1] < apart[0] / 2


def test_who_comes_earlier_bears_as_the_older_of_her_parity_do() -> None:
    """First births fall to the childless of 25 to 29 alone; five years earlier, to those of 20 to 24 alone."""
    by_parity = np.zeros((len(GROUPS), 4))
    by_parity[2, 0] = 2.0
    rates = make_rates(fertility=np.full((YEARS, 1, AGES), 0.1), by_parity=by_parity)
    whatif = make_whatif(birth=birth_effect(order=1, earlier={2006: 0.0, 2007: 5.0}))
    none = np.zeros(4_000, np.int64)
    for born, without, with_it in ((1979.5, 800, 0), (1984.5, 0, 800)):
        start = People(keys(4_000), np.ones(4_000, np.int8), none.astype(np.int16), np.full(4_000, born), none)
        for chosen, expected in ((None, without), (whatif, with_it)):
            told = live(start, rates, 1, chosen, np.ones(YEARS)).measures
            assert told["births.1"][0] == pytest.approx(expected, abs=100 if expected else 0)


def test_the_difference_is_far_surer_than_with_luck_of_ones_own() -> None:
    """A five per cent rise of second births, of which runs with their own luck could say nothing."""
    whatif = make_whatif(birth=birth_effect(order=2, quantum={2007: 1.05}))
    apart, error, own = compare(make_people(), make_rates(), whatif, seeds=range(1, RUNS + 1)).difference("births")
    assert np.median(own[:5] / error[:5]) > 3
    assert apart[:5].sum() > 4 * np.sqrt((error[:5] ** 2).sum())


def test_a_new_method_is_chosen_by_its_share_of_those_it_replaces_and_spares_unplanned_pregnancies() -> None:
    shipped = load_pack("wuxi-2006").whatifs["implants-offered"]
    whatif = make_whatif(method=(shipped.method[0].model_copy(update={"share": {2006: 0.0, 2007: 0.25}}),))
    start, rates = make_people(), make_rates()
    women = start.keep((start.sex == 1) & (start.age(2007) >= 15) & (start.age(2007) < 49))
    before, after = choose_methods(women, rates, 2007, 1), choose_methods(women, rates, 2007, 1, whatif)
    assert np.bincount(before, minlength=4) / len(women) == pytest.approx([0.5, 0.3, 0.2, 0], abs=0.03)
    assert (after == 3)[np.isin(before, [1, 2])].mean() == pytest.approx(0.25, abs=0.02)
    assert (after == before)[before == 0].all()
    apart, error, _ = compare(start, rates, whatif, seeds=range(1, RUNS + 1)).difference("unplanned")
    women_moved = 0.25 * len(women) * np.array([0.3, 0.2])
    assert apart[0] == pytest.approx(-(women_moved @ [0.129, 0.069]), abs=4 * error[0] + 2)


def test_an_allowance_is_paid_for_its_months_from_the_month_of_birth_on() -> None:
    child = People(keys(1), np.array([1], np.int8), np.zeros(1, np.int16), np.array([2007.30]), np.zeros(1, np.int64))
    payment = load_pack("wuxi-2006").whatifs["child-allowance"].payment
    assert payment is not None
    rules = payment.model_copy(update={"born_from": 2007})
    whatif = make_whatif(birth=birth_effect(), payment=rules)
    told = live(child, make_rates(survival=np.ones((YEARS, 1, 2, AGES + 1))), 1, whatif).measures["payment_fen"]
    assert (told[:5] / 30_000).tolist() == [9, 12, 12, 3, 0]  # born in April


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"instead_of": ["none", "pill"]}, "failures says nothing of none"),
        ({"instead_of": ["spermicide"]}, "failures says nothing of spermicide"),
        ({"twice": True}, "implant stands twice"),
    ],
)
def test_a_what_if_whose_unplanned_pregnancies_cannot_be_known_is_refused(
    changed: dict[str, object], said: str
) -> None:
    told = load_pack("wuxi-2006").whatifs["implants-offered"].model_dump(mode="json")
    times = 2 if changed.pop("twice", False) else 1
    told["method"] = [told["method"][0] | changed] * times
    with pytest.raises(ValidationError, match=said):
        WhatIf.model_validate(told)


# ——— from the records, and on the command line ———


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whatif")
    write_city(folder)
    return folder


def test_the_residents_on_record_are_who_lives_on(data: Path) -> None:
    pack = load_pack("wuxi-2006")
    whatif = pack.whatifs["implants-offered"]
    with Records.open(data / "records") as records:
        start, rates = read_start(records, pack, pack.scenarios["medium"], whatif, 2010)
        spells = records.fetch(records.table("residence").filter(lambda spell: spell.end_date.isnull()))
    assert start.key.tolist() == sorted(set(spells["person_id"].to_pylist()))
    assert rates.methods[0] == "none"
    assert "implant" in rates.methods
    assert rates.mix.sum(1) == pytest.approx(1)
    births = [one for one in make_city().births if one["mother_id"] in set(start.key.tolist())]
    assert start.children.sum() == len(births)
    assert rates.by_parity.min() > 0
    assert np.ptp(rates.by_parity) > 0.1, "births by parity are read from the records"


def test_who_uses_two_methods_is_counted_once_and_always_alike(tmp_path: Path) -> None:
    """With the surer of the two, in whatever order they come from the engine."""
    both = [one | {"method": "male_condom"} for one in make_city().use]
    write_city(tmp_path, more_use=both)
    pack = load_pack("wuxi-2006")
    with Records.open(tmp_path / "records") as records:
        _, rates = read_start(records, pack, pack.scenarios["medium"], pack.whatifs["implants-offered"], 2010)
    assert rates.mix[:, rates.methods.index("iud")].max() > 0.3
    assert rates.mix[:, rates.methods.index("male_condom")].max() == 0


def test_the_command_says_what_differs_and_how_sure_that_is(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIDAI_LANG", "en")
    wish = ["what-if", "implants-offered", "--data", str(data), "--until", "2015", "--runs", "3", "--format", "csv"]
    assert run(wish) == Exit.OK
    told = capsys.readouterr()
    assert told.out.splitlines()[0] == "what_if,year,measure,without,with,difference,error,error_own_luck"
    assert run([*wish[:-4], "--runs", "1"]) != Exit.OK
    assert "Two runs at least" in capsys.readouterr().err


def test_a_what_if_that_is_nowhere_is_refused_with_those_there_are(data: Path) -> None:
    from shidai.packs.scenariofile import read_whatifs

    with pytest.raises(ShidaiError, match="child-allowance"):
        read_whatifs("child-alowance", load_pack("wuxi-2006"))
