"""Schemes of a pack: sources, versions, amounts, cases; a broken one is refused with its line, in both languages."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from shidai.packs import Pack, check_pack, load_pack, shipped_packs
from shidai.packs.schema.scheme import AttestedFact, Scheme, SchemeCase, SchemeVersion, Subject
from shidai.rules import COLUMNS, RuleSet, columns_for, compile_version
from shidai.rules.cases import run_scheme_cases
from shidai.rules.checking import check_schemes
from tests.spec.packs.packfolder import write_pack

REFERENCE = (Path(__file__).parents[3] / "docs" / "reference" / "schemes.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```toml\n(.*?)```", REFERENCE, re.DOTALL)[0]
PACKS = [load_pack(folder) for folder in shipped_packs()]
SCHEMES = [pytest.param(pack, scheme, id=f"{pack.id}/{scheme.id}") for pack in PACKS for scheme in pack.all_schemes]


@cache
def rules_of(version: SchemeVersion, subject: Subject, attested: tuple[AttestedFact, ...]) -> RuleSet:
    return compile_version(version, columns_for(subject, attested))


def failing(pack: Pack, scheme: Scheme, **changed: SchemeVersion) -> list[str]:
    """The cases that don't give what they say, with versions replaced by their ids' altered copies."""

    def compiled(version: SchemeVersion) -> RuleSet:
        altered = changed.get(version.id, version)
        return rules_of(altered, scheme.subject, tuple(pack.attested.values()))

    found = run_scheme_cases(pack, scheme, compiled)
    return [f"{one.case}: {one.got}, not {one.expected}" for one in found if not one.passed]


def cases_of(scheme: Scheme, version: SchemeVersion) -> list[SchemeCase]:
    """The cases of a day that this version answers."""
    asked = [one for one in scheme.case if one.on is not None]
    named = [one for one in asked if one.version == version.id]
    return named + [one for one in asked if one.version is None and scheme.version_on(one.on or date.min) is version]


# The shipped packs


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_shipped_packs_load_and_every_expression_can_be_read(pack: Pack) -> None:
    assert check_pack(pack.folder) == []
    assert check_schemes(pack.folder) == []


def test_the_shipped_schemes_are_these() -> None:
    assert {pack.id: set(pack.schemes) for pack in PACKS} == {
        "china-2025": {"childcare-subsidy", "rural-reward", "special-assistance"},
        "wuxi-2006": {"rural-reward", "public-welfare-fund", "holiday-relief", "village-grant", "retiree-reward"},
    }


@pytest.mark.parametrize(("pack", "scheme"), SCHEMES)
def test_every_source_of_a_scheme_exists(pack: Pack, scheme: Scheme) -> None:
    cited = [one.source for one in scheme.version]
    cited += [one.source for version in scheme.version for one in version.condition if one.source]
    cited += [one.source for one in scheme.case if one.source]
    assert set(cited) <= set(pack.sources)


@pytest.mark.parametrize(("pack", "scheme"), SCHEMES)
def test_a_step_whose_source_nobody_read_is_not_called_confirmed(pack: Pack, scheme: Scheme) -> None:
    read = {one.id: pack.sources[one.source].checked_against != "not-seen" for one in scheme.version}
    assert [one.id for one in scheme.version if one.confirmed and not read[one.id]] == []


@pytest.mark.parametrize(("pack", "scheme"), SCHEMES)
def test_a_version_is_not_confirmed_while_an_article_of_its_conditions_or_amounts_is_not(
    pack: Pack, scheme: Scheme
) -> None:
    for version in scheme.version:
        decides = (*version.condition, *version.parameter, *version.amount.supplement)
        unchecked = [one.id for one in decides if one.clause and "条文未核实" in one.clause.zh]
        assert not (version.confirmed and unchecked), version.id


@pytest.mark.parametrize(("pack", "scheme"), SCHEMES)
def test_clauses_speak_both_languages(pack: Pack, scheme: Scheme) -> None:
    for version in scheme.version:
        parts = (*version.parameter, *version.condition, *version.step, *version.amount.supplement)
        for clause in (one.clause for one in parts if one.clause):
            assert re.search(r"[一-鿿]", clause.zh), clause
            assert re.search(r"[A-Za-z]{3}", clause.en), clause


@pytest.mark.parametrize(("pack", "scheme"), SCHEMES)
def test_every_case_gives_what_it_says(pack: Pack, scheme: Scheme) -> None:
    assert failing(pack, scheme) == []


@pytest.mark.parametrize(("pack", "scheme"), SCHEMES)
def test_every_condition_of_every_version_fails_alone_in_some_case(pack: Pack, scheme: Scheme) -> None:
    for version in scheme.version:
        cases = cases_of(scheme, version)
        alone = {one.failed[0] for one in cases if len(one.failed) == 1}
        assert alone == {one.id for one in version.condition}, version.id
        assert any(one.eligible for one in cases), version.id


@pytest.mark.parametrize(("pack", "scheme"), SCHEMES)
def test_a_condition_that_says_the_opposite_fails_a_case(pack: Pack, scheme: Scheme) -> None:
    for version in scheme.version:
        for at, condition in enumerate(version.condition):
            flipped = condition.model_copy(update={"when": f"NOT ({condition.when})"})
            others = (*version.condition[:at], flipped, *version.condition[at + 1 :])
            altered = version.model_copy(update={"condition": others})
            assert failing(pack, scheme, **{version.id: altered}), condition.id


@pytest.mark.parametrize(("pack", "scheme"), SCHEMES)
def test_a_parameter_that_is_one_higher_fails_a_case(pack: Pack, scheme: Scheme) -> None:
    """Except the least of a granted amount, which only binds whoever approves."""
    for version in scheme.version:
        for at, one in enumerate(version.parameter):
            if f":{one.id}" == version.amount.least:
                continue
            value = one.value.replace(day=one.value.day + 1) if isinstance(one.value, date) else one.value + 1
            higher = one.model_copy(update={"value": value})
            others = (*version.parameter[:at], higher, *version.parameter[at + 1 :])
            altered = version.model_copy(update={"parameter": others})
            assert failing(pack, scheme, **{version.id: altered}), one.id


# Rights first


def test_the_old_birth_policy_is_history_that_nobody_is_asked_for() -> None:
    for pack in PACKS:
        for scheme in pack.all_schemes:
            archive = {fact.id for fact in pack.attested.values() if fact.archive}
            named = [one for version in scheme.version for one in version.condition if named_in(one.when, archive)]
            for condition in named:
                assert condition.title.en.startswith("history")
                assert condition.title.zh.startswith("历史")
                assert condition.when == f"COALESCE({next(iter(archive))}, TRUE)"
                assert not [case for case in scheme.case if case.eligible and archive & set(case.facts)]


def named_in(expression: str, names: set[str]) -> bool:
    return bool(names & set(re.findall(r"\w+", expression)))


def test_the_pack_of_today_has_no_archive_fact_and_no_clause_on_births() -> None:
    pack = load_pack("china-2025")
    assert not [fact.id for fact in pack.attested.values() if fact.archive]
    childcare = pack.schemes["childcare-subsidy"]
    used = " ".join(one.when for version in childcare.version for one in version.condition)
    assert not named_in(used, {"birth_order", "children_ever", "in_union"})


def test_a_draft_is_never_in_force() -> None:
    draft = load_pack("wuxi-2006").schemes["retiree-reward"]
    assert {one.id for one in draft.version if one.status == "draft"} == {"variant-a", "variant-b"}
    assert not any(one.confirmed for one in draft.version)
    assert draft.version_on(date(2007, 6, 30)) is None


# The official examples and the dated steps


def test_the_official_examples_of_the_childcare_subsidy_are_cases_with_a_source() -> None:
    cases = [one for one in load_pack("china-2025").schemes["childcare-subsidy"].case if one.source]
    told = {(one.facts["birth_date"], one.periods, one.fen) for one in cases}
    assert (date(2023, 12, 15), 24, 720_000) in told
    assert (date(2025, 1, 10), 36, 1_080_000) in told


@pytest.mark.parametrize(
    ("day", "monthly"), [(date(2008, 12, 31), 5_000), (date(2009, 1, 1), 6_000), (date(2012, 1, 1), 8_000)]
)
def test_the_rural_reward_rises_by_dated_steps(day: date, monthly: int) -> None:
    version = load_pack("china-2025").schemes["rural-reward"].version_on(day)
    assert version is not None
    assert version.value("monthly") == monthly


def test_steps_that_could_not_be_confirmed_say_so() -> None:
    pack = load_pack("china-2025")
    open_ = {f"{scheme.id}/{one.id}" for scheme in pack.all_schemes for one in scheme.version if not one.confirmed}
    assert open_ == {"rural-reward/from-2012", "special-assistance/from-2018", "special-assistance/from-2022"}


# A broken scheme is refused with file, line and both languages

LINE = {text: number for number, text in reversed(list(enumerate(EXAMPLE.splitlines(), 1)))}


def test_the_example_of_the_reference_is_sound_and_its_cases_hold(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path, schemes__all_toml=EXAMPLE))
    assert check_schemes(pack.folder) == []
    assert failing(pack, pack.all_schemes[0]) == []


def refused(folder: Path, old: str, new: str) -> tuple[list[str], list[str]]:
    """What the check says of the example with one thing changed, in English and in Chinese."""
    assert EXAMPLE.count(old) >= 1
    write_pack(folder, schemes__all_toml=EXAMPLE.replace(old, new, 1))
    found = check_pack(folder)
    said = ([one.said("en").replace(f"{folder}/", "") for one in found], [one.said("zh") for one in found])
    assert all(str(folder) in one for one in said[1])
    return said[0], [one.replace(f"{folder}/", "") for one in said[1]]


def test_versions_that_overlap_are_refused(tmp_path: Path) -> None:
    en, zh = refused(tmp_path, "effective_to = 2006-07-01\n", "effective_to = 2006-07-02\n")
    what_en = "The version in force from 2006-01-01 overlaps another one."
    mend_en = "End the earlier one (effective_to) on the day the later one begins."
    assert en == [f"schemes/all.toml:1: {what_en} {mend_en}"]
    what_zh = "从 2006-01-01 起生效的版本与另一版本的时间重叠。"
    assert zh == [f"schemes/all.toml:1：{what_zh}前一版本的 effective_to 应为后一版本的 effective_from。"]


def test_drafts_may_overlap(tmp_path: Path) -> None:
    assert refused(tmp_path, "effective_to = 2006-07-01\n", 'status = "draft"\n') == ([], [])


def test_a_version_that_is_not_confirmed_says_why(tmp_path: Path) -> None:
    en, zh = refused(tmp_path, "checked_on = 2026-01-01\n", "checked_on = 2026-01-01\nconfirmed = false\n")
    line = LINE["[[scheme.version]]"]
    assert en == [
        f"schemes/all.toml:{line}: A version that isn't confirmed needs a note that says why. Write the note."
    ]
    assert zh == [f"schemes/all.toml:{line}：未能核实的版本须有 note 说明。请写 note。"]


def test_an_amount_is_fixed_or_granted_not_both(tmp_path: Path) -> None:
    old = 'amount = { per = "month", fen = ":monthly" }'
    en, zh = refused(tmp_path, old, 'amount = { per = "month", fen = ":monthly", most = "9000" }')
    what_en = "An amount is either fixed (fen) or granted up to a limit (most)."
    assert en == [f"schemes/all.toml:{LINE[old]}: {what_en} Give one of the two."]
    what_zh = "金额要么写 fen（固定），要么写 most（在限额内核定）。"
    assert zh == [f"schemes/all.toml:{LINE[old]}：{what_zh}请只写其中之一。"]


def test_a_case_has_a_day_or_a_span(tmp_path: Path) -> None:
    en, zh = refused(tmp_path, "since = 2006-01-01\nuntil = 2006-07-31\n", "")
    line = LINE["[[scheme.case]]"]
    assert en == [
        f"schemes/all.toml:{line}: A case is either of a day (on) or of a span (since and until). Give one of the two."
    ]
    assert zh == [f"schemes/all.toml:{line}：事例要么写 on（某日），要么写 since 和 until（一段时间）。请写其中一种。"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('source = "law"', 'source = "lew"', "There is no source lew. Did you mean law?"),
        ('failed = ["aged"]', 'failed = ["agd"]', "There is no condition agd. Did you mean aged?"),
        ('subject = "person"', 'incompatible = ["x"]', "There is no scheme x. Define it first, or correct this id."),
    ],
    ids=["source", "condition", "scheme"],
)
def test_a_name_that_is_not_there_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    en, _ = refused(tmp_path, old, new)
    assert en == [f"schemes/all.toml:{LINE[old]}: {expected}"]


def test_a_scheme_stands_once_in_a_pack(tmp_path: Path) -> None:
    found = check_pack(write_pack(tmp_path, schemes__all_toml=EXAMPLE, schemes__again_toml=EXAMPLE))
    what, mend = (
        "The id longevity-allowance stands at schemes/again.toml:2 already.",
        "Change the id or remove one of them.",
    )
    assert [one.said("en").replace(f"{tmp_path}/", "") for one in found] == [f"schemes/all.toml:2: {what} {mend}"]


# The reference


def test_the_reference_lists_every_column_with_its_meaning() -> None:
    for columns in COLUMNS.values():
        for one in columns.values():
            known = "yes" if one.known else "no"
            assert f"| `{one.id}` | {one.title.zh} | {one.type} | {known} | {one.meaning.en} |" in REFERENCE


@pytest.mark.parametrize("model", [Scheme, SchemeVersion, SchemeCase], ids=lambda model: model.__name__)
def test_the_reference_names_every_field(model: type[Scheme]) -> None:
    assert {name for name in model.model_fields if f"`{name}`" not in REFERENCE} == set()
