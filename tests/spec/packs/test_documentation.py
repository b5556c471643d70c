"""What docs/how-to/write-a-pack.md and docs/reference/packs.md say holds."""

from __future__ import annotations

import re
from pathlib import Path

from shidai.cli import run
from shidai.packs import load_pack
from shidai.packs.load import FOLDERS, ONE_TABLE_FILES
from shidai.words import Exit

DOCS = Path(__file__).parents[3] / "docs"
HOW_TO = (DOCS / "how-to" / "write-a-pack.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "reference" / "packs.md").read_text(encoding="utf-8")


def test_the_pack_of_the_how_to_is_sound_and_passes(tmp_path: Path) -> None:
    blocks = re.findall(r"```(?:toml|csv)\n(.*?)```", HOW_TO, re.DOTALL)
    for name, content in zip(("pack.toml", "sources.toml", "areas.csv"), blocks, strict=True):
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert run(["pack", "check", str(tmp_path)]) == Exit.OK
    assert run(["pack", "test", str(tmp_path)]) == Exit.OK


def test_the_python_of_the_reference_runs_and_gives_what_it_says() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", REFERENCE, re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)  # our own documentation
    pack = load_pack("wuxi-2006")
    yixing = pack.area("320282")
    assert yixing is not None
    assert f"'{yixing.name_en}'" in code
    assert f"# {len(pack.areas_at('village'))}" in code


def test_the_reference_names_every_kind_of_file() -> None:
    for name in (*ONE_TABLE_FILES, *(f"{folder}/*.toml" for folder in FOLDERS), "areas.csv", "sources.toml"):
        assert f"`{name}`" in REFERENCE


def test_the_how_to_names_everything_that_a_template_may_use() -> None:
    template = Path(load_pack("wuxi-2006").folder / "reports" / "annual.zh.jinja").read_text(encoding="utf-8")
    used = set(re.findall(r"{{-? *(\w+)", template)) | set(re.findall(r"{% if (\w+)", template))
    assert {name for name in used if f"`{name}" not in HOW_TO} == set()
