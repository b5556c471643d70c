"""`shidai`: the command line. One file a command; heavy imports stay inside the functions, so that --help is quick."""

from shidai.cli.app import app, main, run

__all__ = ["app", "main", "run"]
