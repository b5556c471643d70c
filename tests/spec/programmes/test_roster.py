"""Visits recorded elsewhere are taken over from a file: all or none, each once, judged again by the form."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from shidai.core.access import NoAccess
from shidai.programmes.models import Consent, Visit
from shidai.programmes.queries import offers_to
from shidai.programmes.roster import COLUMNS, take_visits
from shidai.registry.models import Person, Source, SourceRow
from shidai.words import ShidaiError
from tests.factories import NANQIAO, OPERATOR, Cast
from tests.spec.programmes.conftest import JUNE, SCREENING

EXAMINED = {
    "key": "V1", "course_key": "V1", "person_key": "P1", "programme": SCREENING, "version": "first-2006",
    "step": "examination", "area": NANQIAO, "day": "2006-05-20", "outcome": "referred",
    "answers": '{"haemoglobin": 128, "fasting_glucose": 72, "hbsag": "negative", "anaemia": false}',
}  # fmt: skip
ANSWERED = EXAMINED | {
    "key": "V2", "course_key": "V1", "step": "recheck", "day": "2006-06-01", "outcome": "settled",
    "answers": '{"answer": "cleared"}',
}  # fmt: skip


@pytest.fixture(autouse=True)
def known(bride: Person) -> None:
    """The bride is on the register under the source's key P1."""
    source = Source.objects.create(name="clinic")
    SourceRow.objects.create(
        source=source, kind="person", key="P1", record_id=bride.pk, fingerprint=0, run_id=1, line=2
    )


def write(file: Path, *rows: dict[str, str]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return file


def take(file: Path) -> tuple[int, int]:
    taken = take_visits(by=OPERATOR, source="clinic", file=file)
    return taken.new, taken.known


def test_visits_come_with_their_course_their_answers_and_one_consent(tmp_path: Path, bride: Person) -> None:
    assert take(write(tmp_path / "visits.csv", EXAMINED, ANSWERED)) == (2, 0)
    first, second = Visit.objects.order_by("day")
    assert (first.outcome, second.outcome) == ("referred", "settled")
    assert first.course == second.course
    assert first.values["fasting_glucose"] == 72
    assert list(Consent.objects.values_list("person_id", "programme", "given")) == [(bride.pk, SCREENING, True)]


def test_the_same_file_twice_is_taken_once(tmp_path: Path) -> None:
    file = write(tmp_path / "visits.csv", EXAMINED, ANSWERED)
    take(file)
    assert take(file) == (0, 2)
    assert Visit.objects.count() == 2


def test_a_refusal_is_an_answer_and_no_consent(tmp_path: Path) -> None:
    never = EXAMINED | {"outcome": "never", "step": "", "answers": ""}
    assert take(write(tmp_path / "visits.csv", never)) == (1, 0)
    assert Visit.objects.get().outcome == "never"
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("row", "where", "said"),
    [
        (EXAMINED | {"person_key": "P9"}, "visits.csv:3 / person_key", "P9"),
        (EXAMINED | {"outcome": "normal"}, "visits.csv:3 / outcome", "referred"),
        (EXAMINED | {"answers": '{"hbsag": "negative"}'}, "visits.csv:3 / outcome", "血红蛋白"),
    ],
)
def test_one_line_at_fault_is_named_and_nothing_is_taken(tmp_path: Path, row: dict, where: str, said: str) -> None:
    with pytest.raises(ShidaiError) as refused:
        take(write(tmp_path / "visits.csv", ANSWERED, row | {"key": "V3"}))
    assert [one.where for one in refused.value.problems] == [where]
    assert said in refused.value.problems[0].what.zh
    assert not Visit.objects.exists()


def test_a_file_without_its_columns_names_them(tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text("key,day\n", encoding="utf-8")
    with pytest.raises(ShidaiError, match="person_key"):
        take(tmp_path / "visits.csv")


def test_a_village_worker_takes_nothing_over(tmp_path: Path, cast: Cast) -> None:
    with pytest.raises(NoAccess):
        take_visits(by=cast.lan, source="clinic", file=write(tmp_path / "visits.csv", EXAMINED))


def test_what_was_taken_over_stands_among_what_is_offered(tmp_path: Path, cast: Cast, bride: Person) -> None:
    take(write(tmp_path / "visits.csv", EXAMINED))
    page = offers_to(cast.lan, bride.uuid, JUNE)
    assert page is not None
    told = next(one for one in page.offers if one.programme.id == SCREENING)
    assert told.consented
    assert [line.outcome for line in told.lines] == ["referred"]
