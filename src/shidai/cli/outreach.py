"""`shidai outreach` and `shidai assessment`: sessions and pilots of another system are taken over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out, say, start_site
from shidai.words import Text

outreach_app = typer.Typer(help="Training sessions and talks.", no_args_is_help=True)
assessment_app = typer.Typer(help="Checklists and the stations that work through them.", no_args_is_help=True)
app.add_typer(outreach_app, name="outreach")
app.add_typer(assessment_app, name="assessment")

FileArgument = Annotated[Path, typer.Argument(help="The CSV file; its columns stand in the how-to.")]
SourceOption = Annotated[str, typer.Option("--source", help="Name of the system that the file is from.")]


@outreach_app.callback()
def outreach() -> None:
    """Training sessions and talks."""


@assessment_app.callback()
def assessment() -> None:
    """Checklists and the stations that work through them."""


@outreach_app.command("take")
def take_sessions(file: FileArgument, source: SourceOption, data: DataOption = DEFAULT_DATA) -> None:
    """Take over the training sessions of another system: all lines or none, each only once.

    Example: shidai outreach take sessions.csv --source training-office --data demo-city
    """
    start_site(data)
    from shidai.core.queries import operator
    from shidai.outreach.roster import take_sessions as take

    taken = take(by=operator(), source=source, file=file)
    told = Text(zh="接收培训{new}场，已有{known}场。", en="{new} sessions taken over, {known} known before.")
    out.print(say(told.filled(new=str(taken.new), known=str(taken.known))))


@assessment_app.command("take")
def take_pilots(file: FileArgument, source: SourceOption, data: DataOption = DEFAULT_DATA) -> None:
    """Take over the pilots of another system with their answers: all lines or none, each only once.

    Example: shidai assessment take pilots.csv --source brand-office --data demo-city
    """
    start_site(data)
    from shidai.assessment.roster import take_pilots as take
    from shidai.core.queries import operator

    taken = take(by=operator(), source=source, file=file)
    told = Text(zh="接收试点{new}个，已有{known}个。", en="{new} pilots taken over, {known} known before.")
    out.print(say(told.filled(new=str(taken.new), known=str(taken.known))))
