"""What the bank really booked: the account statement, camt.053."""

from __future__ import annotations

from datetime import date

import pytest

from shidai.benefits.bank import AnswerLine, read_answer

from .making import bulk, details, entry, make_batch, outcomes, refusals, statement

BATCH = make_batch(60_000, 60_000, 120_050)
E1, E2, E3 = details("E1", "600.00"), details("E2", "600.00"), details("E3", "1200.50")
WHOLE = entry("2400.50", bulk(BATCH, 3, "2400.50") + E1 + E2 + E3)


def test_one_debit_for_all_may_list_its_transfers() -> None:
    assert outcomes(read_answer(statement(WHOLE), BATCH)) == {"E1": "paid", "E2": "paid", "E3": "paid"}


def test_one_debit_for_all_may_list_nothing_if_it_is_the_whole_batch() -> None:
    answer = read_answer(statement(entry("2400.50", bulk(BATCH, 3, "2400.50"))), BATCH)
    assert set(outcomes(answer).values()) == {"paid"}
    assert len(answer.lines) == 3


def test_one_debit_that_leaves_somebody_out_must_say_whom() -> None:
    said = refusals(statement(entry("1800.50", bulk(BATCH, 2, "1800.50"))), BATCH)
    assert "a number of 2; the batch has 3" in said
    assert "a sum of 1800.50 yuan; the batch has 2400.50" in said


def test_each_transfer_may_have_an_entry_of_its_own() -> None:
    answer = read_answer(statement(entry("600.00", E1), entry("1200.50", E3, status="PDNG")), BATCH)
    assert answer.lines == (
        AnswerLine("E1", 60_000, "paid", "", date(2006, 12, 26)),
        AnswerLine("E3", 120_050, "pending", "", date(2006, 12, 26)),
    )


def test_a_return_is_a_credit_that_names_its_transfer() -> None:
    back = entry("600.00", details("E2", "600.00", reason="AC04"), way="CRDT", day="2006-12-28")
    for told in (statement(WHOLE, back), statement(back, WHOLE)):
        answer = read_answer(told, BATCH)
        assert outcomes(answer) == {"E1": "paid", "E2": "returned", "E3": "paid"}
        assert answer.lines[1] == AnswerLine("E2", 60_000, "returned", "AC04", date(2006, 12, 28))


def test_entries_of_others_are_passed_over() -> None:
    other = entry("99.00", details("X1", "99.00", order="B2006-11"))
    fee = entry("5.00")
    announced = entry("2400.50", E1 + E2 + E3, status="INFO")
    assert outcomes(read_answer(statement(other, fee, announced, entry("600.00", E1)), BATCH)) == {"E1": "paid"}


def test_a_statement_without_any_of_the_batch_is_another_batchs() -> None:
    said = refusals(statement(entry("99.00", details("X1", "99.00", order="B2006-11"))), BATCH)
    assert "The file answers batch (none named), not B2006-12." in said


def test_a_statement_of_another_account_is_refused() -> None:
    assert "no statement of the account ****0123" in refusals(statement(WHOLE, account="99999999"), BATCH)


def test_an_unknown_transfer_of_this_batch_is_refused() -> None:
    assert "no transfer E9" in refusals(statement(entry("1.00", details("E9", "1.00", order=BATCH.id))), BATCH)


def test_a_transfer_of_this_batch_under_anothers_name_is_refused() -> None:
    assert "batch B2006-11" in refusals(statement(entry("600.00", details("E1", "600.00", order="B2006-11"))), BATCH)


def test_a_changed_amount_is_refused() -> None:
    assert "600.00 was sent" in refusals(statement(entry("600.01", details("E1", "600.01"))), BATCH)


def test_a_partial_return_is_refused() -> None:
    """A fee kept by the bank isn't settled by a file."""
    assert "600.00 was sent" in refusals(statement(WHOLE, entry("598.00", details("E1", "598.00"), way="CRDT")), BATCH)


def test_an_entry_that_is_not_the_sum_of_its_transfers_is_refused() -> None:
    assert "its list of transfers has 1800.50" in refusals(statement(entry("2400.50", E1 + E3)), BATCH)


@pytest.mark.parametrize("told", [bulk(BATCH, 2, "2400.50"), bulk(BATCH, 3, "2400.51")])
def test_a_debit_for_all_that_miscounts_its_transfers_is_refused(told: str) -> None:
    assert "its list of transfers has" in refusals(statement(entry("2400.50", told + E1 + E2 + E3)), BATCH)


@pytest.mark.parametrize(
    ("count", "total", "said"),
    [("2", "3000.50", ""), ("3", "3000.50", "a number of 3"), ("2", "2400.50", "a sum of 2400.50")],
)
def test_the_statements_own_summary_holds(count: str, total: str, said: str) -> None:
    summary = f"<TxsSummry><TtlNtries><NbOfNtries>{count}</NbOfNtries><Sum>{total}</Sum></TtlNtries></TxsSummry>"
    told = statement(WHOLE, entry("600.00", E1, way="CRDT"), summary=summary)
    if said:
        assert said in refusals(told, BATCH)
    else:
        assert outcomes(read_answer(told, BATCH))["E1"] == "returned"


def test_a_transfer_debited_twice_is_an_alarm() -> None:
    said = refusals(statement(WHOLE, entry("600.00", E1)), BATCH)
    assert "may have been debited twice" in said


def test_a_return_that_lists_nobody_is_refused() -> None:
    assert "whose it is" in refusals(statement(entry("600.00", bulk(BATCH, 1, "600.00"), way="CRDT")), BATCH)


def test_another_currency_is_refused() -> None:
    assert "The currency is USD" in refusals(statement(WHOLE).replace(b"CNY", b"USD"), BATCH)


def test_a_day_that_is_none_is_refused() -> None:
    assert "is no date" in refusals(statement(entry("600.00", E1, day="2006-02-30")), BATCH)


def test_an_entry_without_an_amount_is_refused() -> None:
    whole = entry("1.00", f"<Btch><MsgId>{BATCH.id}</MsgId></Btch>").replace('<Amt Ccy="CNY">1.00</Amt>', "")
    assert "The entry has no amount" in refusals(statement(whole), BATCH)
