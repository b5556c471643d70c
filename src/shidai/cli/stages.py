"""Stages that remember what they have done, so that a command run again continues instead of beginning anew."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from shidai.cli.app import err, say
from shidai.words import Text

Report = Callable[[int, int], None]


@dataclass(slots=True)
class Stages:
    """Runs named stages in order; a stage whose inputs are the same as last time is skipped."""

    file: Path
    done: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @classmethod
    def open(cls, file: Path) -> Stages:
        done = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return cls(file=file, done=done)

    def run(self, name: str, title: Text, inputs: dict[str, Any], work: Callable[[Report], Any]) -> Any:
        """Do one stage with a progress bar and remember it; returns what the stage gave, now or last time."""
        if self.has(name, inputs):
            err.print(f"[dim]✓ {say(title)} {say(Text(zh='（已完成）', en='(done before)'))}[/]")
            return self.done[name]["result"]
        started = time.perf_counter()
        with _progress() as progress:
            task = progress.add_task(say(title), total=None)
            result = work(lambda done, total: progress.update(task, completed=done, total=total or None))
        self.seconds[name] = time.perf_counter() - started
        err.print(f"[green]✓[/] {say(title)} [dim]{self.seconds[name]:.1f} s[/]")
        self.remember(name, _mark(inputs), result)
        return result

    def has(self, name: str, inputs: dict[str, Any]) -> bool:
        """Whether the stage was done with these inputs."""
        return name in self.done and self.done[name]["mark"] == _mark(inputs)

    def remember(self, name: str, mark: str, result: Any) -> None:
        self.done[name] = {"mark": mark, "result": result}
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(self.done, ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(self.file)


def _mark(inputs: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, default=str).encode()).hexdigest()


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )
