"""`shidai staff`: accounts and postings, so that somebody can sign in to a new city."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out, say, start_site
from shidai.words import Text

staff_app = typer.Typer(help="Who works with the register, where and as what.", no_args_is_help=True)
app.add_typer(staff_app, name="staff")

PasswordOption = Annotated[
    str,
    typer.Option(
        prompt=True, hide_input=True, confirmation_prompt=True, envvar="SHIDAI_PASSWORD", help="Asked for if not given."
    ),
]


def _open(data: DataOption) -> None:
    from shidai.cli.serve import require_city

    require_city(data)
    start_site(data)


@staff_app.command()
def add(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    password: PasswordOption,
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    role: Annotated[str, typer.Option(help="A role of docs/reference/roles.md.")] = "",
    area: Annotated[str, typer.Option(help="The code of the area of the posting.")] = "",
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Make an account and, with a role and an area, its first posting.

    Example: shidai staff add zhou --name 周建国 --role township_officer --area 320205101 --data city
    """
    _open(data)
    from django.db import transaction

    from shidai.core import actions
    from shidai.core.queries import operator

    with transaction.atomic():
        staff = actions.add_staff(by=operator(), username=username, name=name or username, password=password)
        if role or area:
            actions.post_staff(by=operator(), staff=staff, role=role, prefix=area)
    out.print(say(Text(zh=f"已建立账号 {username}。", en=f"Account {username} made.")), highlight=False)


@staff_app.command()
def post(
    username: Annotated[str, typer.Argument(help="Whose posting.")],
    role: Annotated[str, typer.Option(help="A role of docs/reference/roles.md.")],
    area: Annotated[str, typer.Option(help="The code of the area.")],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Give an account a role in an area from today on.

    Example: shidai staff post zhou --role township_officer --area 320205101 --data city
    """
    _open(data)
    from shidai.core import actions
    from shidai.core.queries import operator, staff_named

    actions.post_staff(by=operator(), staff=staff_named(username), role=role, prefix=area)
    out.print(
        say(Text(zh=f"{username} 已任 {area} 的 {role}。", en=f"{username} is {role} of {area} now.")), highlight=False
    )


@staff_app.command()
def password(
    username: Annotated[str, typer.Argument(help="Whose password.")],
    password: PasswordOption,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Set a password and open a locked account.

    Example: shidai staff password zhou --data city
    """
    _open(data)
    from shidai.core import actions
    from shidai.core.queries import operator, staff_named

    actions.set_password(by=operator(), staff=staff_named(username), password=password)
    out.print(say(Text(zh="口令已更新。", en="The password is set.")))


@staff_app.command("list")
def list_staff(data: DataOption = DEFAULT_DATA) -> None:
    """The accounts with their postings.

    Example: shidai staff list --data city
    """
    _open(data)
    from shidai.core.queries import operator, staff_list

    titles = (Text(zh="用户名", en="user name"), Text(zh="姓名", en="name"), Text(zh="岗位", en="postings"))
    table = Table(*(say(title) for title in titles), box=None, pad_edge=False)
    for one in staff_list(operator()):
        table.add_row(one.username, one.name, ", ".join(f"{p.role} {p.prefix}" for p in one.postings.all()))
    out.print(table)
