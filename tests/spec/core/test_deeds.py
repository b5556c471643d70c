"""Every deed that the code writes into the audit log has words for the auditor, in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from shidai.core.deeds import DEEDS, KINDS, deeds_of, words_of

SOURCE = Path(__file__).resolve().parents[3] / "src" / "shidai"
WRITERS = {  # where among the arguments the deed stands
    "audit.record": 1, "_told": 1, "tell_act": 1, "write_step": 1, "Deed": 0, "audit.Deed": 0,
}  # fmt: skip


def written_deeds(source: str) -> set[str]:
    """The deeds that a module writes into the log."""
    return {
        deed
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and writes(call)
        for deed in read_deeds(call.args[WRITERS[ast.unparse(call.func)]], function)
    }


def writes(call: ast.Call) -> bool:
    """Whether this is a call that writes into the log (an import tells its run, not a deed, by `_told` too)."""
    name = ast.unparse(call.func)
    return name in WRITERS and (name != "_told" or ast.unparse(call.args[0]) == "by")


def read_deeds(value: ast.expr, function: ast.FunctionDef) -> set[str]:
    """What an argument may be: a literal, one of two, a name for one, or the function's own argument."""
    if isinstance(value, ast.Constant):
        return {value.value}
    if isinstance(value, ast.IfExp):
        return read_deeds(value.body, function) | read_deeds(value.orelse, function)
    if isinstance(value, ast.Name):
        if value.id in {each.arg for each in function.args.args}:
            return set()  # its callers say it
        given = [
            each.value
            for each in ast.walk(function)
            if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == value.id
        ]
        return set().union(*(read_deeds(each, function) for each in given))
    raise AssertionError(f"a deed that can't be read off the code: {ast.unparse(value)}; write it as a literal")


def all_written() -> set[str]:
    return set().union(*(written_deeds(file.read_text(encoding="utf-8")) for file in SOURCE.rglob("*.py")))


def test_the_walk_finds_deeds_however_they_are_written() -> None:
    source = """
def act(by, dry):
    deed = "a.tried" if dry else "a.done"
    audit.record(by, deed, "x")
    audit.record_all(by, [Deed("b.done", "y")])
"""
    assert written_deeds(source) == {"a.tried", "a.done", "b.done"}


def test_every_deed_that_is_written_has_words() -> None:
    missing = all_written() - set(DEEDS)
    assert not missing, f"give these deeds words in shidai/core/deeds.py: {sorted(missing)}"


def test_no_words_stand_for_a_deed_that_is_never_written() -> None:
    assert set(DEEDS) <= all_written()


@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_the_words_are_a_sentence_in_both_languages(deed: str) -> None:
    words = DEEDS[deed]
    assert words.kind in KINDS
    for text in (words.done, words.more):
        if text is not None:
            assert text.zh
            assert text.en
            assert deed not in (text.zh, text.en)
            assert not any("\u4e00" <= sign <= "\u9fff" for sign in text.en)


def test_a_deed_of_a_later_version_is_still_told() -> None:
    assert "no words" in words_of("tax.return").done.en


def test_every_kind_has_deeds() -> None:
    assert all(deeds_of(kind) for kind in KINDS)
