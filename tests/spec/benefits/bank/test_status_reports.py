"""What the bank says first: the payment status report, pain.002."""

from __future__ import annotations

from datetime import date

import pytest

from shidai.benefits.bank import AnswerLine, read_answer, reason_in_words

from .making import make_batch, outcomes, refusals, status_report

BATCH = make_batch(60_000, 60_000, 120_050)
ALL_PAID = {"E1": "ACSC", "E2": "ACSC", "E3": "ACSC"}


def test_each_transfer_has_its_own_status() -> None:
    answer = read_answer(status_report(BATCH, {"E1": "ACSC", "E2": "RJCT", "E3": "ACCP"}), BATCH)
    assert answer.batch_id == BATCH.id
    assert answer.lines == (
        AnswerLine("E1", 60_000, "paid", "", date(2006, 12, 26)),
        AnswerLine("E2", 60_000, "returned", "AC04 已销户", date(2006, 12, 26)),
        AnswerLine("E3", 120_050, "pending", "", date(2006, 12, 26)),
    )


def test_a_reason_is_told_in_words() -> None:
    assert reason_in_words("AC04 已销户").en == "account closed (已销户)"
    assert reason_in_words("MD07").zh == "收款人已去世"
    assert reason_in_words("系统繁忙").zh == "系统繁忙"


@pytest.mark.parametrize(("status", "outcome"), [("ACSC", "paid"), ("RJCT", "returned"), ("ACCP", "pending")])
def test_a_status_of_the_whole_order_is_that_of_every_transfer(status: str, outcome: str) -> None:
    answer = read_answer(status_report(BATCH, {}, group=status), BATCH)
    assert set(outcomes(answer).values()) == {outcome}
    assert len(answer.lines) == 3


def test_where_some_were_accepted_the_bank_is_silent_about_those_it_does_not_list() -> None:
    assert outcomes(read_answer(status_report(BATCH, {"E2": "RJCT"}), BATCH)) == {"E2": "returned"}


def test_a_report_about_another_batch_is_refused() -> None:
    said = refusals(status_report(BATCH, ALL_PAID, order="B2006-11"), BATCH)
    assert "a.xml:4 /Document/CstmrPmtStsRpt/OrgnlGrpInfAndSts: The file answers batch B2006-11, not B2006-12." in said


def test_an_unknown_transfer_is_refused_with_its_line() -> None:
    said = refusals(status_report(BATCH, ALL_PAID | {"E9": "ACSC"}), BATCH)
    assert "a.xml:11 /Document/CstmrPmtStsRpt/OrgnlPmtInfAndSts/TxInfAndSts: The batch has no transfer E9." in said


def test_a_transfer_answered_twice_is_refused() -> None:
    once = status_report(BATCH, {"E1": "ACSC"}).decode()
    block = once[once.index("<TxInfAndSts>") : once.index("</OrgnlPmtInfAndSts>")]
    assert "more than once" in refusals(once.replace(block, block * 2).encode(), BATCH)


@pytest.mark.parametrize("yuan", ["600.01", "599.99", "60000", "6.00"])
def test_a_changed_amount_is_refused(yuan: str) -> None:
    assert "600.00 was sent" in refusals(status_report(BATCH, ALL_PAID, yuan={"E1": yuan}), BATCH)


@pytest.mark.parametrize("yuan", ["600.001", "6E2", "", "-600.00", "６００.00", "six"])
def test_what_is_no_amount_is_refused(yuan: str) -> None:
    assert "is no amount" in refusals(status_report(BATCH, ALL_PAID, yuan={"E1": yuan}), BATCH)


def test_amounts_may_have_zeros_that_say_nothing() -> None:
    assert read_answer(status_report(BATCH, ALL_PAID, yuan={"E1": "600", "E3": "1200.50000"}), BATCH).lines


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        ("<OrgnlNbOfTxs>2</OrgnlNbOfTxs>", "a number of 2; the batch has 3"),
        ("<OrgnlNbOfTxs>x</OrgnlNbOfTxs>", "'x' is no number"),
        ("<OrgnlCtrlSum>2400.51</OrgnlCtrlSum>", "a sum of 2400.51 yuan; the batch has 2400.50"),
    ],
)
def test_a_wrong_control_sum_is_refused(totals: str, said: str) -> None:
    assert said in refusals(status_report(BATCH, ALL_PAID, totals=totals), BATCH)


def test_right_control_sums_are_taken() -> None:
    totals = "<OrgnlNbOfTxs>3</OrgnlNbOfTxs><OrgnlCtrlSum>2400.5</OrgnlCtrlSum>"
    assert len(read_answer(status_report(BATCH, ALL_PAID, totals=totals), BATCH).lines) == 3


@pytest.mark.parametrize("place", ["stated", "per_status"])
@pytest.mark.parametrize(
    ("count", "total", "said"),
    [("2", "1800.50", ""), ("1", "1800.50", "a number of 1"), ("2", "600.00", "a sum of 600.00")],
)
def test_numbers_by_status_fit_the_list(place: str, count: str, total: str, said: str) -> None:
    per = (
        f"<NbOfTxsPerSts><DtldNbOfTxs>{count}</DtldNbOfTxs><DtldSts>ACSC</DtldSts>"
        f"<DtldCtrlSum>{total}</DtldCtrlSum></NbOfTxsPerSts>"
    )
    report = status_report(BATCH, {"E1": "ACSC", "E2": "RJCT", "E3": "ACSC"}, **{place: per})  # type: ignore[arg-type]
    if said:
        assert said in refusals(report, BATCH)
    else:
        assert len(read_answer(report, BATCH).lines) == 3


@pytest.mark.parametrize(("group", "status"), [("RJCT", "ACSC"), ("ACSC", "RJCT"), ("ACCP", "RJCT")])
def test_a_report_that_contradicts_itself_is_refused(group: str, status: str) -> None:
    assert "contradicts" in refusals(status_report(BATCH, {"E1": status}, group=group), BATCH)


@pytest.mark.parametrize("status", ["ABCD", "", "PART"])
def test_an_unknown_status_is_refused(status: str) -> None:
    assert "status" in refusals(status_report(BATCH, {"E1": status}), BATCH)


def test_every_problem_is_told_at_once() -> None:
    said = refusals(status_report(BATCH, {"E1": "ACSC", "E8": "ACSC", "E9": "XXXX"}, yuan={"E1": "1.00"}), BATCH)
    assert "600.00 was sent" in said
    assert "no transfer E8" in said
    assert "status XXXX" in said


@pytest.mark.parametrize("part", ["OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts"])
def test_a_report_that_answers_twice_is_refused(part: str) -> None:
    once = status_report(BATCH, {}, group="ACSC").decode()
    block = once[once.index(f"<{part}>") : once.index(f"</{part}>")] + f"</{part}>"
    assert "answers the batch more than once" in refusals(once.replace(block, block * 2).encode(), BATCH)


def test_a_payment_accepted_in_a_group_refused_is_refused() -> None:
    report = status_report(BATCH, {}, group="RJCT", per_status="<PmtInfSts>ACSC</PmtInfSts>")
    assert "contradicts that of the payment" in refusals(report, BATCH)


def test_the_banks_words_are_kept_at_a_bearable_length() -> None:
    report = status_report(BATCH, {"E1": "RJCT"}).replace("已销户".encode(), b"x" * 5_000)
    assert len(read_answer(report, BATCH).lines[0].reason) == 200
