"""What every test with a database shares: a data folder of its own, a small city, and the cast.

The cast: Lan works in the village of Nanqiao, Xu and Zhou in its township, Gu in its county; He audits and Qian
analyses the whole city; Ma works in another county and must see nothing of all this.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.factories import Cast, make_areas, make_cast

settings.register_profile("shidai", deadline=None)  # a busy machine makes no test wrong
settings.load_profile("shidai")


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


@pytest.fixture
def cast(city: None) -> Cast:
    return make_cast()
