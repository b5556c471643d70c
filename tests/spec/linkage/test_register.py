"""A kept register: new records are linked against it as if all were linked anew."""

from __future__ import annotations

import pyarrow.csv
import pytest

from shidai.cli import run
from shidai.linkage.model import Model, clean, find_pairs, train
from shidai.linkage.register import count_register, keep_register, link_new
from shidai.words import Exit, ShidaiError
from tests.spec.linkage.lists import as_table, make_people, make_slips


@pytest.fixture(scope="module")
def lists():
    people = make_people(31, 800)
    new = make_slips(people, 32)[:200]
    return [clean("han", as_table(each)) for each in (people, new)]


@pytest.fixture(scope="module")
def model(lists) -> Model:
    return train("han", lists)


def test_new_records_find_the_same_partners_as_a_full_linkage(lists, model, tmp_path) -> None:
    """The probabilities differ a little, because the new records no longer count in how rare a name is."""
    keep_register(lists[0], tmp_path / "register.duckdb")
    assert count_register(tmp_path / "register.duckdb") == lists[0].num_rows
    said = [
        {(row["id_a"], row["id_b"]): row["probability"] for row in pairs.to_pylist()}
        for pairs in (find_pairs(model, lists), link_new(model, tmp_path / "register.duckdb", lists[1]))
    ]
    full, kept = said
    sure = {pair for pair, probability in full.items() if probability >= 0.9}
    assert len(sure) > 180
    assert all(kept[pair] == pytest.approx(full[pair], abs=0.05) for pair in sure)
    assert {pair for pair, probability in kept.items() if probability >= 0.95} <= {
        pair for pair, probability in full.items() if probability >= 0.5
    }


def test_a_register_kept_before_children_were_known_still_links(lists, model, tmp_path) -> None:
    """A model that knows the child, a register without the column, a list that has it; and the reverse."""
    register, new = (each.set_column(each.column_names.index("child"), "child", each["name"]) for each in lists)
    knows = train("han", [register, new])
    assert any("child" in block for block in knows.settings["blocking_rules_to_generate_predictions"])
    keep_register(lists[0].drop_columns(["child"]), tmp_path / "old.duckdb")
    keep_register(register, tmp_path / "today.duckdb")
    for path, chosen, each in (("old", knows, new), ("old", model, new), ("today", knows, lists[1])):
        found = link_new(chosen, tmp_path / f"{path}.duckdb", each, least=0.9).to_pylist()
        assert sum(row["id_a"] == row["id_b"] for row in found) > 170, path


def test_a_file_that_is_no_register_is_told(lists, model, tmp_path) -> None:
    (tmp_path / "no.duckdb").write_text("nothing")
    for path in (tmp_path / "no.duckdb", tmp_path / "missing.duckdb"):
        with pytest.raises(ShidaiError, match="not a kept register"):
            link_new(model, path, lists[1])


def test_the_command_keeps_a_register_and_links_new_records_with_it(tmp_path, capsys) -> None:
    people = make_people(41, 300)
    files = [tmp_path / "register.csv", tmp_path / "new.csv"]
    for path, each in zip(files, (people, make_slips(people, 42)[:100]), strict=True):
        pyarrow.csv.write_csv(as_table(each), path)
    (tmp_path / "map.toml").write_text("\n".join(f'{role} = "{role}"' for role in people[0]))
    model, register, out = (str(tmp_path / name) for name in ("model.json", "register.duckdb", "pairs.csv"))
    told = ["--columns", str(tmp_path / "map.toml"), "--out", out]
    assert run(["link", *map(str, files), *told, "--save-model", model, "--keep-register", register]) == Exit.OK
    new = ["link", str(files[1]), *told, "--register", register]
    assert run([*new, "--use-model", model, "--one-to-one"]) == Exit.OK
    rows = pyarrow.csv.read_csv(out)
    found = sum(a == b for a, b in zip(rows["id_a"].to_pylist(), rows["id_b"].to_pylist(), strict=True))
    assert found >= 97
    assert rows.num_rows <= 100
    assert run(new) == Exit.BAD_INPUT
    assert "--use-model" in capsys.readouterr().err
