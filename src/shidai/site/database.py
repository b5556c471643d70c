"""The database: SQLite in the data directory, or PostgreSQL when SHIDAI_DATABASE_URL names one."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from shidai.words import ShidaiError, problem


def database_settings(url: str, data: Path) -> dict[str, Any]:
    """Django's DATABASES entry. `url` is empty for SQLite or `postgresql://user:password@host:port/name`."""
    if not url:
        return _sqlite(data / "shidai.sqlite3")
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ShidaiError(
            problem(
                "SHIDAI_DATABASE_URL",
                zh="不是有效的 PostgreSQL 地址。",
                en="This isn't a valid PostgreSQL address.",
                mend_zh="请写成 postgresql://用户:口令@主机:端口/库名，或留空使用 SQLite。",
                mend_en="Write postgresql://user:password@host:port/name, or leave it empty for SQLite.",
            )
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}, **options},
    }


_SETTINGS = ("page_size=16384", "journal_mode=WAL", "synchronous=NORMAL", "cache_size=-64000")


def _sqlite(file: Path) -> dict[str, Any]:
    """WAL and IMMEDIATE transactions let many writers wait for each other instead of failing.

    Pages of 16 kB: an import spends most of its time in indexes of values in no order, which are fewer pages then. A
    database that exists keeps the size it was made with.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "".join(f"PRAGMA {setting};" for setting in _SETTINGS),
        },
    }
