"""How rare a name is: among all, among those of one sex and decade, and among those of one surname in one village.

The tables are kept with a register, so that new records are weighed as the register's own are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEYS: dict[str, str] = {
    "name": "name",
    "pinyin": "pinyin",
    "surname": "surname",
    "name_in_cohort": "coalesce(cohort, '?') || name",
    "pinyin_in_cohort": "coalesce(cohort, '?') || pinyin",
    "name_in_clan": "coalesce(cohort, '?') || name",
}
"""The columns of which rare values weigh more, and what they are made of."""
_PAIR = 2
"""A name that stands twice may be one person's two records: what both give is not counted as chance."""


def add_keys(connection: DuckDBPyConnection, table: str, into: str) -> None:
    """Write `into`: the table with the columns that rarity goes by."""
    made = ", ".join(f"{how} AS {key}" for key, how in KEYS.items() if key != how)
    connection.execute(f"CREATE OR REPLACE TABLE {into} AS SELECT *, {made} FROM {table}")  # noqa: S608


def measure_rarity(connection: DuckDBPyConnection, tables: Sequence[str]) -> None:
    """Write a table rare_<key> with the chance tf_<key> of every value, from all records of the tables together.

    Within a cohort a name's chance is at least that among all, because few records tell little about rare names; within
    a village it is the chance of the surname there times that of the given name in the cohort.
    """
    columns = "name, pinyin, surname, given, cohort, village, name_in_cohort, pinyin_in_cohort"
    every = " UNION ALL BY NAME ".join(f"SELECT {columns} FROM {table}" for table in tables)  # noqa: S608
    connection.execute(f"CREATE OR REPLACE TEMP VIEW every AS {every}")
    for key in ("name", "pinyin", "surname"):
        connection.execute(
            f"CREATE OR REPLACE TABLE rare_{key} AS SELECT {key}, count(*) / sum(count(*)) OVER () AS tf_{key} "  # noqa: S608
            f"FROM every WHERE {key} IS NOT NULL GROUP BY {key}"
        )
    cohorts = "(SELECT cohort, count(*) AS n FROM every WHERE cohort IS NOT NULL AND name IS NOT NULL GROUP BY cohort)"
    for part in ("name", "pinyin"):
        connection.execute(
            f"CREATE OR REPLACE TABLE rare_{part}_in_cohort AS SELECT {part}_in_cohort, "  # noqa: S608
            f"greatest(coalesce((v.n - {_PAIR}) / c.n, 0), tf_{part}) AS tf_{part}_in_cohort FROM "
            f"(SELECT {part}_in_cohort, any_value({part}) AS {part}, any_value(cohort) AS cohort, count(*) AS n "
            f"FROM every WHERE {part} IS NOT NULL GROUP BY {part}_in_cohort) v "
            f"LEFT JOIN {cohorts} c USING (cohort) JOIN rare_{part} USING ({part})"
        )
    share = share_of_clan(connection)
    connection.execute(
        f"CREATE OR REPLACE TABLE rare_name_in_clan AS SELECT name_in_cohort AS name_in_clan, {share} * "  # noqa: S608
        f"greatest(coalesce((g.n - {_PAIR}) / c.n, 0), tf_name / tf_surname) AS tf_name_in_clan FROM "
        "(SELECT name_in_cohort, any_value(name) AS name, any_value(surname) AS surname, any_value(given) AS given, "
        "any_value(cohort) AS cohort FROM every WHERE name IS NOT NULL GROUP BY name_in_cohort) v "
        "LEFT JOIN (SELECT given, cohort, count(*) AS n FROM every GROUP BY given, cohort) g USING (given, cohort) "
        f"LEFT JOIN {cohorts} c USING (cohort) JOIN rare_name USING (name) JOIN rare_surname USING (surname)"
    )


def share_of_clan(connection: DuckDBPyConnection) -> float:
    """The chance that two people of one village have one surname, 1 where no village has two people."""
    found = connection.execute(
        "WITH clans AS (SELECT village, count(*) AS n FROM every "
        "WHERE village IS NOT NULL AND surname IS NOT NULL GROUP BY village, surname), "
        "villages AS (SELECT sum(n) AS n, sum(n * (n - 1)) AS alike FROM clans GROUP BY village) "
        "SELECT sum(alike) / nullif(sum(n * (n - 1)), 0) FROM villages"
    ).fetchone()
    return min(max(float(found[0]), 1e-4), 1.0) if found and found[0] is not None else 1.0


def add_rarity(connection: DuckDBPyConnection, table: str, into: str) -> None:
    """Write `into`: the table with the chance of every value, tf_<key>."""
    joins = " ".join(f"LEFT JOIN rare_{key} USING ({key})" for key in KEYS)
    connection.execute(f"CREATE OR REPLACE TABLE {into} AS SELECT * FROM {table} {joins}")  # noqa: S608
