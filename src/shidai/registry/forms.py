"""What people type. The rules themselves live in the actions; a form only reads the fields and shows what is raised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import lazy

from shidai.core.ids import new_id
from shidai.core.language import current_language, say
from shidai.registry.dates import HalfDate, parse_date
from shidai.registry.mistyped import Mistyped
from shidai.registry.wording import REASON, REGISTRATION, SEX
from shidai.words import ShidaiError, Text


def later(zh: str, en: str) -> Any:
    """A label that is said when the page is made, in the language of its reader."""
    return lazy(lambda: say(Text(zh=zh, en=en)), str)()


DATE_HELP = later(
    zh="可写 1987-3-5、1987.3.5、19870305；只知道年月时写 1987-03。",
    en="1987-3-5, 1987.3.5 or 19870305; if only the month is known, 1987-03.",
)
AREA_HELP = later(zh="12位村（社区）代码。", en="The village's code of 12 digits.")


class HalfDateField(forms.CharField):
    """A date as people type it, half-known ones too."""

    def __init__(self, **given: Any) -> None:
        super().__init__(help_text=given.pop("help_text", DATE_HELP), max_length=30, **given)
        self.widget.attrs.update(inputmode="numeric", autocomplete="off", placeholder="1987-03-05")

    def clean(self, value: Any) -> HalfDate | None:
        text = super().clean(value)
        try:
            read = parse_date(text) if text else None
        except Mistyped as error:
            raise forms.ValidationError(f"{say(error.what)}{say(error.mend)}") from error
        if read is None and self.required:
            raise forms.ValidationError(say(Text(zh="请填写日期。", en="Write the date.")))
        return read


class Choices:
    """Choices whose titles follow the reader's language: made anew for every form."""

    def __init__(self, words: dict[Any, Text]) -> None:
        self.words = words

    def __call__(self) -> list[tuple[str, str]]:
        return [(str(key), say(text)) for key, text in self.words.items()]


class RecordForm(forms.Form):
    """A form that records one thing. Its id is made with the page, so that two clicks record it once."""

    id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["id"].initial = new_id
        for name, field in self.fields.items():
            if field.required and not isinstance(field.widget, forms.HiddenInput):
                field.widget.attrs["aria-required"] = "true"
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_help"

    def record(self, action: Callable[..., Any], **facts: Any) -> Any:
        """Call the action; what it refuses stands at its field. Returns what it made, or None."""
        try:
            return action(**facts)
        except ShidaiError as error:
            for each in error.problems:
                field = each.where if each.where in self.fields else None
                self.add_error(
                    field,
                    Text(zh=f"{each.what.zh}{each.mend.zh}", en=f"{each.what.en} {each.mend.en}").said(
                        current_language()
                    ),
                )
            return None


class BirthForm(RecordForm):
    """A child is born."""

    mother = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=later(zh="孩子姓名", en="Child's name"),
        max_length=60,
        required=False,
        help_text=later(zh="还没取名可先不填。", en="Leave empty if not named yet."),
    )
    sex = forms.TypedChoiceField(label=later(zh="性别", en="Sex"), choices=Choices({1: SEX[1], 2: SEX[2]}), coerce=int)
    birth = HalfDateField(label=later(zh="出生日期", en="Date of birth"))
    plurality = forms.TypedChoiceField(
        label=later(zh="单胎或多胎", en="Single or multiple"),
        coerce=int,
        initial=1,
        choices=Choices(
            {1: Text(zh="单胎", en="single"), 2: Text(zh="双胞胎", en="twins"), 3: Text(zh="三胞胎", en="triplets")}
        ),
    )


class DeathForm(RecordForm):
    """A person has died."""

    death = HalfDateField(label=later(zh="死亡日期", en="Date of death"))
    cause = forms.RegexField(
        r"^[A-Za-z]\d{2}(\.\d{1,2})?$",
        label=later(zh="死因（ICD-10）", en="Cause (ICD-10)"),
        required=False,
        help_text=later(zh="如 I21.9；不清楚可不填。", en="Such as I21.9; leave empty if unknown."),
    )


class MoveForm(RecordForm):
    """A person moves."""

    kind = forms.ChoiceField(
        label=later(zh="哪一种居住", en="Which residence"),
        choices=Choices(
            {
                "living": Text(zh="现居住地", en="where she lives"),
                "registered": Text(zh="户籍地", en="where she is registered"),
            }
        ),
    )
    day = HalfDateField(label=later(zh="迁移日期", en="Day of the move"))
    to = forms.RegexField(
        r"^\d{12}$",
        label=later(zh="迁往（村、社区）", en="To (village)"),
        required=False,
        help_text=later(zh="12位代码；迁出本市时不填。", en="12 digits; leave empty when leaving the city."),
    )
    reason = forms.ChoiceField(
        label=later(zh="原因", en="Reason"),
        choices=Choices({word: REASON[word] for word in ("move", "marriage", "work", "study", "return", "other")}),
    )


class PersonForm(RecordForm):
    """Somebody who is registered or lives here and isn't on the register yet."""

    name = forms.CharField(label=later(zh="姓名", en="Name"), max_length=60)
    sex = forms.TypedChoiceField(label=later(zh="性别", en="Sex"), choices=Choices({1: SEX[1], 2: SEX[2]}), coerce=int)
    birth = HalfDateField(label=later(zh="出生日期", en="Date of birth"), required=False)
    number = forms.CharField(
        label=later(zh="公民身份号码", en="Resident number"),
        max_length=22,
        required=False,
        help_text=later(zh="15位或18位；加密保存。", en="15 or 18 characters; stored sealed."),
    )
    area = forms.RegexField(r"^\d{12}$", label=later(zh="村（社区）", en="Village"), help_text=AREA_HELP)
    residence = forms.ChoiceField(
        label=later(zh="在本村", en="In this village"),
        choices=Choices(
            {
                "both": Text(zh="户籍并居住", en="registered and living"),
                "living": Text(zh="只居住（户籍在外）", en="living, registered elsewhere"),
                "registered": Text(zh="只有户籍", en="registered only"),
            }
        ),
    )
    registered_area = forms.RegexField(
        r"^\d{6,12}$",
        label=later(zh="外地户籍地代码", en="Code of the place of registration elsewhere"),
        required=False,
        help_text=later(zh="户籍在外地时填，6至12位。", en="6 to 12 digits, if registered elsewhere."),
    )
    since = HalfDateField(label=later(zh="何时来此", en="Here since"), required=False)
    registration = forms.ChoiceField(
        label=later(zh="户口性质", en="Kind of registration"),
        required=False,
        choices=Choices({"": Text(zh="不详", en="unknown"), **REGISTRATION}),
    )
    phone = forms.CharField(
        label=later(zh="电话", en="Phone"),
        max_length=30,
        required=False,
        help_text=later(
            zh="加密保存，只给服务本地区的人看。", en="Stored sealed; seen only by those who serve this area."
        ),
    )


def uuid_or_none(text: str) -> UUID | None:
    """A UUID from a query string; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
