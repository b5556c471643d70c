"""`shidai link`: the records of one or two lists that are the same person, with a probability for each pair."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from shidai.cli.app import app, err, say
from shidai.words import Text, reader_language

if TYPE_CHECKING:
    import pyarrow as pa


class ModelKind(StrEnum):
    HAN = "han"
    LATIN = "latin"


_DONE = Text(
    zh="{a} 条与 {b} 条记录：找到 {n} 对，写入 {file}。",
    en="{a} and {b} records: {n} pairs, written to {file}.",
)
_CLASS = Text(
    zh="说 {low} 至 {high} 的：{n} 对，实为同一人 {true}", en="said {low} to {high}: {n} pairs, {true} are true"
)
_QUALITY = Text(
    zh="F1 {f1}；不确定的记录对平均偏差 {error}（这样多的对，如实的概率也会偏 {chance}）。",
    en="F1 {f1}; unsure pairs are off by {error} on average (on so few, honest ones would be by {chance}).",
)
_DONE_WITHIN = Text(zh="{a} 条记录：找到 {n} 对，写入 {file}。", en="{a} records: {n} pairs, written to {file}.")


KeepOption = Annotated[
    Path | None, typer.Option("--keep-register", help="Keep A ready, to link new records with it in seconds.")
]
RegisterOption = Annotated[
    Path | None, typer.Option("--register", help="A is new records, linked with this kept register.")
]
TruthOption = Annotated[
    Path | None,
    typer.Option("--truth", help="CSV of pairs known to be one person (id_a, id_b): tells how well it did."),
]
PlotOption = Annotated[
    Path | None, typer.Option("--plot", help="With --truth: an SVG of probability said against share true.")
]


@app.command("link")
def link_lists(
    one: Annotated[Path, typer.Argument(metavar="A.csv", help="A list of persons.")],
    other: Annotated[
        Path | None, typer.Argument(metavar="[B.csv]", help="Another; without it, duplicates in A.")
    ] = None,
    columns: Annotated[Path, typer.Option(help="TOML file that names the column of each role.")] = Path("map.toml"),
    out_file: Annotated[Path, typer.Option("--out", help="The pairs: id_a, id_b, probability.")] = Path("pairs.csv"),
    kind: Annotated[ModelKind, typer.Option("--model", help="For Chinese or for Latin names.")] = ModelKind.HAN,
    one_to_one: Annotated[
        bool, typer.Option("--one-to-one", help="Each list holds a person once: the best partner for each.")
    ] = False,
    least: Annotated[float, typer.Option(min=0.001, max=1.0, help="Leave out pairs less probable.")] = 0.5,
    save: Annotated[Path | None, typer.Option("--save-model", help="Keep what was learned.")] = None,
    use: Annotated[Path | None, typer.Option("--use-model", help="Use a model that was kept; don't learn.")] = None,
    keep: KeepOption = None,
    register: RegisterOption = None,
    truth: TruthOption = None,
    plot: PlotOption = None,
) -> None:
    """Link two lists of persons, or find the duplicates of one. Nothing leaves this machine.

    The model learns from the lists themselves. Roles of columns: id, name, given_name, family_name, sex, birth_date,
    identifier, phone, address, locality (village, suburb), region (town, state), postcode, child (the eldest).
    More columns, fewer errors.

    Example: [bold]shidai link ours.csv theirs.csv --model han --columns map.toml --out pairs.csv --one-to-one[/bold]
    """
    from shidai.linkage.engine import spill_into
    from shidai.linkage.model import clean
    from shidai.linkage.register import count_register
    from shidai.linkage.roles import read_list, read_map

    _check_choice(other, kind, use, keep, register)
    _check_plot(truth, plot)
    roles = read_map(columns)
    lists = [clean(kind.value, read_list(path, roles)) for path in (one, other) if path is not None]
    with TemporaryDirectory() as folder, spill_into(Path(folder)):  # its owner's alone
        pairs = _compare(kind, lists, save=save, use=use, keep=keep, register=register)
    sizes = [table.num_rows for table in lists]
    if register:
        sizes.insert(0, count_register(register))
    kept = _write(pairs, sizes, one_to_one, least, out_file)
    if truth is not None:
        from shidai.linkage.pairs import weigh_one_to_one

        said = weigh_one_to_one(pairs, (sizes[0], sizes[1])) if one_to_one and len(sizes) == 2 else pairs
        _tell_reliability(said, kept, truth, plot)


def _compare(
    kind: ModelKind, lists: list[pa.Table], *, save: Path | None, use: Path | None, keep: Path | None,
    register: Path | None,
) -> pa.Table:  # fmt: skip
    """Learn or take the model that was kept, keep what is asked for, and find the pairs."""
    from shidai.linkage.model import Model, find_pairs, train
    from shidai.linkage.register import keep_register, link_new

    model = Model.load(use) if use else train(kind.value, lists)
    if save:
        model.save(save)
    if keep:
        keep_register(lists[0], keep)
    return link_new(model, register, lists[0]) if register else find_pairs(model, lists)


def _tell_reliability(said: pa.Table, kept: pa.Table, truth: Path, plot: Path | None) -> None:
    """How many of the pairs said to be so probable are one person; a plot of it, if one is asked for."""
    from shidai.linkage.reliability import calibration_error, error_by_chance, f1, measure_reliability, read_truth
    from shidai.reports.atomic import write_atomically
    from shidai.reports.charts.drawing import with_ink
    from shidai.reports.charts.reliability import draw_reliability

    known = read_truth(truth)
    classes = measure_reliability(said, known)
    for one in classes:
        line = _CLASS.filled(low=f"{one.low:.0%}", high=f"{one.high:.0%}", true=f"{one.true:.1%}", n=f"{one.pairs:,}")
        err.print(say(line), highlight=False)
    told = _QUALITY.filled(
        f1=f"{f1(kept, known):.4f}", error=f"{calibration_error(classes):.3f}", chance=f"{error_by_chance(classes):.3f}"
    )
    err.print(say(told), highlight=False)
    if plot is not None:
        svg = with_ink(draw_reliability(classes, say, reader_language()), "sans-serif")
        write_atomically(plot.absolute(), svg.encode())


def _write(pairs: pa.Table, sizes: list[int], one_to_one: bool, least: float, out_file: Path) -> pa.Table:
    """Keep the pairs asked for, write them, and say how many there are."""
    import pyarrow.csv

    from shidai.linkage.pairs import choose_one_to_one, keep_probable

    two = len(sizes) == 2
    pairs = choose_one_to_one(pairs, least, (sizes[0], sizes[1])) if one_to_one and two else keep_probable(pairs, least)
    plain = pyarrow.csv.WriteOptions(quoting_style="needed")
    pyarrow.csv.write_csv(pairs.select(["id_a", "id_b", "probability"]), out_file, plain)
    told = {"a": sizes[0], "b": sizes[-1], "n": pairs.num_rows, "file": out_file}
    err.print(say((_DONE if two else _DONE_WITHIN).filled(**told)), highlight=False)
    return pairs


def _check_plot(truth: Path | None, plot: Path | None) -> None:
    from shidai.words import ShidaiError, problem

    if plot is not None and truth is None:
        raise ShidaiError(
            problem(
                "--plot",
                zh="没有已知的结果，画不出概率与实际的比较。",
                en="Without known pairs there is nothing to hold the probabilities against.",
                mend_zh="请用 --truth 给出已知是同一人的记录对。",
                mend_en="Give the pairs that are known with --truth.",
            )
        )


def _check_choice(
    other: Path | None, kind: ModelKind, use: Path | None, keep: Path | None, register: Path | None
) -> None:
    """Raise ShidaiError where options exclude each other."""
    from shidai.words import ShidaiError, problem

    problems = []
    if register and (other or not use):
        problems.append(
            problem(
                "--register",
                zh="与保存的登记库比对时，只给一个新名单，并用 --use-model 给出模型。",
                en="With a kept register give one list of new records, and the model with --use-model.",
                mend_zh="例如：shidai link 新名单.csv --register register.duckdb --use-model model.json",
                mend_en="For example: shidai link new.csv --register register.duckdb --use-model model.json",
            )
        )
    if (keep or register) and kind is not ModelKind.HAN:
        problems.append(
            problem(
                "--model",
                zh="保存的登记库只能配中文姓名的模型。",
                en="A kept register goes with the model for Han names only.",
                mend_zh="请用 --model han。",
                mend_en="Use --model han.",
            )
        )
    if problems:
        raise ShidaiError(problems)
