"""Batched = paid + returned + in flight, to the fen and the person, whatever the bank answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shidai.benefits.bank import Answer, AnswerLine, Batch, Sum, Transfer, read_answer, reconcile
from shidai.benefits.bank.model import Outcome
from shidai.words import ShidaiError

from .making import (
    answer_csv,
    batch_of,
    bulk,
    card,
    csv_of,
    details,
    entry,
    make_batch,
    order_of,
    statement,
    status_report,
)

CODES = {"paid": "ACSC", "returned": "RJCT", "pending": "ACSP"}
WORDS = {"paid": "成功", "returned": "退票", "pending": "处理中"}
PRINTABLE = st.characters(exclude_categories=("C", "Z"), exclude_characters="\u2028\u2029\ufeff")


@st.composite
def batches(draw: st.DrawFn) -> tuple[Batch, dict[str, str]]:
    """Any batch, with what the bank is to make of each of its transfers."""
    transfers, meant = [], {}
    for number in range(draw(st.integers(1, 12))):
        name = draw(st.text(PRINTABLE, min_size=1, max_size=20))
        purpose = draw(st.text(PRINTABLE, max_size=20))
        fen = draw(st.integers(1, 10**14))
        transfers.append(Transfer(f"E{number}", name, card(number), "102302000018", fen, purpose))
        meant[f"E{number}"] = draw(st.sampled_from(["paid", "returned", "pending", "missing"]))
    return batch_of(transfers), meant


def check(batch: Batch, meant: Mapping[str, str], answer: Answer) -> None:
    """Everybody is where the bank put them, and the closure holds."""
    found = reconcile(batch, answer)
    for place in ("paid", "returned", "pending", "missing"):
        assert [one.end_to_end_id for one in getattr(found, place)] == [id_ for id_ in meant if meant[id_] == place]
    fen = {t.end_to_end_id: t.fen for t in batch.transfers}
    assert found.closes
    assert found.sums["batched"] == Sum(len(fen), sum(fen.values()))
    for name in ("paid", "returned"):
        ids = [id_ for id_ in meant if meant[id_] == name]
        assert found.sums[name] == Sum(len(ids), sum(fen[id_] for id_ in ids))
    assert found.sums["paid"] + found.sums["returned"] + found.in_flight == found.batched


@given(batches())
def test_a_batch_sent_as_pain001_and_answered_by_pain002_closes(case: tuple[Batch, dict[str, str]]) -> None:
    batch, meant = case
    order = {one.id: one for one in order_of(batch)}
    status = {id_: CODES[meant[id_]] for id_ in order if meant[id_] != "missing"}
    yuan = {id_: one.yuan for id_, one in order.items()}
    check(batch, meant, read_answer(status_report(batch, status, yuan=yuan), batch))


@given(batches(), st.booleans())
def test_a_batch_sent_as_pain001_and_answered_by_camt053_closes(
    case: tuple[Batch, dict[str, str]], together: bool
) -> None:
    batch, meant = case
    assume(set(meant.values()) != {"missing"})
    order = order_of(batch)
    debits = [one for one in order if meant[one.id] in ("paid", "returned")]
    announced = [entry(o.yuan, details(o.id, o.yuan), status="PDNG") for o in order if meant[o.id] == "pending"]
    back = [entry(o.yuan, details(o.id, o.yuan, reason="AC01"), way="CRDT") for o in order if meant[o.id] == "returned"]
    if together and debits:
        cents = sum(int(one.yuan.replace(".", "")) for one in debits)
        total = f"{cents // 100}.{cents % 100:02d}"
        inside = bulk(batch, len(debits), total) + "".join(details(o.id, o.yuan) for o in debits)
        out = [entry(total, inside)]
    else:
        out = [entry(o.yuan, details(o.id, o.yuan)) for o in debits]
    check(batch, meant, read_answer(statement(*back, *out, *announced), batch))


@given(batches())
def test_a_batch_sent_and_answered_as_csv_closes(case: tuple[Batch, dict[str, str]]) -> None:
    batch, meant = case
    assume(set(meant.values()) != {"missing"})
    _, *order = csv_of(batch)
    rows = [
        (place, account, yuan, WORDS[meant[id_]], "")
        for (place, _, account, _, yuan, _), id_ in zip(order, meant, strict=True)
        if meant[id_] != "missing"
    ]
    check(batch, meant, read_answer(answer_csv(*rows), batch))


@given(batches())
def test_names_and_purposes_arrive_unchanged(case: tuple[Batch, dict[str, str]]) -> None:
    batch, _ = case
    sent = [(t.payee_name, t.purpose) for t in batch.transfers]
    assert [(one.name, one.purpose) for one in order_of(batch)] == sent
    assert [(row[1].removeprefix("'"), row[5].removeprefix("'")) for row in csv_of(batch)[1:]] == [
        (name.removeprefix("'"), purpose.removeprefix("'")) for name, purpose in sent
    ]


def said(outcome: Outcome, day: int | None = None, fen: int = 60_000) -> Answer:
    at = date(2006, 12, day) if day else None
    return Answer("B2006-12", (AnswerLine("E1", fen, outcome, at=at),))


ONE = make_batch(60_000)


def test_without_an_answer_everything_is_in_flight() -> None:
    found = reconcile(make_batch(60_000, 5))
    assert found.in_flight == found.batched == Sum(2, 60_005)
    assert [one.end_to_end_id for one in found.missing] == ["E1", "E2"]


@pytest.mark.parametrize(
    ("answers", "place"),
    [
        ([said("pending"), said("paid")], "paid"),
        ([said("paid"), said("pending")], "paid"),
        ([said("paid", 26), said("returned", 28)], "returned"),
        ([said("returned", 28), said("paid", 26)], "returned"),
        ([said("returned"), said("pending"), said("returned")], "returned"),
        ([said("paid"), said("paid")], "paid"),
    ],
)
def test_of_several_answers_the_last_word_counts(answers: list[Answer], place: str) -> None:
    found = reconcile(ONE, *answers)
    assert [line.end_to_end_id for line in getattr(found, place)] == ["E1"]
    assert found.closes


@pytest.mark.parametrize(
    "answers",
    [
        [said("returned"), said("paid")],
        [said("returned", 26), said("paid", 28)],
        [said("returned", 26), said("paid", 26)],
        [said("returned", 26), said("paid")],
    ],
)
def test_paid_after_it_came_back_is_refused_so_that_nobody_is_paid_twice(answers: list[Answer]) -> None:
    with pytest.raises(ShidaiError, match="issue nothing anew"):
        reconcile(ONE, *answers)


@pytest.mark.parametrize(
    "answer",
    [Answer("B2006-11", ()), said("paid", fen=60_001), Answer("B2006-12", (AnswerLine("E9", 60_000, "paid"),))],
)
def test_an_answer_to_something_else_is_refused(answer: Answer) -> None:
    with pytest.raises(ShidaiError, match="does not fit this batch"):
        reconcile(ONE, answer)
