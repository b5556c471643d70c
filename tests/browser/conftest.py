"""A real demonstration city, a real server on loopback and a real Chromium, shared by all browser tests of a run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.sharing import make_once

RESIDENTS = 3000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def run_shidai(*arguments: str, data: Path, **more: str) -> None:
    """Run a command on a city's data; `more`: further settings of the environment."""
    environment = {**os.environ, "SHIDAI_DATA": str(data), "SHIDAI_LANG": "en", **more}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-m", "shidai.cli", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def city(tmp_path_factory) -> Path:
    """One small demonstration city for all workers of this run."""

    def make(data: Path) -> None:
        run_shidai("demo", "--residents", str(RESIDENTS), "--data", str(data), "--no-serve", data=data)

    return make_once(tmp_path_factory, "city", make)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site(city: Path) -> Iterator[str]:
    with serving(city) as address:
        yield address


@contextmanager
def serving(city: Path, **more: str) -> Iterator[str]:
    """The address of a server of its own on a city's data; `more`: further settings of the environment."""
    port = free_port()
    environment = {**os.environ, "SHIDAI_DATA": str(city), "SHIDAI_LANG": "en", **more}
    server = subprocess.Popen(
        [sys.executable, "-m", "shidai.cli", "serve", "--data", str(city), "--port", str(port), "--workers", "1"],
        env=environment,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/login/")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=60)


def wait_for(url: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer in {seconds} s")


@pytest.fixture(scope="session")
def launch():
    """Starts a Chromium with further flags; one driver serves all browsers of a run."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on this machine: the browser tests need one (apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield lambda *more: playwright.chromium.launch(executable_path=path, args=[*FLAGS, *more])


@pytest.fixture(scope="session")
def chromium(launch):
    browser = launch()
    yield browser
    browser.close()
