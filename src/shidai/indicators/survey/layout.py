"""Reading recode files: which files a folder holds, which columns they must have, values as numbers."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from shidai.words import Problem, ShidaiError, problem

DESIGN = ("v005", "v008", "v021", "v022", "v025")
WOMEN = (*DESIGN, "v011")
BIRTHS = (*DESIGN, "b3", "b7")
RESIDENCE = {"1": "urban", "2": "rural", "urban": "urban", "rural": "rural"}

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Recode:
    """One recode file: its name and its columns as numbers (NaN where empty); residence is 'urban' or 'rural'."""

    name: str
    columns: dict[str, Numbers]
    residence: npt.NDArray[np.str_]

    @property
    def rows(self) -> int:
        return int(self.residence.size)


@dataclass(frozen=True, slots=True)
class SurveyFiles:
    """The files of a folder: the women's recode and the births' recode, each may be absent but not both."""

    women: Recode | None
    births: Recode | None


def read_folder(folder: Path, women_file: str | None = None) -> SurveyFiles:
    """Read the women's (`*IR*`) and the births' (`*BR*`) recode of a folder, .csv or .csv.gz.

    Of several women's recodes the one named, else an all-women sample (without all-women factors), is taken.
    Raises ShidaiError with every file and column that is missing.
    """
    if not Path(folder).is_dir():
        raise ShidaiError(
            problem(str(folder), zh="没有这个文件夹。", en="There is no such folder.",
                    mend_zh="请检查路径。", mend_en="Check the path.")
        )  # fmt: skip
    women, births = _files(folder, "IR"), _files(folder, "BR")
    if women_file is not None:
        women = [path for path in women if path.name.split(".")[0] == women_file.split(".")[0]]
    if (not women and not births) or (women_file is not None and not women):
        raise ShidaiError(
            problem(
                str(folder),
                zh=f"找不到调查文件{women_file or '（*IR*.csv 或 *BR*.csv，可用 .gz 压缩）'}。",
                en=f"No survey file found: {women_file or '*IR*.csv or *BR*.csv, which may be compressed as .gz'}.",
                mend_zh="妇女问卷文件名含 IR，生育史文件名含 BR，例如 AWIR70.csv.gz。",
                mend_en="The women's recode has IR in its name, the births' recode BR, for example AWIR70.csv.gz.",
            )
        )
    found = [_read(path, WOMEN, "b3_") for path in women]
    chosen = next((one for one in found if "awfactt" not in one.columns), found[0]) if found else None
    return SurveyFiles(chosen, _read(births[0], BIRTHS) if births else None)


def _files(folder: Path, mark: str) -> list[Path]:
    return sorted(p for p in Path(folder).iterdir() if mark in p.name.upper()[:6] and ".csv" in p.suffixes)


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _read(path: Path, needed: tuple[str, ...], prefix: str | None = None) -> Recode:
    try:
        with _open(path) as file:
            table = pa.csv.read_csv(file, convert_options=pa.csv.ConvertOptions(strings_can_be_null=True))
    except (pa.ArrowInvalid, gzip.BadGzipFile, EOFError) as error:
        raise ShidaiError(
            problem(str(path), zh=f"读不了这个文件：{error}。", en=f"This file can't be read: {error}.",
                    mend_zh="需要带表头的 CSV。", mend_en="A CSV file with a header line is needed.")
        ) from error  # fmt: skip
    table = table.rename_columns([name.lower() for name in table.column_names])
    problems = [_missing(path, name) for name in needed if name not in table.column_names]
    if prefix is not None and not any(name.startswith(prefix) for name in table.column_names):
        problems.append(_missing(path, f"{prefix}01"))
    if problems:
        raise ShidaiError(problems)
    words = [RESIDENCE.get(str(value).lower()) for value in table["v025"].to_pylist()]
    if None in words:
        row = words.index(None)
        problems.append(_bad_value(path, row, "v025", table["v025"][row].as_py()))
    columns = {}
    for name in table.column_names:
        try:
            columns[name] = table[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:
            if name in needed and name != "v025":
                problems.append(_bad_value(path, 0, name, table[name][0].as_py()))
    problems += [
        _bad_value(path, int(np.flatnonzero(np.isnan(columns[name]))[0]), name, "")
        for name in needed
        if name in columns and name not in ("b7", "v025") and np.isnan(columns[name]).any()
    ]
    if problems:
        raise ShidaiError(problems)
    return Recode(path.name.split(".")[0], columns, np.array(words, dtype=np.str_))


def _missing(path: Path, column: str) -> Problem:
    return problem(
        path.name,
        zh=f"缺少列 {column}。",
        en=f"The column {column} is missing.",
        mend_zh="请从原始问卷文件导出时保留这一列（DHS recode 的列名）。",
        mend_en="Keep it when exporting from the recode file; columns have the names of the DHS recode.",
    )


def _bad_value(path: Path, row: int, column: str, value: object) -> Problem:
    return problem(
        f"{path.name}:{row + 2}",
        zh=f"列 {column} 的值“{value}”看不懂或为空。",
        en=f"The column {column} holds '{value}', which is empty or not understood.",
        mend_zh="该列应为数字（v025 为 1/2 或 urban/rural）。",
        mend_en="It must hold numbers (v025: 1 or 2, or urban or rural).",
    )
