"""A figure that can't be given says why: no records, too small to show, nothing to divide by, too few people."""

from __future__ import annotations

import pytest

from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.indicators.standing import SAYINGS, Standing, standing_of, tables_counted
from shidai.indicators.store import Result
from shidai.packs import load_pack
from tests.spec.reports.smallcity import VILLAGE, write_records

PACK = load_pack("wuxi-2006")


def result(value: float | None = None, numerator: float | None = 0, denominator: float | None = 0, **more) -> Result:
    given = {"numerator": numerator, "denominator": denominator, "value": value, "suppressed": False, **more}
    return Result("", "1", VILLAGE, "2006", "", low=None, high=None, n=numerator, manifest="", **given)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Sixty adults of one age with twelve births, and nobody else: all figures of their village, none withheld."""
    data = tmp_path_factory.mktemp("village")
    write_records(data)
    with Records.open(data / "records") as records:
        rows = compute(records, PACK, area=VILLAGE, year=2006, breakdown="", protect=False).to_pylist()
    return {row["indicator"]: Result(**row) for row in rows}


@pytest.mark.parametrize(
    ("indicator", "standing"),
    [
        ("births", Standing.COMPUTED),
        ("sex_ratio_at_birth", Standing.COMPUTED),
        ("infant_mortality_rate", Standing.COMPUTED),
        ("total_fertility_rate", Standing.TOO_FEW),
        ("life_expectancy", Standing.TOO_FEW_LIVES),
        ("net_reproduction_rate", Standing.TOO_FEW_LIVES),
        ("contraceptive_prevalence", Standing.NOBODY),  # no woman in union
    ],
)
def test_a_small_village_says_what_it_lacks(village: dict[str, Result], indicator: str, standing: Standing) -> None:
    assert standing_of(PACK.indicators[indicator], village[indicator]) is standing


def test_a_mean_age_without_births_has_nothing_to_average() -> None:
    assert standing_of(PACK.indicators["mean_age_at_childbearing"], result(None, 0, 40)) is Standing.NO_EVENTS


def test_a_rate_with_nobody_at_risk_has_no_denominator() -> None:
    assert standing_of(PACK.indicators["crude_birth_rate"], result(None, 0, 0)) is Standing.NOBODY


def test_a_small_count_is_withheld_whatever_else_holds() -> None:
    assert standing_of(PACK.indicators["births"], result(None, None, None, suppressed=True)) is Standing.HIDDEN


def test_without_records_a_figure_is_not_yet_recorded() -> None:
    assert standing_of(PACK.indicators["births"], None) is Standing.NOT_RECORDED
    assert standing_of(None, result(3.0, 3)) is Standing.NOT_RECORDED


def test_a_figure_needs_every_table_that_it_counts() -> None:
    assert tables_counted(PACK.indicators["contraceptive_prevalence"]) == {"contraception", "union_"}
    assert tables_counted(PACK.indicators["natural_growth_rate"]) == {"birth", "death", "residence"}


@pytest.mark.parametrize("standing", [one for one in Standing if one is not Standing.COMPUTED])
def test_every_standing_without_a_value_has_words(standing: Standing) -> None:
    said = SAYINGS[standing]
    recorded = standing is Standing.NOT_RECORDED
    for text in (said.cell, said.sentence, said.brief, said.why):
        assert text.zh
        assert text.en
    assert (said.cell.en == "not yet recorded") is recorded
    assert ("尚未记录" in said.sentence.zh) is recorded
