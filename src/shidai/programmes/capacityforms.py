"""Forms of rooms, staff and equipment; the rules live in the actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from shidai.programmes.capacity import MOST, State
from shidai.registry.fields import Choices, DayField, later
from shidai.registry.forms import RecordForm
from shidai.words import Text


class CapacityForm(RecordForm):
    """How many rooms and staff, from a day on."""

    submit: ClassVar[Text] = Text(zh="保存", en="Save")
    rooms = forms.IntegerField(
        label=later(zh="诊室间数", en="Rooms"), min_value=0, max_value=MOST, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=later(zh="留空：不据此限制门诊时段。", en="Left empty, it limits no hours."),
    )  # fmt: skip
    staff = forms.IntegerField(
        label=later(zh="接诊人员数", en="Staff who see people"), min_value=0, max_value=MOST, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=later(
            zh="同一时间能接诊的人数，不是在编人数。", en="Who can see people at one time, not who is employed."
        ),
    )  # fmt: skip
    day = DayField(label=later(zh="自何日起", en="From the day"))


class PieceForm(RecordForm):
    """A piece of equipment."""

    submit: ClassVar[Text] = Text(zh="登记", en="Enter")
    kind = forms.ChoiceField(label=later(zh="种类", en="Kind"))
    number = forms.CharField(
        label=later(zh="编号", en="Inventory number"), max_length=40,
        help_text=later(zh="贴在设备上的编号，本站内不重复。", en="As it is written on the piece; once in a site."),
    )  # fmt: skip
    day = DayField(label=later(zh="启用日期", en="In service from"))

    def __init__(self, *given: Any, kinds: Mapping[str, Text], **more: Any) -> None:
        super().__init__(*given, **more)
        choices = {"": Text(zh="请选择", en="Choose")} | dict(kinds)
        self.fields["kind"].choices = Choices(choices)()  # type: ignore[attr-defined]


class NoteForm(RecordForm):
    """What was seen of a piece."""

    submit: ClassVar[Text] = Text(zh="保存", en="Save")
    state = forms.ChoiceField(label=later(zh="状态", en="State"), widget=forms.RadioSelect)
    day = DayField(label=later(zh="日期", en="Day"))
    reason = forms.CharField(
        label=later(zh="说明", en="Note"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=later(zh="故障须写明什么坏了。", en="When it is out of order: what is wrong with it."),
    )  # fmt: skip

    def __init__(self, *given: Any, now: str, **more: Any) -> None:
        super().__init__(*given, **more)
        fitting = [one for one in NOTES if one != now or one in (State.BROKEN, State.CHECKED)]
        if now == State.OUT:
            fitting = [State.WORKS]
        self.fields["state"].choices = Choices({one: NOTES[one] for one in fitting})()  # type: ignore[attr-defined]


NOTES: dict[str, Text] = {
    State.BROKEN: Text(zh="故障，不能用", en="Out of order"),
    State.WORKS: Text(zh="又能用了", en="Works again"),
    State.CHECKED: Text(zh="已检查（校准或维护）", en="Checked (calibrated or maintained)"),
    State.OUT: Text(zh="停用", en="Taken out of service"),
}
