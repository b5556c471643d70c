"""The language of the person at the page."""

from __future__ import annotations

from django.utils import translation

from shidai.words import Language, Text

COOKIE = "shidai_language"
DJANGO_CODES: dict[str, str] = {"zh": "zh-hans", "zh-hant": "zh-hant", "en": "en"}


def current_language() -> Language:
    code = translation.get_language() or "zh-hans"
    if code.startswith("en"):
        return "en"
    return "zh-hant" if code == "zh-hant" else "zh"


def say(text: Text) -> str:
    """The sentence in the language of the request in progress."""
    return text.said(current_language())
