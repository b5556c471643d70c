"""`shidai upgrade`: the database of a city brought to this version."""

from __future__ import annotations

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out, say, start_site
from shidai.words import Text


@app.command()
def upgrade(data: DataOption = DEFAULT_DATA) -> None:
    """Bring the city's database to this version and say what was done; nothing is lost, and a second run does nothing.

    `serve`, `import` and `demo` do this by themselves when they start. Make a copy of the data directory (or of the
    PostgreSQL database) first: an older version can't read an upgraded database.

    Example: shidai upgrade --data demo-city
    """
    from shidai.cli.serve import require_city

    require_city(data)
    start_site(data)
    from shidai.core.city import require_database, upgrade_database

    require_database()
    steps = upgrade_database()
    if not steps:
        out.print(say(Text(zh="数据库已是本版本，无需升级。", en="The database is of this version: nothing to do.")))
        return
    count = len(steps)
    done = Text(
        zh=f"数据库已升级到本版本，共 {count} 步：", en=f"The database was brought to this version, {count} steps:"
    )
    out.print(say(done))
    for step in steps:
        out.print(f"  {step}", markup=False, highlight=False)
