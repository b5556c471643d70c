"""A pack whose schemes look right and are not: what the check finds, at its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shidai.packs.load import folder_of
from shidai.rules.checking import check_schemes

FACT = """
[[fact]]
id = "%s"
type = "int"
title = { zh = "事实", en = "fact" }
meaning = { zh = "事实", en = "fact" }
source = "own"
checked_on = 2026-11-23
effective_from = 2004-01-01
"""
REWARD = "schemes/rural-reward.toml"


def _problems(folder: Path, file: str, old: str, new: str) -> list[str]:
    """Of the shipped pack with one passage changed; a passage of nothing is the file's end."""
    pack = folder / "pack"
    shutil.copytree(folder_of("wuxi-2006"), pack)
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")
    return [found.said("en") for found in check_schemes(pack)]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("facts.toml", "", FACT % "grant", "grant is a word of SQL"),
        ("facts.toml", "", FACT % "age", "has a column age already"),
        ("facts.toml", "", FACT % "person_id", "has a column person_id already"),
        (REWARD, 'pay = ["12-31"]', 'pay = ["13-31"]', "13-31 is not a day of any year"),
        (REWARD, 'per = "month"', 'per = "year"\ndue = "02-30"', "02-30 is not a day of any year"),
        (REWARD, "facts = { alive = true,", "facts = { alive = 1,", "The column alive is of type bool"),
        (REWARD, "value = 60", "value = 99999999999999999999", "may not fit 64 bits"),
        (REWARD, 'fen = ":monthly"', 'fen = ":monthly * COALESCE(age, 0) * 9000000000000"', "may not fit 64 bits"),
    ],
)
def test_what_an_expression_alone_does_not_show(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    (problem,) = _problems(tmp_path, file, old, new)
    assert told in problem
    assert Path(file).name in problem
