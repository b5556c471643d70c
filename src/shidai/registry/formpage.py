"""The page of a form, for every room: what it is about, what will happen, the faults, the fields, the button."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from shidai.core.request import StaffRequest
from shidai.registry.forms import RecordForm
from shidai.words import Text


def show_form(
    request: StaffRequest, form: RecordForm, title: Text, back: str, *, lead: Text | None = None,
    will: Text | None = None, unfit: Text | None = None, submit: Text | None = None, draft: str = "",
) -> HttpResponse:  # fmt: skip
    """The page of a form; with faults it answers 422.

    will: what will happen, said before it is done; unfit: why it can't be done now; draft: the name under which the
    browser keeps what was typed, '' to keep nothing.
    """
    shown = {
        "form": form, "forms": [form], "title": title, "lead": lead, "will": will, "unfit": unfit, "back": back,
        "submit": submit or form.submit, "draft": draft,
    }  # fmt: skip
    return render(request, "registry/form.html", shown, status=422 if form.errors else 200)
