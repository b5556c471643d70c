"""Record tables are written part by part and swapped at once; a kill at any moment leaves the former state readable."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from shidai.indicators.records import Manifest, Records, RecordWriter, verify_records
from shidai.indicators.tables import TABLES
from shidai.words import Exit, ShidaiError

CUTOFF = date(2006, 12, 31)
UNION = TABLES["union_"].schema


def unions(*ids: int) -> pa.Table:
    rows = [{"union_id": one, "wife_id": one, "start_date": date(2000, 1, 1), "weight": 1.0} for one in ids]
    return pa.Table.from_pylist([{name: row.get(name) for name in UNION.names} for row in rows], schema=UNION)


def write(folder: Path, partition: str, rows: pa.Table, cutoff: date = CUTOFF) -> Manifest:
    with RecordWriter(folder, cutoff=cutoff, source="synth") as writer:
        writer.write("union_", partition, rows)
    return Manifest.read(folder)


def ids_in(folder: Path) -> list[int]:
    with Records.open(folder) as records:
        table = records.table("union_")
        return sorted(records.fetch(table.select("union_id"))["union_id"].to_pylist())


def test_what_was_written_is_read_back(tmp_path) -> None:
    write(tmp_path, "320205", unions(1, 2))
    assert ids_in(tmp_path) == [1, 2]


def test_partitions_not_written_keep_their_rows(tmp_path) -> None:
    write(tmp_path, "320205", unions(1, 2))
    write(tmp_path, "320206", unions(3))
    write(tmp_path, "320205", unions(4))
    assert ids_in(tmp_path) == [3, 4]


def test_a_dropped_partition_is_gone(tmp_path) -> None:
    write(tmp_path, "320205", unions(1))
    with RecordWriter(tmp_path, cutoff=CUTOFF, source="synth") as writer:
        writer.drop("union_", "320205")
    assert ids_in(tmp_path) == []


def test_the_manifest_id_names_the_content(tmp_path) -> None:
    one = write(tmp_path / "a", "320205", unions(1, 2))
    same = write(tmp_path / "b", "320205", unions(1, 2))
    other = write(tmp_path / "c", "320205", unions(1, 3))
    later = write(tmp_path / "d", "320205", unions(1, 2), cutoff=date(2007, 12, 31))
    assert one.id == same.id
    assert len({one.id, other.id, later.id}) == 3


def test_an_error_while_writing_changes_nothing(tmp_path) -> None:
    write(tmp_path, "320205", unions(1))
    with pytest.raises(ZeroDivisionError):
        write_and_stumble(tmp_path)
    assert ids_in(tmp_path) == [1]


def write_and_stumble(folder: Path) -> None:
    with RecordWriter(folder, cutoff=CUTOFF, source="synth") as writer:
        writer.write("union_", "320205", unions(9))
        writer.write("union_", "320206", unions(1 // 0))


def test_old_files_go_with_the_commit(tmp_path) -> None:
    write(tmp_path, "320205", unions(1))
    write(tmp_path, "320205", unions(2))
    assert len(list((tmp_path / "union_").glob("*.parquet"))) == 1


def test_a_reader_keeps_its_state_while_another_is_written(tmp_path) -> None:
    write(tmp_path, "320205", unions(1))
    with Records.open(tmp_path) as records:
        table = records.table("union_")
        write(tmp_path, "320205", unions(2))
        assert records.fetch(table.select("union_id"))["union_id"].to_pylist() == [1]
    assert ids_in(tmp_path) == [2]


def test_a_second_writer_is_told_to_wait(tmp_path) -> None:
    with (
        RecordWriter(tmp_path, cutoff=CUTOFF, source="synth"),
        pytest.raises(ShidaiError, match="Another process") as error,
        RecordWriter(tmp_path, cutoff=CUTOFF, source="synth"),
    ):
        pass
    assert error.value.exit_code is Exit.BUSY


KILLED = """
import sys, time, datetime
sys.path.insert(0, {tests!r})
from pathlib import Path
from shidai.indicators.records import RecordWriter
from tests.spec.indicators.test_record_tables import unions
with RecordWriter(Path({folder!r}), cutoff=datetime.date(2006, 12, 31), source="synth") as writer:
    writer.write("union_", "320205", unions(7, 8))
    print("written", flush=True)
    time.sleep(60)
"""


def test_a_kill_before_the_commit_loses_nothing(tmp_path) -> None:
    write(tmp_path, "320205", unions(1))
    program = KILLED.format(tests=str(Path(__file__).parents[3]), folder=str(tmp_path))
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "written"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert ids_in(tmp_path) == [1]
    write(tmp_path, "320206", unions(2))  # the lock of the killed writer is free, its file is cleared away
    assert ids_in(tmp_path) == [1, 2]
    assert len(list((tmp_path / "union_").glob("*"))) == 2


def test_a_missing_column_and_an_unknown_one_are_both_named(tmp_path) -> None:
    rows = unions(1).drop_columns(["weight"]).append_column("name", pa.array(["x"]))
    with pytest.raises(ShidaiError) as error:
        write(tmp_path, "320205", rows)
    assert "union_.weight" in str(error.value)
    assert "union_.name" in str(error.value)


def test_an_empty_value_where_one_must_be_is_refused(tmp_path) -> None:
    rows = unions(1).set_column(UNION.get_field_index("weight"), "weight", pa.array([None], pa.float64()))
    with pytest.raises(ShidaiError, match=r"union_\.weight.*must not be empty"):
        write(tmp_path, "320205", rows)


def test_no_records_yet_is_said_with_what_to_do(tmp_path) -> None:
    with pytest.raises(ShidaiError, match=r"no record tables here yet.*shidai extract"):
        Records.open(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["{", "{}", '{"id": 1}'])
def test_a_damaged_manifest_is_said(tmp_path, text: str) -> None:
    write(tmp_path, "320205", unions(1))
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ShidaiError, match=r"manifest .* is damaged"):
        Records.open(tmp_path)


def test_a_manifest_edited_by_hand_is_noticed(tmp_path) -> None:
    write(tmp_path, "320205", unions(1))
    path = tmp_path / "manifest.json"
    told = json.loads(path.read_text())
    told["cutoff"] = "2005-12-31"
    path.write_text(json.dumps(told))
    with pytest.raises(ShidaiError, match="damaged"):
        Records.open(tmp_path)


def test_a_missing_file_and_a_changed_one_are_both_named(tmp_path) -> None:
    write(tmp_path, "320205", unions(1))
    write(tmp_path, "320206", unions(2))
    first, second = sorted((tmp_path / "union_").glob("*.parquet"))
    first.unlink()
    second.write_bytes(second.read_bytes()[::-1])
    with pytest.raises(ShidaiError) as error:
        verify_records(tmp_path)
    assert f"{first}: This record file is missing" in str(error.value)
    assert f"{second}: This record file differs from the manifest" in str(error.value)


def test_every_table_opens_with_its_declared_columns_when_there_are_no_rows(tmp_path) -> None:
    write(tmp_path, "320205", unions())
    with Records.open(tmp_path) as records:
        for name, table in TABLES.items():
            assert list(records.table(name).columns) == table.schema.names
