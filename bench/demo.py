"""The demonstration from nothing to the report, and the site's pages under load."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

from bench.case import Case, Measured

RESIDENTS = 50_000
MOST_SECONDS, MOST_GB = 60.0, 1.0
MOST_PAGE_MS = 200.0
VISITS = 40
PAGES = ("/", "/numbers/", "/numbers/natural_growth_rate/", "/areas/", "/summary/2006/", "/people/")


def cases() -> Iterator[Case]:
    yield Case("demo", measure_demo)


def measure_demo() -> list[Measured]:
    """`shidai demo --no-serve`, then each page asked for by the auditor, in turn over all counties."""
    folder = Path(tempfile.mkdtemp(prefix="shidai-bench-"))
    try:
        data = folder / "city"
        start = time.perf_counter()
        peak = _run_watched("demo", "--residents", str(RESIDENTS), "--data", str(data), "--no-serve")
        seconds = time.perf_counter() - start
        rows = [
            Measured("demo", seconds, MOST_SECONDS, "s", "50,000 residents to the report", seconds < MOST_SECONDS),
            Measured("demo-memory", peak, MOST_GB, "GB", "all its processes together", peak < MOST_GB),
        ]
        return rows + _measure_pages(data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run_watched(*words: str) -> float:
    """Run a command; the most memory that it and its processes had at once, in GB, shared pages counted once."""
    peak = 0.0
    with subprocess.Popen([sys.executable, "-m", "shidai.cli", *words], stderr=subprocess.DEVNULL) as command:
        main = psutil.Process(command.pid)
        while command.poll() is None:
            peak = max(peak, sum(_memory(one) for one in (main, *main.children(recursive=True))))
            time.sleep(0.2)
    assert command.returncode == 0, command.returncode
    return peak


def _memory(process: psutil.Process) -> float:
    try:
        return process.memory_full_info().pss / 1e9
    except psutil.NoSuchProcess:
        return 0.0


def _measure_pages(data: Path) -> list[Measured]:
    """95th percentile of the answer time of each page, asked for one after the other with 2 server processes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    site = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "shidai.cli", "serve", "--data", str(data), "--port", str(port)]
    server = subprocess.Popen(command, env=os.environ | {"SHIDAI_DATA": str(data)}, stdout=subprocess.DEVNULL)
    try:
        with sync_playwright() as playwright:
            asker = playwright.request.new_context(base_url=site)
            _sign_in(asker)
            return [_measure_page(asker, page) for page in PAGES]
    finally:
        server.terminate()
        server.wait(timeout=30)


def _sign_in(asker) -> None:
    for _ in range(150):
        try:
            asker.get("/login/")
            break
        except Exception as error:
            if "ECONNREFUSED" not in str(error):
                raise
            time.sleep(0.2)
    token = next(one["value"] for one in asker.storage_state()["cookies"] if one["name"] == "csrftoken")
    answer = asker.post(
        "/login/", form={"csrfmiddlewaretoken": token, "demo": "he"}, headers={"Referer": "http://127.0.0.1"}
    )
    assert answer.ok, answer.status


def _measure_page(asker, page: str) -> Measured:
    areas = ("3202", "320205", "320206", "320211", "320281", "320282")
    for area in areas:  # each of the two processes has read its files once
        asker.get(f"{page}?area={area}&period=2006")
    times = []
    for visit in range(VISITS):
        start = time.perf_counter()
        answer = asker.get(f"{page}?area={areas[visit % len(areas)]}&period=2006")
        answer.body()
        times.append((time.perf_counter() - start) * 1000)
        assert answer.ok, (page, answer.status)
    p95 = statistics.quantiles(times, n=20)[-1]
    return Measured(f"page {page}", p95, MOST_PAGE_MS, "ms (95th percentile)", "limit of a page", p95 < MOST_PAGE_MS)
