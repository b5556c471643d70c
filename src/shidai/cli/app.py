"""The command line's frame: one app, errors that say how to mend them, documented exit codes."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shidai.words import Exit, ShidaiError, Text, problem, reader_language

app = typer.Typer(
    name="shidai",
    help="A city's population register and its reproductive-health and family services.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
out = Console(width=None if sys.stdout.isatty() else 160)  # a pipe has no width: tables stay whole
err = Console(stderr=True)

DataOption = Annotated[
    Path,
    typer.Option("--data", envvar="SHIDAI_DATA", help="The data directory of the city.", show_default=True),
]
DEFAULT_DATA = Path("demo-city")


def say(text: Text) -> str:
    """The sentence in the language of the person at the terminal."""
    return text.said(reader_language())


def start_site(data: Path) -> None:
    """Set Django up on the data directory; must run before any service room is imported."""
    keep_private(data)
    os.environ["SHIDAI_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shidai.site.settings")
    import django

    django.setup()
    from shidai.core.city import require_database

    require_database()


def keep_private(data: Path) -> None:
    """What this process writes is its owner's alone, and so is the data directory: it holds people's data."""
    os.umask(0o077)
    if data.is_dir() and data.stat().st_uid == os.getuid():
        data.chmod(0o700)


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; what the reader can mend is said without a traceback."""
    try:
        result = app(args=arguments, standalone_mode=False)
        if result == Exit.INTERRUPTED:  # the command line's library turns Ctrl-C into this code itself
            raise KeyboardInterrupt
        return int(result) if isinstance(result, int) else Exit.OK
    except (KeyboardInterrupt, typer.Abort):
        return _report_interrupt()
    except Exception as error:
        if hasattr(error, "show") and hasattr(error, "exit_code"):  # a command typed wrongly
            error.show()
            return Exit.USAGE
        told = _explain_database_error(error)
        if isinstance(told, ShidaiError):
            err.print(told.said(reader_language()), markup=False, highlight=False, style="red", soft_wrap=True)
            return told.exit_code
        if isinstance(told, OSError):
            return _report_system_error(told)
        raise


def _explain_database_error(error: Exception) -> Exception:
    """What lies behind an error of the database, in the reader's words where they are known; other errors unchanged."""
    if "django.db" not in sys.modules or isinstance(error, ShidaiError | OSError):
        return error
    from shidai.core.city import database_errors

    try:
        with database_errors():
            raise error
    except Exception as told:
        if isinstance(told, ShidaiError | OSError):
            return told
        raise


def _report_system_error(error: OSError) -> int:
    place = str(error.filename or "")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        shown = problem(
            place,
            zh="磁盘已满。",
            en="The disk is full.",
            mend_zh="请腾出空间后再运行一次；已写入的数据完好。",
            mend_en="Free some space and run again; what was stored before is intact.",
        )
        code = Exit.NO_SPACE
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        shown = problem(
            place,
            zh="没有读写权限。",
            en="No permission to read or write here.",
            mend_zh="请更改权限，或用 --data 另选目录。",
            mend_en="Change the permission, or choose another directory with --data.",
        )
        code = Exit.NO_ACCESS
    elif error.errno in (errno.EEXIST, errno.ENOTDIR):
        shown = problem(
            place,
            zh="这里应是文件夹，却是一个文件。",
            en="A folder is needed here, and this is a file.",
            mend_zh="请另选目录，或移走这个文件。",
            mend_en="Choose another folder, or move this file away.",
        )
        code = Exit.BAD_INPUT
    elif error.errno in (errno.ENOENT, errno.EISDIR):
        shown = problem(
            place,
            zh="找不到该文件或目录。",
            en="No such file or directory.",
            mend_zh="请检查路径。",
            mend_en="Check the path.",
        )
        code = Exit.BAD_INPUT
    else:
        raise error
    err.print(shown.said(reader_language()), markup=False, highlight=False, style="red", soft_wrap=True)
    return code


def _report_interrupt() -> int:
    err.print(
        say(
            Text(
                zh="已中断。已完成的部分都保留；再运行一次即可继续。",
                en="Interrupted. What was finished is kept; run the command again to continue.",
            )
        )
    )
    return Exit.INTERRUPTED


def main() -> None:
    try:
        code = run()
    except KeyboardInterrupt:  # it may come while another end is being reported
        code = _report_interrupt()
    sys.exit(code)
