"""The city as import files: what a real city's offices would hand to the importer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv

from shidai.packs import Pack
from shidai.packs.schema.demonstration import Demonstration
from shidai.synth.benefits.files import write_benefit_files
from shidai.synth.benefits.plan import plan_of_year
from shidai.synth.causes import draw_causes, recording_lag
from shidai.synth.city import City, Columns
from shidai.synth.columns import area_places, area_words, days_column, words_column
from shidai.synth.contraception import method_names
from shidai.synth.county import LIVING
from shidai.synth.days import NEVER
from shidai.synth.identity import home_addresses, phone_numbers, resident_numbers
from shidai.synth.keys import keys
from shidai.synth.names import draw_names
from shidai.synth.outreach.files import write_outreach_files
from shidai.synth.outreach.sessions import sessions_of_year
from shidai.synth.programmes.files import write_visit_file
from shidai.synth.programmes.visits import visits_of_year
from shidai.synth.supply.book import book_of_year
from shidai.synth.supply.files import write_supply_files

FILES = ("household", "person", "spell", "union", "birth", "death", "contraception")  # in the order of loading
_REASONS = ("", "出生", "死亡", "迁移", "婚姻", "务工", "学习", "返回", "更正", "其他")
_ENDS = ("", "离婚", "丧偶", "其他")
_WHYS = ("", "计划怀孕", "绝经", "死亡", "其他")
_NATIONS, _NATION_SHARE = ("汉族", "回族", "苗族", "土家族", "满族"), (0.990, 0.995, 0.997, 0.999, 1.0)


def write_import_files(city: City, pack: Pack, folder: Path) -> dict[str, int]:
    """Write the seven CSV files (UTF-8, Chinese values, the importer's columns); returns the rows of each.

    Beside them stand the programmes' visits, the stock book, training sessions, pilots, and the year's work with
    benefits and its truths, which the importer leaves alone (see the `files` of `shidai.synth.programmes`, `supply`,
    `outreach` and `benefits`).
    """
    if pack.demonstration is None:
        raise ValueError("a city grows only from a pack with demonstration parameters")
    folder.mkdir(parents=True, exist_ok=True)
    city.tables["deaths"]["cause"] = draw_causes(city, pack.demonstration.cause)
    tables = {
        "household": _households(city),
        "person": _people(city, pack.demonstration),
        "spell": _spells(city),
        "union": _unions(city),
        "birth": _births(city),
        "death": _deaths(city, pack.demonstration),
        "contraception": _contraception(city, pack.demonstration),
    }
    options = csv.WriteOptions(quoting_style="needed")
    for name in FILES:
        csv.write_csv(_plain(tables[name]), folder / f"{name}.csv", write_options=options)
    rows = {name: table.num_rows for name, table in tables.items()}
    rows |= write_visit_file(city, pack, visits_of_year(city, pack), folder)
    rows |= write_supply_files(city, pack, book_of_year(city, pack), folder)
    rows |= write_outreach_files(pack, sessions_of_year(city, pack), folder)
    if pack.demonstration.benefits is None:
        return rows
    numbers = resident_numbers(city, pack.demonstration)
    return rows | write_benefit_files(city, pack, plan_of_year(city, pack), numbers, folder)


def _people(city: City, params: Demonstration) -> pa.Table:
    people = city.people
    order = np.argsort(people["birth"], kind="stable")  # parents stand before their children
    count = len(order)
    luck = np.random.default_rng([city.seed, 5]).random(count)
    homes = _last_homes(city)
    address = home_addresses(city).take(pa.array(np.where(homes >= 0, homes, 0), mask=homes < 0))
    table = pa.table(
        {
            "key": keys("P", np.arange(count)),
            "name": draw_names(city),
            "former_name": pa.nulls(count, pa.string()),
            "sex": words_column(people["sex"].astype(np.int16), ["", "男", "女"]),
            "birth_date": days_column(people["birth"]),
            "resident_number": resident_numbers(city, params),
            "registration": words_column(people["rural"].astype(np.int16), ["非农业", "农业"]),
            "nationality": words_column(np.searchsorted(_NATION_SHARE, luck).astype(np.int16), _NATIONS),
            "phone": phone_numbers(city, params),
            "address": address,
            "mother_key": keys("P", people["mother"]),
            "father_key": keys("P", people["father"]),
        }
    )
    return table.take(pa.array(order))


def _households(city: City) -> pa.Table:
    homes = city.tables["homes"]
    return pa.table(
        {
            "key": keys("H", np.arange(len(homes["area"]))),
            "area": words_column(homes["area"], area_words(city.places)),
            "address": home_addresses(city),
            "head_key": keys("P", homes["head"]),
        }
    )


def _spells(city: City) -> pa.Table:
    spells, words = city.spells, area_words(city.places)
    origin = city.people["origin"][spells["person"]]
    outside = (spells["kind"] == LIVING) & (spells["registered"] < 0)
    registered = np.where(outside, area_places(city.places, spells["registered"], origin), -1)
    return pa.table(
        {
            "key": keys("S", np.arange(len(spells["person"]))),
            "person_key": keys("P", spells["person"]),
            "kind": words_column(spells["kind"], ["户籍", "现居住"]),
            "area": words_column(spells["area"], words),
            "start_date": days_column(spells["start"]),
            "end_date": days_column(spells["end"], open_end=True),
            "start_reason": words_column(spells["start_why"], _REASONS),
            "end_reason": words_column(spells["end_why"], _REASONS),
            "household_key": keys("H", spells["home"]),
            "registered_area": words_column(registered, words),
        }
    )


def _unions(city: City) -> pa.Table:
    unions = city.tables["unions"]
    return pa.table(
        {
            "key": keys("W", np.arange(len(unions["wife"]))),
            "wife_key": keys("P", unions["wife"]),
            "husband_key": keys("P", unions["husband"]),
            "start_date": days_column(unions["start"]),
            "end_date": days_column(unions["end"], open_end=True),
            "end_reason": words_column(unions["why"], _ENDS),
        }
    )


def _births(city: City) -> pa.Table:
    births = city.tables["births"]
    child = births["child"]
    return pa.table(
        {
            "key": keys("B", np.arange(len(child))),
            "child_key": keys("P", child),
            "mother_key": keys("P", births["mother"]),
            "father_key": keys("P", births["father"]),
            "birth_date": days_column(births["day"]),
            "sex": words_column(births["sex"].astype(np.int16), ["", "男", "女"]),
            "birth_order": pa.array(births["order"]),
            "plurality": pa.array(births["plurality"]),
            "recorded_on": days_column(births["day"] + recording_lag(child)),
        }
    )


def _deaths(city: City, params: Demonstration) -> pa.Table:
    deaths = city.tables["deaths"]
    return pa.table(
        {
            "key": keys("D", np.arange(len(deaths["person"]))),
            "person_key": keys("P", deaths["person"]),
            "death_date": days_column(deaths["day"]),
            "cause": words_column(deaths["cause"], [cause.code for cause in params.cause]),
            "recorded_on": days_column(deaths["day"] + recording_lag(deaths["person"])),
        }
    )


def _contraception(city: City, params: Demonstration) -> pa.Table:
    spells = city.tables["contraception"]
    return pa.table(
        {
            "key": keys("C", np.arange(len(spells["person"]))),
            "person_key": keys("P", spells["person"]),
            "method": words_column(spells["method"], method_names(params.contraception)),
            "start_date": days_column(spells["start"]),
            "end_date": days_column(spells["end"], open_end=True),
            "end_reason": words_column(spells["why"], _WHYS),
        }
    )


def _last_homes(city: City) -> npt.NDArray[np.int32]:
    """The household in which each person lived last, else was registered last."""
    spells: Columns = city.spells
    homes = np.full(len(city.people["birth"]), -1, np.int32)
    for kind in (1 - LIVING, LIVING):
        rows = (spells["kind"] == kind) & ((spells["end"] == NEVER) | (spells["home"] >= 0))
        homes[spells["person"][rows]] = spells["home"][rows]
    return homes


def _plain(table: pa.Table) -> pa.Table:
    """Dictionaries written out, as CSV needs."""
    columns = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in table.columns]
    return pa.table(columns, names=table.column_names)
