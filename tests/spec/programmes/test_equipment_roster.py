"""A list of equipment of another system: all lines or none, each piece once, every fault with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shidai.cli.app import run
from shidai.core.access import NoAccess
from shidai.programmes import capacity
from shidai.programmes.equipmentroster import COLUMNS, Taken, take_equipment
from shidai.programmes.fleet import Fleet
from shidai.programmes.models import Piece, PieceNote
from shidai.supply import actions as supply
from shidai.supply.models import Site
from shidai.words import Exit, ShidaiError
from tests.factories import OPERATOR, TOWNSHIP, Cast

START, EVE = date(2006, 1, 1), date(2006, 12, 31)
GOOD = "S1,A1,microscope,2003-05-01,,2006-12-20,no light"
CHECKED = "S1,A2,ultrasound,2003-05-01,2006-02-01,,"


@pytest.fixture(autouse=True)
def station(cast: Cast) -> Site:
    return supply.open_site(
        by=OPERATOR, code="S1", area=TOWNSHIP, kind="station", name_zh="东山站", name_en="Station", opened_on=START
    )


def write(folder: Path, *lines: str) -> Path:
    file = folder / "equipment.csv"
    file.write_text("\n".join((",".join(COLUMNS), *lines)) + "\n", encoding="utf-8")
    return file


def take(file: Path, source: str = "assets") -> Taken:
    return take_equipment(by=OPERATOR, source=source, file=file)


def test_pieces_come_with_their_check_and_what_is_wrong_and_once(tmp_path: Path, station: Site) -> None:
    file = write(tmp_path, GOOD, CHECKED)
    assert take(file) == Taken(2, 0)
    assert take(file) == Taken(0, 2)
    first, second = Fleet([station.pk]).standings(EVE)
    assert (first.state, first.since, first.reason) == ("broken", date(2006, 12, 20), "no light")
    assert (second.state, second.checked, second.due) == ("works", date(2006, 2, 1), date(2007, 2, 1))
    assert PieceNote.objects.count() == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("S9,A3,microscope,2003-05-01,,,", "equipment.csv:3 / site: There is no site S9"),
        ("S1,A3,crystal-ball,2003-05-01,,,", "equipment.csv:3 / kind: The pack has no kind of equipment crystal-ball"),
        ("S1,A3,microscope,,,,", "equipment.csv:3 / since: '' is no date"),
        ("S1,A3,microscope,2003-05-01,May,,", "equipment.csv:3 / checked: 'May' is no date"),
        ("S1,A3,microscope,2003-05-01,,2003-04-30,?", "equipment.csv:3 / broken: 2003-04-30 is before"),
        ("S1,A3,microscope,2003-05-01,,2006-04-30,", "equipment.csv:3 / reason: What is wrong with it isn't said"),
        ("S1,A1,microscope,2003-05-01,,,", "equipment.csv:3 / number: The number 'A1' is empty, or the site has it"),
        ("S1,,microscope,2003-05-01,,,", "equipment.csv:3 / number"),
        ("S1,A3,microscope,2003-05-01,2999-01-01,,", "equipment.csv:3 / checked: 2999-01-01 lies in the future"),
        ("S1,A3,microscope,2003-05-01,,2999-01-01,?", "equipment.csv:3 / broken: 2999-01-01 lies in the future"),
        (f"S1,{'A' * 41},microscope,2003-05-01,,,", "equipment.csv:3 / number: 41 characters are too many"),
        (f"S1,A3,microscope,2003-05-01,,2006-04-30,{'?' * 501}", "equipment.csv:3 / reason: 501 characters"),
    ],
)
def test_a_fault_is_told_with_its_line_and_nothing_is_taken(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(ShidaiError) as refused:
        take(write(tmp_path, GOOD, line))
    assert said in str(refused.value)
    assert not Piece.objects.exists()


def test_a_number_that_a_nurse_entered_is_not_taken_again(tmp_path: Path, cast: Cast) -> None:
    capacity.add_piece(by=cast.xu, site="S1", kind="microscope", number="A1", day=START)
    with pytest.raises(ShidaiError, match="the site has it already"):
        take(write(tmp_path, GOOD))


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "equipment.csv"
    file.write_text("site,number,kind,since\n", encoding="utf-8")
    with pytest.raises(ShidaiError, match="Columns are missing: checked, broken, reason"):
        take(file)


def test_who_may_not_import_takes_nothing(tmp_path: Path, cast: Cast) -> None:
    with pytest.raises(NoAccess):
        take_equipment(by=cast.xu, source="assets", file=write(tmp_path, GOOD))


def test_the_command_says_that_there_is_no_such_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["programme", "take-equipment", str(tmp_path / "no.csv"), "--source", "x", "--data", str(tmp_path / "d")]
    assert run(asked) == Exit.BAD_INPUT
    assert "There is no such file" in capsys.readouterr().err
