"""Facts made in memory, as determinations on one machine read them, are those that the engine makes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shidai.cli import run
from shidai.indicators.entitled import determine, explain, find_scheme, rules_of
from shidai.indicators.everybody import Everybody
from shidai.indicators.factarrays import FactArrays, facts_in_arrays
from shidai.indicators.facts import KEYS, facts_on
from shidai.indicators.places import NOWHERE, Places
from shidai.indicators.records import Records
from shidai.packs import load_pack
from shidai.packs.schema.scheme import Subject
from shidai.rules import columns_for
from shidai.words import ShidaiError
from tests.oracle.cities import random_city, write_city
from tests.oracle.facts import Rows, add_families

PACK = load_pack("wuxi-2006")
DAYS = (date(2005, 3, 1), date(2006, 2, 28), date(2006, 12, 31))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty people with families and households; some of them have two spells in the same one."""
    records: Rows = random_city(11, 2006, 60)
    add_families(records, 11)
    for at, spell in enumerate(records["residence"]):
        spell["household_id"] = spell["person_id"] // 3 if at % 7 else None
    records["residence"] += [dict(spell) for spell in records["residence"][::5]]
    folder = tmp_path_factory.mktemp("city") / "records"
    write_city(folder, records, 2006)
    return folder


def rows_of(told: FactArrays, key: str) -> dict[Any, dict[str, Any]]:
    columns = {}
    for name, fact in told.facts.items():
        known = np.ones(len(fact.values), bool) if fact.known is None else fact.known
        values = [fact.words[at] for at in fact.values.tolist()] if fact.words else fact.values.tolist()
        columns[name] = [value if sure else None for value, sure in zip(values, known, strict=True)]
    each = zip(*columns.values(), strict=True)
    return {
        one: {key: one, **dict(zip(columns, row, strict=True))}
        for one, row in zip(told.keys.tolist(), each, strict=True)
    }


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("subject", ["household", "village"])
def test_households_and_villages_are_those_of_the_engine(city: Path, subject: Subject, on: date) -> None:
    with Records.open(city, threads=1) as records:
        columns = tuple(columns_for(subject))
        made = rows_of(facts_in_arrays(records, subject, on, columns), KEYS[subject])
        told = records.fetch(facts_on(records, subject, on, columns)).to_pylist()
    assert told
    assert made == {row[KEYS[subject]]: row for row in told}


def test_days_of_a_span_read_once_say_what_each_day_says_alone(city: Path) -> None:
    columns = tuple(name for name in columns_for("person") if name != "birth_order")
    with Records.open(city, threads=1) as records:
        everybody = Everybody(records, DAYS[0], DAYS[-1])
        for on in DAYS:
            span = facts_in_arrays(records, "person", on, columns, (), everybody)
            alone = facts_in_arrays(records, "person", on, columns)
            assert rows_of(span, "person_id") == rows_of(alone, "person_id")
            told = determine(records, PACK, "rural-reward", on, everybody=everybody)
            assert told.to_pylist() == determine(records, PACK, "rural-reward", on).to_pylist()


@pytest.mark.parametrize("scheme", ["rural-reward", "public-welfare-fund", "village-grant"])
def test_everybody_is_determined_as_the_engine_does_and_one_as_everybody(city: Path, scheme: str) -> None:
    on, chosen = DAYS[-1], find_scheme(PACK, scheme)
    rules, key = rules_of(PACK, chosen, on), KEYS[chosen.subject]
    with Records.open(city, threads=1) as records:
        rows = determine(records, PACK, scheme, on).to_pylist()
        facts = facts_on(records, chosen.subject, on, rules.columns, PACK.attested.values())
        table = records.fetch(rules.on_table(facts, key).order_by(key)).to_pylist()
        assert [row[chosen.subject] for row in rows] == [row[key] for row in table]
        assert [row["amount_fen"] for row in rows] == [row["fen"] for row in table]
        named = [tuple(filter(None, row["failed"].replace("?", "").split(";"))) for row in rows]
        assert named == [rules.names(row["failed"]) for row in table]
        for row, failed in list(zip(rows, named, strict=True))[:5]:
            assert explain(records, PACK, scheme, on, row[chosen.subject]).failed == failed
        with pytest.raises(ShidaiError, match="isn't on the register"):
            explain(records, PACK, scheme, on, "999999")


def test_the_explanation_is_in_the_readers_words(
    city: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    asked = ["scheme", "explain", "--scheme", "rural-reward", "--person", "1", "--on", "2006-12-31"]
    for words, language in ((("alive: ", "age: "), "en"), (("健在：", "周岁："), "zh")):
        monkeypatch.setenv("SHIDAI_LANG", language)
        assert run([*asked, "--data", str(city.parent)]) == 0
        told = capfd.readouterr().out
        assert all(word in told for word in words), told


@pytest.mark.parametrize("count", [0, 1, 7, 1000])
def test_every_number_is_found_at_its_place_and_no_other(count: int) -> None:
    draw = np.random.default_rng(count)
    ids = np.unique(np.concatenate([np.arange(count), draw.integers(-(2**63), 2**63 - 1, count)]))
    draw.shuffle(ids)
    places = Places(ids)
    assert (places.find(ids) == np.arange(len(ids))).all()
    strange = np.setdiff1d(draw.integers(-(2**63), 2**63 - 1, 500), ids)
    assert (places.find(strange) == NOWHERE).all()
