"""Pages of what went wrong say what to do and lead back, in both languages, whatever broke."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from tests.factories import Cast
from tests.spec.benefits.test_pages import sign_in, visible

HERE = "http://testserver/people/new/?area=1"


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of the program")


urlpatterns = [path("breaks/", breaks), path("", include("shidai.site.urls"))]
handler404 = "shidai.site.views.errors.not_found"
handler500 = "shidai.site.views.errors.broken"


@pytest.mark.parametrize(
    ("language", "said", "do"), [("zh", "没有找到这一页", "从首页"), ("en", "not found", "first page")]
)
def test_an_address_without_a_page_says_what_to_do(cast: Cast, language: str, said: str, do: str) -> None:
    answer = sign_in("zhou", language).get("/nothing/", headers={"referer": HERE})
    page = answer.content.decode()
    assert answer.status_code == 404
    assert said in visible(page)
    assert do in visible(page)
    assert 'href="/people/new/?area=1"' in page
    assert 'href="/"' in page
    assert f'lang="{"zh-Hans" if language == "zh" else "en"}"' in page


def test_the_way_back_leads_to_this_site_only(cast: Cast) -> None:
    strange = sign_in("zhou").get("/nothing/", headers={"referer": "https://elsewhere.example/nothing/"})
    assert "elsewhere" not in strange.content.decode()
    itself = sign_in("zhou").get("/nothing/", headers={"referer": "http://testserver/nothing/"})
    assert 'href="/nothing/"' not in itself.content.decode()


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("language", "said"), [("zh", "错在系统，不在您"), ("en", "The fault is the system")])
def test_a_fault_of_the_program_is_told_without_its_inside(cast: Cast, language: str, said: str) -> None:
    client = sign_in("zhou", language)
    client.raise_request_exception = False
    answer = client.get("/breaks/", headers={"referer": HERE})
    page = answer.content.decode()
    assert answer.status_code == 500
    assert said in visible(page)
    assert "RuntimeError" not in page
    assert 'href="/people/new/?area=1"' in page
    assert "data-undone" in page, "the draft of the form stays"


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "没有保存：这一页打开得太久了"), ("en", "Not saved: the page had been open")]
)
def test_a_form_from_before_the_last_sign_in_is_refused_in_words(cast: Cast, language: str, said: str) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": language})
    strict.cookies = sign_in("zhou", language).cookies
    answer = strict.post("/people/new/", {"name": "李"}, headers={"referer": HERE})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert said in visible(page)
    assert "data-undone" in page
    assert 'href="/people/new/?area=1"' in page


def test_what_no_posting_covers_says_whom_to_ask(cast: Cast) -> None:
    told = visible(sign_in("zhou").get("/audit/").content.decode())
    assert "岗位" in told
