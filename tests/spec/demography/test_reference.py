"""Every public name of the library says what it takes and gives, and stands in the reference."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.spec.demography.calls import CALLS

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted((ROOT / "src" / "shidai" / "demography").glob("[!_]*.py"))
REFERENCE = "".join((ROOT / "docs" / "reference" / f"{page}.md").read_text() for page in ("demography", "projection"))
CHECKS = {"cells", "wpp_tables"}
"""Modules of checks, which have no formula."""


def documented(module: Path) -> Iterator[tuple[str, str, ast.AST]]:
    """Name, docstring and node of everything public, methods too."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, ast.get_docstring(node) or "", node
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", ast.get_docstring(inner) or "", inner


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_everything_public_has_a_docstring_and_stands_in_the_reference(module: Path) -> None:
    names = list(documented(module))
    assert not [name for name, said, _ in names if not said]
    listed = [name for name, _, _ in names if "." not in name]
    assert not [name for name in listed if f"`{name}`" not in REFERENCE]
    assert f"`{module.stem}`" in REFERENCE


@pytest.mark.parametrize("module", [path for path in MODULES if path.stem not in CHECKS], ids=lambda path: path.stem)
def test_every_function_tells_shapes_errors_and_source(module: Path) -> None:
    """A source may be the module's; what has none says so."""
    of_module = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    shape = re.compile(
        r"\((…|\w+,|\w+, \w+|\w+ \+ 1, )[^)]*\)|no shape|Arguments|Shapes|`Plan`|Outcome|list of|One number"
    )
    error = re.compile(r"NaN|[Ee]rror|refused|[Rr]aises|Checks nothing|checks nothing")
    source = re.compile(r"[Ss]ource|\(\d{4}\)|\d{4}\)|A word in")
    silent = [
        (name, what)
        for name, said, node in documented(module)
        if isinstance(node, ast.FunctionDef) and "." not in name
        for what, pattern, text in (
            ("shape", shape, said),
            ("error", error, said),
            ("source", source, said + of_module),
        )
        if not pattern.search(text)
    ]
    assert not silent


def test_every_function_of_arrays_is_tried_with_bad_input() -> None:
    """`calls.py` leaves out only what takes no arrays of numbers, or arrays that another function has checked."""
    tried = {one.function.__name__ for one in CALLS}
    inside = {
        "advance", "between_ages", "choose_ax", "cohort_survival", "constant_hazard_ax", "ratios_of", "reach_ages",
        "scale_to_life_expectancy", "spread_monotone", "by_age", "find_media", "simulate", "require_plans", "project",
        "smooth_life_expectancy", "correlate",
    }  # fmt: skip
    no_numbers = {
        "birthday", "calendar_days", "classify_need", "close_births", "completed_age", "day_of_month_counts",
        "draw_deviations", "has_unmet_need", "model_profile", "month_counts", "multipliers", "pool", "read_days",
        "repeated_rows", "person_years", "backtest_countries", "past_errors", "plan_from_past",
    }  # fmt: skip
    public = {
        name
        for module in MODULES
        if module.stem not in CHECKS and not module.stem.startswith("wpp")
        for name, _, node in documented(module)
        if isinstance(node, ast.FunctionDef) and "." not in name
    }
    assert public - tried == inside | no_numbers
