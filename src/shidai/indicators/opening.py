"""Opening a figure: the records that its numerator or denominator counts, one row each.

The same spells, events, ages and areas as the measures, filtered instead of summed. Ids are the record tables'
pseudonyms; only a caller with access to the records may turn them into people.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pyarrow as pa

from shidai.indicators import benefits, coverage, followups, sessions, spells, supplied, trained, vitals
from shidai.indicators.cells import BENEFITS, FLOWS, SEX_CODES, STOCKS, TIMES, Cell, categories, narrow
from shidai.indicators.clock import DAY, FAR
from shidai.indicators.engines import Records
from shidai.indicators.periods import Period, read_period
from shidai.indicators.persontime import age_class, sex_class
from shidai.indicators.programmes import find_programme
from shidai.indicators.results import choose_indicators
from shidai.indicators.spells import RecordSource
from shidai.indicators.tree import AreaTree
from shidai.packs.schema.indicator import FOLLOWED, IN_GROUPS, OUTREACH, PILOTS, PROGRAMMES, SUPPLY
from shidai.packs.schema.pack import Pack
from shidai.words import ShidaiError, problem

Side = Literal["numerator", "denominator"]
COLUMNS = ("measure", "record_id", "person_id", "area", "start", "end", "sex", "age", "days")
"""record_id: the birth's, the household's, the claim's, the visit's, the hand-out's, the site's, of money
the payment's line; else the person's.

days: of person-time inside the period, for years lived.
"""

_GROUPS = {
    "women_in_union": spells.IN_UNION, "users_any": spells.USERS_ANY, "users_modern": spells.USERS_MODERN,
}  # fmt: skip


def list_records(
    records: Records,
    pack: Pack,
    *,
    indicator: str,
    area: str,
    period: str,
    breakdown: str = "",
    side: Side = "numerator",
    limit: int = 100,
    offset: int = 0,
) -> pa.Table:
    """The records behind one side of a figure, `limit` rows from `offset`, in the order of person and start.

    A population's mean lists who was there at the period's end; person-years list every spell in which somebody of
    these ages lived in the period, with all its days of the period. Raises ShidaiError for an unknown indicator, area,
    period or class.
    """
    rows = _matching(records, pack, indicator, area, period, breakdown, side)
    if rows is None:
        return _empty()
    ordered = rows.order_by("person_id", "record_id", "start").limit(limit, offset=offset)
    listed = records.fetch(ordered).select(COLUMNS)
    for name in ("start", "end"):
        listed = listed.set_column(COLUMNS.index(name), name, _as_dates(listed[name]))
    return listed


def count_records(
    records: Records,
    pack: Pack,
    *,
    indicator: str,
    area: str,
    period: str,
    breakdown: str = "",
    side: Side = "numerator",
) -> int:
    """How many records `list_records` would list in all."""
    rows = _matching(records, pack, indicator, area, period, breakdown, side)
    return 0 if rows is None else int(records.fetch(rows.aggregate(n=rows.count()))["n"][0].as_py())


def _matching(records: Records, pack: Pack, indicator: str, area: str, period: str, breakdown: str, side: Side) -> Any:
    one = choose_indicators(pack, [indicator])[0]
    category = next((c for c in categories(one) if c.text == breakdown), None)
    if category is None:
        raise _unknown_class(indicator, breakdown, [c.text for c in categories(one)])
    tree = AreaTree.read(records.fetch(records.table("area")))
    tree.at(area)
    inside = [place for place, code in enumerate(tree.codes) if code.startswith(area)]
    places = pa.table({"area": [tree.codes[p] for p in inside], "place": pa.array(range(len(inside)), pa.int32())})
    source = RecordSource(records.table, records.beside("opened_places", places), DAY)
    found = None
    for term in getattr(one, side):
        rows = _rows_of(records, pack, source, narrow(term, category), read_period(period))
        found = rows if found is None else found.union(rows, distinct=False)
    return found


def _rows_of(records: Records, pack: Pack, source: RecordSource, cell: Cell, period: Period) -> Any:
    first, last = DAY.of_date(period.start), DAY.of_date(period.end)
    if cell.measure in BENEFITS:
        return benefits.records_of(source, cell.measure, cell.scheme or "", cell.outcome, period.year, first, last)
    if cell.measure == "programme_visits":
        visits = coverage.visit_rows(source, period.year, cell.programme or "", cell.step, cell.result)
        return coverage.list_visits(cell.measure, visits, first, last)
    if cell.measure in FOLLOWED:
        chosen, cutoff = find_programme(pack, cell.programme or ""), records.manifest.cutoff
        calls = followups.followed_rows(source, period.year, cell.measure, chosen, cell.step or "", cutoff)
        return coverage.list_visits(cell.measure, calls, first, last)
    if cell.measure in IN_GROUPS:
        held = sessions.held_rows(source, cell.programme or "", cell.step, period.year)
        return trained.list_held(cell.measure, held, first, last)
    if cell.measure in PROGRAMMES:
        return coverage.list_covered(records, pack, source, cell.measure, cell.programme or "", period)
    if cell.measure in OUTREACH | PILOTS:
        return trained.records_of(source, cell.measure, cell.kind or "", period.year, first, last)
    if cell.measure in SUPPLY:
        return supplied.records_of(source, cell.measure, cell.kind, period.year, first, last)
    if cell.measure in ("births", "deaths"):
        return _events(source, cell, period, first, last)
    rows = _spells_of(source, cell, period.year)
    rows = rows.filter(rows.start < rows.end)
    if cell.measure in TIMES:
        rows = rows.filter(rows.start < last, rows.end > first)
        moment = last - 1
    elif cell.measure in FLOWS:
        rows, moment = _crossing(rows, cell, first, last)
    else:
        rows, moment = rows.filter(rows.start < last, rows.end >= last), last - 1
    if cell.measure == "households":
        return _households(rows)
    return _shaped(rows, cell, period.year, moment, first, last)


def _households(rows: Any) -> Any:
    """One row a household and village, for its first member; person facts stay empty."""
    import ibis

    rows = rows.filter(rows.household_id.notnull())
    one = rows.group_by("area", "household_id").aggregate(start=rows.start.min(), end=rows.end.max())
    nothing = ibis.literal(None)
    return one.select(
        measure=ibis.literal("households"), record_id=one.household_id, person_id=nothing.cast("int64"), area=one.area,
        start=one.start, end=one.end, sex=nothing.cast("int32"), age=nothing.cast("int32"), days=nothing.cast("int32"),
    )  # fmt: skip


def _spells_of(source: RecordSource, cell: Cell, year: int) -> Any:
    base = TIMES.get(cell.measure, STOCKS.get(cell.measure, cell.measure))
    if base in _GROUPS:
        unions = spells.union_spells(source, year)
        group = _GROUPS[base]
        rows = unions if group == spells.IN_UNION else spells.user_spells(source, unions, year, group)
        rows = rows.join(source.places, "place")
        return rows.mutate(household_id=rows.person_id, start_reason=rows.area, end_reason=rows.area)
    rows = spells.residence_spells(source, cell.residence)
    return rows.filter(rows.group == spells.LIVING_MIGRANT) if base == "migrants" else rows


def _crossing(rows: Any, cell: Cell, first: int, last: int) -> tuple[Any, Any]:
    """Spells that begin (or end) in the period by a move over the area's border."""
    edge, other, reason = (
        ("start", "end", "start_reason") if cell.measure == "moves_in" else ("end", "start", "end_reason")
    )
    crossing = rows.filter(rows[edge] >= first, rows[edge] < last, vitals.is_move(rows[reason]))
    inside = rows.select(who="person_id", when=other)
    kept = crossing.anti_join(inside, [crossing.person_id == inside.who, crossing[edge] == inside.when])
    return kept, kept[edge]


def _events(source: RecordSource, cell: Cell, period: Period, first: int, last: int) -> Any:
    """Births and deaths as spells of one day; a birth's age is its mother's."""
    dated = "birth_date" if cell.measure == "births" else "death_date"
    rows = source.table("birth" if cell.measure == "births" else "death")
    rows = rows.mutate(start=DAY.of(rows[dated]), place_code=rows[f"{cell.residence}_area"])
    rows = rows.filter(rows.start >= first, rows.start < last)
    rows = rows.join(source.places.select(place_code="area", place="place"), "place_code")
    if cell.measure == "births":
        if cell.order is not None:
            order = (rows.birth_order.clip(1, 5)).fill_null(9)
            rows = rows.filter(order == cell.order)
        rows = rows.mutate(record=rows.birth_id, person=rows.mother_id, born=rows.mother_birth_date)
    else:
        rows = rows.mutate(record=rows.person_id, person=rows.person_id, born=rows.birth_date)
    rows = rows.select(
        "start", "born", "weight", person_id="person", household_id="record", area="place_code",
        sex=sex_class(rows.sex), end=rows.start + 1,
    )  # fmt: skip
    return _shaped(rows, replace(cell, order=None), period.year, rows.start, first, last)


def _shaped(rows: Any, cell: Cell, year: int, moment: Any, first: int, last: int) -> Any:
    """The listed columns, for the cell's sex and ages; `moment` is the day on which age counts."""
    import ibis

    if cell.sex is not None:
        rows = rows.filter(rows.sex == SEX_CODES.index(cell.sex))
    day = (
        rows.start if cell.measure in (*FLOWS[:2], "moves_in") else rows.end if cell.measure == "moves_out" else moment
    )
    age = _age_on(rows, day, year)
    if cell.first is not None:
        earliest = _age_on(rows, ibis.greatest(rows.start, first), year) if cell.measure in TIMES else age
        latest = _age_on(rows, ibis.least(rows.end, last) - 1, year) if cell.measure in TIMES else age
        rows = rows.mutate(age=age, earliest=earliest, latest=latest)
        rows = rows.filter(rows.earliest <= cell.last, rows.latest >= cell.first)
        age = rows.age
    record = rows.household_id if cell.measure == "births" else rows.person_id
    days = ibis.least(rows.end, last) - ibis.greatest(rows.start, first)
    return rows.select(
        measure=ibis.literal(cell.measure),
        record_id=record.cast("int64"),
        person_id=rows.person_id,
        area=rows.area,
        start=rows.start,
        end=rows.end,
        sex=ibis.cases((rows.sex == 0, 1), (rows.sex == 1, 2), else_=9).cast("int32"),
        age=age,
        days=(days if cell.measure in TIMES else ibis.literal(None)).cast("int32"),
    )


def _age_on(rows: Any, day: Any, year: int) -> Any:
    return age_class(year - rows.born.year() - (day < DAY.birthday(rows.born, year)).cast("int32"))


def _empty() -> pa.Table:
    types = {"measure": pa.string(), "area": pa.string(), "record_id": pa.int64(), "person_id": pa.int64()}
    return pa.schema([(name, types.get(name, pa.int32())) for name in COLUMNS]).empty_table()


def _unknown_class(indicator: str, breakdown: str, known: list[str]) -> ShidaiError:
    shown = [text for text in known if text][:8]
    return ShidaiError(
        problem(
            "breakdown",
            zh=f"指标 {indicator} 没有分组“{breakdown}”。",
            en=f"The indicator {indicator} has no class '{breakdown}'.",
            mend_zh=f"例如：{'、'.join(shown) or '只有合计'}。",
            mend_en=f"For example: {', '.join(shown) or 'it has only a total'}.",
        )
    )


def _as_dates(column: pa.ChunkedArray) -> pa.Array:
    """Clock days as dates; the end of an open spell is null."""
    days = column.to_numpy().astype("int64")
    return pa.array(days.astype("datetime64[D]"), mask=days >= FAR, type=pa.date32())
