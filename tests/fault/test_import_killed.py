"""kill -9, Ctrl-C and a full disk during an import lose nothing and do nothing twice."""

from __future__ import annotations

import resource
import signal
import subprocess
from pathlib import Path

import pytest

from shidai.words import Exit
from tests.fault.running import ask, command, environment, is_locked, run, start, wait_until, write_people

ROWS, CHUNK = 3000, 100
PEOPLE = "SELECT COUNT(*) FROM registry_person"
DONE = "SELECT MAX(rows_done) FROM registry_importrun WHERE kind = 'person'"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return write_people(tmp_path / "person.csv", ROWS)


def take(data: Path, people: Path, mode: str) -> tuple[str | Path, ...]:
    return ("import", people, "--data", data, "--rejects", mode, "--chunk", str(CHUNK))


def test_killed_in_list_mode_it_continues_behind_the_last_chunk(data, people):
    process = start(*take(data, people, "list"))
    wait_until(lambda: ask(data, DONE) >= 2 * CHUNK, process)
    process.kill()
    process.communicate()
    kept = ask(data, PEOPLE)
    assert 2 * CHUNK <= kept < ROWS
    assert kept == ask(data, DONE)

    again = run(*take(data, people, "list"))
    assert again.returncode == Exit.OK, again.stderr
    assert f"continued after row {kept}" in again.stdout
    assert ask(data, PEOPLE) == ROWS
    assert ask(data, "SELECT COUNT(DISTINCT key) FROM registry_sourcerow WHERE kind = 'person'") == ROWS
    assert run("audit", "verify", "--data", data).returncode == Exit.OK


def test_killed_in_all_or_nothing_mode_nothing_is_there_and_it_can_be_run_again(data, tmp_path):
    many = write_people(tmp_path / "person.csv", 5000)
    process = start(*take(data, many, "none"))
    wait_until(lambda: is_locked(data / ".import.lock"), process)
    process.kill()
    process.communicate()
    assert ask(data, PEOPLE) == 0

    assert run(*take(data, many, "none")).returncode == Exit.OK
    assert ask(data, PEOPLE) == 5000


def test_ctrl_c_keeps_what_was_finished_and_says_how_to_go_on(data, people):
    process = start(*take(data, people, "list"))
    wait_until(lambda: ask(data, DONE) >= CHUNK, process)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == Exit.INTERRUPTED
    assert "run the command again to continue" in said
    kept = ask(data, PEOPLE)
    assert kept % CHUNK == 0
    assert ask(data, "SELECT COUNT(*) FROM registry_importrun WHERE state = 'stopped'") == 1
    assert run(*take(data, people, "list")).returncode == Exit.OK
    assert ask(data, PEOPLE) == ROWS


def test_a_full_disk_is_said_and_what_was_stored_before_is_intact(data, people):
    size = (data / "shidai.sqlite3").stat().st_size
    limit = size + 400_000  # the files may grow a little, and then no more

    def little_space() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    full = subprocess.run(
        command(*take(data, people, "list")), env=environment(), capture_output=True, text=True, preexec_fn=little_space
    )
    assert full.returncode == Exit.NO_SPACE, full.stderr
    assert "The disk is full" in full.stderr
    kept = ask(data, PEOPLE)
    assert kept < ROWS
    assert ask(data, "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") == 0

    assert run(*take(data, people, "list")).returncode == Exit.OK
    assert ask(data, PEOPLE) == ROWS
