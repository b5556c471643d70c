"""What is recorded changes the figures after an extract; the cut-off is said, and what lies after it is counted."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from shidai.indicators.manifest import Manifest
from shidai.indicators.store import ResultStore
from shidai.words import Exit
from tests.fault.running import VILLAGE, run

CITY = VILLAGE[:4]


def import_people(data: Path, folder: Path, births: list[str]) -> None:
    """A hundred residents since 2001, and one who was born on each of these days."""
    folder.mkdir()
    days = [f"19{50 + n % 50}-3-{n % 28 + 1}" for n in range(100)] + births
    people = "\n".join(f"p{n},王小明,男,{day}" for n, day in enumerate(days))
    (folder / "person.csv").write_text(f"key,name,sex,birth_date\n{people}\n", encoding="utf-8")
    starts = ["2001-1-1"] * 100 + births
    spells = "\n".join(f"s{n},p{n},户籍,{VILLAGE},{day}" for n, day in enumerate(starts))
    (folder / "spell.csv").write_text(f"key,person_key,kind,area,start_date\n{spells}\n", encoding="utf-8")
    done = run("import", folder, "--data", data)
    assert done.returncode == Exit.OK, done.stdout + done.stderr


def population(data: Path) -> float | None:
    store = ResultStore(data / "results")
    return store.read(indicator="population_registered", area=CITY, period="2006", breakdown="")[0].value


def test_an_extract_renews_the_figures(data: Path, tmp_path: Path) -> None:
    import_people(data, tmp_path / "first", [])
    said = run("extract", "--data", data)
    assert said.returncode == Exit.OK, said.stderr
    assert "2006" in said.stdout.splitlines()[-1]
    assert population(data) == 100

    import_people(data, tmp_path / "second", ["2006-5-1"] * 20)
    assert run("extract", "--data", data, "--no-figures").returncode == Exit.OK
    assert population(data) == 100
    seen = run("doctor", "--data", data)
    assert "resting on an earlier extract" in seen.stdout
    assert run("extract", "--data", data).returncode == Exit.OK
    assert population(data) == 120


@pytest.mark.parametrize("demonstration", [True, False])
def test_the_cut_off_is_the_packs_last_day_in_a_demonstration_only(
    data: Path, tmp_path: Path, demonstration: bool
) -> None:
    if demonstration:
        (data / "demo.json").write_text("{}")
    import_people(data, tmp_path / "first", ["2007-5-1"] * 3)
    said = run("extract", "--data", data, "--no-figures")
    cutoff = Manifest.read(data / "records").cutoff
    assert f"Cut-off: {cutoff}." in said.stdout
    if demonstration:
        assert cutoff == date(2006, 12, 31)
        assert "aren't counted: 3 (moves or registrations: 3)" in said.stdout
    else:
        assert cutoff == datetime.now().astimezone().date()
        assert "aren't counted" not in said.stdout
