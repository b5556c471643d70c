"""The ground floor: bilingual texts, problems that say how to mend themselves, errors with exit codes.

Every sentence that a person may read is a `Text` with both languages side by side, so that neither goes stale.
Traditional Chinese is derived from the simplified by OpenCC where it is shown.
"""

from __future__ import annotations

import locale
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import Literal

Language = Literal["zh", "en", "zh-hant"]
LANGUAGES: tuple[Language, ...] = ("zh", "en", "zh-hant")


@lru_cache(maxsize=65536)
def to_traditional(text: str) -> str:
    """Simplified to traditional Chinese, with the phrase conversion of OpenCC's `s2t`."""
    return str(_converter().convert(text))


@lru_cache(maxsize=1)
def _converter():  # type: ignore[no-untyped-def]
    from opencc import OpenCC  # loads dictionaries: only when traditional is asked for

    return OpenCC("s2t")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or title in both languages; `{name}` fields are filled by `filled`."""

    zh: str
    en: str

    def said(self, language: Language) -> str:
        if language == "en":
            return self.en
        return to_traditional(self.zh) if language == "zh-hant" else self.zh

    def filled(self, **values: object) -> Text:
        """A copy with its `{name}` fields filled; a value that is itself a `Text` is filled in each language."""
        zh = {k: v.zh if isinstance(v, Text) else v for k, v in values.items()}
        en = {k: v.en if isinstance(v, Text) else v for k, v in values.items()}
        return Text(zh=self.zh.format(**zh), en=self.en.format(**en))


def say_day(day: date) -> Text:
    """'2006年3月1日', '1 Mar 2006'."""
    return Text(zh=f"{day.year}年{day.month}月{day.day}日", en=f"{day.day} {day:%b} {day.year}")


def reader_language() -> Language:
    """The language of the person at the terminal: SHIDAI_LANG, else the locale, else English."""
    wish = os.environ.get("SHIDAI_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    wish = (wish or locale.getlocale()[0] or "").lower().replace("_", "-")
    if wish.startswith(("zh-hant", "zh-tw", "zh-hk")):
        return "zh-hant"
    return "zh" if wish.startswith("zh") else "en"


class Exit(IntEnum):
    """Exit codes of the command line, as documented in docs/reference/exit-codes.md."""

    OK = 0
    FAILED = 1  # a defect of ours: with a traceback
    USAGE = 2  # the command was typed wrongly
    BAD_INPUT = 3  # the reader's file, pack or value must be mended
    REJECTS = 4  # done, but some rows were rejected and listed
    NO_ACCESS = 5  # permission denied by the system or by the role
    NO_SPACE = 6  # disk full: nothing was lost
    PROOF_FAILED = 7  # an audit or test that should hold does not
    BUSY = 8  # another process holds what this one needs
    INTERRUPTED = 130  # Ctrl-C: what was finished is kept


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, and how to mend it."""

    where: str  # 'file:line', 'row 12, column 出生日期', a field's name; '' when it is plain
    what: Text
    mend: Text

    def said(self, language: Language) -> str:
        if language == "en":
            place = f"{self.where}: " if self.where else ""
            return f"{place}{self.what.en} {self.mend.en}".strip()
        place = f"{self.where}：" if self.where else ""
        return (
            to_traditional(f"{place}{self.what.zh}{self.mend.zh}")
            if language == "zh-hant"
            else (f"{place}{self.what.zh}{self.mend.zh}")
        )


class ShidaiError(Exception):
    """An error that the reader can mend. Shown without a traceback; carries all problems at once."""

    exit_code: Exit = Exit.BAD_INPUT

    def __init__(self, problems: Problem | Sequence[Problem], exit_code: Exit | None = None) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if exit_code is not None:
            self.exit_code = exit_code
        super().__init__(self.said("en"))

    def __reduce__(self) -> tuple[type[ShidaiError], tuple[tuple[Problem, ...], Exit]]:
        """An error of a process beside this one arrives whole."""
        return type(self), (self.problems, self.exit_code)

    def said(self, language: Language) -> str:
        return "\n".join(problem.said(language) for problem in self.problems)


def problem(where: str, *, zh: str, en: str, mend_zh: str = "", mend_en: str = "") -> Problem:
    """A `Problem` in one call. `zh` and `en` end with a full stop."""
    return Problem(where=where, what=Text(zh=zh, en=en), mend=Text(zh=mend_zh, en=mend_en))


def in_yuan(fen: int) -> str:
    """Fen as yuan with two decimals, exactly: 720000 → 7,200.00."""
    sign, whole = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{whole // 100:,}.{whole % 100:02d}"


def inert_cell(text: str) -> str:
    """A cell of a file that no spreadsheet takes for a formula, whoever chose its text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
