"""Serving the site: granian with threads, and one job worker beside it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from shidai.words import Exit, ShidaiError, problem


def serve(*, host: str, port: int, workers: int) -> None:
    """Serve until Ctrl-C. Raises ShidaiError when the port is taken."""
    _require_free(host, port)
    with _job_worker():
        Granian(
            "shidai.site.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,
            backpressure=256,
            log_enabled=True,
            log_level=LogLevels.warning,
            log_access=False,
            respawn_failed_workers=True,
        ).serve()


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ShidaiError(
                problem(
                    f"{host}:{port}",
                    zh="这个端口已被占用或不能使用。",
                    en="This port is taken or not allowed.",
                    mend_zh="请用 --port 另选一个端口。",
                    mend_en="Choose another with --port.",
                ),
                Exit.BUSY,
            ) from error


@contextmanager
def _job_worker() -> Iterator[None]:
    """One process that works the queue; it ends with the server."""
    worker = subprocess.Popen([sys.executable, "-m", "shidai.cli", "jobs", "work"])
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=20)
