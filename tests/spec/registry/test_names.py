"""Names are read as people say them, surnames with their own readings."""

import pytest

from shidai.linkage.names import read_name


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("王小明", "wangxiaoming", "wxm"),
        ("曾国强", "zengguoqiang", "zgq"),
        ("单小丽", "shanxiaoli", "sxl"),
        ("仇英", "qiuying", "qy"),
        ("欧阳娜", "ouyangna", "oyn"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("吕青", "lvqing", "lq"),
        ("Anna Maria", "annamaria", "am"),
    ],
)
def test_reading(name, pinyin, initials):
    assert read_name(name) == (pinyin, initials)
