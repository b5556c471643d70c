"""What people type about pilots. The rules live in the actions; a form only reads the fields and shows faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from shidai.assessment.wording import NO, YES
from shidai.core.language import say
from shidai.packs.schema.checklist import ChecklistItem
from shidai.registry.fields import Choices, DayField, later
from shidai.registry.forms import RecordForm
from shidai.words import Text


class DatedForm(RecordForm):
    """An act on a day."""

    day = DayField(label=later(zh="日期", en="Day"))


class EnrolForm(DatedForm):
    """A station that becomes a pilot."""

    submit: ClassVar[Text] = Text(zh="列为试点", en="Enrol it")
    field_order = ("id", "checklist", "site", "day")
    checklist = forms.ChoiceField(label=later(zh="检查表", en="Checklist"))
    site = forms.ChoiceField(label=later(zh="站点", en="Station"))

    def __init__(self, *given: Any, checklists: Mapping[str, Text], sites: Mapping[str, Text], **more: Any) -> None:
        super().__init__(*given, **more)
        for name, offered in (("checklist", checklists), ("site", sites)):
            self.fields[name].choices = Choices(dict(offered))()  # type: ignore[attr-defined]


class DecideForm(DatedForm):
    """A decision on what is before her: `seen` tells whether something became of the pilot in between."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ReturnForm(DecideForm):
    """Not yet, and why."""

    submit: ClassVar[Text] = Text(zh="退回", en="Return it")
    field_order = ("id", "seen", "reason", "day")
    reason = forms.CharField(
        label=later(zh="原因", en="Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class EndForm(DatedForm):
    """No pilot any more, and why."""

    submit: ClassVar[Text] = Text(zh="结束试点", en="End the pilot")
    field_order = ("id", "reason", "day")
    reason = forms.CharField(label=later(zh="原因", en="Reason"), max_length=1000)


class DropForm(RecordForm):
    """A file is taken back, and why."""

    submit: ClassVar[Text] = Text(zh="撤下文件", en="Take the file back")
    reason = forms.CharField(label=later(zh="原因", en="Reason"), max_length=500)


class AnswerForm(RecordForm):
    """An answer to an item, and what shows it. `mark`: of the words that the writer reads."""

    submit: ClassVar[Text] = Text(zh="保存", en="Save")
    field_order = ("id", "mark", "value", "note", "paper", "file")
    mark = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=later(zh="说明", en="Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    paper = forms.CharField(label=later(zh="文号或编号", en="A paper's number"), max_length=60, required=False)
    file = forms.FileField(
        label=later(zh="文件", en="File"), required=False,
        help_text=later(
            zh="PNG、JPG或PDF，5 MB以内；已有的文件保留。请不要拍到来访的人，也不要上传个人材料。",
            en="PNG, JPG or PDF, at most 5 MB; those already there stay. No visitors in it, no personal papers.",
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".png,.jpg,.jpeg,.pdf"}),
    )  # fmt: skip

    def __init__(self, *given: Any, item: ChecklistItem, **more: Any) -> None:
        super().__init__(*given, **more)
        self.item = item
        self.fields["value"] = _value_of(item)
        if item.evidence is not None:
            shown = Text(zh="请附：{what}。", en="To be shown: {what}.").filled(what=item.evidence.text)
            self.fields["note"].help_text = say(shown)
        self.order_fields(self.field_order)

    def read(self, *, with_file: bool) -> None:
        """What was typed stays; saved once more it answers the words as they are now. A file must be chosen again."""
        self.data = {**self.data.dict(), "mark": self.item.mark}  # type: ignore[attr-defined]
        if with_file and not self.has_error("file"):
            again = Text(
                zh="请重新选择文件：浏览器不会替您保留。", en="Choose the file again: the browser doesn't keep it."
            )
            self.add_error("file", say(again))


def _value_of(item: ChecklistItem) -> forms.Field:
    unit = item.unit.text if item.unit is not None else None
    label = Text(zh="回答", en="Answer")
    if unit is not None:
        label = Text(zh="回答（{unit}）", en="Answer ({unit})").filled(unit=unit)
    about: dict[str, Any] = {"label": say(label)}
    if item.kind == "yes_no":
        return forms.TypedChoiceField(
            choices=Choices({"1": YES, "0": NO}), coerce=lambda text: text == "1", widget=forms.RadioSelect, **about
        )
    if item.kind == "number":
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        return forms.FloatField(widget=forms.TextInput(attrs=attrs), **about)
    return forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), **about)
