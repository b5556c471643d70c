"""The kinds of field that the register's forms have: dates as people type them, villages by name, worded choices."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.functional import lazy

from shidai.core.language import say
from shidai.registry.dates import HalfDate, parse_date
from shidai.registry.mistyped import Mistyped
from shidai.registry.recordsday import records_day
from shidai.registry.villages import find_village, name_places, offer_villages
from shidai.words import Text


def later(zh: str, en: str) -> Any:
    """A label that is said when the page is made, in the language of its reader."""
    return lazy(lambda: say(Text(zh=zh, en=en)), str)()


DATE_HELP = later(
    zh="可写 1987-3-5、1987.3.5、19870305；只知道年月时写 1987-03。",
    en="1987-3-5, 1987.3.5 or 19870305; if only the month is known, 1987-03.",
)
VILLAGE_HELP = later(zh="写村名、拼音或12位代码。", en="Its name, pinyin, or code of 12 digits.")


def told(error: Mistyped) -> str:
    """What is wrong and how to mend it, in the reader's language; English sentences need a space between them."""
    return say(Text(zh=f"{error.what.zh}{error.mend.zh}", en=f"{error.what.en} {error.mend.en}"))


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
            raise forms.ValidationError(told(error)) from error
        if read is None and self.required:
            raise forms.ValidationError(say(Text(zh="请填写日期。", en="Write the date.")))
        return read


_EXAMPLE = lazy(lambda: records_day().isoformat(), str)()  # of the records' year, not of the program's
_DAY_HELP = lazy(lambda: say(Text(zh="如{day}。", en="Such as {day}.").filled(day=records_day().isoformat())), str)()


class DayField(HalfDateField):
    """A day as people type it, wholly known."""

    def __init__(self, **given: Any) -> None:
        super().__init__(help_text=given.pop("help_text", _DAY_HELP), **given)
        self.widget.attrs["placeholder"] = _EXAMPLE

    def clean(self, value: Any) -> Any:
        read = super().clean(value)
        if read is None:
            return None
        if read.earliest != read.latest:
            words = Text(zh="请写到日，如{day}。", en="Write the day too, like {day}.")
            raise forms.ValidationError(say(words.filled(day=records_day().isoformat())))
        return read.earliest


class VillageInput(forms.TextInput):
    """A text field with the villages of the writer's scope to choose from, found by name, pinyin or code."""

    template_name = "registry/village.html"
    offered: Collection[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        villages = offer_villages(self.offered)
        context["villages"] = villages
        if villages:
            context["widget"]["attrs"]["list"] = f"{context['widget']['attrs'].get('id', name)}_villages"
        return context


class VillageField(forms.CharField):
    """A village; its value is the code. `everywhere`: also villages outside the writer's areas may be named."""

    widget = VillageInput

    def __init__(self, *, everywhere: bool = False, **given: Any) -> None:
        super().__init__(help_text=given.pop("help_text", VILLAGE_HELP), max_length=120, **given)
        self.everywhere = everywhere
        self.prefixes: Collection[str] = ("",)
        self.widget.attrs.update(autocomplete="off")

    def keep_within(self, prefixes: Collection[str]) -> None:
        """Offer, and unless `everywhere` accept, only the villages in these areas."""
        self.prefixes = ("",) if self.everywhere else prefixes
        self.widget.offered = prefixes

    def prepare_value(self, value: Any) -> Any:
        return name_places([value])[value] if isinstance(value, str) and value.isdigit() else value

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        if not text:
            return ""
        try:
            return find_village(text, self.prefixes)
        except Mistyped as error:
            raise forms.ValidationError(told(error)) from error


class Choices:
    """Choices whose titles follow the reader's language: made anew for every form."""

    def __init__(self, words: dict[Any, Text]) -> None:
        self.words = words

    def __call__(self) -> list[tuple[str, str]]:
        return [(str(key), say(text)) for key, text in self.words.items()]
