"""A pharmacist's worked cases, each from the WHO's guidance (MEC, 5th edition 2015; HIV risk: 2019)."""

from __future__ import annotations

import pytest

from shidai.advice.eligibility import advise, conditions, methods

CASES: tuple[tuple[str, list[str], int | None, dict[str, str]], ...] = (
    (
        "16 years old, no child: implants and pills freely; injectables and IUDs with benefit over risk",
        ["parity.nulliparous"],
        16,
        {"implant": "1", "coc": "1", "dmpa": "2", "cu_iud": "2"},
    ),
    ("42 years old, healthy: combined pills are still possible", [], 42, {"coc": "2", "pop": "1", "cu_iud": "1"}),
    ("48 years old: injectables are category 2 after 45", [], 48, {"dmpa": "2", "net_en": "2", "implant": "1"}),
    ("smoker of 30", ["smoking"], 30, {"coc": "2", "pop": "1", "implant": "1"}),
    ("smoker of 37, 10 a day", ["smoking.from_35_light"], 37, {"coc": "3", "cic": "2", "pop": "1"}),
    ("smoker of 37, 20 a day", ["smoking.from_35_heavy"], 37, {"coc": "4", "cic": "3", "cu_iud": "1"}),
    ("obese woman of 25", ["obesity"], 25, {"coc": "2", "dmpa": "1", "lng_iud": "1"}),
    ("obese girl of 16", ["obesity"], 16, {"dmpa": "2", "implant": "1"}),
    (
        "breastfeeding, three weeks after birth",
        ["breastfeeding.under_6_weeks"],
        27,
        {"coc": "4", "dmpa": "3", "implant": "2", "pop": "2"},
    ),
    ("breastfeeding, three months", ["breastfeeding.6_weeks_to_6_months"], 27, {"coc": "3", "dmpa": "1", "pop": "1"}),
    ("breastfeeding, eight months", ["breastfeeding.over_6_months"], 27, {"coc": "2", "implant": "1"}),
    (
        "not breastfeeding, ten days, caesarean with transfusion",
        ["postpartum.under_21_days_risk"],
        30,
        {"coc": "4", "pop": "1"},
    ),
    ("not breastfeeding, five weeks, no risk", ["postpartum.21_to_42_days"], 30, {"coc": "2", "dmpa": "1"}),
    ("IUD wanted two weeks after birth", ["postpartum_iud.48_hours_to_4_weeks"], 30, {"cu_iud": "3", "lng_iud": "3"}),
    (
        "IUD directly after the placenta, breastfeeding",
        ["postpartum_iud.under_48_hours_breastfeeding"],
        30,
        {"cu_iud": "1", "lng_iud": "2"},
    ),
    ("second-trimester abortion today", ["abortion.second_trimester"], 24, {"cu_iud": "2", "coc": "1"}),
    ("septic abortion", ["abortion.septic"], 24, {"cu_iud": "4", "implant": "1"}),
    ("past ectopic pregnancy", ["past_ectopic"], 29, {"pop": "2", "cu_iud": "1"}),
    ("blood pressure 150/95", ["hypertension.140_90"], 33, {"coc": "3", "dmpa": "2", "pop": "1", "cu_iud": "1"}),
    ("blood pressure 165/105", ["hypertension.160_100"], 33, {"coc": "4", "dmpa": "3", "implant": "2"}),
    ("deep vein thrombosis five years ago", ["thrombosis.history"], 33, {"coc": "4", "implant": "2", "cu_iud": "1"}),
    ("deep vein thrombosis now", ["thrombosis.acute"], 33, {"coc": "4", "pop": "3", "lng_iud": "3", "cu_iud": "1"}),
    ("mother had a thrombosis", ["thrombosis.family"], 33, {"coc": "2", "dmpa": "1"}),
    ("stroke in the past", ["stroke"], 39, {"coc": "4", "dmpa": "3", "pop": "2/3", "lng_iud": "2"}),
    ("migraine with aura", ["headache.migraine_aura"], 28, {"coc": "4", "pop": "2/3", "cu_iud": "1"}),
    ("migraine without aura at 38", ["headache.migraine_from_35"], 38, {"coc": "3/4", "pop": "1/2"}),
    ("migraine without aura at 28", ["headache.migraine_under_35"], 28, {"coc": "2/3", "dmpa": "2"}),
    (
        "epilepsy on carbamazepine",
        ["epilepsy", "drug.anticonvulsant"],
        28,
        {"coc": "3", "pop": "3", "implant": "2", "dmpa": "1", "cu_iud": "1"},
    ),
    ("epilepsy on lamotrigine", ["epilepsy", "drug.lamotrigine"], 28, {"coc": "3", "dmpa": "1"}),
    (
        "tuberculosis on rifampicin",
        ["tuberculosis.other", "drug.rifampicin"],
        28,
        {"coc": "3", "net_en": "2", "dmpa": "1"},
    ),
    ("bleeding nobody has explained", ["bleeding.unexplained"], 44, {"dmpa": "3", "cu_iud": "4/2", "coc": "2"}),
    ("breast cancer", ["breast.cancer"], 41, {"coc": "4", "implant": "4", "lng_iud": "4", "cu_iud": "1"}),
    ("breast cancer six years ago, well", ["breast.cancer_past"], 44, {"pop": "3", "cu_iud": "1"}),
    ("chlamydia now, has an IUD", ["sti.cervicitis"], 22, {"cu_iud": "4/2", "coc": "1"}),
    ("at high risk of HIV (2019)", ["hiv.risk"], 22, {"dmpa": "1", "cu_iud": "1", "implant": "1"}),
    ("HIV stage 4 on efavirenz", ["hiv.advanced", "drug.efavirenz"], 30, {"coc": "2", "cu_iud": "3/2", "dmpa": "1"}),
    ("diabetes with retinopathy", ["diabetes.organ"], 36, {"coc": "3-4", "dmpa": "3", "implant": "2"}),
    ("gall-bladder disease now", ["gallbladder.current"], 36, {"coc": "3", "cic": "2", "cu_iud": "1"}),
    ("decompensated cirrhosis", ["cirrhosis.severe"], 36, {"coc": "4", "pop": "3", "cu_iud": "1"}),
    (
        "iron-deficiency anaemia and heavy periods",
        ["anaemia.iron", "bleeding.heavy"],
        36,
        {"cu_iud": "2", "lng_iud": "1/2", "coc": "1"},
    ),
    ("fibroids that distort the cavity", ["fibroids.distorting"], 36, {"cu_iud": "4", "implant": "1"}),
    ("lupus with antiphospholipid antibodies", ["lupus.antiphospholipid"], 29, {"coc": "4", "pop": "3", "cu_iud": "1"}),
    ("allergy to latex", ["latex_allergy"], 20, {"condom": "3", "spermicide": "1"}),
    ("at high risk of HIV: no spermicide", ["hiv.risk"], 26, {"spermicide": "4", "condom": "1"}),
    ("HIV without symptoms: spermicide is category 3", ["hiv.mild"], 26, {"spermicide": "3", "condom": "1"}),
    ("HIV, takes tenofovir", ["hiv.mild", "drug.nrti"], 26, {"spermicide": "3", "coc": "1", "condom": "1"}),
    (
        "cervical cancer, waits for treatment",
        ["cervical_cancer"],
        40,
        {"spermicide": "2", "condom": "1", "cu_iud": "4/2"},
    ),
    (
        "smoker of 40, 5 a day, diabetes without damage: the higher counts",
        ["smoking.from_35_light", "diabetes.plain"],
        40,
        {"coc": "3", "dmpa": "2", "cu_iud": "1"},
    ),
)


@pytest.mark.parametrize(("named", "age", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_worked_case(named: list[str], age: int | None, expected: dict[str, str]) -> None:
    found = {}
    for one in advise(named, age=age):
        start, stay = str(one.initiation), str(one.continuation)
        found[one.method.id] = start if start == stay else f"{start}/{stay}"
    assert {method: found[method] for method in expected} == expected


@pytest.mark.parametrize(("named", "age", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_every_restriction_in_a_case_is_cited(named: list[str], age: int | None, expected: dict[str, str]) -> None:
    """The gravest reason stands in WHO's criteria: edition, part and section, or the statement of 2019."""
    for one in advise(named, age=age):
        if one.method.id in expected and one.gravest is not None:
            source = one.gravest.condition.source_for(one.method)
            of_2019 = one.gravest.condition.id == "hiv.risk" and one.method.id not in ("condom", "spermicide")
            assert source.en.endswith("HIV, 2019") if of_2019 else source.en.startswith("WHO MEC, 5th edition, part II")
            assert "第二部分" in source.zh or "2019" in source.zh


def test_there_are_forty_cases_and_every_method_and_group_of_conditions_is_in_some() -> None:
    assert len(CASES) >= 40
    assert {method for case in CASES for method in case[3]} >= set(methods()) - {"patch", "ring", "ec_lng", "ec_upa"}
    assert {conditions()[one].group for case in CASES for one in case[1] if one in conditions()} == {
        one.group for one in conditions().values()
    }
