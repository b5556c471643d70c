"""The command line: each command explains itself with an example, and every end has its documented exit code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from shidai.cli import app, run
from shidai.words import Exit

DOCS = Path(__file__).resolve().parents[3] / "docs" / "reference"


def leaves(command, path=()):
    """Every command that does something, with the words that call it."""
    if hasattr(command, "commands"):
        for name, child in command.commands.items():
            yield from leaves(child, (*path, name))
    else:
        yield " ".join(path), command


COMMANDS = dict(leaves(get_command(app)))


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_each_command_explains_itself_with_an_example(words: str) -> None:
    shown = CliRunner().invoke(app, [*words.split(), "--help"])
    assert shown.exit_code == 0
    assert "Example" in COMMANDS[words].help, f"shidai {words} has no example"


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_each_command_is_in_the_reference(words: str) -> None:
    assert f"`shidai {words}" in (DOCS / "commands.md").read_text(encoding="utf-8")


def test_each_exit_code_is_documented() -> None:
    listed = dict(
        re.findall(r"^\| (\d+) \| (\w+) \|", (DOCS / "exit-codes.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert {int(code): name for code, name in listed.items()} == {code.value: code.name for code in Exit}


def test_each_setting_is_documented() -> None:
    source = "".join(p.read_text(encoding="utf-8") for p in (DOCS.parents[1] / "src").rglob("*.py"))
    used = set(re.findall(r"SHIDAI_[A-Z_]+", source))
    documented = set(re.findall(r"`(SHIDAI_[A-Z_]+)`", (DOCS / "settings.md").read_text(encoding="utf-8")))
    assert used == documented


def test_a_wrong_command_is_a_usage_error() -> None:
    assert run(["no-such-command"]) == Exit.USAGE


def test_no_city_says_how_to_make_one(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("SHIDAI_LANG", "en")
    assert run(["serve", "--data", str(tmp_path)]) == Exit.BAD_INPUT
    assert "shidai demo" in capsys.readouterr().err
