"""What a form says of a field that can't be taken: which field it is and what to do, in the reader's language.

Django's own sentences name no field ("This field is required."). A field that brings its own sentence keeps it.
"""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator

from shidai.core.language import say
from shidai.words import Text

_REQUIRED = (
    (forms.FileField, Text(zh="请选择文件：{label}。", en="Choose the file: {label}.")),
    (forms.BooleanField, Text(zh="要继续，请勾选“{label}”。", en="Tick '{label}' to go on.")),
    (forms.MultipleChoiceField, Text(zh="“{label}”请至少勾选一项。", en="Tick at least one: {label}.")),
    (forms.ChoiceField, Text(zh="请选择“{label}”。", en="Choose one: {label}.")),
    (forms.Field, Text(zh="请填写“{label}”。", en="Fill in '{label}'.")),
)
_INVALID = (
    (forms.IntegerField, Text(zh="“{label}”请写整数，如 3。", en="Write a whole number for '{label}', such as 3.")),
    (forms.DecimalField, Text(zh="“{label}”请写数字，如 1.5。", en="Write a number for '{label}', such as 1.5.")),
    (forms.RegexField, Text(zh="“{label}”的写法不对，请改写。", en="'{label}' isn't written as it must be: mend it.")),
)
_MORE = {
    "invalid_choice": Text(
        zh="“{label}”没有所选的这一项：请从列出的选项中选。",
        en="'{label}' has no such choice: take one of those listed.",
    ),
    "invalid_list": Text(zh="“{label}”请从列出的选项中勾选。", en="Tick among those listed: {label}."),
    "min_value": Text(
        zh="“{label}”不能小于%(limit_value)s，请改写。", en="'{label}' can't be below %(limit_value)s: mend it."
    ),
    "max_value": Text(
        zh="“{label}”不能大于%(limit_value)s，请改写。", en="'{label}' can't be above %(limit_value)s: mend it."
    ),
    "min_length": Text(
        zh="“{label}”至少要写%(limit_value)d个字，现在有%(show_value)d个。",
        en="'{label}' needs %(limit_value)d characters at least; it has %(show_value)d.",
    ),
    "max_length": Text(
        zh="“{label}”最多写%(limit_value)d个字，现在有%(show_value)d个：请缩短。",
        en="'{label}' takes %(limit_value)d characters; it has %(show_value)d: shorten it.",
    ),
    "max_decimal_places": Text(
        zh="“{label}”最多写%(max)s位小数。", en="'{label}' takes %(max)s decimal places at most."
    ),
    "max_digits": Text(zh="“{label}”最多写%(max)s位数字。", en="'{label}' takes %(max)s digits at most."),
    "max_whole_digits": Text(
        zh="“{label}”小数点前最多写%(max)s位。", en="'{label}' takes %(max)s digits before the point at most."
    ),
    "empty": Text(zh="“{label}”是空文件：请另选一个。", en="The file for '{label}' is empty: choose another."),
}


def speak(name: str, field: forms.Field) -> None:
    """Give a field the house's sentences wherever it has only Django's."""
    label = str(field.label or name).replace("%", "%%")
    for code, words in _words_for(field).items():
        said = field.error_messages.get(code)
        if said is None or said is _django_says(field, code):
            text = say(words.filled(label=label))
            field.error_messages[code] = text if "%(" in text else text.replace("%%", "%")


def _words_for(field: forms.Field) -> dict[str, Text]:
    words = {"required": next(text for kind, text in _REQUIRED if isinstance(field, kind)), **_MORE}
    told = next((text for kind, text in _INVALID if isinstance(field, kind)), None)
    own = [one.message for one in field.validators if isinstance(one, RegexValidator)]
    if told is not None and all(one is RegexValidator.message for one in own):
        words["invalid"] = told
    return words


def _django_says(field: forms.Field, code: str) -> object:
    for kind in type(field).__mro__:
        said = vars(kind).get("default_error_messages", {})
        if code in said:
            return said[code]
    return None
