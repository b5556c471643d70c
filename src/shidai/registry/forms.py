"""What people type. The rules themselves live in the actions; a form only reads the fields and shows what is raised."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, ClassVar
from uuid import UUID

from django import forms

from shidai.core.ids import new_id
from shidai.core.language import current_language
from shidai.registry.fields import Choices, HalfDateField, VillageField, later
from shidai.registry.fieldwords import speak
from shidai.registry.rules import PHONE
from shidai.registry.wording import REASON, REGISTRATION, SEX, UNION_END
from shidai.words import ShidaiError, Text


class SpokenForm(forms.Form):
    """A form whose fields say in the house's words what they can't take."""

    def full_clean(self) -> None:
        for name, field in self.fields.items():
            speak(name, field)
        super().full_clean()


class RecordForm(SpokenForm):
    """A form that records one thing. Its id is made with the page, so that two clicks record it once.

    `within`: the area prefixes in which the writer may record. `at`: the form's field for what an action calls
    otherwise. `submit`: what its button says.
    """

    at: ClassVar[dict[str, str]] = {}
    submit: ClassVar[Text] = Text(zh="保存", en="Save")
    id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, within: Collection[str] = ("",), **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["id"].initial = new_id
        for name, field in self.fields.items():
            if isinstance(field, VillageField):
                field.keep_within(within)
            if field.required and not isinstance(field.widget, forms.HiddenInput):
                field.widget.attrs["aria-required"] = "true"
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_help"

    def record(self, action: Callable[..., Any], **facts: Any) -> Any:
        """Call the action; what it refuses stands at its field. Returns what it made, or None."""
        try:
            return action(**facts)
        except ShidaiError as error:
            self.tell(error)
            return None

    def tell(self, error: ShidaiError) -> None:
        """What was refused stands at its field, with how to mend it."""
        for each in error.problems:
            told = Text(zh=f"{each.what.zh}{each.mend.zh}", en=f"{each.what.en} {each.mend.en}")
            self.add_error(self._field_of(each.where), told.said(current_language()))

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django does; a screen reader reads the fault with its field."""
        super().add_error(field, error)
        if field in self.fields:
            attrs = self.fields[field].widget.attrs
            attrs["aria-describedby"] = f"{attrs.get('aria-describedby', '')} id_{field}_error".strip()

    def _field_of(self, where: str) -> str | None:
        """The visible field at which a fault stands; None for one of the form as a whole."""
        name = self.at.get(where, where)
        visible = name in self.fields and not isinstance(self.fields[name].widget, forms.HiddenInput)
        return name if visible else None


class BirthForm(RecordForm):
    """A child is born."""

    field_order = ("id", "mother", "name", "sex", "birth", "plurality", "birth_order", "father")
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
    father = forms.ChoiceField(label=later(zh="父亲", en="Father"), required=False)
    birth_order = forms.IntegerField(
        label=later(zh="孩次", en="Birth order"),
        min_value=1,
        max_value=30,
        required=False,
        help_text=later(
            zh="母亲的第几个孩子，按已登记的生育推算，可更改。",
            en="Counted from the mother's recorded births; change it if more were born.",
        ),
    )

    def __init__(self, *given: Any, father: dict[str, Text] | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        choices = {**(father or {}), "": Text(zh="未说明", en="not stated")}
        self.fields["father"].choices = Choices(choices)()  # type: ignore[attr-defined]


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
                "living": Text(zh="现居住地", en="where the person lives"),
                "registered": Text(zh="户籍地", en="where the person is registered"),
            }
        ),
    )
    day = HalfDateField(label=later(zh="迁移日期", en="Day of the move"))
    to = VillageField(
        everywhere=True,
        label=later(zh="迁往（村、社区）", en="To (village)"),
        required=False,
        help_text=later(
            zh="写村名、拼音或12位代码；迁出本市时不填。",
            en="Its name, pinyin or code; leave empty when leaving the city.",
        ),
    )
    reason = forms.ChoiceField(
        label=later(zh="原因", en="Reason"),
        choices=Choices({word: REASON[word] for word in ("move", "marriage", "work", "study", "return", "other")}),
    )


class PersonForm(RecordForm):
    """Somebody who is registered or lives here and isn't on the register yet."""

    at: ClassVar[dict[str, str]] = {"resident_number": "number"}
    name = forms.CharField(label=later(zh="姓名", en="Name"), max_length=60)
    sex = forms.TypedChoiceField(label=later(zh="性别", en="Sex"), choices=Choices({1: SEX[1], 2: SEX[2]}), coerce=int)
    birth = HalfDateField(label=later(zh="出生日期", en="Date of birth"), required=False)
    number = forms.CharField(
        label=later(zh="公民身份号码", en="Resident number"),
        max_length=22,
        required=False,
        help_text=later(zh="15位或18位；加密保存。", en="15 or 18 characters; stored sealed."),
    )
    area = VillageField(label=later(zh="村（社区）", en="Village"))
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
        widget=forms.TextInput(attrs={"type": "tel", "pattern": PHONE, "autocomplete": "off"}),
        required=False,
        help_text=later(
            zh="加密保存，只给服务本地区的人看。", en="Stored sealed; seen only by those who serve this area."
        ),
    )


class BirthDateForm(RecordForm):
    """A wrong date of birth is corrected."""

    birth = HalfDateField(label=later(zh="正确的出生日期", en="The right date of birth"))


class UnionForm(RecordForm):
    """Two people marry."""

    spouse = forms.UUIDField(widget=forms.HiddenInput)
    day = HalfDateField(label=later(zh="结婚日期", en="Day of the marriage"))


class UnionEndForm(RecordForm):
    """A marriage ends other than by a death."""

    at: ClassVar[dict[str, str]] = {"end_date": "day"}
    day = HalfDateField(label=later(zh="终止日期", en="Day of its end"))
    reason = forms.ChoiceField(
        label=later(zh="原因", en="Reason"), choices=Choices({word: UNION_END[word] for word in ("divorce", "other")})
    )


class WithdrawForm(RecordForm):
    """What was recorded of the wrong person, or by mistake, is withdrawn."""

    submit: ClassVar[Text] = Text(zh="撤销", en="Withdraw")
    why = forms.CharField(
        label=later(zh="撤销原因", en="Why it is withdrawn"),
        max_length=200,
        help_text=later(zh="写入审计日志。", en="Written to the audit log."),
    )


class MergeForm(RecordForm):
    """Two records are one person's."""

    why = forms.CharField(
        label=later(zh="为什么是同一人", en="Why they are one person"),
        max_length=200,
        help_text=later(
            zh="如：已与本人核对。写入审计日志。", en="Such as: asked the person. Written to the audit log."
        ),
    )


class UnmergeForm(RecordForm):
    """They are two people after all."""

    submit: ClassVar[Text] = Text(zh="撤销合并", en="Undo the merge")
    why = forms.CharField(
        label=later(zh="撤销原因", en="Why it is undone"),
        max_length=200,
        help_text=later(zh="写入审计日志。", en="Written to the audit log."),
    )


def uuid_or_none(text: str) -> UUID | None:
    """A UUID from a query string; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
