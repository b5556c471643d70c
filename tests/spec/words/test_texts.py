"""Words: every sentence stands in both languages; problems say where, what and how to mend."""

from __future__ import annotations

import pytest

from shidai.words import Exit, ShidaiError, Text, problem, reader_language


def test_a_text_is_said_in_the_readers_language() -> None:
    text = Text(zh="出生登记", en="Birth registration")
    assert (text.said("zh"), text.said("en"), text.said("zh-hant")) == (
        "出生登记",
        "Birth registration",
        "出生登記",
    )


def test_fields_are_filled_in_both_languages_and_texts_nest() -> None:
    area = Text(zh="江阴市", en="Jiangyin")
    filled = Text(zh="{area}有{n}人", en="{n} people in {area}").filled(area=area, n=3)
    assert filled == Text(zh="江阴市有3人", en="3 people in Jiangyin")


def test_traditional_uses_phrases_not_single_signs() -> None:
    assert Text(zh="头发发展", en="").said("zh-hant") == "頭髮發展"


@pytest.mark.parametrize(
    ("variable", "value", "language"),
    [
        ("SHIDAI_LANG", "zh", "zh"),
        ("SHIDAI_LANG", "en", "en"),
        ("SHIDAI_LANG", "zh-Hant", "zh-hant"),
        ("LC_ALL", "zh_CN.UTF-8", "zh"),
        ("LC_ALL", "zh_TW.UTF-8", "zh-hant"),
        ("LC_ALL", "C.UTF-8", "en"),
    ],
)
def test_the_command_line_speaks_the_language_of_the_terminal(monkeypatch, variable, value, language) -> None:
    monkeypatch.delenv("SHIDAI_LANG", raising=False)
    monkeypatch.setenv(variable, value)
    assert reader_language() == language


def test_an_error_carries_all_problems_at_once() -> None:
    first = problem(
        "a.toml:3",
        zh="缺少来源。",
        en="The source is missing.",
        mend_zh="请补上 source。",
        mend_en="Add `source`.",
    )
    second = problem("", zh="日期颠倒。", en="The dates are in the wrong order.")
    error = ShidaiError([first, second])
    assert error.said("en").splitlines() == [
        "a.toml:3: The source is missing. Add `source`.",
        "The dates are in the wrong order.",
    ]
    assert error.said("zh").splitlines()[0] == "a.toml:3：缺少来源。请补上 source。"
    assert error.exit_code == Exit.BAD_INPUT
