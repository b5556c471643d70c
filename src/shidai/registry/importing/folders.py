"""The files of a folder in the order in which they must be loaded."""

from __future__ import annotations

from pathlib import Path

from shidai.registry.importing.columns import FILE_KINDS
from shidai.registry.importing.reading import FILES
from shidai.words import ShidaiError, problem


def kind_of(path: Path) -> str | None:
    """The kind that a file's name says: person.csv, 人员.xlsx; None for other names."""
    names = {word: kind.id for kind in FILE_KINDS.values() for word in (kind.id, kind.title.zh)}
    return names.get(path.stem.lower())


def find_files(folder: Path) -> list[tuple[str, Path]]:
    """Files named after their kind (person.csv, 人员.xlsx …), in load order. Raises ShidaiError when there are none."""
    found: dict[str, Path] = {}
    problems = []
    for path in sorted(folder.iterdir()):
        kind = kind_of(path)
        if kind is None or path.suffix.lower() not in FILES:
            continue
        if kind in found:
            problems.append(
                problem(
                    path.name,
                    zh=f"与 {found[kind].name} 是同一类文件。",
                    en=f"It is of the same kind as {found[kind].name}.",
                    mend_zh="每类只留一个文件，或用 --kind 逐个导入。",
                    mend_en="Leave one file of a kind, or import them one by one with --kind.",
                )
            )
        found.setdefault(kind, path)
    if not found:
        problems.append(
            problem(
                str(folder),
                zh="文件夹中没有可导入的文件。",
                en="There is no file to import in this folder.",
                mend_zh="文件名应为 " + "、".join(f"{kind}.csv" for kind in FILE_KINDS) + "（也可用 .xlsx）。",
                mend_en="Files are named " + ", ".join(f"{kind}.csv" for kind in FILE_KINDS) + " (.xlsx too).",
            )
        )
    if problems:
        raise ShidaiError(problems)
    return [(kind, found[kind]) for kind in FILE_KINDS if kind in found]
