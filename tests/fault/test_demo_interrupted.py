"""The demonstration stopped by Ctrl-C, then by kill -9: run again, it continues and ends as if nothing had been."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

WORDS = ("demo", "--residents", "600", "--seed", "7", "--no-serve")


def start(data: Path, *more: str) -> subprocess.Popen[str]:
    known = {**os.environ, "SHIDAI_LANG": "en"}
    known.pop("SHIDAI_DATA", None)
    command = [sys.executable, "-m", "shidai.cli", *WORDS, *more, "--data", str(data)]
    return subprocess.Popen(command, env=known, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def stages_done(data: Path) -> set[str]:
    file = data / "demo.json"
    return set(json.loads(file.read_text() or "{}")) if file.exists() else set()


def wait_until_done(process: subprocess.Popen[str], data: Path, stage: str) -> None:
    deadline = time.monotonic() + 300
    while stage not in stages_done(data):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, f"stage {stage} did not end"
        time.sleep(0.02)


@pytest.mark.full  # a whole demonstration and two halves
def test_ctrl_c_and_kill_lose_nothing(tmp_path: Path) -> None:
    data = tmp_path / "city"
    stopped = start(data)
    wait_until_done(stopped, data, "prepare")
    stopped.send_signal(signal.SIGINT)
    _, said = stopped.communicate(timeout=120)
    assert stopped.returncode == 130
    assert "run the command again" in said

    killed = start(data)
    wait_until_done(killed, data, "extract")
    killed.kill()
    killed.communicate()
    kept = stages_done(data)
    assert {"grow", "prepare", "import", "extract"} <= kept

    again = start(data)
    _, said = again.communicate(timeout=300)
    assert again.returncode == 0, said
    assert said.count("done before") >= 4
    written = {path.name for path in (data / "summary" / "2006").iterdir()}
    assert {
        "summary.html",
        "summary.docx",
        "summary.pdf",
        "summary.en.html",
        "summary.en.docx",
        "summary.en.pdf",
    } <= written

    other = start(data, "--residents", "700")
    _, said = other.communicate(timeout=120)
    assert other.returncode == 3
    assert "Another demonstration city" in said
