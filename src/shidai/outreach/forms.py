"""What people type about sessions. The rules live in the actions; a form only reads the fields and shows faults."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from shidai.outreach.wording import AUDIENCES
from shidai.packs.schema.training import Training
from shidai.registry.fields import Choices, DayField, later
from shidai.registry.forms import RecordForm
from shidai.words import Text

_REASON = later(zh="原因", en="Reason")


def _time(zh: str, en: str) -> forms.CharField:
    attrs = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "08:30"}
    return forms.CharField(label=later(zh=zh, en=en), max_length=5, widget=forms.TextInput(attrs=attrs))


class SessionForm(RecordForm):
    """A session that is planned."""

    submit: ClassVar[Text] = Text(zh="安排", en="Plan it")
    field_order = (
        "id", "seen", "topic", "day", "starts", "ends", "site", "place", "trainer", "audience", "places", "reason",
    )  # fmt: skip
    topic = forms.ChoiceField(label=later(zh="主题", en="Topic"))
    day = DayField(label=later(zh="日期", en="Day"))
    starts = _time("开始时间", "Begins")
    ends = _time("结束时间", "Ends")
    site = forms.ChoiceField(label=later(zh="站点", en="Site"), required=False)
    place = forms.CharField(
        label=later(zh="其他地点或会议室", en="Another place, or the room"), max_length=120, required=False
    )
    trainer = forms.CharField(label=later(zh="授课人", en="Trainer"), max_length=120)
    audience = forms.MultipleChoiceField(
        label=later(zh="参加对象", en="Who may come"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=later(zh="不勾选即为该主题的全部对象。", en="Tick none for everybody whom the topic is for."),
        choices=Choices(dict(AUDIENCES)),
    )  # fmt: skip
    places = forms.IntegerField(
        label=later(zh="名额", en="Places"), min_value=1, max_value=100_000, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(
        self, *given: Any, topics: Sequence[Training], sites: Mapping[str, Text], **more: Any
    ) -> None:  # fmt: skip
        super().__init__(*given, **more)
        none: dict[Any, Text] = {"": Text(zh="不在站点", en="not at a site")}
        self.fields["site"].choices = Choices(none | dict(sites))()  # type: ignore[attr-defined]
        self.fields["topic"].choices = Choices({one.id: one.title.text for one in topics})()  # type: ignore[attr-defined]


class ChangeForm(SessionForm):
    """Another day, time, place or trainer; `seen` tells whether somebody else was faster."""

    submit: ClassVar[Text] = Text(zh="保存更改", en="Save the change")
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_REASON, max_length=500)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        del self.fields["topic"]

    def see(self, number: int) -> None:
        """What was typed stays; saved once more it changes the session as it stands now."""
        self.data = {**self.data.dict(), "audience": self.data.getlist("audience"), "seen": str(number)}  # type: ignore[attr-defined]


class PlainForm(RecordForm):
    """An act that needs no more than a click."""


class ReasonForm(RecordForm):
    """An act that needs its reason."""

    reason = forms.CharField(label=_REASON, max_length=500)


class StaffForm(RecordForm):
    """Which members of the staff came."""

    submit: ClassVar[Text] = Text(zh="登记到场", en="They came")
    staff = forms.MultipleChoiceField(
        label=later(zh="到场人员", en="Who came"), widget=forms.CheckboxSelectMultiple, required=False
    )
    others = forms.CharField(
        label=later(zh="其他人员", en="Others"), max_length=2000, required=False,
        help_text=later(zh="写登录名或姓名，用逗号分开。", en="User names or names, separated by commas."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *given: Any, members: Mapping[str, str], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["staff"].choices = list(members.items())  # type: ignore[attr-defined]
        if not members:
            del self.fields["staff"]

    @property
    def named(self) -> list[str]:
        """Who was ticked and who was typed."""
        typed = re.split(r"[,，、;；\s]+", self.cleaned_data["others"])
        return [*self.cleaned_data.get("staff", ()), *(one for one in typed if one)]


def _heads(zh: str, en: str, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=later(zh=zh, en=en), min_value=0, max_value=100_000, help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip


class HeadsForm(RecordForm):
    """How many came, without names."""

    submit: ClassVar[Text] = Text(zh="登记人数", en="Save the number")
    residents = _heads(
        "到场居民人数", "Residents who came",
        later(
            zh="不含已记名的；再次登记会替换上一次的人数。",
            en="Without those noted by name; a new number replaces the last.",
        ),
    )  # fmt: skip
    staff = _heads(
        "无账号的工作人员人数", "Staff without an account here",
        later(zh="不含按账号登记的。", en="Without those noted by account."),
    )  # fmt: skip

    def __init__(self, *given: Any, audience: Collection[str], **more: Any) -> None:
        super().__init__(*given, **more)
        for name in [one for one in AUDIENCES if one not in audience]:
            del self.fields[name]


class ResidentForm(RecordForm):
    """A resident who wants to be noted by name."""

    submit: ClassVar[Text] = Text(zh="记名登记", en="Note her name")
    person = forms.UUIDField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label=later(zh="本人同意记名", en="The person agrees to be noted by name"), required=False,
        help_text=later(zh="不同意的只计人数。", en="Who doesn't agree is counted among the heads."),
    )  # fmt: skip
