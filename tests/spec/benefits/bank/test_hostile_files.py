"""Files that mean harm, or were spoilt on their way: nothing of them is read."""

from __future__ import annotations

import pytest

from shidai.benefits.bank import read_answer

from .making import make_batch, refusals, status_report

BATCH = make_batch(60_000, 120_050)
GOOD = status_report(BATCH, {"E1": "ACSC", "E2": "RJCT"})


def with_doctype(doctype: str, good: bytes = GOOD) -> bytes:
    return good.replace(b"<Document", doctype.encode() + b"<Document", 1)


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE Document>",
        '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/evil.dtd">',
        '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
    ],
)
def test_a_document_type_is_never_read(doctype: str) -> None:
    assert "a.xml:2: The file declares a document type" in refusals(with_doctype(doctype), BATCH)


def test_an_entity_without_a_declaration_is_refused() -> None:
    assert "a.xml:8: The XML is broken: undefined entity" in refusals(
        GOOD.replace("已销户".encode(), b"&secret;"), BATCH
    )


@pytest.mark.parametrize("kept", [50, 200, len(GOOD) // 2, len(GOOD) - 1])
def test_a_file_cut_off_is_refused(kept: int) -> None:
    assert "The XML is broken" in refusals(GOOD[:kept], BATCH)


def test_a_wrong_end_is_refused_with_its_line() -> None:
    assert "a.xml:4: The XML is broken: mismatched tag" in refusals(
        GOOD.replace(b"</OrgnlMsgId>", b"</OrgnlMsg>"), BATCH
    )


def test_deep_nesting_is_refused() -> None:
    assert "nested too deeply" in refusals(b"<a>" * 100_000, BATCH)


def test_bytes_of_another_encoding_than_the_file_says_are_refused() -> None:
    data = GOOD.decode().encode("gb18030")
    assert "a.xml:8: The file says that its encoding is utf-8, and its bytes are not." in refusals(data, BATCH)


@pytest.mark.parametrize(
    ("declared", "encoding"), [("GB18030", "gb18030"), ("gbk", "gb18030"), ("UTF-16", "utf-16"), ("UTF-8", "utf-8-sig")]
)
def test_encodings_that_banks_use_are_read(declared: str, encoding: str) -> None:
    data = GOOD.decode().replace('encoding="UTF-8"', f'encoding="{declared}"').encode(encoding)
    assert read_answer(data, BATCH) == read_answer(GOOD, BATCH)


@pytest.mark.parametrize("declared", ["rot13", "zlib", "cp037"])
def test_an_encoding_that_no_bank_uses_is_refused(declared: str) -> None:
    data = GOOD.replace(b'encoding="UTF-8"', f'encoding="{declared}"'.encode())
    assert f"The encoding {declared} is not read" in refusals(data, BATCH)


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>Please sign in</body></html>",
        GOOD.replace(b"pain.002.001.10", b"pain.008.001.08"),
        GOOD.replace(b' xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"', b""),
    ],
)
def test_another_message_is_refused(data: bytes) -> None:
    assert "neither a pain.002 nor a camt.053" in refusals(data, BATCH)


def test_elements_of_a_foreign_namespace_count_for_nothing() -> None:
    foreign = GOOD.replace(b"<TxSts>ACSC</TxSts>", b'<x:TxSts xmlns:x="urn:x">ACSC</x:TxSts>')
    assert "has no status" in refusals(foreign, BATCH)


def test_other_versions_of_the_message_are_read() -> None:
    assert read_answer(GOOD.replace(b"pain.002.001.10", b"pain.002.001.03"), BATCH) == read_answer(GOOD, BATCH)


@pytest.mark.parametrize("data", [b"\x00" * 100, bytes(range(256)), "你好".encode(), b"<", b"\xff\xfe<"])
def test_rubbish_is_refused(data: bytes) -> None:
    assert refusals(data, BATCH)
