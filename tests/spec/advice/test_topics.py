"""Advice by topic: what is said of somebody, why and by which source, and what is still to be asked."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shidai.advice.checking import check_advice
from shidai.advice.pregnancyrisks import MEASURED, factors
from shidai.advice.tables import sources
from shidai.advice.topics import TITLES, Counsel, consult, version_of
from shidai.packs import check_pack
from shidai.packs.load import folder_of
from shidai.packs.schema.advice import TOPIC_IDS, TOPICS
from shidai.rules.checking import check_programmes

ON = date(2026, 6, 1)


def told(topic: Any, **facts: Any) -> Counsel:
    found = consult(topic, {name.replace("__", "."): value for name, value in facts.items()}, ON)
    assert found is not None
    return found


def ids(counsel: Counsel) -> list[str]:
    return [one.id for one in counsel.said]


def test_the_packs_and_the_advice_know_the_same_topics() -> None:
    assert set(TITLES) == set(TOPICS) == set(TOPIC_IDS)
    assert set(factors()) - set(MEASURED) <= set(TOPICS["pre-eclampsia"])


@pytest.mark.parametrize("topic", TOPIC_IDS)
def test_every_topic_answers_to_nothing_known_without_a_word_or_with_a_question(topic: Any) -> None:
    found = consult(topic, {}, ON)
    assert found is None or found.asks or topic in ("eligibility", "pre-eclampsia")


def test_every_sentence_has_a_source_and_says_how_it_was_checked() -> None:
    for found in (
        told("missed-pills", missed=3),
        told("due-date", last_period=date(2026, 3, 1)),
        told("mood", total=14),
    ):
        for one in found.said:
            assert one.source.zh
            assert one.check in {each.check for each in sources().values()}


def test_missed_pills_ask_for_what_is_unknown() -> None:
    found = told("missed-pills", missed=3, micrograms=30.0)
    assert ids(found) == ["pill.take_now", "pill.condoms_7"]
    assert any("第几周" in one.zh for one in found.asks)
    assert consult("missed-pills", {"missed": 0}, ON) is None


def test_a_number_that_cannot_be_becomes_a_question_and_blocks_nothing() -> None:
    found = told("missed-pills", missed=99)
    assert found.said == ()
    assert "99" in found.asks[0].zh


def test_a_due_date_says_what_it_rests_on() -> None:
    found = told("due-date", last_period=date(2026, 3, 1), cycle=28)
    assert "2026-12-06" in found.said[0].text.zh
    assert "13周加1天" in found.said[0].text.zh
    assert found.said[0].why is not None
    assert found.asks == ()
    assert told("due-date").asks


def test_pre_eclampsia_names_the_factors_and_what_is_not_known() -> None:
    found = told("pre-eclampsia", first_pregnancy=True, age=41, height=160.0, weight=60.0)
    assert ids(found) == ["aspirin.offer"]
    assert found.said[0].why is not None
    assert "40岁" in found.said[0].why.zh
    less = told("pre-eclampsia", age=30)
    assert "身高" in less.asks[0].zh


def test_item_ten_is_told_first_whatever_the_sum() -> None:
    assert ids(told("mood", total=4, last_item=1)) == ["mood.harm"]
    asked = told("mood", total=4)
    assert ids(asked) == ["mood.low"]
    assert "第10题" in asked.asks[0].zh


def test_the_wished_method_is_judged_with_its_reason() -> None:
    found = told("eligibility", method="pill", age=36, children=1, condition__headache__migraine_aura=True)
    assert ids(found) == ["eligibility.coc", "eligibility.pop"]
    assert "4类" in found.said[0].text.zh
    assert found.said[0].why is not None
    assert "先兆" in found.said[0].why.zh


def test_without_a_wish_all_methods_stand_in_a_few_lines_the_freest_first() -> None:
    found = told("eligibility", age=30, children=1, last_birth=date(2026, 4, 10), breastfeeding=True)
    assert ids(found)[0] == "eligibility.1"
    assert len(found.said) <= 4
    assert any("哺乳" in one.why.zh for one in found.said if one.why)
    assert consult("eligibility", {"method": "sterilisation"}, ON) is None


def test_after_a_birth_feeding_is_asked_for() -> None:
    found = told("eligibility", age=30, last_birth=date(2026, 5, 1))
    assert any("哺乳" in one.zh for one in found.asks)


def test_a_medicine_that_is_not_listed_is_never_called_safe() -> None:
    found = told("drugs", named="卡马西平、感冒灵", method="pill")
    assert found.said[-1].id == "drugs.unjudged"
    assert "感冒灵" in found.said[-1].text.zh
    assert any("抗癫痫" in one.why.zh for one in found.said if one.why)


def test_the_version_follows_the_tables() -> None:
    assert version_of("glucose") != version_of("pre-eclampsia")
    assert version_of("eligibility").startswith("who-mec-2015+2019.")
    assert len(version_of("eligibility")) <= 40


def test_a_pack_that_names_an_unknown_condition_or_fact_is_told_where(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(folder_of("china-2025"), folder)
    assert check_advice(folder) == []
    file = folder / "programmes" / "contraceptive-counselling.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("condition.smoking", "condition.smokin"), encoding="utf-8")
    (found,) = check_advice(folder)
    assert "contraceptive-counselling.toml:" in found.where
    assert "smoking" in found.mend.en
    file.write_text(text.replace('hours = "hours"', 'ours = "hours"'), encoding="utf-8")
    assert any("takes no ours" in one.what.en for one in check_pack(folder))
    file.write_text(text.replace('hours = "hours"', 'hours = "emergency"'), encoding="utf-8")
    assert any("contraceptive-counselling.toml:" in one.where for one in check_programmes(folder))
