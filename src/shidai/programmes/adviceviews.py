"""Pages of the advice on contraceptive methods: what applies to her, and what the criteria say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.advice.eligibility import Advice, Category, Condition, Pair, conditions, methods
from shidai.core.access import require
from shidai.core.ids import new_id
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.programmes.advising import find_advised, read_advice, show_advice
from shidai.programmes.wording import ADVICE_GROUPS, NO, NOT_KNOWN_WHICH, VERDICTS
from shidai.registry.fields import later
from shidai.registry.forms import SpokenForm
from shidai.registry.recordsday import records_day
from shidai.registry.wording import say_date
from shidai.words import ShidaiError, Text

KNOWN = ("age", "parity")
"""Families that the register answers."""
_FIELD = "c_"


class AdviceForm(SpokenForm):
    """A field a family of conditions: a tick, or a choice of its parts; and the age where the register doesn't know."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    age = forms.IntegerField(label=later(zh="年龄", en="Age"), required=False, min_value=8, max_value=70)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.groups: dict[str, list[str]] = {}
        for family, parts in _families().items():
            name = _FIELD + family
            self.groups.setdefault(parts[0].group, []).append(name)
            if len(parts) == 1:
                self.fields[name] = forms.BooleanField(label=say(parts[0].title), required=False)
                continue
            choices = [("", say(NO)), *((part.id, say(part.title)) for part in parts), (family, say(NOT_KNOWN_WHICH))]
            self.fields[name] = forms.ChoiceField(
                label=say(VERDICTS["families"][family]), choices=choices, required=False
            )

    @property
    def named(self) -> list[str]:
        """The ids of what applies."""
        told = {
            name.removeprefix(_FIELD): value for name, value in self.cleaned_data.items() if name.startswith(_FIELD)
        }
        return [family if value is True else str(value) for family, value in told.items() if value]

    def sections(self) -> list[dict[str, Any]]:
        return [
            {"title": ADVICE_GROUPS[group], "fields": [self[name] for name in names],
             "open": group == "personal" or any(self[name].value() for name in names)}
            for group, names in self.groups.items()
        ]  # fmt: skip


def _families() -> dict[str, list[Condition]]:
    found: dict[str, list[Condition]] = {}
    for one in conditions().values():
        if one.family not in KNOWN:
            found.setdefault(one.family, []).append(one)
    return found


def choose(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """What applies to her: ticked by the nurse; age and children are the register's."""
    require(request.scope, "service.record")
    on = records_day()
    her = find_advised(request.scope, uuid, on)
    if her is None:
        raise Http404
    form = AdviceForm(request.POST or None, initial={"id": new_id(), "age": her.age})
    if request.method == "POST" and form.is_valid():
        try:
            made = show_advice(
                by=request.scope, person=uuid, conditions=form.named, age=form.cleaned_data["age"], on=on,
                id=form.cleaned_data["id"],
            )  # fmt: skip
            return HttpResponseRedirect(f"/services/advice/{made.uuid}/")
        except ShidaiError as error:
            for one in error.problems:
                form.add_error(None, say(one.what) + say(one.mend))
    shown = {
        "form": form, "name": her.name, "back": f"/people/{uuid}/", "children": her.children,
        "last_birth": say_date(her.last_birth) if her.last_birth else None,
    }  # fmt: skip
    return render(request, "programmes/choose.html", shown, status=422 if form.errors else 200)


def advice(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """What the criteria say of each method, the freest first, and why."""
    require(request.scope, "service.record")
    found = read_advice(request.scope, uuid)
    if found is None:
        raise Http404
    shown = found.shown
    groups: dict[str, dict[Any, dict[str, Any]]] = {}
    for one in found.told:
        line = _line(one)
        alike = groups.setdefault(_verdict(one), {})
        alike.setdefault((line["start"], line["stay"], line["ids"]), line)["methods"].append(one.method.title)
    kept = [
        {"title": methods()[id_].title, "said": say_pair(*pair)}
        for id_, pair in shown.categories.items() if id_ in methods()
    ]  # fmt: skip
    return render(request, "programmes/advice.html", {
        "name": shown.person.name, "back": f"/people/{shown.person.uuid}/", "when": say_date(shown.day),
        "age": shown.age, "version": shown.version.removeprefix("who-mec-"),
        "held": [conditions()[id_].title for id_ in shown.conditions if id_ in conditions()],
        "again": f"/services/people/{shown.person.uuid}/methods/",
        "groups": [
            {"title": VERDICTS["titles"][key], "mark": key, "rows": list(groups[key].values())}
            for key in ("fine", "care", "seldom", "not", "needless") if key in groups
        ],
        "questions": [[choice.title for choice in one.choices] for one in found.questions],
        "kept": kept if not found.told else [],
    })  # fmt: skip


def say_pair(start: str, stay: str) -> Text:
    """Two categories as they were kept; 'n' stands for a method that didn't apply."""
    if start == stay == "n":
        return Text(zh="不适用", en="doesn't apply")
    if start == stay:
        return Text(zh=f"{start}类", en=f"category {start}")
    first = (
        Text(zh="开始不适用", en="start: doesn't apply")
        if start == "n"
        else Text(zh=f"开始{start}类", en=f"start {start}")
    )
    then = (
        Text(zh="继续不适用", en="go on: doesn't apply")
        if stay == "n"
        else Text(zh=f"继续{stay}类", en=f"go on {stay}")
    )
    return Text(zh=f"{first.zh}，{then.zh}", en=f"{first.en}, {then.en}")


def _verdict(one: Advice) -> str:
    if one.initiation is None or one.continuation is None:
        return "needless"
    return {1: "fine", 2: "care", 3: "seldom", 4: "not"}[one.initiation.most]


def _line(one: Advice) -> dict[str, Any]:
    """What is said of a method; methods of which the same is said share a line."""
    reasons = [each for each in one.reasons if each.pair.initiation is None or _counts(each.pair)]
    return {
        "methods": [],
        "ids": frozenset(each.condition.id for each in reasons),
        "start": _said(one.initiation),
        "stay": _said(one.continuation),
        "reasons": [
            {"title": each.condition.title, "note": each.condition.note if each.condition.note.zh else None,
             "certain": each.certain}
            for each in sorted(reasons, key=lambda one: not one.certain)
        ],
        "sources": list(dict.fromkeys(each.condition.source_for(one.method) for each in reasons)),
    }  # fmt: skip


def _said(category: Category | None) -> str:
    """'2', or '2–3' where it isn't known which."""
    return str(category or "").replace("-", "–")


def _counts(pair: Pair) -> bool:
    return any(side is not None and side.most > 1 for side in (pair.initiation, pair.continuation))
