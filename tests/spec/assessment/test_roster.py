"""Pilots of another system are taken over with their answers: all lines or none, each once."""

from __future__ import annotations

from pathlib import Path

import pytest

from shidai.assessment.models import Pilot
from shidai.assessment.roster import COLUMNS, take_pilots
from shidai.words import ShidaiError
from tests.factories import OPERATOR
from tests.spec.assessment.conftest import BRAND, STATION, brand

pytestmark = pytest.mark.django_db
DAYS = {"enrolled_on": "2006-03-01", "submitted_on": "2006-06-01", "signed_on": "2006-06-20"}


@pytest.fixture
def take(tmp_path: Path):
    def write(wrong: dict[str, str] | None = None, **days: str):
        about = {"key": "P1", "checklist": BRAND, "site": STATION, **DAYS, **days, "note": "", "paper": "2006-17"}
        said = {"yes_no": "yes", "number": "95", "text": "都已答复"}
        rows = [{**about, "item": one.id, "value": said[one.kind], **(wrong or {})} for one in brand().item]
        file = tmp_path / "pilots.csv"
        lines = [COLUMNS, *([row[name] for name in COLUMNS] for row in rows)]
        file.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
        return take_pilots(by=OPERATOR, source="office", file=file)

    return write


def test_a_pilot_is_taken_once_with_its_answers_and_days(take) -> None:
    assert (take().new, take().known) == (1, 1)
    pilot = Pilot.objects.get()
    assert (pilot.state, str(pilot.signed_on)) == ("signed", "2006-06-20")
    assert pilot.answers.count() == len(brand().item)
    assert list(pilot.steps.order_by("number").values_list("deed", flat=True)) == ["enrolled", "submitted", "signed"]


@pytest.mark.parametrize(
    ("wrong", "days", "where"),
    [
        ({"value": "perhaps"}, {}, "value"),
        ({"item": "none"}, {}, "item"),
        ({"value": "no", "item": "own-choice"}, {}, "pilot"),  # signed off, and does not pass
        ({}, {"signed_on": "2006-01-01"}, "signed_on"),
        ({}, {"enrolled_on": ""}, "enrolled_on"),
        ({"site": "NONE"}, {}, "site"),
    ],
)
def test_a_fault_names_its_line_and_nothing_is_taken(take, wrong: dict, days: dict, where: str) -> None:
    with pytest.raises(ShidaiError) as refused:
        take(wrong, **days)
    assert refused.value.problems[0].where.startswith("pilots.csv:")
    assert refused.value.problems[0].where.endswith(f" / {where}")
    assert not Pilot.objects.exists()
