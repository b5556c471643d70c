"""Lists: a map names the column of each role; all that is wrong is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from shidai.linkage.roles import read_list, read_map
from shidai.words import ShidaiError

MAP = 'id = "编号"\nname = "姓名"\nbirth_date = "出生日期"\naddress = ["街道", "门牌"]\n'


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


def problems(error: pytest.ExceptionInfo[ShidaiError]) -> str:
    return error.value.said("en")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_by_role_in_the_encodings_that_offices_have(tmp_path, encoding) -> None:
    text = "编号,姓名,出生日期,街道,门牌\n1,王伟,1950-03,人民路,5号\n2, 李娜 ,,,\n"
    roles = read_map(write(tmp_path / "map.toml", MAP))
    table = read_list(write(tmp_path / "a.csv", text, encoding), roles)
    assert table.to_pylist() == [
        {"id": "1", "name": "王伟", "birth_date": "1950-03", "address": "人民路 5号"},
        {"id": "2", "name": "李娜", "birth_date": None, "address": None},
    ]


def test_unknown_roles_and_a_missing_id_are_told_together(tmp_path) -> None:
    with pytest.raises(ShidaiError) as error:
        read_map(write(tmp_path / "map.toml", 'nmae = "姓名"\nbirth_date = "出生日期"\n'))
    assert "no role 'nmae'" in problems(error)
    assert "No column is given for id" in problems(error)


def test_a_map_that_is_not_toml_names_the_place(tmp_path) -> None:
    with pytest.raises(ShidaiError, match=r"not TOML.*line 1"):
        read_map(write(tmp_path / "map.toml", "id = 编号\n"))


def test_columns_that_the_file_lacks_are_named_with_those_it_has(tmp_path) -> None:
    roles = read_map(write(tmp_path / "map.toml", MAP))
    with pytest.raises(ShidaiError) as error:
        read_list(write(tmp_path / "a.csv", "编号,姓名\n1,王伟\n"), roles)
    assert problems(error).count("There is no column") == 3
    assert "编号, 姓名" in problems(error)


def test_broken_rows_and_ids_are_told_with_their_line(tmp_path) -> None:
    roles = {"id": ("id",), "name": ("name",)}
    with pytest.raises(ShidaiError) as error:
        read_list(write(tmp_path / "a.csv", "id,name\n1,王\n1,李\n,张\n4,赵,钱\n"), roles)
    told = problems(error)
    assert "a.csv:3: The id 1 stands in row 2 already" in told
    assert "a.csv:4: The id is missing" in told
    assert "a.csv:5: 2 cells expected, 3 found" in told
