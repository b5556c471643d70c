"""Pages of assessment: from enrolment to sign-off, and what was typed is never lost."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shidai.assessment import actions
from shidai.assessment.models import Evidence, Pilot
from shidai.core.ids import new_id
from shidai.core.models import AuditEntry
from tests.factories import COUNTY, TOWNSHIP, Cast
from tests.spec.assessment.conftest import BRAND, PNG, STATION, answer, answer_all, brand, sign_in

pytestmark = pytest.mark.django_db
DAY = "2006-06-01"


def test_a_pilot_goes_its_way_through_the_pages(cast: Cast) -> None:
    gu, xu = sign_in("gu"), sign_in("xu")
    assert "还没有试点" in gu.get(f"/assessment/?area={COUNTY}").content.decode()
    sent = {"id": new_id(), "checklist": BRAND, "site": STATION, "day": "2006-03-01"}
    url = gu.post(f"/assessment/enrol/?area={COUNTY}", sent)["Location"]
    mark = xu.get(f"{url}items/hours-kept/").context["form"].initial["mark"]
    xu.post(
        f"{url}items/hours-kept/",
        {"id": new_id(), "mark": mark, "value": "1", "file": SimpleUploadedFile("牌.png", PNG)},
    )
    page = xu.get(url).content.decode()
    assert "牌.png" in page
    answer_all(cast.xu, Pilot.objects.get())
    assert "还没有" not in xu.post(f"{url}submit/", {"id": new_id(), "day": DAY}, follow=True).content.decode()
    assert "Sign the pilot off" in gu.get(f"{url}sign/", headers={"accept-language": "en"}).content.decode()
    seen = gu.get(f"{url}sign/").context["form"].initial["seen"]
    gu.post(f"{url}sign/", {"id": new_id(), "day": DAY, "seen": seen})
    assert "验收通过" in xu.get(f"/assessment/?area={TOWNSHIP}").content.decode()
    assert Pilot.objects.get().signed_on == date(2006, 6, 1)


def test_words_that_changed_are_told_and_nothing_typed_is_lost(cast: Cast, pilot: Pilot) -> None:
    xu, url = sign_in("xu"), f"/assessment/pilots/{pilot.uuid}/items/visitors-say/"
    late = xu.post(
        url, {"id": new_id(), "mark": "0" * 16, "value": "一条意见，已答复", "file": SimpleUploadedFile("x.png", PNG)}
    )
    assert late.status_code == 422
    page = late.content.decode()
    assert "这一条的文字改了" in page
    assert "一条意见，已答复" in page
    assert "请重新选择文件" in page
    form = late.context["form"]
    xu.post(url, {name: form[name].value() or "" for name in ("id", "mark", "value", "note", "paper")})
    assert pilot.answers.get().value == "一条意见，已答复"


def test_a_file_that_is_none_is_told_at_its_field(cast: Cast, pilot: Pilot) -> None:
    url = f"/assessment/pilots/{pilot.uuid}/items/hours-kept/"
    mark = brand().item_named("hours-kept").mark  # type: ignore[union-attr]
    answer_ = sign_in("xu").post(
        url, {"id": new_id(), "mark": mark, "value": "1", "file": SimpleUploadedFile("x.pdf", b"MZ not a paper")}
    )
    assert answer_.status_code == 422
    assert "不是完整的PNG、JPG或PDF" in answer_.content.decode()


def test_evidence_is_a_download_for_who_works_on_it_and_the_look_is_logged(cast: Cast, pilot: Pilot) -> None:
    answer(cast.xu, pilot, "hours-kept", True, file=actions.Attached("牌.png", PNG))
    url = f"/assessment/evidence/{Evidence.objects.get().uuid}/"
    for member, status in (("xu", 200), ("gu", 200), ("he", 200), ("zhou", 404), ("qian", 404), ("ma", 404)):
        assert sign_in(member).get(url).status_code == status, member
    got = sign_in("xu").get(url)
    assert got.content == PNG
    assert got["Content-Disposition"].startswith("attachment;")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got["Content-Security-Policy"]
    assert AuditEntry.objects.filter(deed="assessment.look").count() == 4
    assert f'href="{url}"' not in sign_in("zhou").get(f"/assessment/pilots/{pilot.uuid}/").content.decode()


def test_a_return_says_why_and_the_station_goes_on(cast: Cast, pilot: Pilot) -> None:
    answer_all(cast.xu, pilot)
    number = actions.submit_pilot(by=cast.xu, pilot=pilot.uuid, day=date(2006, 6, 1)).number
    url = f"/assessment/pilots/{pilot.uuid}/"
    assert "退回后才能更改" in sign_in("xu").get(f"{url}items/hours-kept/").content.decode()
    sign_in("gu").post(f"{url}return/", {"id": new_id(), "seen": number, "reason": "缺房间照片", "day": DAY})
    page = sign_in("xu").get(url).content.decode()
    assert "已退回，请修改后再提交" in page.split("缺房间照片", 1)[0], "the reason stands at the top"
    assert "提交验收" in page
    assert sign_in("xu").get(f"{url}sign/").status_code == 403
    assert sign_in("ma").get(url).status_code == 404
