"""The tutorials and the README tell the truth: their commands run, in order, in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[3]
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
NOTEBOOKS = sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))


def read_commands(page: Path) -> list[str]:
    """The lines of every block marked `sh`."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_every_command_of_a_tutorial_runs(page: Path, tmp_path: Path) -> None:
    commands = read_commands(page)
    assert commands
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SHIDAI_LANG": "en",
    }
    environment.pop("SHIDAI_DATA", None)
    for command in commands:
        done = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    if page.stem == "first-city":
        _run_programs_of_the_readme(tmp_path)


@pytest.mark.parametrize("page", NOTEBOOKS, ids=lambda page: page.stem)
def test_every_cell_of_a_notebook_runs_and_is_kept_without_what_it_gave(page: Path, tmp_path: Path) -> None:
    kept = nbformat.read(page, as_version=4)
    assert all(cell.outputs == [] for cell in kept.cells if cell.cell_type == "code")
    run = Path(sys.executable).parent / "jupyter-execute"
    done = subprocess.run([run, page, f"--output={tmp_path / page.name}"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = [out for cell in nbformat.read(tmp_path / page.name, as_version=4).cells for out in cell.get("outputs", [])]
    assert sum("image/png" in out.get("data", {}) for out in told) >= 2
    assert "95 %" in told[-1].text


def _run_programs_of_the_readme(folder: Path) -> None:
    programs = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert programs
    (folder / "demo-city").symlink_to(folder / "first-city")
    for program in programs:
        subprocess.run([sys.executable, "-c", program], cwd=folder, check=True)


def test_every_link_between_the_documents_leads_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert not broken
