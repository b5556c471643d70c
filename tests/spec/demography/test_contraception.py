"""Contraceptive use: prevalence, mix, demand satisfied, protection given out, and how long methods are used."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from shidai.demography.contraception import couple_years, demand_satisfied, method_mix, prevalence
from shidai.demography.use_episodes import table_of_use
from shidai.words import ShidaiError

SURVEYS = Path(__file__).resolve().parents[4] / "shared" / "data" / "fp_surveys" / "contraceptive_use.csv.gz"
METHODS = np.array([30.0, 20, 10, 5])  # injectable, pill, condom, withdrawal
MODERN = np.array([True, True, True, False])


def surveys() -> list[dict[str, str]]:
    if not SURVEYS.exists():
        pytest.skip("the compiled surveys are not beside the repository: ../shared/data/fp_surveys")
    with gzip.open(SURVEYS, "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_prevalence_counts_each_woman_once_with_her_main_method() -> None:
    assert prevalence(METHODS, 100) == pytest.approx(65)
    assert prevalence(METHODS, 100, MODERN) == pytest.approx(60)
    assert np.allclose(prevalence(np.stack([METHODS, METHODS * 0]), [100, 50]), [65, 0])
    assert np.isnan(prevalence([0.0, 0], 0))


def test_more_users_than_women_are_named() -> None:
    with pytest.raises(ShidaiError, match=r"users\[1\]"):
        prevalence([[30, 20], [30, 20]], [100, 49])
    with pytest.raises(ShidaiError, match=r"users\[0, 1\]"):
        prevalence([[30, -2]], [100])
    with pytest.raises(ShidaiError, match="methods"):
        prevalence(METHODS, 100, [1, 1, 1, 0])


def test_the_mix_is_each_methods_share_of_all_users() -> None:
    assert np.allclose(method_mix(METHODS), METHODS / 65 * 100)
    assert np.isnan(method_mix([0.0, 0])).all()


def test_demand_satisfied_in_kenyas_surveys_is_the_published_one() -> None:
    """SDG 3.7.1 from the UN's compilation: Kenya's DHS of 2014 gives 70.5 %, that of 2008–09 55.5 %, of women in a
    union."""
    rows = [r for r in surveys() if r["iso3"] == "KEN" and r["data_series_type"] == "DHS" and r["is_in_union"] == "Y"]
    found = {}
    for row in rows:
        if row["unmet_need_any"]:
            users = [float(row["contraceptive_use_modern"]), float(row["contraceptive_use_traditional"])]
            found[row["start_date"][:4]] = float(demand_satisfied(users, float(row["unmet_need_any"]), [True, False]))
    assert found["2014"] == pytest.approx(70.5, abs=0.05)
    assert found["2008"] == pytest.approx(55.5, abs=0.05)


def test_modern_use_never_satisfies_more_demand_than_all_use() -> None:
    for row in surveys():
        if row["contraceptive_use_modern"] and row["contraceptive_use_traditional"] and row["unmet_need_any"]:
            users = [float(row["contraceptive_use_modern"]), float(row["contraceptive_use_traditional"])]
            modern = demand_satisfied(users, float(row["unmet_need_any"]), [True, False])
            assert modern <= demand_satisfied(users, float(row["unmet_need_any"])) <= 100


def test_couple_years_take_their_factors_from_the_caller() -> None:
    """Fifteen cycles of pills or 120 condoms protect a couple for a year, a device for 4.6: given, never in code."""
    given = couple_years([150, 1200, 10], [1 / 15, 1 / 120, 4.6])
    assert np.allclose(given, [10, 10, 46])
    with pytest.raises(ShidaiError, match="years_per_unit"):
        couple_years([150, 1200], [1, 2, 3])


def test_a_table_of_use_by_hand() -> None:
    """Ten episodes: two end in month 1, one in month 3 for another reason, one is last seen in month 2."""
    months = [1, 1, 3, 2, 6, 6, 6, 6, 6, 6]
    reason = [0, 0, 1, -1, -1, -1, -1, -1, -1, -1]
    table = table_of_use(months, reason, reasons=2, until=6)
    assert table.at_risk[0].tolist() == [10, 8, 7, 6, 6, 6]
    assert np.allclose(table.continuing[0], [0.8, 0.8, 0.8 * 6 / 7, 0.8 * 6 / 7, 0.8 * 6 / 7, 0.8 * 6 / 7])
    assert np.allclose(table.discontinued[0, :, 2], [0.2, 0.8 / 7])
    assert np.allclose(table.discontinued.sum(1), 1 - table.continuing)
    after_one, after_three = 2 / (10 * 8), 2 / (10 * 8) + 1 / (7 * 6)  # Greenwood's sums
    assert np.allclose(table.continuing_error[0, [0, 1]], 0.8 * np.sqrt(after_one))
    assert table.continuing_error[0, 2] == pytest.approx(0.8 * 6 / 7 * np.sqrt(after_three))


def test_months_before_the_window_are_not_at_risk() -> None:
    """Two users: one from the start, one seen only from her fourth month of use on."""
    table = table_of_use([6, 6], [0, -1], entered=[0, 3], until=6)
    assert table.at_risk[0].tolist() == [1, 1, 1, 2, 2, 2]
    assert table.continuing[0, -1] == pytest.approx(0.5)


def test_the_table_finds_the_monthly_risk_that_drew_the_episodes() -> None:
    draw = np.random.default_rng(11)
    risk = np.array([0.02, 0.06])
    method = draw.integers(0, 2, 60_000)
    ends = draw.geometric(risk[method])
    seen = draw.integers(1, 30, method.size)
    months, reason = np.minimum(ends, seen), np.where(ends <= seen, 0, -1)
    table = table_of_use(months, reason, group=method, groups=2, until=12)
    truth = (1 - risk[:, None]) ** np.arange(1, 13)
    assert np.all(np.abs(table.continuing - truth) < 4 * table.continuing_error)


def test_the_net_table_of_one_reason_leaves_the_others_out() -> None:
    """Two independent reasons: where the other is treated as 'still using', the table gives the one's own survival."""
    draw = np.random.default_rng(12)
    own, other = draw.geometric(0.03, 80_000), draw.geometric(0.05, 80_000)
    months = np.minimum(own, other)
    table = table_of_use(months, np.where(own <= other, 0, -1), until=10)
    assert np.all(np.abs(table.continuing[0] - 0.97 ** np.arange(1, 11)) < 4 * table.continuing_error[0])


def test_odd_episodes_are_named() -> None:
    with pytest.raises(ShidaiError, match=r"months\[1\]"):
        table_of_use([3, 0], [-1, 0])
    with pytest.raises(ShidaiError, match=r"reason\[0\].*from -1 to 0"):
        table_of_use([3, 2], [1, 0])
    with pytest.raises(ShidaiError, match=r"entered\[1\]"):
        table_of_use([3, 2], [0, 0], entered=[0, 2])
    with pytest.raises(ShidaiError, match=r"group\[0\]"):
        table_of_use([3, 2], [0, 0], group=[2, 0], groups=2)
