"""`shidai link`: the records of one or two lists that are the same person, with a probability for each pair."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shidai.cli.app import app, err, say
from shidai.words import Text


class ModelKind(StrEnum):
    HAN = "han"
    LATIN = "latin"


_DONE = Text(
    zh="{a} 条与 {b} 条记录：找到 {n} 对，写入 {file}。",
    en="{a} and {b} records: {n} pairs, written to {file}.",
)
_DONE_WITHIN = Text(zh="{a} 条记录：找到 {n} 对，写入 {file}。", en="{a} records: {n} pairs, written to {file}.")


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
) -> None:
    """Link two lists of persons, or find the duplicates of one. Nothing leaves this machine.

    The model learns from the lists themselves. Roles of columns: id, name, given_name, family_name, sex, birth_date,
    identifier, phone, address, locality (village, suburb), region (town, state), postcode. More columns, fewer errors.

    Example: [bold]shidai link ours.csv theirs.csv --model han --columns map.toml --out pairs.csv --one-to-one[/bold]
    """
    import pyarrow.csv

    from shidai.linkage.model import Model, clean, find_pairs, train
    from shidai.linkage.pairs import choose_one_to_one, keep_probable
    from shidai.linkage.roles import read_list, read_map

    roles = read_map(columns)
    lists = [clean(kind.value, read_list(path, roles)) for path in (one, other) if path is not None]
    model = Model.load(use) if use else train(kind.value, lists)
    if save:
        model.save(save)
    pairs = find_pairs(model, lists)
    pairs = choose_one_to_one(pairs, least) if one_to_one and other else keep_probable(pairs, least)
    plain = pyarrow.csv.WriteOptions(quoting_style="needed")
    pyarrow.csv.write_csv(pairs.select(["id_a", "id_b", "probability"]), out_file, plain)
    told = {"a": lists[0].num_rows, "b": lists[-1].num_rows, "n": pairs.num_rows, "file": out_file}
    err.print(say((_DONE if other else _DONE_WITHIN).filled(**told)), highlight=False)
