"""The county officer takes over a roster in two steps: what is wrong or what will come is told, then a word does it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from shidai.benefits import actions
from shidai.benefits.actions import rosterchecked
from shidai.benefits.models import Account, Attestation, Claim, LedgerEntry
from shidai.benefits.queries.rosters import RosterFile, rosters_folder
from shidai.core.access import NoAccess
from shidai.core.ids import new_id
from shidai.words import ShidaiError
from tests.factories import COUNTY, OTHER_COUNTY, Cast
from tests.spec.benefits.conftest import CARD
from tests.spec.benefits.test_pages import sign_in, visible
from tests.spec.benefits.test_roster import FUND, HARDSHIP, REWARD, SOURCE, folder

__all__ = ["folder"]
pytestmark = pytest.mark.usefixtures("payer")
ADDRESS = f"/benefits/roster/?area={COUNTY}"


def as_csv(rows: list[dict[str, str]]) -> bytes:
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows), ""]).encode("gb18030")


def send(client: Client, *rows: dict[str, str], facts: tuple[dict[str, str], ...] = (HARDSHIP,)) -> HttpResponse:
    files = {"claims": SimpleUploadedFile("名册.csv", as_csv([*rows]))}
    if facts:
        files["attested"] = SimpleUploadedFile("证明.csv", as_csv([*facts]))
    return client.post(ADDRESS, {"id": new_id(), "source": SOURCE, **files})


def kept() -> list[int]:
    return [model.objects.count() for model in (Claim, LedgerEntry, Account, Attestation)]


@pytest.fixture
def gu(cast: Cast, folder: Path) -> Client:
    """The county's officer, beside the register of the roster's tests."""
    shutil.rmtree(rosters_folder(), ignore_errors=True)  # the data directory is shared by all tests
    return sign_in("gu")


def test_every_wrong_row_of_both_files_stands_on_the_page_with_its_remedy(gu: Client) -> None:
    answered = send(
        gu, REWARD | {"applied_on": "?"}, FUND | {"granted_fen": "500001"}, facts=(HARDSHIP | {"fact": "x"},)
    )
    assert answered.status_code == 422
    page = visible(answered.content.decode())
    assert "没有接收任何内容" in page
    row = r'<th scope="row" class="small asis">(.*?)</th><td class="n">(\d+)</td>'
    rows = re.findall(row, answered.content.decode())
    assert rows == [("名册.csv", "2"), ("证明.csv", "2")]
    assert kept() == [0, 0, 0, 0]
    assert list(rosters_folder().iterdir()) == []


def test_what_would_come_is_told_in_numbers_and_nothing_is_written_before_the_word(gu: Client) -> None:
    answered = send(gu, REWARD, FUND)
    assert answered.status_code == 302
    page = visible(gu.get(answered["Location"]).content.decode())
    assert re.search(r"新的申请 2 .*办理步骤（含已有申请的） 9 .*证明的事实 1 .*收款账号 1 ", page)
    assert "享受中" in page
    assert kept() == [0, 0, 0, 0]


def test_the_word_takes_it_over_once_and_the_files_are_gone(gu: Client) -> None:
    where = send(gu, REWARD, FUND)["Location"]
    first = gu.post(where, {"id": new_id()}, follow=True)
    assert "接收名册，新增2件申请、9步办理" in visible(first.content.decode())
    assert kept() == [2, 9, 1, 1]
    again = gu.post(where, {"id": new_id()}, follow=True)
    assert "这份名册已经接收" in visible(again.content.decode())
    assert kept() == [2, 9, 1, 1]
    assert [(path.suffix, path.stat().st_size) for path in rosters_folder().iterdir()] == [(".done", 0)]


def test_two_words_at_once_take_it_once(cast: Cast, folder: Path) -> None:
    made = actions.check_roster(by=cast.gu, source=SOURCE, claims=RosterFile("a.csv", as_csv([REWARD])))
    actions.take_checked(by=cast.gu, id=made.id)
    with pytest.raises(ShidaiError, match="taken over already"):
        actions.take_checked(by=cast.gu, id=made.id)
    assert Claim.objects.count() == 1


def test_a_roster_whose_rows_came_meanwhile_says_that_nothing_is_new(gu: Client) -> None:
    first, again = send(gu, REWARD, FUND)["Location"], send(gu, REWARD, FUND)["Location"]
    gu.post(first, {"id": new_id()})
    assert gu.post(again, {"id": new_id()}).status_code == 302
    assert kept() == [2, 9, 1, 1]
    page = visible(gu.get(send(gu, REWARD, FUND)["Location"]).content.decode())
    assert "没有新增" in page


def test_a_roster_that_can_no_longer_be_taken_stays_and_says_why(gu: Client, cast: Cast) -> None:
    where = send(gu, REWARD, facts=())["Location"]
    other = REWARD | {"applied_on": "2006-01-09"}
    gu.post(send(gu, other, facts=())["Location"], {"id": new_id()})
    answered = gu.post(where, {"id": new_id()})
    assert answered.status_code == 422
    assert "没有接收" in visible(answered.content.decode())
    assert len(list(rosters_folder().glob("*.sealed"))) == 1
    assert Claim.objects.count() == 1


def test_the_files_lie_sealed_and_are_deleted_after_a_day(gu: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    send(gu, REWARD, FUND)
    (held,) = rosters_folder().iterdir()
    assert held.stat().st_mode & 0o077 == 0
    assert CARD.replace(" ", "").encode() not in held.read_bytes()
    monkeypatch.setattr(rosterchecked, "KEPT_SECONDS", -1)
    send(gu, REWARD)
    assert not held.exists()


def test_a_checked_roster_is_its_officers_alone(gu: Client, cast: Cast) -> None:
    where = send(gu, REWARD)["Location"]
    assert sign_in("ma").get(where.replace(COUNTY, OTHER_COUNTY)).status_code == 404
    assert sign_in("lan").get("/benefits/roster/").status_code == 403
    with pytest.raises(NoAccess):
        actions.check_roster(by=cast.lan, source=SOURCE, claims=RosterFile("a.csv", as_csv([REWARD])))


def test_rows_of_another_county_are_told_as_foreign(cast: Cast, folder: Path) -> None:
    answered = send(sign_in("ma"), REWARD)
    assert answered.status_code in (403, 404), "the area of another county in the address"
    with pytest.raises(ShidaiError) as refused:
        actions.check_roster(by=cast.ma, source=SOURCE, claims=RosterFile("a.csv", as_csv([REWARD])))
    assert [one.where for one in refused.value.problems] == ["a.csv:2"]


def test_two_files_of_one_name_are_refused(gu: Client) -> None:
    files = {
        name: SimpleUploadedFile("a.csv", as_csv([row])) for name, row in (("claims", REWARD), ("attested", HARDSHIP))
    }
    answered = gu.post(ADDRESS, {"id": new_id(), "source": SOURCE, **files})
    assert answered.status_code == 422
    assert "两个文件同名" in answered.content.decode()
