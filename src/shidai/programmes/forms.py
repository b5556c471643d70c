"""The form of a step, made from the pack's fields; the rules live in the actions, a form shows what is raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from shidai.core.language import say
from shidai.packs.schema.programme import FormField, Programme, ProgrammeStep
from shidai.programmes.wording import NO, ONE_PLACE, WEEKDAYS, YES
from shidai.registry.fields import Choices, DayField, later
from shidai.registry.forms import RecordForm
from shidai.rules.units import say_unit
from shidai.supply.forms import ScanInput
from shidai.words import ShidaiError, Text

ALL_AGREE = Text(zh="已向所有登记姓名的人说明，本人都同意", en="It was explained, and everybody named agrees")
_LABELLED = Text(zh="{title}（{unit}）", en="{title} ({unit})")
_FAULT = Text(zh="{label}：{error}", en="{label}: {error}")
_FIELD = "v_"  # before a pack's field, so that none can be called as the form's own are


class VisitForm(RecordForm):
    """The day, consent where it isn't on file yet, and the step's own fields."""

    submit: ClassVar[Text] = Text(zh="保存", en="Save")
    at: ClassVar[dict[str, str]] = {"consent": "agreed"}
    mark = forms.CharField(widget=forms.HiddenInput)
    day = DayField(label=later(zh="就诊日期", en="Day of the visit"))
    agreed = forms.BooleanField(
        label=later(zh="已说明内容，本人同意", en="It was explained, and she agrees"), required=False
    )

    shared = forms.BooleanField(
        label=later(zh="本人同意对方也能看到这次的结果", en="The other half may see this result"),
        required=False,
        help_text=later(zh="不勾选就只留在本人档案里。", en="Unticked, it stays on this record alone."),
    )
    site = forms.ChoiceField(label=later(zh="发放站点", en="Handed out at"), required=False)

    def __init__(
        self, *given: Any, step: ProgrammeStep, consented: bool, sites: Sequence[tuple[str, Text]] = (), **more: Any
    ) -> None:
        super().__init__(*given, **more)
        self.step = step
        if step.for_ != "partner":
            del self.fields["shared"]
        if sites:
            self.fields["site"].choices = Choices(dict(sites))()  # type: ignore[attr-defined]
        else:
            del self.fields["site"]
        if consented:
            del self.fields["agreed"]
        for field in step.field:
            if field.computed is None:
                self.fields[_FIELD + field.id] = _made(field)
        for name, made in self.fields.items():
            if made.help_text:
                made.widget.attrs["aria-describedby"] = f"id_{name}_help"

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by the pack's field; nothing for what was left empty."""
        told = {
            name.removeprefix(_FIELD): value for name, value in self.cleaned_data.items() if name.startswith(_FIELD)
        }
        return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
                if value not in (None, "", [])}  # fmt: skip

    def keep(self, asked: tuple[str, ...]) -> None:
        """Show only the fields that are asked for."""
        wanted = {_FIELD + one for one in asked}
        for name in [one for one in self.fields if one.startswith(_FIELD) and one not in wanted]:
            del self.fields[name]

    def faults(self) -> list[dict[str, str]]:
        """What is wrong, with where it stands ('': the form as a whole); a field's name is said once."""
        told = [{"at": "", "what": str(error)} for error in self.non_field_errors()]
        for field in self:
            named = self._title_of(field.name)
            for error in map(str, field.errors):
                once = named and error.startswith(named)
                what = error if once else say(_FAULT.filled(label=str(field.label), error=error))
                told.append({"at": field.auto_id, "what": what})
        return told

    def is_wrong(self, field: str) -> bool:
        """Whether something of a pack's field was refused already."""
        return _FIELD + field in self.errors

    def _title_of(self, name: str) -> str:
        """A pack field's title, with which the rules begin what they find wrong with it."""
        found = next((one for one in self.step.field if _FIELD + one.id == name), None)
        return say(found.title.text) if found is not None else ""

    def tell(self, error: ShidaiError) -> None:
        """What comes back after a changed form is the new one: checked against it, it can be saved."""
        super().tell(error)
        if any(one.where == "form" for one in error.problems):
            again = QueryDict(mutable=True)
            again.update(self.data)
            again["mark"] = self.initial["mark"]
            self.data = again

    def _field_of(self, where: str) -> str | None:
        return _FIELD + where if _FIELD + where in self.fields else super()._field_of(where)


class CorrectionForm(VisitForm):
    """The same fields once more, with the reason."""

    reason = forms.CharField(
        label=later(zh="更正的理由", en="Reason of the correction"),
        max_length=500,
        help_text=later(zh="原来的记录仍会保留。", en="What was recorded before stays on file."),
    )


class SessionForm(VisitForm):
    """A group session: where, the step's fields once, and who came."""

    submit: ClassVar[Text] = Text(zh="保存", en="Save")
    heads = forms.IntegerField(
        label=later(zh="另有多少人没有登记姓名", en="How many more came without being named"),
        min_value=0, max_value=10_000, required=False, initial=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=later(zh="不需要姓名时只填人数。", en="Where names aren't needed only this number is kept."),
    )  # fmt: skip
    people = forms.MultipleChoiceField(
        label=later(zh="参加的人", en="Who came"), required=False, widget=forms.CheckboxSelectMultiple
    )
    q = forms.CharField(
        label=later(zh="查找：姓名、生日、身份号码或服务卡", en="Find by name, birthday, number or card"),
        required=False,
        max_length=100,
    )

    def __init__(self, *given: Any, people: Mapping[str, str], sites: Sequence[tuple[str, Text]], **more: Any) -> None:
        super().__init__(*given, consented=False, sites=sites, **more)
        self.fields["people"].choices = list(people.items())  # type: ignore[attr-defined]
        self.fields["site"].label = say(Text(zh="地点", en="Where"))
        self.fields["day"].label = say(Text(zh="日期", en="Day"))
        self.fields["agreed"].label = say(ALL_AGREE)


class ReferralForm(RecordForm):
    """From which site to where: a site of the city, or `OUTSIDE` and the place's name."""

    OUTSIDE: ClassVar[str] = "outside"

    submit: ClassVar[Text] = Text(zh="登记转诊", en="Refer")
    site = forms.ChoiceField(
        label=later(zh="转到", en="Refer to"),
        error_messages={"required": later(zh="请选择转到哪里。", en="Choose where to.")},
    )
    outside = forms.CharField(
        label=later(zh="市外机构的名称", en="Name of the place outside the city"), max_length=80,
        required=False,
        help_text=later(
            zh="上面选了市外才填，例如医院的名称。答复由您收到后登记。",
            en="Only where that was chosen above, such as a hospital. You record the answer when it comes.",
        ),
    )  # fmt: skip
    origin = forms.ChoiceField(label=later(zh="由哪个站点转出", en="Referred from"))
    day = DayField(label=later(zh="转诊日期", en="Day of the referral"))
    reason = forms.CharField(
        label=later(zh="改转的理由", en="Reason of the change"), max_length=500,
        error_messages={"required": later(zh="请写明改转的理由。", en="Give the reason of the change.")},
        help_text=later(zh="原来的转诊仍会保留。", en="The referral before stays on file."),
    )  # fmt: skip

    def __init__(self, *given: Any, own: Mapping[str, Text], places: list[Any], again: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["origin"].choices = Choices(dict(own))()  # type: ignore[attr-defined]
        nowhere = ("", say(Text(zh="（请选择）", en="(choose)")))
        outside = (self.OUTSIDE, say(Text(zh="市外（下面写名称）", en="outside the city (name it below)")))
        self.fields["site"].choices = [nowhere, *places, outside]  # type: ignore[attr-defined]
        if not again:
            del self.fields["reason"]

    def clean_site(self) -> str:
        """The site's code; '' outside the city."""
        code = str(self.cleaned_data["site"])
        return "" if code == self.OUTSIDE else code

    def clean_outside(self) -> str:
        """Its name, exactly where no site was chosen: told with the other faults, not after them."""
        name, site = str(self.cleaned_data["outside"]).strip(), self.cleaned_data.get("site")
        if site is not None and bool(site) == bool(name):
            raise forms.ValidationError(say(ONE_PLACE))
        return name


class AnswerForm(RecordForm):
    """The day of an answer to the offer."""

    day = DayField(label=later(zh="日期", en="Day"))


class AbsenceForm(AnswerForm):
    """The partner doesn't come."""

    submit: ClassVar[Text] = Text(zh="登记对方未参加", en="The partner doesn't come")


def _made(field: FormField) -> forms.Field:
    label = say(_LABELLED.filled(title=field.title.text, unit=say_unit(field.unit)) if field.unit else field.title.text)
    about: dict[str, Any] = {"label": label, "required": False}
    if field.reason is not None:
        about["help_text"] = say(field.reason.text)
    options = Choices({one.id: one.title.text for one in field.option})
    match field.type:
        case "bool":
            return forms.TypedChoiceField(
                choices=Choices({"1": YES, "0": NO}), coerce=lambda text: text == "1", empty_value=None,
                widget=forms.RadioSelect, **about,
            )  # fmt: skip
        case "int":
            return forms.IntegerField(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **about)
        case "decimal":
            return forms.DecimalField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **about)
        case "day":
            return DayField(**about)
        case "choice":
            return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **about)
        case "choices":
            return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **about)
        case _:
            return forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}), **about)


class BookingForm(RecordForm):
    """A time at a site."""

    submit: ClassVar[Text] = Text(zh="预约", en="Book")
    slot = forms.ChoiceField(
        label=later(zh="时间", en="Time"), error_messages={"required": later(zh="请选择时间。", en="Choose a time.")}
    )

    def __init__(self, *given: Any, times: Mapping[str, Any], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["slot"].choices = [(value, value) for value in times]  # type: ignore[attr-defined]
        self.fields["slot"].error_messages["invalid_choice"] = say(
            Text(zh="这个时间刚被约满，请另选。", en="That time has just been taken. Choose another one.")
        )


class CardBookingForm(BookingForm):
    """A time, and the card or number of who comes."""

    who = forms.CharField(
        label=later(zh="服务卡或身份号码", en="Service card or resident number"), max_length=80,
        help_text=later(
            zh="扫描二维码或输入号码。这里不显示姓名。", en="Scan the code or type the number. No name is shown here."
        ),
        error_messages={"required": later(zh="请扫描服务卡或输入号码。", en="Scan the card or type the number.")},
        widget=ScanInput(attrs={"autocomplete": "off", "data-scan": ""}),
    )  # fmt: skip


_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
_CLOCK_WRONG = {"invalid": later(zh="请按24小时制填写，如08:30。", en="Write it by the 24-hour clock, such as 08:30.")}


class ClinicForm(RecordForm):
    """Hours of a weekday in which a site sees people."""

    submit: ClassVar[Text] = Text(zh="保存", en="Save")
    weekday = forms.TypedChoiceField(label=later(zh="星期", en="Weekday"), coerce=int, choices=Choices(dict(WEEKDAYS)))
    start = forms.RegexField(_CLOCK, label=later(zh="开始", en="From"), initial="08:30", error_messages=_CLOCK_WRONG)
    end = forms.RegexField(_CLOCK, label=later(zh="结束", en="Until"), initial="11:30", error_messages=_CLOCK_WRONG)
    minutes = forms.IntegerField(
        label=later(zh="每人分钟数", en="Minutes each"), min_value=5, max_value=240, initial=20
    )
    places = forms.IntegerField(label=later(zh="同时接待人数", en="At a time"), min_value=1, max_value=100, initial=1)
    programme = forms.ChoiceField(label=later(zh="项目", en="Programme"), required=False)
    starts_on = DayField(label=later(zh="自何日起", en="From the day"))

    def __init__(self, *given: Any, programmes: Sequence[Programme], **more: Any) -> None:
        super().__init__(*given, **more)
        names: dict[Any, Text] = {"": Text(zh="所有项目", en="every programme")}
        names |= {one.id: one.title.text for one in programmes}
        self.fields["programme"].choices = Choices(names)()  # type: ignore[attr-defined]
