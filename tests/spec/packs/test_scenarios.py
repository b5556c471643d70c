"""Scenarios and consequences of a pack: paths that say what they mean, mistakes with their line."""

from __future__ import annotations

import re
import shutil
import textwrap
from pathlib import Path

import pytest

from shidai.packs import load_pack
from shidai.packs.scenariofile import read_scenarios
from shidai.packs.schema.scenario import Path as FigurePath
from shidai.words import ShidaiError
from tests.spec.packs.packfolder import problems_of

SPREAD = "{ lo95 = { 1 = -0.2 }, lo80 = { 1 = -0.1 }, hi80 = { 1 = 0.1 }, hi95 = { 1 = 0.2 } }"
SCENARIO = f"""\
[[scenario]]
id = "steady"
title = {{ zh = "不变", en = "Steady" }}
definition = {{ zh = "都不变。", en = "Nothing changes." }}
source = "law"
checked_on = 2026-01-01
effective_from = 2006-01-01
standard = {{ source = "law", mortality = "m.csv", fertility = "f.csv" }}
tfr = {{ by = {{ 2006 = 0.0 }} }}
e0_male = {{ by = {{ 2006 = 0.0 }} }}
e0_female = {{ by = {{ 2006 = 0.0 }} }}
sex_ratio = {{ kind = "level", by = {{ 2030 = 1.06 }} }}
migration = {{ kind = "level", by = {{ 2007 = 1.0 }} }}
uncertainty = {{ source = "law", tfr = {SPREAD}, e0 = {SPREAD}, migration = {SPREAD} }}
case = [{{ measure = "tfr", now = 1.0, since = 2006, year = 2030, value = 1.0 }}]
"""
CONSEQUENCE = """\
[[consequence]]
id = "beds"
title = { zh = "床位", en = "beds" }
unit = { zh = "张", en = "beds" }
source = "law"
checked_on = 2026-01-01
effective_from = 2006-01-01
of = "births"
factor = 0.01
"""
FILES = {"m.csv": "x\n", "f.csv": "x\n"}


def found(folder: Path, scenario: str = SCENARIO, consequence: str = CONSEQUENCE) -> list[str]:
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return problems_of(folder, scenarios__all_toml=scenario, consequences__all_toml=consequence)


def test_a_sound_scenario_and_consequence_are_read(tmp_path: Path) -> None:
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("kind", "by", "year", "value"),
    [
        ("change", {2006: 0.0, 2016: 1.0}, 2011, 1.7),
        ("change", {2006: 0.0, 2016: 1.0}, 2050, 2.2),
        ("factor", {2006: 1.0, 2016: 0.5}, 2016, 0.6),
        ("level", {2016: 2.0}, 2011, 1.6),
        ("level", {2016: 2.0}, 2040, 2.0),
    ],
)
def test_a_path_goes_on_from_the_citys_own_value(kind, by, year, value) -> None:
    assert FigurePath(kind=kind, by=by).value(1.2, 2006, year) == pytest.approx(value)


def test_a_change_counts_from_the_last_year_on_record_only() -> None:
    """The same path serves a city whose records end later: what has happened isn't added again."""
    path = FigurePath(kind="change", by={2006: 0.0, 2016: 1.0})
    assert path.value(1.7, 2011, 2016) == pytest.approx(2.2)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('"level", by = { 2007 = 1.0 }', '"factor", by = { 2007 = 1.0 }', "migration multiplies the moves on record"),
        ("lo95 = { 1 = -0.2 }", "lo95 = { 1 = 0.2 }", "do not rise around the medium"),
        ('mortality = "m.csv"', 'mortality = "nowhere.csv"', "scenarios/all.toml:8: There is no file nowhere.csv."),
        ('source = "law", mortality', 'source = "lore", mortality', "There is no source lore."),
        ("[[scenario]]", '[[scenario]]\nofficial = [{ source = "law", area = "98", year = 2010, population = 9 }]',
         "There is no area 98."),
        ('tfr = { by = { 2006 = 0.0 } }', 'tfr = { kind = "factor", by = { 2006 = 0.0 } }', "lie above 0"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_scenario_is_named(right: str, wrong: str, said: str, tmp_path: Path) -> None:
    assert any(said in one for one in found(tmp_path, SCENARIO.replace(right, wrong)))


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('of = "births"', 'of = "people"\nfrom_age = 9\nto_age = 9', "to_age is not above from_age"),
        ('of = "births"', 'of = "scheme"', "a programme or scheme has a name"),
        ('of = "births"', 'of = "scheme"\nname = "rewrd"', "There is no scheme rewrd."),
        ("factor = 0.01", "factor = 0", "factor"),
    ],
)
def test_a_mistake_in_a_consequence_is_named(right: str, wrong: str, said: str, tmp_path: Path) -> None:
    assert any(said in one for one in found(tmp_path, consequence=CONSEQUENCE.replace(right, wrong)))


def test_a_scenario_is_found_by_its_id_or_in_a_file_of_ones_own(tmp_path: Path) -> None:
    pack = load_pack("wuxi-2006")
    assert [one.id for one in read_scenarios("low", pack)] == ["low"]
    shipped = (pack.folder / "scenarios" / "outlook.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(shipped.replace('id = "medium"', 'id = "mine"'), encoding="utf-8")
    assert next(one.id for one in read_scenarios(str(tmp_path / "mine.toml"), pack)) == "mine"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[scenario]]\nid = "x"\n', "mine.toml:1"),
        ("nothing = 1\n", "does not belong"),
        ("", r"\[\[scenario\]\]"),
        ("[[scenario\n", "not TOML"),
    ],
)
def test_a_file_that_is_no_scenario_says_where(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(ShidaiError, match=said):
        read_scenarios(str(tmp_path / "mine.toml"), load_pack("wuxi-2006"))


def test_what_the_how_to_says_to_write_is_sound(tmp_path: Path) -> None:
    how_to = Path(__file__).parents[3] / "docs" / "how-to" / "project-a-city.md"
    lines, need = re.findall(r"```toml\n(.*?)```", how_to.read_text(encoding="utf-8"), re.DOTALL)
    pack = load_pack("wuxi-2006")
    shipped = (pack.folder / "scenarios" / "outlook.toml").read_text(encoding="utf-8")
    changed = re.sub(r"^migration = .*\n", textwrap.dedent(lines), shipped, count=1, flags=re.MULTILINE)
    (tmp_path / "mine.toml").write_text(changed.replace("value = 1.0\n", "value = 0.5\n", 1), encoding="utf-8")
    mine = read_scenarios(str(tmp_path / "mine.toml"), pack)[0]
    assert mine.migration.value(1.0, 2006, 2030) == 0.5
    assert mine.official[0].population == 52_000
    shutil.copytree(pack.folder, tmp_path / "pack")
    (tmp_path / "pack" / "consequences" / "mine.toml").write_text(textwrap.dedent(need), encoding="utf-8")
    assert "nursery" in load_pack(tmp_path / "pack").consequences


def test_an_unknown_scenario_names_the_nearest() -> None:
    with pytest.raises(ShidaiError, match="Did you mean medium"):
        read_scenarios("medum", load_pack("wuxi-2006"))


def test_no_shipped_scenario_is_an_aim() -> None:
    """A scenario says what would follow: nothing in a pack makes one a target."""
    pack = load_pack("wuxi-2006")
    names = {*pack.scenarios, *pack.consequences}
    assert names.isdisjoint(target.figure for target in pack.targets.values())
