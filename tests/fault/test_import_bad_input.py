"""Bad input gets a clear message and its documented exit code, and leaves the register as it was."""

from __future__ import annotations

import ctypes
import fcntl
import subprocess
from pathlib import Path

import pytest

from shidai.words import Exit
from tests.fault.running import VILLAGE, ask, command, environment, run, write_people

HOUSES = "SELECT COUNT(*) FROM registry_household"


def take(data: Path, file: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return run("import", file, "--data", data, *more)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f'key,area,address\na,{VILLAGE},x\nb,"{VILLAGE},y\n'.encode(), "household.csv:3"),
        (b"key,area,address\na,\xff\xfe\xff,x\n", "isn't encoded"),
        (b"key,address\na,x\n", "'area' (村（社区）代码) is missing"),
        (b"", "The file is empty"),
    ],
    ids=["open quote", "wrong encoding", "missing column", "empty"],
)
def test_an_unreadable_file(data, tmp_path, content, said):
    file = tmp_path / "household.csv"
    file.write_bytes(content)
    done = take(data, file)
    assert done.returncode == Exit.BAD_INPUT
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert ask(data, HOUSES) == 1


def test_an_unknown_area_refuses_all_or_is_listed(data, tmp_path):
    file = tmp_path / "household.csv"
    file.write_text(f"key,area\na,{VILLAGE}\nb,999999999999\n")
    refused = take(data, file)
    assert refused.returncode == Exit.BAD_INPUT
    assert "nothing was stored" in refused.stdout
    assert ask(data, HOUSES) == 1

    listed = take(data, file, "--rejects", "list")
    assert listed.returncode == Exit.REJECTS
    assert ask(data, HOUSES) == 2
    text = (data / "import" / "rejects" / "household.rejects.csv").read_text(encoding="utf-8-sig")
    assert "3,b,村（社区）代码 (area),没有区划代码 999999999999。" in text


def test_a_file_that_is_not_there(data, tmp_path):
    done = take(data, tmp_path / "nothing.csv")
    assert done.returncode == Exit.BAD_INPUT
    assert "No such file" in done.stderr


def test_a_second_import_at_the_same_time(data, tmp_path):
    with (data / ".import.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = take(data, write_people(tmp_path / "person.csv", 3))
    assert done.returncode == Exit.BUSY
    assert "Another import is running" in done.stderr


def test_a_data_directory_that_may_not_be_written(data, tmp_path):
    """Without the superuser's right to ignore permissions, which tests in a container have."""
    people = write_people(tmp_path / "person.csv", 3)
    for path in (data, *data.iterdir()):
        if path.is_dir():
            path.chmod(0o500)
        else:
            path.chmod(0o400)

    def obey_permissions() -> None:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)

    done = subprocess.run(
        command("import", people, "--data", data),
        env=environment(),
        capture_output=True,
        text=True,
        preexec_fn=obey_permissions,
    )
    data.chmod(0o700)
    assert done.returncode == Exit.NO_ACCESS, done.stderr
    assert "No permission" in done.stderr


def test_many_processes_write_one_sound_audit_log(data):
    script = (
        "import os, django; django.setup()\n"
        "from shidai.core import audit; from shidai.core.queries import operator\n"
        "for n in range(30): audit.record(operator(), 'load', f'row:{n}')\n"
    )
    environ = {**environment(), "SHIDAI_DATA": str(data), "DJANGO_SETTINGS_MODULE": "shidai.site.settings"}
    before = ask(data, "SELECT COUNT(*) FROM core_auditentry")
    running = [subprocess.Popen([command()[0], "-c", script], env=environ) for _ in range(3)]
    assert [process.wait(120) for process in running] == [0, 0, 0]
    assert ask(data, "SELECT COUNT(*) FROM core_auditentry") == before + 90
    assert run("audit", "verify", "--data", data).returncode == Exit.OK


def test_a_changed_audit_log_fails_its_proof(data):
    import sqlite3

    connection = sqlite3.connect(data / "shidai.sqlite3")
    connection.execute("DROP TRIGGER audit_no_update")
    connection.execute("UPDATE core_auditentry SET actor = 'somebody' WHERE seq = 2")
    connection.commit()
    connection.close()
    done = run("audit", "verify", "--data", data)
    assert done.returncode == Exit.PROOF_FAILED
    assert "entry 2" in done.stderr
