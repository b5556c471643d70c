"""The benchmark of determinations compares like with like: all its ways give the same result for every person."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bench import rules


@pytest.fixture(autouse=True)
def _few_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "PERSONS", 5_000)
    monkeypatch.setattr(rules, "SECONDS", 0.0)


def test_each_condition_fails_somebody_and_somebody_is_eligible() -> None:
    failed, fen = rules.plainly(rules.invent(5_000))
    assert [bool((failed >> at & 1).any()) for at in range(6)] == [True] * 6
    assert 0 < (fen == 5_000).sum() < 1_000


def test_numpy_by_hand_gives_the_same_in_blocks_of_any_length() -> None:
    persons = rules.invent(5_000)
    expected = rules.plainly(persons)
    for block in (1, 7, 4_999, 5_000, 1 << 17):
        for found, wanted in zip(rules.by_hand(rules.narrow(persons), block), expected, strict=True):
            np.testing.assert_array_equal(found, wanted)


def test_what_is_measured_in_arrays_is_what_numpy_by_hand_finds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    persons = rules.invent(5_000)
    np.savez(tmp_path / "persons.npz", allow_pickle=False, **persons)
    rules.measure(str(tmp_path / "persons.npz"), "0")
    told = json.loads(capsys.readouterr().out)
    assert told["fen"] == rules.plainly(persons)[1].sum()
    assert set(told["warm"]) == {"ours", "hand", "plain"}


def test_what_is_measured_from_parquet_is_what_sql_by_hand_finds() -> None:
    """Unknown facts among them; a difference in any row raises."""
    assert [row.case for row in rules.from_parquet()] == [
        "rules-parquet to arrow",
        "rules-parquet to parquet",
        "rules-parquet, its SQL",
    ]


def test_peers_that_can_not_be_installed_leave_our_lines_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("BENCH_PEERS", str(tmp_path / "a file"))
    assert {row.case for row in rules.from_arrays()} == {"rules-arrays", "rules-arrays int32"}
    assert "only our own lines" in capsys.readouterr().err
