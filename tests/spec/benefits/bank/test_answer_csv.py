"""The bank's file of results, CSV in GB18030."""

from __future__ import annotations

from datetime import date

import pytest

from shidai.benefits.bank import AnswerLine, read_answer

from .making import answer_csv, card, make_batch, outcomes, refusals

BATCH = make_batch(60_000, 60_000, 120_050)
PAID = ("1", card(1), "600.00", "成功", "")
BACK = ("2", card(2), "600.00", "失败", "账户已销户")
BUSY = ("3", card(3), "1,200.50", "处理中", "")


def told(*rows: tuple[str, ...], **made: object) -> str:
    return refusals(answer_csv(*rows, **made), BATCH, "a.csv")  # type: ignore[arg-type]


def test_each_line_names_a_transfer_by_its_number() -> None:
    answer = read_answer(answer_csv(PAID, BACK, BUSY), BATCH)
    assert answer.lines == (
        AnswerLine("E1", 60_000, "paid"),
        AnswerLine("E2", 60_000, "returned", "账户已销户"),
        AnswerLine("E3", 120_050, "pending"),
    )


def test_a_file_that_names_no_batch_says_so() -> None:
    """The same people get the same amount every year: who uploads it must confirm which batch it is."""
    assert not read_answer(answer_csv(PAID), BATCH).names_batch


def test_a_bank_may_add_columns_and_a_total() -> None:
    header = ("批次号", "序号", "户名", "账号", "金额（元）", "结果", "原因", "日期")
    data = answer_csv(
        (BATCH.id, "1", "王秀英", card(1), "600.00", "成功", "", "2006-12-26"),
        (BATCH.id, "3", "王秀英", card(3), "1200.50", "成功", "", "20061227"),
        ("合计", "", "", "", "1800.50", "", "", ""),
        header=header,
    )
    answer = read_answer(data, BATCH)
    assert answer.names_batch
    assert [line.at for line in answer.lines] == [date(2006, 12, 26), date(2006, 12, 27)]


def test_a_named_batch_must_be_this_one() -> None:
    header = ("批次号", "序号", "账号", "金额", "结果", "原因")
    assert "a.csv:2 批次号: The file answers batch B2006-11" in told(("B2006-11", *PAID), header=header)


def test_another_batch_is_told_once_by_the_end_of_its_number() -> None:
    header = ("批次号", "序号", "账号", "金额", "结果", "原因")
    other = "01a2293f788c747aa33e437b3f839eed"
    said = told((other, *PAID), (other, *PAID), header=header)
    assert said.count("The file answers batch …839eed, not B2006-12.") == 1
    assert other not in said


def test_a_total_that_does_not_fit_is_refused() -> None:
    assert "a.csv:3: The file states a sum of 601.00" in told(PAID, ("合计", "", "601.00", "", ""))
    assert "after that of the total" in told(("合计", "", "600.00", "", ""), PAID)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("4", card(1), "600.00", "成功", ""), "a.csv:2 序号: The number '4' is not among the batch's 1 to 3"),
        (("0", card(1), "600.00", "成功", ""), "序号"),
        (("1", card(1), "600.01", "成功", ""), "a.csv:2 金额: The amount is 600.01 yuan; 600.00 was sent"),
        (("1", card(1), "6E+02", "成功", ""), "'6E+02' is no amount"),
        (("1", card(2), "600.00", "成功", ""), "a.csv:2 账号: The account is ****"),
        (("1", "6.22202E+18", "600.00", "成功", ""), "A spreadsheet has rewritten"),
        (("1", f"{card(1)[:15]}0000", "600.00", "成功", ""), "A spreadsheet has rewritten"),
        (("1", card(1), "600.00", "大概成功", ""), "a.csv:2 结果: The result '大概成功' is unknown"),
        (("1", card(1)), "incomplete"),
    ],
)
def test_a_line_that_does_not_fit_is_refused_with_its_place(line: tuple[str, ...], said: str) -> None:
    assert said in told(line)


def test_a_number_that_comes_twice_is_refused() -> None:
    assert "a.csv:3 金额: The file answers transfer E1 more than once, at a.csv:2 金额 before." in told(PAID, PAID)


def test_one_wrong_line_keeps_the_whole_file_out() -> None:
    said = told(PAID, ("2", card(2), "1.00", "成功", ""), BUSY)
    assert "nothing of this one was read in" in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_another_encoding_is_refused(encoding: str) -> None:
    assert "not encoded in GB18030" in told(PAID, encoding=encoding)


def test_bytes_that_are_no_gb18030_are_refused_with_their_line() -> None:
    assert "a.csv:3: The file is not encoded in GB18030" in refusals(answer_csv(PAID) + b"2,\xff\r\n", BATCH, "a.csv")


def test_a_header_without_its_columns_is_refused() -> None:
    assert "one column each of: 结果" in told((*PAID[:3], ""), header=("序号", "账号", "金额", "原因"))


def test_a_broken_quotation_is_refused() -> None:
    assert "quotation mark" in refusals(answer_csv(PAID) + b'2,"' + card(2).encode(), BATCH, "a.csv")


@pytest.mark.parametrize("data", [b"", b" \r\n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert "The file is empty" in refusals(data, BATCH)


def test_a_file_cut_off_in_the_middle_is_silent_about_the_rest() -> None:
    """A whole line more or less can't be seen in a file without a total: the reconciliation shows who is missing."""
    assert outcomes(read_answer(answer_csv(PAID, BACK), BATCH)) == {"E1": "paid", "E2": "returned"}


def test_a_file_without_a_result_is_refused() -> None:
    assert "no line of a result" in told()
    assert "no line of a result" in told(("合计", "", "0.00", "", ""))


def test_a_byte_of_zero_is_refused() -> None:
    assert "not encoded in GB18030" in told(("1", card(1), "600.00", "失败", "\0"))


def test_a_refusal_quotes_no_more_than_a_sentence_of_the_file() -> None:
    assert len(told(("9" * 9_000, card(1), "600.00", "成功", ""))) < 500
