"""`shidai serve`: the site on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out, say, start_site
from shidai.words import Exit, ShidaiError, Text, problem


@app.command()
def serve(
    data: DataOption = DEFAULT_DATA,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Server processes.", min=1)] = 2,
) -> None:
    """Serve the site until Ctrl-C.

    Example: shidai serve --data demo-city --port 8000
    """
    require_city(data)
    start_site(data)
    from django.conf import settings

    from shidai.core.city import upgrade_database
    from shidai.packs import load_pack
    from shidai.site.server import serve as serve_site

    load_pack(settings.PACK)
    if upgrade_database():
        out.print(say(Text(zh="数据库已升级到本版本。", en="The database was brought up to this version.")))
    out.print(
        say(
            Text(
                zh=f"站点：http://{host}:{port}/（Ctrl-C 停止）",
                en=f"The site: http://{host}:{port}/ (Ctrl-C stops it)",
            )
        )
    )
    serve_site(host=host, port=port, workers=workers)


def has_city(data: Path) -> bool:
    """Whether a city's database is here: in the directory, or the one that the environment names."""
    return bool(os.environ.get("SHIDAI_DATABASE_URL")) or (data / "shidai.sqlite3").exists()


def require_city(data: Path) -> None:
    """Raise ShidaiError when the directory holds no city."""
    if not has_city(data):
        raise ShidaiError(
            problem(
                str(data),
                zh="这个目录里没有城市数据。",
                en="This directory holds no city.",
                mend_zh="请用 shidai demo 建一个演示城市，或检查 --data。",
                mend_en="Make a demonstration city with `shidai demo`, or check --data.",
            ),
            Exit.BAD_INPUT,
        )
