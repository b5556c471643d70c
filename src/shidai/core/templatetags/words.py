"""Template words: `{% text "中文" "English" %}`, `{{ anything|say }}`, figures and icons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shidai.core.language import current_language
from shidai.words import Text

register = template.Library()


@register.simple_tag
def text(zh: str, en: str, **values: Any) -> str:
    """Both languages side by side in the template; `{name}` fields are filled from keyword arguments."""
    said = Text(zh=zh, en=en)
    return (said.filled(**values) if values else said).said(current_language())


@register.filter
def say(value: Any) -> Any:
    """A `Text`, or a pack's words, in the reader's language; anything else as it is."""
    if isinstance(value, Text):
        return value.said(current_language())
    words = getattr(value, "text", None)
    return words.said(current_language()) if isinstance(words, Text) else value


@register.filter
def figure(value: Any, decimals: int | None = None) -> str:
    """A number with thin grouping and fixed decimals; an en dash where there is none."""
    if value is None or value == "":
        return "–"
    if isinstance(value, int | Decimal) and decimals is None:
        return f"{value:,}"
    return f"{float(value):,.{decimals if decimals is not None else 2}f}"


@register.filter
def day(value: date | None) -> str:
    """A date as people of the language write it."""
    if value is None:
        return "–"
    if current_language() == "en":
        return f"{value.day} {value:%b} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon of the built sprite, hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("shidai/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The page's own query string with some values changed; an empty value removes one."""
    values = context["request"].GET.copy()
    for name, value in changes.items():
        values.pop(name, None)
        if value not in (None, ""):
            values[name] = value
    return f"?{values.urlencode()}"
