"""The house and its habits: what every file in it keeps."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "shidai"
MODULES = sorted(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts)
OURS = [p for folder in ("src", "tests", "bench") for p in sorted((ROOT / folder).rglob("*.py"))]
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "signals"}
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 50


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_has_at_most_400_lines(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= MAX_MODULE_LINES


def test_a_function_has_at_most_50_lines() -> None:
    long = [
        f"{name_of(module)}:{node.lineno} {node.name} {node.end_lineno - node.lineno + 1} lines"
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert not long, "\n".join(long)


def test_no_module_is_a_drawer_for_everything() -> None:
    assert not [name_of(m) for m in MODULES if BANNED_NAMES & {part.removesuffix(".py") for part in m.parts}]


def test_no_signals_and_no_admin_site() -> None:
    pattern = re.compile(
        r"django\.(db\.models|dispatch|core)\.?\w*\s+import\s+.*\b(receiver|Signal|post_save|pre_save)\b|contrib\.admin"
    )
    assert not [name_of(m) for m in MODULES if pattern.search(m.read_text(encoding="utf-8"))]


def test_no_broad_except_swallows_an_error() -> None:
    """A handler of everything must raise again."""
    silent = [
        f"{name_of(module)}:{node.lineno}"
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    ]
    assert not silent, "\n".join(silent)


def test_every_dependency_says_why_it_is_there() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if re.match(r'^\s+"[a-z][\w.-]*(\[[\w,]+\])?\s*[<>=]', line)]
    assert len(listed) > 20
    assert not [line for line in listed if "#" not in line]


def test_nothing_names_a_host_or_a_path_of_a_machine() -> None:
    """Locks, code and docs stay true on any machine."""
    told = re.compile(r"(pypi|pythonhosted|npmjs)\.(org|com)|/(root|home)/\w|/work/(main|shared)|/usr/bin/chromium")
    files = [
        *OURS,
        *ROOT.glob("*.*"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "Makefile",
        ROOT / ".ci" / "run",
        ROOT / "frontend" / "package-lock.json",
        *(ROOT / "frontend" / "src").rglob("*.*"),
    ]
    found = [
        name_of(f)
        for f in files
        if f != Path(__file__).resolve() and f.is_file() and told.search(f.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert not found


def test_no_secret_is_in_the_repository() -> None:
    secret = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|SECRET_KEY\s*=\s*['\"]")
    assert not [
        name_of(f) for f in OURS if f != Path(__file__).resolve() and secret.search(f.read_text(encoding="utf-8"))
    ]


def test_every_room_stands_on_a_floor() -> None:
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][
        0
    ]["layers"]
    rooms = {p.name for p in SOURCE.iterdir() if p.is_dir() and (p / "__init__.py").exists()} | {"words"}
    assert rooms == {room.strip() for layer in layers for room in layer.split("|")}
