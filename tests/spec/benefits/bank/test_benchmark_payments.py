"""The benchmark of payments compares like with like."""

from __future__ import annotations

import pytest

from bench import payments
from shidai.benefits.bank import write_pain001


def test_both_ways_write_the_same_message() -> None:
    batch = payments.invent(600)
    assert payments.elements(payments.written(batch, write_pain001)) == payments.elements(payments.by_etree(batch))


def test_each_line_has_its_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments, "TRANSFERS", 50)
    assert [(row.case, row.good) for row in payments.measure()] == [
        ("payments", True),
        ("payments by hand", None),
        ("payments CSV", True),
        ("payments answer", True),
    ]
