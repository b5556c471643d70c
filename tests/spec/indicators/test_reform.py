"""What a reform would do: the same people under two sets of rules, to the fen, and small cells hidden."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shidai.cli import run
from shidai.indicators.facts import facts_on
from shidai.indicators.records import Records, RecordWriter
from shidai.indicators.reform import Simulation, read_choice, simulate
from shidai.indicators.reformfacts import Candidates
from shidai.indicators.reformreport import Report, interval, report
from shidai.indicators.tables import TABLES
from shidai.packs import load_pack
from shidai.rules import columns_for, compile_version
from shidai.words import ShidaiError

PACK = load_pack("wuxi-2006")
HOW_TO = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "simulate-a-reform.md"
XISHAN, HUISHAN = "320205101203", "320206101201"
AFTER = date(2006, 12, 31)


def person(number: int, born: date, village: str = XISHAN, **more: object) -> dict[str, object]:
    """A rural resident with one grown child, who lives where registered; two by two in a household."""
    return {
        "person_id": number, "born": born, "village": village, "sex": 1 + number % 2, "children": 1,
        "registration": "rural", "years": None, "since": date(1990, 1, 1), "died": None,
    } | more  # fmt: skip


def write_city(data: Path, people: Iterable[dict[str, object]]) -> Path:
    """`DIR/records` of some people, their children, and those with `years` as retired from an enterprise."""
    tables: dict[str, list[dict[str, object]]] = {
        "area": _areas(), "person": [], "residence": [], "attested": [],
    }  # fmt: skip
    for one in people:
        number = int(str(one["person_id"]))
        self = {"person_id": number, "sex": one["sex"], "birth_date": one["born"], "birth_precision": "day"}
        tables["person"].append(self | {"registration": one["registration"], "death_date": one["died"], "weight": 1.0})
        for at in range(int(str(one["children"]))):
            child = {"person_id": 100_000 + 10 * number + at, "sex": 2, "birth_date": date(1975, 3, 3)}
            tables["person"].append(child | {"birth_precision": "day", "mother_id": number, "weight": 1.0})
        for kind in ("registered", "living"):
            spell = {"kind": kind, "area": one["village"], "start_date": one["since"], "end_date": one["died"]}
            tables["residence"].append(self | spell | {"migrant": False, "household_id": number // 2, "weight": 1.0})
        if one["years"] is not None:
            for fact, value in (("retired_from_enterprise", 1), ("enterprise_years", one["years"])):
                row = {"record_id": len(tables["attested"]), "person_id": number, "fact": fact, "number": value}
                tables["attested"].append(row | {"start_date": date(2006, 1, 1)})
    with RecordWriter(data / "records", cutoff=AFTER, source="registry", anew=True) as writer:
        for name, rows in tables.items():
            schema = TABLES[name].schema
            plain = [{column: row.get(column) for column in schema.names} for row in rows]
            writer.write(name, "all", pa.Table.from_pylist(plain, schema=schema))
    return data


def _areas() -> list[dict[str, object]]:
    names = {
        "3202": ("city", "市", "City"),
        "320205": ("county", "锡山区", "Xishan"),
        "320206": ("county", "惠山区", "Huishan"),
    }
    names |= {XISHAN: ("village", "东村", "East"), HUISHAN: ("village", "西村", "West")}
    return [
        {
            "code": code, "level": level, "name_zh": zh, "name_en": en, "urban": False, "position": at,
            "start_date": date(1900, 1, 1),
        }
        for at, (code, (level, zh, en)) in enumerate(names.items())
    ]  # fmt: skip


def compare(data: Path, a: str, b: str, first: int = 2006, last: int = 2006) -> Simulation:
    with Records.open(data / "records", threads=1) as records:
        return simulate(records, PACK, a, b, range(first, last + 1))


def told(simulation: Simulation, take_up: float = 1.0) -> Report:
    return report(simulation, PACK, take_up=take_up, protect=False)


def changed(found: Report, change: str, by: str = "all", group: str = "") -> tuple[int, int]:
    row = next(row for row in found.changes if (row.by, row.group, row.change) == (by, group, change))
    return row.subjects, row.fen


OLD, YOUNGER = date(1940, 5, 5), date(1947, 5, 5)  # over 60 in 2006; 59 at its end


def test_everybody_entitled_is_paid_for_each_month_at_the_rules_of_that_month(tmp_path: Path) -> None:
    turning = date(1946, 10, 31)  # 60 on the last day of October 2006: three months
    data = write_city(tmp_path, [person(0, OLD), person(1, turning), person(2, YOUNGER)])
    cost = told(compare(data, "rural-reward", "rural-reward@monthly=6000")).cost
    assert (cost(2006, "a").entitled, cost(2006, "a").fen) == (2, (12 + 3) * 5000)
    assert cost(2006, "b").fen == (12 + 3) * 6000
    assert cost(2006, "difference").fen == 15 * 1000


def test_a_lower_age_lets_some_gain_and_nobody_lose(tmp_path: Path) -> None:
    data = write_city(tmp_path, [person(0, OLD), person(1, YOUNGER), person(2, YOUNGER, HUISHAN)])
    found = told(compare(data, "rural-reward", "rural-reward@age=58"))
    assert changed(found, "gain") == (2, 2 * 12 * 5000)
    assert changed(found, "lose") == (0, 0)
    assert changed(found, "same") == (1, 0)
    assert changed(found, "gain", "county", "320206") == (1, 60_000)
    assert changed(found, "gain", "age", "55–59") == (2, 120_000)
    assert changed(found, "gain", "sex", "2") == (1, 60_000)
    assert changed(found, "gain", "household", "more") == (1, 60_000)  # person 1 lives with person 0
    assert changed(found, "gain", "household", "one") == (1, 60_000)


def test_after_the_records_people_only_grow_older(tmp_path: Path) -> None:
    data = write_city(tmp_path, [person(0, OLD), person(1, date(1947, 7, 15)), person(2, OLD, died=date(2006, 6, 15))])
    simulation = compare(data, "rural-reward", "rural-reward", 2006, 2008)
    cost = told(simulation).cost
    assert [cost(year, "a").fen for year in simulation.years] == [(12 + 5) * 5000, (12 + 6) * 5000, 24 * 5000]
    assert simulation.carried == (2007, 2008)
    assert any("nobody dies or is born after the records end" in note.en for note in told(simulation).notes)


def test_facts_moved_on_in_time_are_those_that_the_records_give(tmp_path: Path) -> None:
    data = write_city(tmp_path, [person(0, date(1940, 2, 29)), person(1, date(1947, 1, 31), children=0)])
    scheme = PACK.schemes["rural-reward"]
    rules = compile_version(scheme.version[0], columns_for("person", PACK.attested.values()))
    columns = ("birth_date", "age", "months_old", "youngest_months", *rules.columns)
    with Records.open(data / "records", threads=1) as records:
        days = (date(2008, 2, 28), date(2008, 2, 29), date(2009, 2, 28), date(2009, 3, 1))
        people = Candidates(records, PACK, "person", [rules], columns, (date(2007, 1, 31), *days))
        people.on(date(2007, 1, 31))
        for day in days:
            moved = people.on(day)
            rows = records.fetch(facts_on(records, "person", day, columns, PACK.attested.values())).to_pylist()
            fresh = {row["person_id"]: row for row in rows}
            for name in ("age", "months_old", "youngest_months"):
                fact = moved.facts[name]
                known = np.ones(len(moved.ids), bool) if fact.known is None else fact.known
                values = [int(one) if sure else None for one, sure in zip(fact.values, known, strict=True)]
                assert values == [fresh[one][name] for one in moved.ids.tolist()]


def test_what_is_paid_once_is_paid_once(tmp_path: Path) -> None:
    data = write_city(tmp_path, [person(0, OLD, years=20), person(1, OLD, years=40), person(2, OLD, years=4)])
    found = told(compare(data, "retiree-reward:variant-a", "retiree-reward:variant-b", 2007, 2009))
    assert [found.cost(year, "a").fen for year in (2007, 2008, 2009)] == [3 * 360_000, 0, 0]
    assert [found.cost(year, "b").fen for year in (2007, 2008, 2009)] == [200_000 + 300_000, 0, 0]
    assert changed(found, "lose") == (3, -(160_000 + 60_000 + 360_000))


def test_overlap_names_the_other_scheme_in_force(tmp_path: Path) -> None:
    data = write_city(tmp_path, [person(0, OLD, years=20), person(1, YOUNGER, years=20)])
    found = told(compare(data, "retiree-reward:variant-a", "retiree-reward:variant-b", 2006, 2006))
    assert [(row.side, row.scheme, row.entitled, row.both) for row in found.overlaps] == [
        ("a", "rural-reward", 2, 1),
        ("b", "rural-reward", 2, 1),
    ]


def test_the_interval_of_take_up_is_binomial() -> None:
    sums = np.full(400, 60_000)
    mean, low, high = interval(sums, 0.9, event=False)
    assert mean == 0.9 * 400 * 60_000
    assert (high - mean) / 60_000 == pytest.approx(1.96 * (400 * 0.9 * 0.1) ** 0.5, abs=0.01)
    assert mean - low == high - mean
    assert interval(sums, 1.0, event=False) == (24_000_000,) * 3


def test_the_interval_of_events_is_that_of_a_poisson_count() -> None:
    mean, low, high = interval(np.full(10, 100), 1.0, event=True)
    assert (mean, low, high) == (1000, 480, 1839)  # Garwood: 10 (4.80–18.39)
    assert interval(np.zeros(0, np.int64), 1.0, event=True) == (0, 0, 0)


def test_small_cells_are_hidden_and_nothing_gives_them_away(tmp_path: Path) -> None:
    few = [person(number, OLD, HUISHAN) for number in range(2)]
    many = [person(10 + number, OLD) for number in range(30)]
    found = report(compare(write_city(tmp_path, [*few, *many]), "rural-reward", "rural-reward", 2007, 2007), PACK)
    assert not found.cost(2007, "a").hidden
    assert found.cost(2007, "a", "320206").hidden  # two people
    assert found.cost(2007, "a", "320205").hidden  # else the city's total would tell


def test_b_is_hidden_where_few_gain(tmp_path: Path) -> None:
    people = [person(number, OLD) for number in range(30)] + [person(90, date(1948, 5, 5))]
    found = report(compare(write_city(tmp_path, people), "rural-reward", "rural-reward@age=59", 2007, 2007), PACK)
    assert not found.cost(2007, "a").hidden
    assert found.cost(2007, "b").hidden
    assert found.cost(2007, "difference").hidden
    gain = [row for row in found.changes if row.change == "gain" and row.subjects]
    assert gain
    assert all(row.hidden for row in gain)


@pytest.mark.parametrize("text", ["", "rural-reward@=3", "rural-reward@age", "a b", "rural-reward@age=old", "x:y:z"])
def test_a_choice_that_cannot_be_read_says_how_to_write_it(text: str) -> None:
    with pytest.raises(ShidaiError, match="scheme\\[:version\\]"):
        read_choice(text)


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("rural", "rural-reward", "has no scheme rural"),
        ("rural-reward:v9", "rural-reward", "no version v9"),
        ("rural-reward@years=3", "rural-reward", "no parameter years"),
        ("rural-reward@born_from=3", "rural-reward", "born_from: This parameter is a day"),
        ("rural-reward", "village-grant", "different subjects"),
        ("retiree-reward", "rural-reward", "No version is in force"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(tmp_path: Path, a: str, b: str, said: str) -> None:
    data = write_city(tmp_path, [person(0, OLD)])
    with pytest.raises(ShidaiError, match=said):
        compare(data, a, b)


PEOPLE = st.lists(
    st.tuples(st.dates(date(1930, 1, 1), date(1955, 12, 31)), st.integers(0, 2), st.sampled_from((XISHAN, HUISHAN))),
    min_size=1,
    max_size=12,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=PEOPLE, age=st.integers(40, 60))
def test_sums_agree_and_a_lower_age_takes_nothing_from_anybody(
    tmp_path: Path, people: list[tuple[date, int, str]], age: int
) -> None:
    rows = [person(at, born, village, children=children) for at, (born, children, village) in enumerate(people)]
    data = write_city(tmp_path, rows)
    simulation = compare(data, "rural-reward", f"rural-reward@age={age}", 2007, 2008)
    found = told(simulation)
    assert changed(found, "lose") == (0, 0)
    for side, at in (("a", 0), ("b", 1)):
        for year in simulation.years:
            counties = sum(
                row.fen for row in found.costs if (row.year, row.side) == (year, side) and row.area != found.city
            )
            persons = int(simulation.dues.fen[at][simulation.dues.year == year].sum())
            assert found.cost(year, side).fen == counties == persons  # type: ignore[arg-type]
    if age == 60:
        assert changed(found, "gain") == (0, 0)


def test_the_same_rules_twice_give_no_winner_and_no_loser(tmp_path: Path) -> None:
    data = write_city(tmp_path, [person(0, OLD), person(1, YOUNGER)])
    found = told(compare(data, "rural-reward", "rural-reward", 2007, 2009), take_up=0.8)
    assert all(row.subjects == 0 for row in found.changes if row.change != "same")
    assert all((row.fen, row.low, row.high) == (0, 0, 0) for row in found.costs if row.side == "difference")


def test_the_commands_of_the_how_to_run_and_write_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    people = [person(at, OLD, XISHAN if at % 2 else HUISHAN, years=3 + at) for at in range(40)]
    write_city(tmp_path / "my-city", people)
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^\s*shidai (.*)$", HOW_TO.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) >= 3
    for command in commands:
        assert run(shlex.split(command)) == 0, command
    for name, words in (("report.html", "All of these must hold"), ("report-zh.html", "须全部符合")):
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert words in page
        assert "<svg" in page
        assert not re.search(r'(src|href)="(https?:)?//', page)
    capfd.readouterr()
    assert run([*shlex.split(commands[0]), "--format", "json"]) == 0
    made = json.loads(capfd.readouterr().out)
    assert made["carried_forward"] == [2007, 2008, 2009]
    assert {row["side"] for row in made["cost"]} == {"a", "b", "difference"}


def test_hidden_cells_have_no_figures_in_any_format(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = write_city(tmp_path, [person(0, OLD)])
    asked = ["scheme", "simulate", "rural-reward", "rural-reward@age=55", "--years", "2007", "--data", str(data)]
    for form in ("csv", "json", "table"):
        assert run([*asked, "--format", form, "--out", str(tmp_path / "r.html")]) == 0
        assert "600" not in capfd.readouterr().out.replace("3600", "")  # 60,000 fen are 600 yuan
    assert "600.00" not in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert run([*asked, "--format", "csv", "--unprotected"]) == 0
    assert "60000" in capfd.readouterr().out


@pytest.mark.parametrize("years", ["2006..2005", "06", "abc", "2006..", "1000..2000"])
def test_years_that_are_no_span_are_refused(tmp_path: Path, years: str) -> None:
    asked = ["scheme", "simulate", "rural-reward", "rural-reward", "--years", years, "--data", str(tmp_path)]
    assert run(asked) == 3
