"""Contraceptive use and unmet need from a women's recode, against sums over women written out one by one."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from shidai.indicators.survey.estimate import Estimate, estimate, estimate_family_planning
from shidai.indicators.survey.layout import read_folder
from shidai.indicators.survey.planning import read_answers
from tests.spec.demography.test_unmet_need import one_woman
from tests.spec.survey.test_survey_estimates import write_recode

HEADER = "v005,v008,v011,v021,v022,v025,b3_01,v502,v313,v312,v605,v213,v225,m10_1,v222,m6_1,v215,v528,v512,v302a,v3a08d"
MEASURES = ("CPR any", "CPR modern", "Unmet need", "Demand satisfied modern")


def draw_women(seed: int, women: int = 400) -> list[dict[str, str]]:
    """Answers drawn at random from the codes of the recode, blanks among them."""
    draw = np.random.default_rng(seed)

    def one_of(*codes: object) -> str:
        return str(codes[int(draw.integers(len(codes)))])

    rows = []
    for woman in range(women):
        method = one_of(0, 0, 1, 3, 5, 8)
        rows.append({
            "v005": str(int(draw.integers(500_000, 2_000_000))), "v008": "1390", "v011": "1030",
            "v021": str(woman // 20), "v022": str(woman // 80), "v025": one_of("urban", "rural"), "b3_01": "",
            "v502": one_of(1, 1, 1, 0, 2), "v313": "0" if method == "0" else "2" if method == "8" else "3",
            "v312": method, "v605": one_of(1, 2, 3, 4, 5, 5, 6, 7, 9, ""), "v213": one_of(0, 0, 0, 1),
            "v225": one_of("", 1, 2, 3, 9), "m10_1": one_of("", 1, 2, 3, 9),
            "v222": one_of("", 3, 12, 23, 24, 40, 59, 60, 90), "m6_1": one_of("", 2, 6, 96, 97, 99),
            "v215": one_of(110, 190, 205, 302, 308, 402, 993, 994, 995, 996, 998, ""),
            "v528": one_of(0, 5, 30, 31, 95, ""), "v512": one_of(0, 4, 5, 12, ""), "v302a": one_of(0, 1, 2),
            "v3a08d": one_of(0, 0, 0, 1, ""),
        })  # fmt: skip
    return rows


def answers(row: dict[str, str]) -> dict[str, object]:
    """One woman's codes as the definition's questions."""
    never = float("nan")

    def number(name: str) -> float:
        return float(row[name]) if row[name] else never

    def coded(name: str, codes: tuple[int, ...]) -> int:
        return int(row[name]) if row[name] and int(row[name]) in codes else 9

    period = row["v215"]
    months = {"110": 0, "190": 3, "205": 1, "302": 2, "308": 8, "402": 24}.get(period, never)
    wanted = coded("v225", (1, 2, 3))
    if wanted == 9 and row["v213"] == "0":
        wanted = coded("m10_1", (1, 2, 3))
    return {
        "using": row["v312"] != "0", "wish": coded("v605", (1, 2, 3, 4, 5, 6, 7)), "pregnant": row["v213"] == "1",
        "wanted": wanted, "months_since_birth": number("v222"),
        "amenorrhoeic": {"96": 1.0, "2": 0.0, "6": 0.0}.get(row["m6_1"], never), "months_since_period": months,
        "last_period": {"993": 994, "994": 994, "995": 995, "996": 996}.get(period, 0),
        "in_union": row["v502"] == "1", "active": bool(row["v528"]) and int(row["v528"]) <= 30,
        "years_in_union": number("v512"), "ever_used": row["v302a"] != "0",
        "no_method_as_infecund": row["v3a08d"] == "1",
    }  # fmt: skip


def counted(rows: list[dict[str, str]], measure: str) -> tuple[float, float]:
    """Value and Taylor error in %, summed woman by woman."""
    cells: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows:
        cell = cells[row["v022"], row["v021"]]
        if row["v502"] != "1":
            continue
        using, modern = row["v313"] != "0", row["v313"] == "3"
        unmet = int(one_woman(answers(row))) in (1, 2)
        above, below = {
            "CPR any": (using, True),
            "CPR modern": (modern, True),
            "Unmet need": (unmet, True),
            "Demand satisfied modern": (modern, using or unmet),
        }[measure]
        cell[0] += above * int(row["v005"]) / 1e6
        cell[1] += below * int(row["v005"]) / 1e6
    top, bottom = (sum(cell[i] for cell in cells.values()) for i in (0, 1))
    variance = 0.0
    for stratum in {key[0] for key in cells}:
        parts = [(c[0] - top / bottom * c[1]) / bottom for key, c in cells.items() if key[0] == stratum]
        mean = sum(parts) / len(parts)
        variance += len(parts) / (len(parts) - 1) * sum((part - mean) ** 2 for part in parts)
    return 100 * top / bottom, 100 * variance**0.5


def write(folder: Path, rows: list[dict[str, str]], without: str = "") -> None:
    names = [name for name in HEADER.split(",") if name != without]
    write_recode(folder, "XXIR70.csv", ",".join(names), *(",".join(row[name] for name in names) for row in rows))


def planned(folder: Path) -> dict[tuple[str, str], Estimate]:
    women = read_folder(folder).women
    assert women is not None
    return {(one.measure, one.subgroup): one for one in estimate_family_planning(women)}


def test_every_answer_is_read_as_the_definition_asks(tmp_path) -> None:
    rows = draw_women(3)
    write(tmp_path, rows)
    women = read_folder(tmp_path).women
    assert women is not None
    read = read_answers(women)
    for i, row in enumerate(rows):
        for name, wanted in answers(row).items():
            found = getattr(read, name)[i]
            assert found == wanted or (found != found and wanted != wanted), (name, row)


@pytest.mark.parametrize("where", ["total", "urban", "rural"])
def test_use_need_and_demand_are_those_of_the_women_one_by_one(tmp_path, where: str) -> None:
    rows = draw_women(5)
    write(tmp_path, rows)
    found = planned(tmp_path)
    inside = [row for row in rows if where in ("total", row["v025"])]
    for measure in MEASURES:
        ours = found[measure, where]
        assert (ours.value, ours.se) == pytest.approx(counted(inside, measure)), measure
    below = found["CPR any", where]
    assert below.exposure == sum(row["v502"] == "1" for row in inside)
    assert below.clusters == 20


def test_without_the_questions_only_what_can_be_told_is_told(tmp_path) -> None:
    write(tmp_path, draw_women(5), without="v605")
    assert {measure for measure, _ in planned(tmp_path)} == {"CPR any", "CPR modern"}
    (tmp_path / "older").mkdir()
    write(tmp_path / "older", draw_women(5), without="v313")
    assert planned(tmp_path / "older") == {}


def test_the_design_effect_of_independent_clusters_is_near_one(tmp_path) -> None:
    """Answers drawn without regard to clusters, equal weights."""
    rows = [{**row, "v005": "1000000"} for row in draw_women(8, women=4000)]
    write(tmp_path, rows)
    found = planned(tmp_path)
    for measure in MEASURES:
        assert found[measure, "total"].deft == pytest.approx(1, abs=0.15)


def test_ages_that_nobody_has_leave_total_fertility_unknown_and_the_rest_known(tmp_path) -> None:
    """All women of the file are 30: no rate at 15–19, hence no total, but everything else stays."""
    write(tmp_path, draw_women(5))
    found = {(one.measure, one.subgroup): one for one in estimate(tmp_path)}
    for measure in ("TFR", "ASFR 15-19"):
        one = found[measure, "total"]
        assert np.isnan([one.value, one.se, one.low, one.high]).all()
    assert found["ASFR 25-29", "total"].value == 0
    assert found["CPR any", "total"] == planned(tmp_path)["CPR any", "total"]
