"""A broken pack fails with file, line, what is wrong and how to mend it; all errors at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from shidai.packs import load_pack
from shidai.words import ShidaiError
from tests.spec.packs.packfolder import AREAS, HOLIDAYS, PACK, SERIES, SOURCES, TARGET, problems_of, write_pack


def test_a_sound_pack_has_no_problems(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param(
            {"pack_toml": PACK.replace("[migrant]", "[migrant")},
            "pack.toml:19: This is not TOML: Expected ']' at the end of a table declaration. "
            "Check quotes, brackets, the equals sign and dates on this line.",
            id="TOML syntax",
        ),
        pytest.param(
            {"pack_toml": PACK.replace('version = "1"\n', "")},
            "pack.toml:1: version is missing. Add version = … here.",
            id="missing field",
        ),
        pytest.param(
            {"targets__2006_toml": TARGET.replace("comparison", "comparsion")},
            "targets/2006.toml:7: There is no field comparsion. Did you mean comparison?",
            id="misspelt field",
        ),
        pytest.param(
            {"pack_toml": PACK.replace("min_days = 30", 'min_days = "a month"')},
            "pack.toml:23: migrant.min_days is 'a month'. Give a whole number here.",
            id="wrong type",
        ),
        pytest.param(
            {"targets__2006_toml": TARGET.replace('">="', '"at least"')},
            "targets/2006.toml:7: comparison is 'at least'. It must be one of: '>=', '<='.",
            id="unknown word",
        ),
        pytest.param(
            {"targets__2006_toml": TARGET.replace('source = "law"', 'source = "lew"')},
            "targets/2006.toml:10: There is no source lew. Did you mean law?",
            id="unknown source",
        ),
        pytest.param(
            {"targets__2006_toml": TARGET.replace("published.visits", "published.visit")},
            "targets/2006.toml:4: There is no indicator or series published.visit. Did you mean published.visits?",
            id="unknown indicator",
        ),
        pytest.param(
            {"pack_toml": PACK.replace("value = 75, note", 'value = 75, source = "lew", note')},
            "pack.toml:39: There is no source lew. Did you mean law?",
            id="unknown source of one limit",
        ),
        pytest.param(
            {"pack_toml": PACK.replace("value = 75", "value = 7")},
            "pack.toml:34: oldest_mother is not above youngest_mother. Check the two ages.",
            id="limits in the wrong order",
        ),
        pytest.param(
            {"pack_toml": PACK.replace("{ mother_age = 9, possible", "{ mother_age = 9, age = 9, possible")},
            "pack.toml:46: A case states one fact. Write one of: mother_age, father_age, birth_interval, "
            "delivery_days, after_fathers_death, age, born_years_ago.",
            id="two facts in one case",
        ),
        pytest.param(
            {"sources_toml": SOURCES + SOURCES},
            "sources.toml:9: The id law stands at sources.toml:2 already. Change the id or remove one of them.",
            id="duplicate id",
        ),
        pytest.param(
            {"targets__2006_toml": TARGET.replace("case = [{ value = 10, met = true }]", "case = []")},
            "targets/2006.toml:13: This definition has no case. Give at least one case: input and expected result.",
            id="no case",
        ),
        pytest.param(
            {"targets__2006_toml": TARGET + "effective_to = 2006-01-01\n"},
            "targets/2006.toml:1: effective_to 2006-01-01 is not after effective_from 2006-01-01. "
            "effective_to is the first day out of force: give a later date or leave it out.",
            id="dates in the wrong order",
        ),
        pytest.param(
            {"targets__2006_toml": TARGET.replace("2006-01-01\ncase", "2008-01-01\ncase")},
            "targets/2006.toml:12: visits_2006 is never in force while the pack is valid. "
            "The pack holds from 2006-01-01 until 2007-01-01: change the dates.",
            id="never in force",
        ),
        pytest.param(
            {"areas_csv": AREAS + "99010,9901,county,南区,South,true,4,1949-10-01,,,\n"},
            "areas.csv:5: Code 99010 has 5 digits; level county needs 6. "
            "Correct the code or the level (city 4, county 6, township 9, village 12 digits).",
            id="code of the wrong length",
        ),
        pytest.param(
            {"areas_csv": AREAS + "990103001,990103,township,南镇,South,true,4,1949-10-01,,,\n"},
            "areas.csv:5: 990103001 South names the parent 990103: unknown, or not valid then. "
            "Add the parent's row, or correct parent and dates.",
            id="area without its parent",
        ),
        pytest.param(
            {"areas_csv": AREAS + "990102,9901,county,西区,West,true,4,1980-01-01,,,\n"},
            "areas.csv:5: Code 990102 stands at areas.csv:4 already, valid on the same days. "
            "Change the code, or give the earlier row an end_date.",
            id="area code twice",
        ),
        pytest.param(
            {"areas_csv": AREAS.replace("name_en", "name")},
            "areas.csv:1: The head of the table is wrong: missing name_en; unknown name. It should be: "
            "code,parent,level,name_zh,name_en,urban,position,start_date,end_date,successor,population",
            id="head of the area table",
        ),
        pytest.param(
            {"pack_toml": PACK.replace("小城", "小城").encode("gb18030")},
            "pack.toml:2: The file is not UTF-8. Save it as UTF-8 in your editor (it may be GB18030 or GBK).",
            id="not UTF-8",
        ),
        pytest.param(
            {"sources_toml": None},
            "sources.toml: This file is missing. Every pack has one: make it as docs/how-to/write-a-pack.md shows.",
            id="file missing",
        ),
        pytest.param(
            {"target__2006_toml": TARGET},
            "target/2006.toml: Nothing in a pack reads this file. It should be demonstration.toml, equipment.toml, "
            "facts.toml, holidays.toml, methods.toml, pack.toml, sources.toml, or lie in indicators, series, targets, "
            "reports, schemes, programmes, commodities, trainings, checklists, scenarios, consequences, whatifs.",
            id="file in a misspelt folder",
        ),
        pytest.param(
            {"holidays_toml": HOLIDAYS + HOLIDAYS},
            "holidays.toml:9: The year 2026 stands at holidays.toml:2 too. Write each year once.",
            id="a year's holidays twice",
        ),
        pytest.param(
            {"holidays_toml": HOLIDAYS.replace("2026-02-14", "2026-02-13")},
            "holidays.toml:1: 2026-02-13 is no Saturday or Sunday, or is a day off as well. `work` holds Saturdays and "
            "Sundays that are worked; leave out the others.",
            id="a Friday said to be worked instead",
        ),
        pytest.param(
            {"holidays_toml": HOLIDAYS.replace("last = 2026-02-23", "last = 2026-02-01")},
            "holidays.toml:5: A holiday from 2026-02-15 to 2026-02-01: its order or length is wrong. `first` is its "
            "first day, `last` its last one, both counted.",
            id="a holiday that ends before it begins",
        ),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, changed: dict[str, str | bytes | None], expected: str) -> None:
    assert expected in problems_of(tmp_path, **changed)


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        pack_toml=PACK.replace('version = "1"\n', "").replace("min_days = 30", "min_days = -1"),
        targets__2006_toml=TARGET.replace("value = 10", 'value = "ten"'),
        series__all_toml=SERIES.replace('source = "law"', 'source = "none"'),
    )
    assert [line.split(": ")[0] for line in found] == [
        "pack.toml:1",
        "pack.toml:22",
        "series/all.toml:7",
        "targets/2006.toml:8",
        "targets/2006.toml:13",
    ]


def test_loading_a_broken_pack_raises_every_problem_in_both_languages(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, pack_toml=PACK.replace('version = "1"\n', "").replace("city =", "town ="))
    with pytest.raises(ShidaiError) as raised:
        load_pack(folder)
    assert len(raised.value.problems) == 3
    assert f"{folder}/pack.toml:1：缺少 version。请在这里补写 version = …" in raised.value.said("zh")


def test_the_line_is_right_below_long_values(tmp_path: Path) -> None:
    """Arrays over several lines, multi-line text and comments don't shift the count."""
    series = """\
# a comment

[[series]] # another
id = "published.visits"
title = { zh = \'\'\'走
# 访\'\'\', en = "visits" }
point = [
  # 2005 is unknown
  { period = "2006", value = 12 },
]
kind = "publishd"
"""
    found = problems_of(tmp_path, series__all_toml=series)
    assert "series/all.toml:11: kind is 'publishd'. It must be one of: 'archive', 'published'." in found
    assert "series/all.toml:3: unit is missing. Add unit = … here." in found


def test_what_is_broken_is_not_called_unknown_as_well(tmp_path: Path) -> None:
    """One mistake, one message: a reference to something that can't be read is not a second problem."""
    assert len(problems_of(tmp_path, series__all_toml=SERIES.replace('"published"', '"publishd"'))) == 1
    assert len(problems_of(tmp_path, sources_toml=SOURCES.replace("[[source]]", "[[source]"))) == 1
    assert len(problems_of(tmp_path, areas_csv=AREAS.replace("990101,9901,county", "990101,9901,country"))) == 1


MAP = """
[map]
source = "law"
checked_on = 2026-01-01
effective_from = 2006-01-01
tile = [
  { area = "990101", row = 0, column = 0, name = { zh = "东", en = "East" } },
  { area = "990102", row = 1, column = 0, name = { zh = "西", en = "West" } },
]
case = [{ north = "990101", south = "990102" }]
"""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("", ""), ""),
        (('area = "990102"', 'area = "990109"'), "990109"),
        (('area = "990102"', 'area = "990109"'), "990102 West has no square on the map"),
        (("row = 1", "row = 0"), "share the square 0, 0"),
        ((', south = "990102"', ""), "A case names one pair"),
    ],
)
def test_every_county_has_one_square_on_the_map(tmp_path: Path, changed: tuple[str, str], said: str) -> None:
    found = problems_of(tmp_path, pack_toml=PACK + MAP.replace(*changed))
    assert any(said in line for line in found) if said else not found
