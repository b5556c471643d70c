"""Sessions of another system are taken over from one file: all lines or none, each once, faults with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from shidai.outreach.models import Session
from shidai.outreach.roster import COLUMNS, take_sessions
from shidai.words import ShidaiError
from tests.factories import OPERATOR, TOWNSHIP, Cast

pytestmark = pytest.mark.django_db
GOOD = {
    "key": "T1", "topic": "service-standards", "area": TOWNSHIP, "day": "2006-06-01", "starts": "08:30",
    "ends": "11:30", "site": "", "place": "会议室", "trainer": "陈老师", "places": "40", "state": "held",
    "staff": "22", "residents": "", "reason": "",
}  # fmt: skip


@pytest.fixture
def take(tmp_path: Path, cast: Cast):
    def write(*rows: dict[str, str]):
        file = tmp_path / "sessions.csv"
        lines = [COLUMNS, *([{**GOOD, **row}[name] for name in COLUMNS] for row in rows)]
        file.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
        return take_sessions(by=OPERATOR, source="office", file=file)

    return write


def test_each_session_is_taken_once(take) -> None:
    rows = ({}, {"key": "T2", "state": "cancelled", "staff": "", "reason": "台风"}, {"key": "T3", "state": "planned"})
    assert (take(*rows).new, take(*rows).known) == (3, 3)
    held = Session.objects.get(state="held")
    assert (held.attendances.get().heads, held.changes.get().deed) == (22, "held")


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"topic": "dancing"}, "topic"), ({"area": "999999"}, "area"), ({"day": "June"}, "day"),
        ({"ends": "8:00"}, "ends"),
        ({"state": "done"}, "state"), ({"staff": "many"}, "staff"), ({"staff": "0"}, "session"),
        ({"residents": "3"}, "audience"),
        ({"state": "cancelled"}, "reason"), ({"key": "T1"}, "key"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line_and_nothing_is_taken(take, wrong: dict[str, str], where: str) -> None:
    with pytest.raises(ShidaiError) as refused:
        take({}, {"key": "T2", **wrong})
    assert [one.where for one in refused.value.problems] == [f"sessions.csv:3 / {where}"]
    assert not Session.objects.exists()
