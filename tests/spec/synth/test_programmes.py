"""The programmes' year: shares make the visits, the programmes' own rules say to whom and what they amount to."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from shidai.indicators.coverage import cover
from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.packs import Pack
from shidai.packs.schema.demonstration import ProgrammeShares
from shidai.packs.schema.programme import REFUSALS
from shidai.rules import columns_for
from shidai.rules.answers import compile_step
from shidai.synth.days import new_year
from shidai.synth.programmes.visits import Visits, visits_of_year
from shidai.synth.record_tables import write_records
from tests.spec.synth.cities import parameters, small_city, wuxi

NUMBERS = {one.programme: number for number, one in enumerate(parameters().programme)}


@lru_cache(maxsize=1)
def visits() -> Visits:
    return visits_of_year(small_city(), wuxi())


def with_shares(programme: str, **values: float) -> Pack:
    """The pack with some shares of one programme's demonstration changed."""

    def changed(one: ProgrammeShares) -> ProgrammeShares:
        return one.model_copy(update=values) if one.programme == programme else one

    now = parameters().model_copy(update={"programme": tuple(changed(one) for one in parameters().programme)})
    fields = {name: getattr(wuxi(), name) for name in type(wuxi()).model_fields}
    return Pack.model_construct(**{**fields, "demonstration": now})


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    write_records(small_city(), wuxi(), folder)
    return folder


def figures(folder: Path, *indicators: str) -> dict[str, float]:
    with Records.open(folder) as opened:
        rows = compute(opened, wuxi(), year=2006, area=wuxi().city, indicators=indicators, protect=False, breakdown="")
    return {row["indicator"]: row["value"] for row in rows.to_pylist()}


@pytest.mark.parametrize("share", parameters().programme, ids=lambda one: one.programme)
def test_the_packs_share_of_those_offered_comes(records: Path, share: ProgrammeShares) -> None:
    """Within four standard errors, on the record tables of the whole city, which the plan did not read.

    Who declined is in no denominator.
    """
    with Records.open(records) as opened:
        rows = cover(opened, wuxi(), share.programme, date(2006, 1, 1), date(2006, 12, 31), length=4).to_pylist()
    offered, reached, declined = (
        sum(row[name] for row in rows if row["area"] == "3202") for name in ("offered", "reached", "declined")
    )
    assert offered > 50
    for told, expected, of in (
        (reached, share.reached, offered + declined),
        (declined, (1 - share.reached) * (share.not_now + share.never), offered + declined),
        (reached, share.reached / (1 - (1 - share.reached) * (share.not_now + share.never)), offered),
    ):
        assert told / of == pytest.approx(expected, abs=4 * (expected * (1 - expected) / of) ** 0.5)


def test_figures_are_counts_of_the_rows(records: Path) -> None:
    table, refusals = visits().table, [at for at, name in enumerate(visits().outcomes) if name in REFUSALS]
    came = ~np.isin(table["outcome"], refusals)
    told = figures(records, "rti_round_person_times", "migrant_checkups", "prepregnancy_screenings")
    for indicator, programme in (("rti_round_person_times", "rti-control"), ("migrant_checkups", "migrant-checkup")):
        assert told[indicator] == (came & (table["programme"] == NUMBERS[programme])).sum()
    first = came & (table["programme"] == NUMBERS["prepregnancy-screening"]) & (table["step"] == 0)
    assert told["prepregnancy_screenings"] == first.sum()


SUMMARY = (
    "prepregnancy_screening_coverage", "prepregnancy_screenings", "rti_round_coverage", "rti_round_person_times",
    "migrant_checkups",
)  # fmt: skip
"""The summary's figures of programmes."""
OF_PROGRAMME = {
    "prepregnancy-screening": SUMMARY[:2], "rti-control": SUMMARY[2:4], "migrant-checkup": SUMMARY[4:],
}  # fmt: skip


def test_each_of_the_summarys_figures_of_programmes_is_doubled_by_one_of_them() -> None:
    assert set(OF_PROGRAMME) == {share.programme for share in parameters().programme}
    assert sorted(SUMMARY) == sorted(
        one.id
        for one in wuxi().all_indicators
        if {term.programme for term in (*one.numerator, *one.denominator)} & set(OF_PROGRAMME)
    )


@pytest.mark.parametrize("programme", OF_PROGRAMME)
def test_doubling_a_share_doubles_the_figure(tmp_path: Path, programme: str) -> None:
    """Half and whole of the same share: the programme's figures follow, and no other figure of the city changes."""
    told = {}
    for times in (0.5, 1.0):
        folder = tmp_path / str(times)
        pack = with_shares(programme, reached=0.6 * times, returns=1.0, not_now=0.0, never=0.0)
        write_records(small_city(), pack, folder)
        told[times] = figures(folder, *SUMMARY)
    for name in SUMMARY:
        if name in OF_PROGRAMME[programme]:
            assert told[1.0][name] == pytest.approx(2 * told[0.5][name], rel=0.1), name
        else:
            assert told[1.0][name] == told[0.5][name], name


def test_results_are_what_the_form_makes_of_the_answers() -> None:
    """A sample of every step, answered again."""
    unknown = dict.fromkeys(columns_for("person"))
    for part in visits().parts:
        rules = compile_step(part.version, part.step, columns_for("person"))
        assert part.answers is not None
        for at in range(0, len(part.rows), max(1, len(part.rows) // 20)):
            kept = part.answers.kept[part.answers.kind[at]]
            decimals = {one.id: 10**one.decimals for one in part.step.field if one.decimals}
            computed = {one.id for one in part.step.field if one.computed is not None}
            typed = {name: value / decimals[name] if name in decimals else value for name, value in kept.items()}
            again = rules.answer({n: v for n, v in typed.items() if n not in computed}, unknown, date(2006, 12, 31))
            assert again.faults == ()
            assert again.result is not None
            assert again.result.id == visits().outcomes[visits().table["outcome"][part.rows[at]]]


def test_nobody_is_visited_before_birth_after_death_or_out_of_the_year() -> None:
    table, people = visits().table, small_city().people
    assert (table["day"] >= people["birth"][table["who"]]).all()
    assert (table["day"] <= people["death"][table["who"]]).all()
    assert ((table["day"] >= new_year(2006)) & (table["day"] < new_year(2007))).all()


def test_later_steps_follow_their_course_and_refusals_are_nobodys_visit() -> None:
    table = visits().table
    later = table["step"] > 0
    assert later.any()
    first = table["course"][later]
    assert (table["who"][first] == table["who"][later]).all()
    assert (table["day"][first] < table["day"][later]).all()
    refusals = [at for at, name in enumerate(visits().outcomes) if name in REFUSALS]
    said_no = np.isin(table["outcome"], refusals)
    for number in NUMBERS.values():
        of_it = table["programme"] == number
        assert not np.intersect1d(table["who"][of_it & said_no], table["who"][of_it & ~said_no]).size


def test_the_same_city_and_pack_give_the_same_visits() -> None:
    again = visits_of_year(small_city(), wuxi())
    assert all(np.array_equal(column, visits().table[name]) for name, column in again.table.items())
