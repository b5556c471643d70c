"""Files that a spreadsheet opens hold texts that others typed: none of them may become a formula."""

from __future__ import annotations

from pathlib import Path

import pytest

from shidai.registry.importing.batch import Reject
from shidai.registry.importing.rejects import write_rejects
from shidai.words import Text, inert_cell


@pytest.mark.parametrize("text", ["=1+1", "+86 10", "-2", "@sum", "\t=1"])
def test_a_text_that_begins_like_a_formula_stays_a_text(text) -> None:
    assert inert_cell(text) == f"'{text}"


def test_other_texts_are_left_alone() -> None:
    assert [inert_cell(text) for text in ("王伟", "3-4", "")] == ["王伟", "3-4", ""]


def test_the_list_of_rejects_holds_no_formula(tmp_path: Path) -> None:
    said = Text(zh="错", en="Wrong.")
    write_rejects(tmp_path / "rejects.csv", "person", [Reject(2, "=cmd()", "name", said, said)])
    assert ",'=cmd()," in (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
