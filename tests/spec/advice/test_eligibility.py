"""The WHO's medical eligibility criteria: what the table holds, and how conditions add up."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shidai.advice.eligibility import Category, advise, ask, conditions, methods
from shidai.packs import load_pack, shipped_packs
from shidai.words import ShidaiError

IDS = sorted(conditions())
SILENT_ON_IUDS = {"breastfeeding", "postpartum", "latex_allergy", "ec"}
"""Of these WHO says of IUDs elsewhere, by the time of insertion (`postpartum_iud`), or nothing."""
ONLY_IUDS = {"postpartum_iud", "anatomy"}
ONLY_SOME = {"latex_allergy", "ec"}


def told(named: list[str], method: str, age: int | None = None) -> tuple[str, str]:
    (one,) = advise(named, age=age, method=method)
    return str(one.initiation), str(one.continuation)


# What the table holds


@pytest.mark.parametrize(
    "column", ["chc", "cic", "pop", "dmpa", "net_en", "implant", "cu_iud", "lng_iud", "spermicide"]
)
def test_every_condition_has_a_category_for_every_method(column: str) -> None:
    """But where WHO gives none: IUDs after a birth go by the time of insertion, anatomy concerns IUDs alone."""
    silent = ONLY_SOME | (SILENT_ON_IUDS if column.endswith("iud") else ONLY_IUDS)
    missing = {one.id for one in conditions().values() if column not in one.pairs}
    assert {one.partition(".")[0] for one in missing} <= silent | (ONLY_IUDS if column == "spermicide" else set())


def test_every_method_that_the_packs_dispense_is_judged_or_named_as_not_covered() -> None:
    covered = {id_ for one in methods().values() for id_ in one.pack}
    not_covered = {
        "female_sterilisation", "male_sterilisation", "withdrawal", "rhythm", "lactational", "diaphragm",
        "other_modern", "other_traditional",
    }  # fmt: skip
    for pack in shipped_packs():
        read = load_pack(pack)
        assert {one.method for one in read.all_commodities} <= covered
        assert {one.id for one in read.methods} - covered <= not_covered
    page = (Path(__file__).parents[3] / "docs" / "reference" / "eligibility.md").read_text(encoding="utf-8")
    (said,) = [part for part in page.split("\n\n") if part.startswith("Not covered")]
    for word in ("sterilisation", "diaphragms", "fertility awareness", "lactational amenorrhoea", "withdrawal"):
        assert word in said
    assert "spermicide" not in said


def test_every_row_says_how_it_compares_with_the_us_criteria() -> None:
    checks = {one.id: one.check for one in conditions().values()}
    assert checks["smoking.from_35_heavy"] == "same"
    assert checks["headache.migraine_aura"].startswith("differs: ")
    assert checks["hypertension.unmeasured"] == "none"
    assert sum(check == "same" for check in checks.values()) >= 80


def test_every_title_and_note_stands_in_both_languages() -> None:
    for one in conditions().values():
        assert one.title.zh
        assert one.title.en
        assert bool(one.note.zh) == bool(one.note.en)


# How conditions add up


@given(st.lists(st.sampled_from(IDS), max_size=4), st.sampled_from(IDS), st.one_of(st.none(), st.integers(12, 55)))
def test_another_condition_never_lowers_a_category(named: list[str], more: str, age: int | None) -> None:
    for before, after in zip(advise(named, age=age), advise([*named, more], age=age), strict=True):
        if before.initiation is None or after.initiation is None:
            assert after.initiation is None
            continue
        assert before.continuation is not None
        assert after.continuation is not None
        assert after.initiation.most >= before.initiation.most
        assert after.continuation.least >= before.continuation.least


@given(st.permutations(["smoking.under_35", "diabetes.plain", "anaemia.iron", "breast.benign"]))
def test_the_order_of_conditions_does_not_matter(named: list[str]) -> None:
    assert [(str(one.initiation), str(one.continuation)) for one in advise(named)] == [
        (str(one.initiation), str(one.continuation)) for one in advise(sorted(named))
    ]


def test_without_conditions_every_method_is_unrestricted() -> None:
    assert {one.initiation for one in advise([])} == {Category(1, 1)}
    assert all(one.reasons == () for one in advise([]))


def test_a_family_alone_is_a_range_until_it_is_asked() -> None:
    assert told(["hypertension"], "coc") == ("3-4", "3-4")
    (question, about_age) = ask(["hypertension"])
    assert question.family == "hypertension"
    assert len(question.choices) == 5
    assert about_age.family == "age"


def test_age_answers_what_it_can() -> None:
    assert told(["smoking"], "coc", 30) == ("2", "2")
    assert told(["smoking"], "coc", 40) == ("3-4", "3-4")
    assert ask(["smoking"], age=30) == ()
    assert len(ask(["smoking"], age=40)[0].choices) == 2


def test_the_gravest_condition_is_named_first() -> None:
    (one,) = advise(["obesity.from_18", "breast.cancer", "parity.parous"], method="coc")
    assert one.gravest is not None
    assert one.gravest.condition.id == "breast.cancer"
    assert advise(["parity.parous"], method="coc")[0].gravest is None


def test_in_pregnancy_no_hormone_is_needed_and_an_iud_is_dangerous() -> None:
    assert told(["pregnancy"], "coc") == ("None", "None")
    assert told(["pregnancy"], "cu_iud") == ("4", "4")


def test_a_packs_method_stands_for_all_its_kinds() -> None:
    assert [one.method.id for one in advise([], method="pill")] == ["coc", "pop"]


@pytest.mark.parametrize(
    ("named", "age", "method", "said"),
    [
        (["hypertensoin"], None, None, "hypertension"),
        ([], None, "coil", "Did you mean"),
        ([], 3, None, "age of 3"),
    ],
)
def test_a_mistake_names_what_was_meant(named: list[str], age: int | None, method: str | None, said: str) -> None:
    with pytest.raises(ShidaiError, match=said):
        advise(named, age=age, method=method)
