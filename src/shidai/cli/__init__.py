"""`shidai`: the command line. One file a command; heavy imports stay inside the functions, so that --help is quick."""

import importlib

from shidai.cli.app import app, main, run

COMMANDS = (
    "demo",
    "serve",
    "staff",
    "importing",
    "upgrade",
    "extract",
    "indicators",
    "summary",
    "project",
    "quality",
    "backtest",
    "whatif",
    "survey",
    "link",
    "duplicates",
    "programme",
    "mec",
    "advice",
    "stock",
    "outreach",
    "scheme",
    "simulate",
    "proofs",
    "synth",
    "pack",
    "audit",
    "jobs",
    "doctor",
)

for _name in COMMANDS:
    if importlib.util.find_spec(f"shidai.cli.{_name}"):
        importlib.import_module(f"shidai.cli.{_name}")

__all__ = ["COMMANDS", "app", "main", "run"]
