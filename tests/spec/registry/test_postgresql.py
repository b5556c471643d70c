"""A city on PostgreSQL: the same commands give the same register, record tables and audit log as on SQLite."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from shidai.indicators.manifest import Manifest
from shidai.words import Exit
from tests.fault.running import VILLAGE, environment
from tests.postgres import postgresql_server

pytestmark = pytest.mark.postgres
ROWS = {
    "household": ["key,area,address,head_key", f"h1,{VILLAGE},幸福路1号,p1"],
    "person": [
        "key,name,sex,birth_date,phone,mother_key,father_key",
        "p3,王小明,男,1987-3-5,,p2,p1",
        "p1,王大明,男,1960-3-5,13800000000,,",
        "p2,李小红,女,1962年7月,,,",
        "p4,无此日,男,1980-2-30,,,",  # refused: no such day
    ],
    "spell": [
        "key,person_key,kind,area,start_date,start_reason,household_key",
        *(f"{kind}{n},p{n},{kind},{VILLAGE},1987-3-5,登记,h1" for kind in ("户籍", "现居住") for n in (1, 2, 3)),
    ],
    "union": ["key,wife_key,husband_key,start_date", "u1,p2,p1,1985-1-1"],
    "birth": ["key,child_key,mother_key,father_key,birth_date,sex,birth_order", "b1,p3,p2,p1,1987-3-5,男,1"],
    "death": ["key,person_key,death_date,cause", "d1,p1,2005-2-1,I21"],
    "contraception": ["key,person_key,method,start_date", "c1,p2,iud,1990-8-1"],
}  # fmt: skip
GOOD = {"household": 1, "person": 3, "spell": 6, "union": 1, "birth": 1, "death": 1, "contraception": 1}


# Several commands in one process, because starting is what takes time; each says its exit code on a line of its own.
RUN = "import json, sys; from shidai.cli import run\nfor told in json.loads(sys.argv[1]): print('exit', int(run(told)))"
EXTRACT = ("extract", "--cutoff", "2006-12-31", "--no-figures")
VERIFY = ("audit", "verify")


@dataclass
class City:
    """A data directory, the database that belongs to it, and what the commands said."""

    data: Path
    url: str = ""
    codes: list[int] = field(default_factory=list)
    said: str = ""

    def run(self, *commands: Sequence[str | Path]) -> None:
        told = json.dumps([[*map(str, words), "--data", str(self.data)] for words in commands])
        database = {"SHIDAI_DATABASE_URL": self.url} if self.url else {}
        done = subprocess.run(
            [sys.executable, "-c", RUN, told],
            env={**environment(), **database},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        self.said = done.stdout
        self.codes = [int(line.split()[1]) for line in self.said.splitlines() if line.startswith("exit ")]

    def record_rows(self) -> dict[str, dict[str, int]]:
        """Rows by record table and county."""
        tables = Manifest.read(self.data / "records").tables
        return {table: {county: part.rows for county, part in parts.items()} for table, parts in tables.items()}

    def stored(self) -> dict[str, int]:
        tables = {kind: f"registry_{kind}" for kind in GOOD} | {"contraception": "registry_contraceptiveuse"}
        with psycopg.connect(self.url) as connection:
            return {kind: connection.execute(f"SELECT COUNT(*) FROM {t}").fetchone()[0] for kind, t in tables.items()}


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> tuple[str | Path, ...]:
    """The command that imports the family."""
    folder = tmp_path_factory.mktemp("family")
    for kind, rows in ROWS.items():
        (folder / f"{kind}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return ("import", folder, "--rejects", "list")


@pytest.fixture(scope="module")
def city(take: tuple[str | Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The family on PostgreSQL: imported twice, extracted, the audit log verified."""
    with postgresql_server() as url:
        city = City(tmp_path_factory.mktemp("postgresql") / "city", url)
        city.run(take, take, EXTRACT, VERIFY)
        yield city


def test_the_commands_end_as_on_sqlite_and_say_which_row_was_refused(city):
    assert city.codes == [Exit.REJECTS, Exit.REJECTS, Exit.OK, Exit.OK], city.said
    text = (city.data / "import" / "rejects" / "person.rejects.csv").read_text(encoding="utf-8-sig")
    assert "5,p4,出生日期 (birth_date)" in text
    assert not (city.data / "shidai.sqlite3").exists()


def test_good_rows_are_stored_once_though_they_came_twice(city):
    assert city.stored() == GOOD


def test_the_record_tables_have_the_rows_that_they_have_on_sqlite(city, take, tmp_path):
    sqlite = City(tmp_path / "city")
    sqlite.run(take, EXTRACT)
    assert sqlite.codes == [Exit.REJECTS, Exit.OK], sqlite.said
    assert city.record_rows() == sqlite.record_rows()


def test_the_audit_log_refuses_changes_and_a_forced_one_fails_its_proof(city):
    change = "UPDATE core_auditentry SET actor = 'somebody' WHERE seq = 2"
    with psycopg.connect(city.url, autocommit=True) as connection:
        for tampering in (change, "DELETE FROM core_auditentry", "TRUNCATE core_auditentry"):
            with pytest.raises(psycopg.errors.RaiseException):
                connection.execute(tampering)
        connection.execute("ALTER TABLE core_auditentry DISABLE TRIGGER ALL")
        connection.execute(change)
    city.run(VERIFY)
    assert city.codes == [Exit.PROOF_FAILED]
    assert "entry 2" in city.said


A_DAYS_ENTRIES = """
import sys
from datetime import date
from pathlib import Path
from shidai.cli.app import start_site
start_site(Path(sys.argv[1]))
from shidai.core.queries import operator
from shidai.registry import actions
from shidai.registry.dates import HalfDate

by, village = operator(), sys.argv[2]
def on(year):
    return HalfDate(date(year, 7, 1))
def enter(name, sex):
    identity = actions.Identity(name=name, sex=sex, birth=on(1970), phone="13900000000")
    return actions.register_person(by=by, identity=identity, area=village, since=on(1970)).uuid

wife, husband = enter("赵兰", 2), enter("钱军", 1)
union = actions.start_union(by=by, wife=wife, husband=husband, day=on(1995)).uuid
child = actions.record_birth(by=by, mother=wife, father=husband, birth=on(1996), sex=2).child
actions.record_death(by=by, person=child.uuid, death=on(1997))
actions.withdraw_death(by=by, person=child.uuid, why="?")
actions.correct_birth_date(by=by, person=child.uuid, birth=on(1997))
actions.withdraw_birth(by=by, child=child.uuid, why="?")
actions.register_move(by=by, person=wife, kind="living", day=on(2001))
back = actions.register_move(by=by, person=wife, kind="living", day=on(2002), to=village).uuid
actions.withdraw_move(by=by, spell=back, why="?")
actions.end_union(by=by, union=union, day=on(2003))
print("done")
"""


def test_a_days_entries_and_corrections_are_taken(city):
    done = subprocess.run(
        [sys.executable, "-c", A_DAYS_ENTRIES, str(city.data), VILLAGE],
        env={**environment(), "SHIDAI_DATABASE_URL": city.url},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout == "done\n", done.stderr
