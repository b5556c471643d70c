"""A small sound pack in a folder, and ways to spoil it. Tests change one thing at a time."""

from __future__ import annotations

from pathlib import Path

from shidai.packs import check_pack

PACK = """\
id = "small"
title = { zh = "小城", en = "Smalltown" }
authority = { zh = "小城", en = "Smalltown" }
version = "1"
valid_from = 2006-01-01
valid_to = 2007-01-01
city = "9901"

[[reviewer]]
name = "Alice"
on = 2026-01-01

[areas]
source = "law"
checked_on = 2026-01-01
effective_from = 2006-01-01
case = [{ on = 2006-06-01, level = "county", count = 2 }]

[migrant]
source = "law"
checked_on = 2026-01-01
effective_from = 2006-01-01
min_days = 30
one_place = []
case = [{ registered = "990101", living = "990102", days = 30, migrant = true }]

[disclosure]
source = "law"
checked_on = 2026-01-01
effective_from = 2006-01-01
threshold = 5
case = [{ count = 4, shown = false }]

[limits]
source = "law"
checked_on = 2026-01-01
effective_from = 2006-01-01
youngest_mother = { value = 10, note = { zh = "岁", en = "years" } }
oldest_mother = { value = 75, note = { zh = "岁", en = "years" } }
youngest_father = { value = 10, note = { zh = "岁", en = "years" } }
birth_interval_days = { value = 90, note = { zh = "天", en = "days" } }
twin_days = { value = 3, note = { zh = "天", en = "days" } }
father_alive_days = { value = 310, note = { zh = "天", en = "days" } }
oldest_person = { value = 125, note = { zh = "岁", en = "years" } }
register_reach = { value = 200, note = { zh = "年", en = "years" } }
case = [{ mother_age = 9, possible = false }, { birth_interval = 90, possible = true }]
"""
SOURCES = """\
[[source]]
id = "law"
title = { zh = "法", en = "The law" }
kind = "law"
authority = { zh = "人大", en = "Congress" }
checked_on = 2026-01-01
checked_against = "primary"
"""
AREAS = """\
code,parent,level,name_zh,name_en,urban,position,start_date,end_date,successor,population
9901,,city,小城,Smalltown,true,1,1949-10-01,,,
990101,9901,county,东区,East,true,2,1949-10-01,,,
990102,9901,county,西区,West,true,3,1949-10-01,,,
"""
SERIES = """\
[[series]]
id = "published.visits"
title = { zh = "走访", en = "visits" }
unit = { zh = "次", en = "visits" }
kind = "published"
area = "9901"
source = "law"
checked_on = 2026-01-01
effective_from = 2006-01-01
point = [{ period = "2006", value = 12 }]
case = [{ period = "2006", value = 12 }]
"""
TARGET = """\
[[target]]
id = "visits_2006"
title = { zh = "走访", en = "visits" }
figure = "published.visits"
area = "9901"
year = 2006
comparison = ">="
value = 10
unit = { zh = "次", en = "visits" }
source = "law"
checked_on = 2026-01-01
effective_from = 2006-01-01
case = [{ value = 10, met = true }]
"""
SOUND = {
    "pack.toml": PACK,
    "sources.toml": SOURCES,
    "areas.csv": AREAS,
    "series/all.toml": SERIES,
    "targets/2006.toml": TARGET,
}

HOLIDAYS = """\
[[year]]
year = 2026
source = "law"
checked_on = 2026-01-01
off = [{ title = { zh = "春节", en = "Spring Festival" }, first = 2026-02-15, last = 2026-02-23 }]
work = [2026-02-14, 2026-02-28]

"""


def write_pack(folder: Path, **changed: str | bytes | None) -> Path:
    """The sound pack, with files replaced: `pack_toml=…`, `targets__2006_toml=…`; None leaves a file out."""
    wanted: dict[str, str | bytes | None] = dict(SOUND)
    for name, content in changed.items():
        wanted[name.replace("__", "/").replace("_toml", ".toml").replace("_csv", ".csv")] = content
    for name, content in wanted.items():
        if content is None:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def problems_of(folder: Path, **changed: str | bytes | None) -> list[str]:
    """What `check_pack` says in English, with places relative to the pack's folder."""
    found = check_pack(write_pack(folder, **changed))
    return [problem.said("en").replace(f"{folder}/", "") for problem in found]
