"""The plan as files beside the import files: what the offices do in the year, and the truths that the proofs must find.

benefits.csv is to be played through the benefits room's own actions; attested.csv are the papers. Who was
overlooked and who is on the register twice stands in truth-*.csv, which nothing reads but tests.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from shidai.packs import Pack
from shidai.packs.schema.demonstration import Benefits
from shidai.synth.benefits.attested import HOUSEHOLD, PERSON, SUBJECTS, VILLAGE, Numbers, fact_names
from shidai.synth.benefits.claims import FORMS, OUTCOMES, PAID, REASONS, RETURNED, Claims
from shidai.synth.benefits.plan import Plan, benefits_of
from shidai.synth.city import City, Columns
from shidai.synth.columns import area_words, days_column, plain_words
from shidai.synth.days import NEVER, new_year
from shidai.synth.keys import keys

FILES = ("benefits", "attested", "truth-overlooked", "truth-doubles")
_CARD_DIGITS = 19
_PAPERS = {"person": "档案或证件", "household": "村（社区）走访核实表", "village": "县（市、区）文件"}


def write_benefit_files(city: City, pack: Pack, plan: Plan, numbers: pa.Array, folder: Path) -> dict[str, int]:
    """Write the four files; `numbers`: the resident number of every person. Returns the rows of each."""
    tables = {
        "benefits": _claims(city, benefits_of(pack), plan.claims, numbers),
        "attested": _attested(city, pack, plan),
        "truth-overlooked": _overlooked(plan),
        "truth-doubles": _doubles(city),
    }
    options = csv.WriteOptions(quoting_style="needed")
    for name in FILES:
        csv.write_csv(tables[name], folder / f"{name}.csv", write_options=options)
    return {name: table.num_rows for name, table in tables.items()}


def _subjects(city: City, kind: npt.NDArray[np.int8], who: Numbers) -> dict[str, pa.Array]:
    return {
        "subject": plain_words(kind, SUBJECTS),
        "person_key": keys("P", np.where(kind == PERSON, who, -1)),
        "household_key": keys("H", np.where(kind == HOUSEHOLD, who, -1)),
        "village": plain_words(np.where(kind == VILLAGE, who, -1), area_words(city.places)),
    }


def _claims(city: City, benefits: Benefits, claims: Claims, numbers: pa.Array) -> pa.Table:
    table, rows = claims.table, np.arange(len(claims))
    kind, who = table["kind"], table["who"]
    persons = np.where(kind == PERSON, who, 0)
    by_bank = (table["form"] == FORMS.index("bank")) & (table["in_force"] < NEVER)
    returned, reissued = _first_return(claims, new_year(1970 + int(city.cutoff / 365.25)))
    return pa.table(
        {
            "key": keys("E", rows),
            "scheme": plain_words(table["scheme"], [one[0] for one in claims.versions]),
            "version": plain_words(table["scheme"], [one[1] for one in claims.versions]),
            **_subjects(city, kind, who),
            "resident_number": numbers.take(pa.array(persons, mask=kind != PERSON)),
            "area": plain_words(table["area"], area_words(city.places)),
            "applied_on": days_column(table["applied"]),
            "passed_on": _listed(claims.passed),
            "confirmed_on": _listed(claims.confirmed),
            "outcome": plain_words(table["outcome"], OUTCOMES),
            "ended_on": days_column(table["ended"], open_end=True),
            "reason": plain_words(table["reason"], REASONS),
            "granted_fen": pa.array(table["granted"], mask=table["granted"] == 0),
            "form": plain_words(table["form"], FORMS),
            "account": pc.if_else(pa.array(by_bank), card_numbers(benefits.unassigned_card, rows), None),
            "bank_code": pc.if_else(pa.array(by_bank), benefits.bank_code, None),
            "returned_on": days_column(returned, open_end=True),
            "reissued_on": days_column(reissued, open_end=True),
        }
    )


def card_numbers(prefix: str, rows: Numbers) -> pa.Array:
    """Card numbers of 19 digits with the check digit of ISO/IEC 7812-1; the prefix belongs to no bank."""
    width = _CARD_DIGITS - 1 - len(prefix)
    digits = np.empty((len(rows), _CARD_DIGITS), np.int64)
    digits[:, : len(prefix)] = [int(sign) for sign in prefix]
    told = (rows.astype(np.int64) * 7_368_787 + 101) % 10**width
    for at in range(width):
        digits[:, _CARD_DIGITS - 2 - at] = told // 10**at % 10
    doubled = digits[:, -2::-2] * 2
    total = digits[:, -3::-2].sum(1) + (doubled - 9 * (doubled > 9)).sum(1)
    digits[:, -1] = -total % 10
    signs = np.ascontiguousarray(digits + ord("0"), np.uint8).view(f"S{_CARD_DIGITS}").ravel()
    return pa.array(signs.astype(np.str_).tolist(), pa.string())


def _first_return(claims: Claims, since: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Of each claim the day since `since` on which a payment came back, and that on which it was paid anew."""
    payments = claims.payments
    returned, reissued = (np.full(len(claims), NEVER, np.int32) for _ in range(2))
    back = (payments["outcome"] == RETURNED) & (payments["answered"] >= since)
    returned[payments["claim"][back]] = payments["answered"][back]
    later = (payments["outcome"] == PAID) & (payments["day"] > returned[payments["claim"]])
    np.minimum.at(reissued, payments["claim"][later], payments["day"][later])
    return returned, reissued


def _attested(city: City, pack: Pack, plan: Plan) -> pa.Table:
    attested, names = plan.attested, fact_names(benefits_of(pack))
    rows = len(attested["who"])
    papers = [_PAPERS[one] for one in SUBJECTS]
    return pa.table(
        {
            **_subjects(city, attested["kind"], attested["who"]),
            "fact": plain_words(attested["fact"], names),
            "number": pa.array(attested["number"]),
            "start_date": days_column(attested["since"]),
            "end_date": pa.nulls(rows, pa.date32()),
            "paper": plain_words(attested["kind"], papers),
        }
    )


def _overlooked(plan: Plan) -> pa.Table:
    names = [scheme for scheme, who in plan.overlooked.items() for _ in range(len(who))]
    who = np.concatenate([np.empty(0, np.int64), *plan.overlooked.values()])
    return pa.table({"scheme": pa.array(names, pa.string()), "person_key": keys("P", who)})


def _doubles(city: City) -> pa.Table:
    doubles: Columns = city.tables["doubles"]
    return pa.table({"person_key": keys("P", doubles["original"]), "double_key": keys("P", doubles["double"])})


def _listed(days: npt.NDArray[np.int32]) -> pa.Array:
    """The days of each row that aren't NEVER, ';' between them."""
    columns = [days_column(column, open_end=True).cast(pa.string()) for column in days.T]
    if not columns:
        return pa.nulls(len(days), pa.string())
    joined = pc.binary_join_element_wise(*columns, ";", null_handling="replace", null_replacement="")
    return pc.utf8_rtrim(joined, characters=";")  # 'skip' would drop the rows without any day
