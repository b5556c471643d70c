"""How honest the probabilities are is measured against pairs that are known, and drawn."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from shidai.cli import run
from shidai.linkage.reliability import calibration_error, error_by_chance, f1, measure_reliability, read_truth
from shidai.words import Exit, ShidaiError
from tests.spec.linkage.lists import make_people, make_slips

COLUMNS = ("id", "name", "sex", "birth_date", "identifier", "phone", "locality")


def said(*told: tuple[float, int, int]) -> tuple[pa.Table, set[tuple[str, str]]]:
    """Pairs said to be so probable, so many of them, and so many of these true."""
    rows, truth = [], set()
    for probability, count, right in told:
        for at in range(count):
            one = (f"a{len(rows)}", f"b{len(rows)}")
            rows.append({"id_a": one[0], "id_b": one[1], "probability": probability})
            truth |= {one} if at < right else set()
    return pa.Table.from_pylist(rows), truth


def test_each_class_tells_what_was_said_and_what_is_true() -> None:
    classes = measure_reliability(*said((0.2, 10, 3), (0.6, 20, 12), (0.999, 100, 99)))
    assert [(one.low, one.high, one.pairs) for one in classes] == [(0.1, 0.3, 10), (0.5, 0.7, 20), (0.99, 1.0, 100)]
    assert [(round(one.said, 3), one.true) for one in classes] == [(0.2, 0.3), (0.6, 0.6), (0.999, 0.99)]
    assert all(one.least < one.true < one.most for one in classes)


def test_the_error_is_that_of_the_unsure_pairs_alone() -> None:
    assert calibration_error(measure_reliability(*said((0.2, 10, 3), (0.6, 20, 12)))) == pytest.approx(0.1 * 10 / 30)
    assert calibration_error(measure_reliability(*said((0.999, 100, 50)))) == 0, "these are told, not averaged"


def test_honest_probabilities_are_off_by_chance_and_the_more_pairs_the_less() -> None:
    """Against 20,000 drawn outcomes of the same pairs."""
    told = ((0.2, 12, 0), (0.6, 30, 0), (0.9, 8, 0))
    drawn, count = np.random.default_rng(5), sum(n for _, n, _ in told)
    shown = [sum(abs(drawn.binomial(n, share) - n * share) for share, n, _ in told) / count for _ in range(20_000)]
    assert error_by_chance(measure_reliability(*said(*told))) == pytest.approx(np.mean(shown), rel=0.02)
    more = said(*((share, 100 * n, 0) for share, n, _ in told))
    assert error_by_chance(measure_reliability(*more)) < 0.02


def test_a_pair_is_known_in_either_order_and_f1_counts_what_was_missed() -> None:
    pairs, truth = said((0.9, 10, 8))
    turned = {one[::-1] for one in truth}
    assert f1(pairs, truth) == f1(pairs, turned) == pytest.approx(2 * 8 / (8 + 10))
    assert f1(pairs.slice(0, 4), truth) == pytest.approx(2 * 4 / (8 + 4))


def test_ids_with_leading_zeros_stay_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "known.csv").write_text("id_a,id_b\n007,0008\n")
    assert read_truth(tmp_path / "known.csv") == {("007", "0008")}
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ShidaiError, match="columns id_a and id_b"):
        read_truth(tmp_path / "other.csv")


def test_the_command_tells_it_and_draws_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = make_people(3, 150)
    for name, rows in (("a.csv", people), ("b.csv", make_slips(people, 4))):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows([row[column] for column in COLUMNS] for row in rows)
    (tmp_path / "map.toml").write_text("\n".join(f'{name} = "{name}"' for name in COLUMNS))
    known = [f"{one['id']},{one['id']}" for one in people]
    (tmp_path / "known.csv").write_text("\n".join(["id_a,id_b", *known]) + "\n")
    names = {
        name: str(tmp_path / name) for name in ("a.csv", "b.csv", "map.toml", "pairs.csv", "known.csv", "plot.svg")
    }
    asked = ["link", names["a.csv"], names["b.csv"], "--columns", names["map.toml"], "--out", names["pairs.csv"]]
    assert run([*asked, "--one-to-one", "--truth", names["known.csv"], "--plot", names["plot.svg"]]) == Exit.OK
    told = capsys.readouterr().err
    assert "said 99% to 100%" in told
    assert "unsure pairs are off by" in told
    svg = Path(names["plot.svg"]).read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "Probability said and share that is true" in svg
    assert run([*asked, "--plot", names["plot.svg"]]) == Exit.BAD_INPUT
