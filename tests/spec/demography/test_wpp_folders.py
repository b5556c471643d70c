"""A folder of the UN's tables that is damaged: each fault is named by file, row and column, in both languages."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from shidai.cli import run
from shidai.demography.wpp import read_country
from shidai.demography.wpp_base import project_country
from shidai.demography.wpp_trajectories import plan_country
from shidai.words import Exit, ShidaiError
from tests.spec.demography.wpp import FOLDER, read_table

TABLES = ("countries", "annual", "annual_intervals", "pop5_mid", "mx5", "asfr5_annual", "mig1_annual")
FIRST, LAST = 2025, 2035
HEAD = b"iso3,period_start,age_start,mx_m,mx_f\n"
Edit = Callable[[list[str]], list[str]]


@pytest.fixture(scope="module")
def tables() -> dict[str, list[str]]:
    """The rows of Brazil, heads first."""
    read_table("annual.csv.gz")  # skips where the tables aren't there
    found = {}
    for name in TABLES:
        path = FOLDER / f"{name}.csv.gz"
        content = gzip.decompress(path.read_bytes()) if path.exists() else (FOLDER / f"{name}.csv").read_bytes()
        rows = content.decode().splitlines()
        found[name] = [rows[0], *(row for row in rows if row.startswith("BRA"))]
    return found


def put(begins: str, column: str, value: str) -> Edit:
    """Another value in a column of the rows that begin so."""

    def edit(rows: list[str]) -> list[str]:
        at, changed = rows[0].split(",").index(column), list(rows)
        for place, row in enumerate(rows):
            if row.startswith(begins):
                cells = row.split(",")
                cells[at] = value
                changed[place] = ",".join(cells)
        assert changed != rows
        return changed

    return edit


def leave_out(begins: str) -> Edit:
    """Rows taken out by their first cells."""

    def edit(rows: list[str]) -> list[str]:
        left = [row for row in rows if not row.startswith(begins)]
        assert len(left) < len(rows)
        return left

    return edit


def leave_out_age(age: str) -> Edit:
    """An age taken out of all years of the population."""
    return lambda rows: [row for row in rows if row.split(",")[3] != age]


def add(row: str) -> Edit:
    return lambda rows: [*rows, row]


def write(folder: Path, tables: dict[str, list[str]], table: str, edit: Edit) -> Path:
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(edit(rows) if name == table else rows) + "\n")
    return folder


def row_of(tables: dict[str, list[str]], table: str, begins: str) -> int:
    return 1 + next(at for at, row in enumerate(tables[table]) if row.startswith(begins))


CELLS: list[tuple[str, str, str, str, str]] = [
    ("pop5_mid", "BRA,2025,medium,20,", "pop_m", "-5", "at least 0"),
    ("pop5_mid", "BRA,2025,medium,20,", "pop_f", "", "at least 0"),
    ("pop5_mid", "BRA,2025,medium,20,", "year", "MMXXV", "a year is needed"),
    ("pop5_mid", "BRA,2025,medium,20,", "age_start", "twenty", "a whole age is needed"),
    ("pop5_mid", "BRA,2025,medium,20,", "variant", "middle", "Use estimate, medium, low, high"),
    ("mx5", "BRA,2025,20,", "mx_m", "-0.1", "from 0 to 1"),
    ("mx5", "BRA,2025,20,", "mx_f", "1.9", "divide rates per thousand by 1000"),
    ("mx5", "BRA,2025,20,", "mx_f", "much", "it is 'much'"),
    ("mx5", "BRA,2025,100,", "mx_m", "0", "above 0"),
    ("asfr5_annual", "BRA,2027,20,", "asfr", "-1", "from 0 to 1000"),
    ("asfr5_annual", "BRA,2027,20,", "asfr", "1200", "births per 1,000 women"),
    ("mig1_annual", "BRA,2027,25,", "mig_f", "inf", "a finite number"),
    ("annual", "BRA,2027,", "tfr", "1600", "children a woman"),
    ("annual", "BRA,2027,", "srb", "105", "write 105 as 1.05"),
    ("annual", "BRA,2027,", "e0_m", "720", "years of life"),
    ("annual", "BRA,2010,", "births", "-1", "at least 0"),
    ("annual_intervals", "BRA,2027,tfr,", "variant_low", "-1", "children a woman"),
]


@pytest.mark.parametrize(("table", "begins", "column", "value", "said"), CELLS)
def test_a_cell_that_cannot_be_is_named_by_file_row_and_column(
    table: str, begins: str, column: str, value: str, said: str, tables: dict[str, list[str]], tmp_path: Path
) -> None:
    folder = write(tmp_path, tables, table, put(begins, column, value))
    with pytest.raises(ShidaiError) as error:
        read_country(folder, "BRA")
    place = f"{table}.csv:{row_of(tables, table, begins)} / {column}"
    english, chinese = error.value.said("en"), error.value.said("zh")
    assert english.startswith(f"{place}: ")
    assert said in english
    assert chinese.startswith(f"{place}：")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    assert all(one.mend.zh and one.mend.en for one in error.value.problems)


@pytest.mark.parametrize(
    ("table", "edit", "said"),
    [
        ("pop5_mid", leave_out("BRA,2025,medium,20,"), r"pop5_mid\.csv / medium 2025: the row of age 20 is missing"),
        ("pop5_mid", leave_out_age("20"), r"pop5_mid / age_start / 20: .*0, 5, 10, …, 100 without a gap"),
        ("mx5", leave_out("BRA,2025,0,"), r"mx5\.csv / 2025: the row of age 0 is missing"),
        ("mx5", leave_out("BRA,2030"), r"mx5 / period_start / 2030"),
        ("asfr5_annual", leave_out("BRA,2027"), r"asfr5_annual / year / 2027"),
        ("asfr5_annual", put("BRA,2027", "asfr", "0"), r"asfr5_annual / 2027: all rates of this year are 0"),
        ("mig1_annual", leave_out("BRA,2027,100"), r"mig1_annual\.csv / 2027: the row of age 100 is missing"),
        ("mig1_annual", leave_out("BRA,2030,"), r"mig1_annual / year / 2030"),
        ("annual", leave_out("BRA,2027"), r"annual / 2027"),
        ("annual_intervals", leave_out("BRA,2027,tfr"), r"annual_intervals / tfr / 2027"),
        ("pop5_mid", add("BRA,2025,medium,20,1,1"), r"pop5_mid\.csv:\d+ / age_start: .*same as row \d+"),
        ("annual", lambda rows: [*rows[:5], rows[5][:20], *rows[6:]], r"annual\.csv:6: this row has \d cells for 21"),
        (
            "mx5",
            lambda rows: [rows[0].replace("mx_f", "female"), *rows[1:]],
            r"mx5\.csv / mx_f: this column is missing",
        ),
        ("mx5", lambda rows: [], r"mx5\.csv / mx_m: this column is missing"),
        ("mx5", lambda rows: rows[:1], r"mx5: this table has no row of the country"),
    ],
)
def test_what_is_missing_or_there_twice_is_named(
    table: str, edit: Edit, said: str, tables: dict[str, list[str]], tmp_path: Path
) -> None:
    with pytest.raises(ShidaiError, match=said):
        read_country(write(tmp_path, tables, table, edit), "BRA")


@pytest.mark.parametrize(
    "content",
    [b"iso3", gzip.compress(HEAD * 9000)[:60], gzip.compress(HEAD + b"BRA,\xe9\n")],
    ids=["plain", "cut short", "not UTF-8"],
)
def test_a_file_that_cannot_be_read_is_named(content: bytes, tables: dict[str, list[str]], tmp_path: Path) -> None:
    write(tmp_path, tables, "", list)
    (tmp_path / "mx5.csv").unlink()
    (tmp_path / "mx5.csv.gz").write_bytes(content)
    with pytest.raises(ShidaiError, match=r"mx5\.csv\.gz: this file can't be read"):
        read_country(tmp_path, "BRA")


@pytest.mark.parametrize("name", ["tfr", "srb", "e0_f"])
def test_a_blank_figure_matters_in_the_years_that_need_it(
    name: str, tables: dict[str, list[str]], tmp_path: Path
) -> None:
    country = read_country(write(tmp_path, tables, "annual", put("BRA,2033,", name, "")), "BRA")
    project_country(country, FIRST, 2032)
    with pytest.raises(ShidaiError, match=rf"annual / 2033 / {name}: this cell is blank"):
        project_country(country, FIRST, LAST)


def test_more_emigrants_than_people_are_named_by_year_sex_and_age(tables: dict[str, list[str]], tmp_path: Path) -> None:
    folder = write(tmp_path, tables, "mig1_annual", put("BRA,2027,25,", "mig_f", "-99999"))
    country = read_country(folder, "BRA")
    for work in (
        lambda: project_country(country, FIRST, LAST),
        lambda: plan_country(folder, country, FIRST, LAST),
    ):
        with pytest.raises(ShidaiError, match=r"population after year 2027\[1, 25\]: more people leave than are there"):
            work()


def test_bounds_out_of_order_are_named(tables: dict[str, list[str]], tmp_path: Path) -> None:
    folder = write(tmp_path, tables, "annual_intervals", put("BRA,2027,tfr,", "lo95", "9"))
    with pytest.raises(ShidaiError, match=r"annual_intervals\.csv:\d+ / lo80: the bounds do not rise"):
        plan_country(folder, read_country(folder, "BRA"), FIRST, LAST)


@pytest.mark.parametrize(("language", "said"), [("en", "divide rates per thousand"), ("zh", "千分率须除以1000")])
@pytest.mark.parametrize("extra", [[], ["--trajectories", "10"], ["--variant", "low"]])
def test_the_command_says_so_without_a_traceback(
    language: str,
    said: str,
    extra: list[str],
    tables: dict[str, list[str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHIDAI_LANG", language)
    folder = write(tmp_path, tables, "mx5", put("BRA,2025,20,", "mx_m", "1.9"))
    wish = ["project", "--wpp", str(folder), "--country", "BRA", "--until", "2030", "--format", "csv", *extra]
    assert run(wish) == Exit.BAD_INPUT
    printed = capsys.readouterr()
    assert not list(csv.reader(printed.out.splitlines()))
    assert said in printed.err
    assert "Traceback" not in printed.err
