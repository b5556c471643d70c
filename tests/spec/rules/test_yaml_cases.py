"""Tests in OpenFisca's YAML format, run against the schemes that come with Shidai."""

from __future__ import annotations

from pathlib import Path

import pytest

from shidai.packs import load_pack
from shidai.rules.yamlcases import run_yaml_cases
from shidai.words import ShidaiError

PACK = load_pack("china-2025")
YAML = """
- name: a child of December 2023, the year 2025
  period: 2025
  absolute_error_margin: 5
  input: {birth_date: 2023-12-15, registered_here: true, alive: true}
  output:
    childcare_subsidy: 3600.00
    childcare_subsidy_fen: {"2025-01": 30000, "2026": 360000, "2027-01": 0}
    childcare_subsidy_eligible: true
- name: below persons
  period: 2025-01
  input: {persons: {child: {birth_date: {"2025-01": 2021-01-01}, registered_here: true, alive: true}}}
  output: {childcare_subsidy: %s}
"""


def test_tests_in_openfiscas_format_run_without_a_margin_on_money(tmp_path: Path) -> None:
    file = tmp_path / "childcare.yaml"
    file.write_text(YAML % "0", encoding="utf-8")
    results = run_yaml_cases(PACK, file)
    assert len(results) == 6
    assert [result for result in results if not result.passed] == []
    file.write_text(YAML % "0.01", encoding="utf-8")
    assert [result.expected for result in run_yaml_cases(PACK, file) if not result.passed] == ["0.01"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- name: x\n  period: 2025\n  input: {}\n  output: {childcare: 1}\n", "No scheme gives the output childcare"),
        ("- period: 2025\n  input: {agee: 1}\n  output: {childcare_subsidy: 1}\n", "There is no column agee"),
        ("- period: 2025\n  imput: {}\n  output: {}\n", "? imput, no input"),
        ("- period: 2025-13\n  input: {}\n  output: {childcare_subsidy: 1}\n", "period 2025-13"),
        ("- period: 2025\n  input: [1]\n  output: {childcare_subsidy: 1}\n", "input: ?"),
        ("- period: 2025\n  input: {}\n  output: {childcare_subsidy: lots}\n", "childcare_subsidy: lots"),
        ("- period: 2025\n  input: {persons: {a: {}, b: {}}}\n  output: {childcare_subsidy: 1}\n", "persons ≠ 1"),
        ("- period: 2025\n  input: {alive: 1}\n  output: {childcare_subsidy: 1}\n", "The column alive is of type bool"),
        ("- [", "can't be read as YAML"),
        ("3", "not a list of tests"),
    ],
)
def test_a_yaml_file_with_faults_is_refused_with_the_place(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "tests.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ShidaiError) as refused:
        run_yaml_cases(PACK, file)
    assert any(told in problem.said("en") for problem in refused.value.problems)
