"""The bank's answer as CSV in GB18030: one line for each transfer, named by its number in the file that was sent."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date

from shidai.benefits.bank.accounts import is_spreadsheet_number
from shidai.benefits.bank.amounts import fen_of
from shidai.benefits.bank.answerlines import FROM_BANK, Said, check_lines, check_sum, note_other_batch
from shidai.benefits.bank.bankcsv import ENCODING
from shidai.benefits.bank.faults import Faults, masked
from shidai.benefits.bank.model import Answer, Batch, Outcome, Transfer
from shidai.words import ShidaiError, problem

NEEDED = ("序号", "账号", "金额", "结果", "原因")
BATCH, DAY, TOTAL = "批次号", "日期", "合计"  # a bank may add the first two columns, and a last line with the total
OUTCOMES: dict[str, Outcome] = {
    **dict.fromkeys(("成功", "交易成功", "已入账", "已付"), "paid"),
    **dict.fromkeys(("失败", "交易失败", "退回", "退票"), "returned"),
    **dict.fromkeys(("处理中", "待处理", "已受理"), "pending"),
}
_PLACE = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_DAY = re.compile(r"([0-9]{4})[-/]?([0-9]{1,2})[-/]?([0-9]{1,2})", re.ASCII)


def read_answer_csv(data: bytes, batch: Batch, file: str) -> Answer:
    """Raises a `ShidaiError` with everything that doesn't fit the batch, each with its line and column."""
    rows = _rows(data, file)
    columns = _columns(rows, file)
    faults = Faults()
    reading = _Reading(faults, batch, file, columns)
    lines = check_lines(batch, list(reading.read(rows)), faults)
    reading.check_total()
    if not lines and not faults.count:
        faults.add(file, zh="文件中没有付款结果。", en="The file has no line of a result.", **FROM_BANK)
    faults.stop()
    return Answer(batch.id, lines, names_batch=BATCH in columns)


def _rows(data: bytes, file: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with their line numbers, blank ones left out."""
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or "序号".encode() in data[:1000] or b"\0" in data:
        raise _wrong_encoding(f"{file}:1")
    try:
        text = data.decode(ENCODING)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(f"{file}:{data.count(10, 0, error.start) + 1}") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        read = [(reader.line_num, [cell.strip().strip("'").strip() for cell in row]) for row in reader]
    except csv.Error:
        raise ShidaiError(
            problem(
                f"{file}:{reader.line_num}",
                zh="CSV 格式有误，引号没有成对，或某格过长。",
                en="The CSV is broken: a quotation mark has no partner, or a cell is too long.",
                **FROM_BANK,
            )
        ) from None
    return iter([(line, row) for line, row in read if any(row)])


def _wrong_encoding(where: str) -> ShidaiError:
    return ShidaiError(
        problem(
            where,
            zh="文件不是 GB18030 编码，可能被其他软件另存过。",
            en="The file is not encoded in GB18030: another program may have saved it.",
            mend_zh="请使用从银行下载的原始文件。",
            mend_en="Use the file as it came from the bank.",
        )
    )


def _columns(rows: Iterator[tuple[int, list[str]]], file: str) -> dict[str, int]:
    """Where each column stands, by the header line. A unit in brackets is no part of a name."""
    line, header = next(rows, (1, []))
    names = [re.sub(r"[(（].*[)）]$", "", cell) for cell in header]
    missing = [name for name in NEEDED if names.count(name) != 1]
    if not missing:
        return {name: at for at, name in enumerate(names)}
    listed = "、".join(missing)
    raise ShidaiError(
        problem(
            f"{file}:{line}",
            zh=f"表头应各有一列：{listed}。",
            en=f"The header must have one column each of: {listed}.",
            mend_zh="请使用银行的代发结果文件（序号、账号、金额、结果、原因），编码为 GB18030。",
            mend_en="Use the bank's file of results (序号, 账号, 金额, 结果, 原因), encoded in GB18030.",
        )
    )


class _Reading:
    """Lines held against the transfers whose numbers they bear."""

    def __init__(self, faults: Faults, batch: Batch, file: str, columns: dict[str, int]) -> None:
        self.faults, self.batch, self.file, self.columns = faults, batch, file, columns
        self._fen = 0
        self._others: set[str] = set()  # batches that the file names instead of this one, each told once
        self._total: tuple[str, int] | None = None

    def read(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[Said]:
        for line, row in rows:
            where = f"{self.file}:{line}"
            if self._total is not None:
                self._refuse(where, "合计行之后还有内容。", "There is a line after that of the total.")
            elif TOTAL in row[:2]:
                self._total = (where, self._amount(self._cell(row, "金额"), where) or 0)
            elif len(row) < len(self.columns):
                self._refuse(where, "此行不完整。", "This line is incomplete.")
            else:
                yield from self._read_line(row, where)

    def check_total(self) -> None:
        """The file's own total, if it has one."""
        if self._total is not None:
            check_sum(self.faults, self._total[0], self._total[1], self._fen, "所列各行", "its list of lines")

    def _read_line(self, row: Sequence[str], where: str) -> Iterator[Said]:
        said_batch = self._cell(row, BATCH)
        if BATCH in self.columns and said_batch not in (self.batch.id, *self._others):
            self._others.add(said_batch)
            note_other_batch(self.faults, f"{where} {BATCH}", said_batch, self.batch)
        transfer = self._transfer(self._cell(row, "序号"), where)
        fen = self._amount(self._cell(row, "金额"), where)
        self._fen += fen or 0
        outcome = OUTCOMES.get(self._cell(row, "结果"))
        if outcome is None:
            self._refuse_outcome(self._cell(row, "结果"), where)
        day = self._day(self._cell(row, DAY), where)
        if transfer is None or outcome is None:
            return
        self._check_account(self._cell(row, "账号"), transfer, f"{where} 账号")
        reason = self._cell(row, "原因") if outcome != "paid" else ""
        yield Said(f"{where} 金额", transfer.end_to_end_id, fen, outcome, reason, day)

    def _cell(self, row: Sequence[str], name: str) -> str:
        at = self.columns.get(name)
        return row[at] if at is not None and at < len(row) else ""

    def _transfer(self, place: str, where: str) -> Transfer | None:
        if _PLACE.fullmatch(place) and int(place) <= len(self.batch.transfers):
            return self.batch.transfers[int(place) - 1]
        self.faults.add(
            f"{where} 序号",
            zh=f"序号“{place}”不在本批次的1至{len(self.batch.transfers)}之内。",
            en=f"The number '{place}' is not among the batch's 1 to {len(self.batch.transfers)}.",
            mend_zh="请确认这是对本批次的回单；本次没有读入任何一行。",
            mend_en="Make sure that the file answers this batch; nothing of it was read in.",
        )
        return None

    def _amount(self, text: str, where: str) -> int | None:
        fen = fen_of(text)
        if fen is None:
            self._refuse(f"{where} 金额", f"金额“{text}”无法读取。", f"'{text}' is no amount.")
        return fen

    def _day(self, text: str, where: str) -> date | None:
        if not text:
            return None
        match = _DAY.match(text)
        try:
            return date(*map(int, match.groups())) if match else date.fromisoformat(text)
        except ValueError:
            self._refuse(f"{where} {DAY}", f"“{text}”不是日期。", f"'{text}' is no date.")
            return None

    def _check_account(self, account: str, transfer: Transfer, where: str) -> None:
        if account == transfer.account:
            return
        rounded = len(account) == len(transfer.account) > 15 and account == transfer.account[:15].ljust(
            len(account), "0"
        )
        if is_spreadsheet_number(account) or rounded:
            self.faults.add(
                where,
                zh="账号被电子表格改写，末尾数字已丢失。",
                en="A spreadsheet has rewritten the account number: its last digits are lost.",
                mend_zh="请使用从银行下载的原始文件，不要用电子表格打开后另存。",
                mend_en="Use the file as it came from the bank, not one saved by a spreadsheet.",
            )
        else:
            self._refuse(
                where,
                f"账号为 {masked(account)}，发出的是 {masked(transfer.account)}。",
                f"The account is {masked(account)}; the transfer was sent to {masked(transfer.account)}.",
            )

    def _refuse_outcome(self, text: str, where: str) -> None:
        self.faults.add(
            f"{where} 结果",
            zh=f"不认识的结果“{text}”。",
            en=f"The result '{text}' is unknown.",
            mend_zh=f"可用的结果：{'、'.join(OUTCOMES)}。请向银行核实后联系系统管理员。",
            mend_en=f"Results that are read: {', '.join(OUTCOMES)}. Ask the bank what it means.",
        )

    def _refuse(self, where: str, zh: str, en: str) -> None:
        self.faults.add(where, zh=zh, en=en, **FROM_BANK)
