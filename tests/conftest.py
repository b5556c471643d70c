"""What every test with a database shares: a data folder of its own, a small city, and the cast.

The cast: Lan works in the village of Nanqiao, Xu and Zhou in its township, Gu in its county; He audits and Qian
analyses the whole city; Ma works in another county and must see nothing of all this.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

from shidai.core.models import AuditHead
from tests.factories import Cast, make_areas, make_cast
from tests.tablerows import Rows, filled_since, insert_rows, row_counts

settings.register_profile("shidai", deadline=None)  # a busy machine makes no test wrong
settings.load_profile("shidai")

# Programs that tests start keep what they compile, whatever the caller of the tests does: they start by hundreds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Spark for tables of some hundred rows: one partition, plans run as they are, and a machine that doesn't spend more on
# compiling them than on running them.
os.environ.setdefault(
    "SHIDAI_SPARK_OPTIONS",
    "spark.sql.shuffle.partitions=1,spark.default.parallelism=1,spark.sql.adaptive.enabled=false,"
    "spark.sql.codegen.wholeStage=false,spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
)


@pytest.fixture(scope="session")
def _session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("city")


@pytest.fixture(autouse=True)
def _own_data_folder(request: pytest.FixtureRequest, _session_folder: Path) -> None:
    """Keys and locks of tests with a database lie in a folder of this session, never in a real city's."""
    if {"db", "transactional_db", "city", "cast"} & set(request.fixturenames) or request.node.get_closest_marker(
        "django_db"
    ):
        request.getfixturevalue("settings").DATA = _session_folder


@pytest.fixture
def city(db: None) -> None:
    """A small city: two counties, two townships, three villages."""
    make_areas()


@pytest.fixture(scope="session")
def _cast_as_made(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, _session_folder: Path
) -> tuple[Cast, dict[str, Rows]]:
    """The cast once made by the actions that make staff, and the rows that this left: hundreds of tests begin so."""
    with django_db_blocker.unblock(), override_settings(DATA=_session_folder), transaction.atomic():
        make_areas()
        before = row_counts()
        made = make_cast()
        rows = filled_since(before)
        transaction.set_rollback(True)
    return made, rows


@pytest.fixture
def cast(_cast_as_made: tuple[Cast, dict[str, Rows]], city: None) -> Cast:
    made, rows = _cast_as_made
    if AuditHead.objects.exists():  # a fixture that came before has done something already: the log goes on from there
        return make_cast()
    insert_rows(rows)
    return made
