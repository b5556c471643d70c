"""What assessment says, in both languages."""

from __future__ import annotations

from shidai.packs.schema.checklist import ChecklistItem, Value
from shidai.words import Text

STATES = {
    "working": Text(zh="创建中", en="at work"),
    "submitted": Text(zh="待验收", en="to be signed off"),
    "signed": Text(zh="验收通过", en="signed off"),
    "ended": Text(zh="已结束", en="ended"),
}
STYLES = {"working": "plain", "submitted": "late", "signed": "", "ended": "plain"}
DEEDS = {
    "enrolled": Text(zh="列为试点", en="enrolled"),
    "submitted": Text(zh="提交验收", en="submitted"),
    "returned": Text(zh="退回", en="returned"),
    "signed": Text(zh="验收通过", en="signed off"),
    "ended": Text(zh="结束试点", en="pilot ended"),
}
ACTS = {
    "submitted": Text(zh="提交验收", en="Submit the checklist"),
    "returned": Text(zh="退回检查表", en="Return the checklist"),
    "signed": Text(zh="验收通过", en="Sign the pilot off"),
    "ended": Text(zh="结束试点", en="End the pilot"),
}
SAVED = Text(zh="已登记：{what}", en="Recorded: {what}")
YES, NO = Text(zh="是", en="yes"), Text(zh="否", en="no")
NOT_ANSWERED = Text(zh="未填写", en="not answered")


def say_value(item: ChecklistItem | None, value: Value | None) -> Text:
    """An answer in words: 'yes', '85%', or the text itself."""
    if value is None or value == "":
        return NOT_ANSWERED
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, str):
        return Text(zh=value, en=value)
    number = f"{value:g}"
    unit = item.unit.text if item is not None and item.unit is not None else Text(zh="", en="")
    joint = "" if unit.en == "%" else " "
    return Text(zh=f"{number}{unit.zh}", en=f"{number}{joint}{unit.en}".strip())
