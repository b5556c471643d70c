"""Whatever stands in a pack's files, checking it ends with problems that name a place, never with a traceback."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shidai.cli import run
from shidai.packs import check_pack
from shidai.words import Exit
from tests.spec.packs.packfolder import AREAS, PACK, SOUND, TARGET, problems_of, write_pack


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("pack_toml", b"", "pack.toml:1: id is missing."),
        ("pack_toml", b"\x00\x01\xff\xfe", "pack.toml:1: The file is not UTF-8."),
        ("pack_toml", b"a = " + b"[" * 5000, "pack.toml: Brackets are nested too deep."),
        ("pack_toml", PACK.encode("utf-16"), "pack.toml:1: The file is not UTF-8."),
        ("areas_csv", b"", "areas.csv:1: The head of the table is wrong"),
        ("areas_csv", (AREAS + '990103,9901,county,"南区').encode(), "areas.csv:5: This line is not valid CSV"),
        ("areas_csv", (AREAS + "990103,9901,county\n").encode(), "areas.csv:5: This row has 3 cells; the head has 11."),
        ("areas_csv", AREAS.replace("1949-10-01", "1949-02-30", 1).encode(), "areas.csv:2: start_date is"),
        ("targets__2006_toml", TARGET.replace("[[target]]", "[target]").encode(),
         "targets/2006.toml:1: target must be an array of tables."),
        ("targets__2006_toml", b"target = 3\n", "targets/2006.toml:1: target must be an array of tables."),
        ("targets__2006_toml", b"note = 3\n" + TARGET.encode(),
         "targets/2006.toml:1: note does not belong in this file."),
    ],
)  # fmt: skip
def test_bad_files_are_named(tmp_path: Path, file: str, content: bytes, said: str) -> None:
    found = problems_of(tmp_path, **{file: content})
    assert any(line.startswith(said) for line in found), found


def test_a_byte_order_mark_and_windows_line_ends_are_welcome(tmp_path: Path) -> None:
    windows = ("\ufeff" + PACK.replace("\n", "\r\n")).encode()
    assert problems_of(tmp_path, pack_toml=windows, areas_csv=("\ufeff" + AREAS).encode()) == []


def test_a_folder_in_a_files_place_is_said_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_pack(tmp_path, sources_toml=None)
    (folder / "sources.toml").mkdir()
    assert run(["pack", "check", str(folder)]) == Exit.BAD_INPUT
    assert "sources.toml" in capsys.readouterr().err.replace("\n", "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=st.sampled_from(sorted(SOUND)), at=st.integers(0, 400), cut=st.integers(0, 40), put=st.binary(max_size=12))
def test_a_damaged_file_never_stops_the_check(tmp_path: Path, file: str, at: int, cut: int, put: bytes) -> None:
    """Any bytes cut out and any put in: `check_pack` returns problems, each with a place in the pack, or none."""
    shutil.rmtree(tmp_path / "p", ignore_errors=True)
    folder = write_pack(tmp_path / "p")
    whole = (folder / file).read_bytes()
    (folder / file).write_bytes(whole[:at] + put + whole[at + cut :])
    for problem in check_pack(folder):
        assert problem.where.startswith(str(folder))
        assert problem.what.zh
        assert problem.mend.en
