"""Names that sound right for the place, the sex and the time, and are drawn apart from any real register.

Surnames follow the father's; their weights are rounded from common knowledge of the frequent surnames of southern
Jiangsu (residents) and of the whole country (migrants). Given names take characters by decade of birth and sex. About
one name in a thousand has a character outside the common sets, so that every step from file to print meets one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shidai.synth.city import City
from shidai.synth.days import year_of

_LOCAL = (  # surname and weight, in turn
    "王 70 陈 60 张 58 徐 45 周 44 吴 42 朱 38 钱 34 李 33 沈 30 "
    "顾 28 陆 27 许 27 蒋 26 杨 25 华 24 赵 22 过 14 薛 13 邹 13 "
    "孙 22 唐 15 潘 15 刘 14 黄 14 曹 14 俞 12 胡 12 缪 12 邵 12 "
    "强 9 尤 10 宋 9 秦 10 惠 7 荣 7 浦 9 丁 9 高 8 冯 9 谈 6 "
    "范 8 史 8 吕 6 蔡 7 殷 6 任 6 庄 6 袁 7 汤 7 钮 3 芮 5 "
    "鲍 5 龚 5 郁 4 盛 5 毛 5 谢 5 杜 4 万 4 戴 5 季 4 瞿 3 "
    "宗 3 糜 2 包 4 承 2 虞 4 费 3 闵 2 贡 2 夏 4 仇 1 单 1 曾 2 欧阳 1 诸葛 1"
)
_COUNTRY = (
    "李 75 王 73 张 70 刘 54 陈 45 杨 32 赵 23 黄 22 周 20 吴 20 "
    "徐 17 孙 16 胡 13 朱 13 高 12 林 11 何 11 郭 11 马 11 罗 9 "
    "梁 8 宋 8 郑 8 谢 7 韩 7 唐 7 冯 6 于 6 董 6 萧 5 程 6 曹 6 "
    "袁 5 邓 5 许 5 傅 5 沈 5 曾 5 彭 5 吕 5 苏 5 卢 5 蒋 5 蔡 4 "
    "贾 4 丁 4 魏 4 薛 4 叶 4 阎 3 余 4 潘 4 杜 4 戴 3 夏 3 钟 3 "
    "汪 3 田 3 任 3 姜 3 范 3 方 3 石 3 姚 3 谭 3 廖 3 邹 3 熊 3 "
    "金 3 陆 3 郝 2 孔 2 白 2 崔 2 康 2 毛 2 邱 2 秦 2 江 2 "
    "史 2 顾 2 侯 2 邵 2 孟 2 龙 2 万 2 段 2 雷 2 钱 2 汤 2 欧阳 1"
)
# First year of birth, men's first and last characters, women's first and last characters.
_GIVEN = (
    (0, "福永金德阿寿文炳荣锡仁根", "生根林祥泉大宝金清才福荣", "阿金秀玉桂凤月美巧惠素琴", "英珍妹娣宝珠琴秀凤仙大芬"),
    (
        1945,
        "国建金永志正文伯仲锡荣林",
        "良明华平民福兴祥生荣根伟",
        "秀玉美月惠凤金菊素琴亚建",
        "英珍芳华琴娟妹芬凤萍珠敏",
    ),
    (
        1958,
        "建国志卫永红跃伟晓文锡军",
        "国平明华军良忠新民兴东伟",
        "建丽秀红卫惠亚玉晓美小国",
        "芳英华琴萍红敏芬娟霞珍群",
    ),
    (
        1970,
        "伟晓建志永文国海春新峰少",
        "峰军明东华平强伟刚斌良春",
        "丽晓红燕亚海春建小文静玉",
        "芳萍燕琴红霞娟英敏华丽芬",
    ),
    (
        1982,
        "晓志海文俊凯振嘉宇建鹏一",
        "峰杰鹏伟斌超明华磊亮晨东",
        "晓丽婷静文雅燕佳晶雪海亚",
        "婷静燕娟芳洁丽敏萍霞琳云",
    ),
    (
        1992,
        "嘉俊子宇浩天文昊思一志晨",
        "杰豪轩涛宇凯鑫伟文成晨阳",
        "佳思雨欣晓梦嘉雅文静心诗",
        "怡婷雯琪悦洁颖倩欣蓉瑶琳",
    ),
    (
        2000,
        "子宇浩天昊嘉一俊晨思文泽",
        "轩宇涵杰豪阳晨博睿辰轩然",
        "子欣雨思佳诗梓嘉怡语雅心",
        "涵怡妍彤轩萱琪瑶悦欣雯婷",
    ),
)
_RARE = ("䶮", "㛃", "𠮷", "䶮", "㛃", "𠮷", "䶮", "㛃", "𠮷", "喆", "珺", "堃", "镕", "旻", "昇", "淼", "犇", "燊")
_RARE_SHARE = 0.001
_GENERATIONS = 6  # fathers of fathers whose names are followed


def draw_names(city: City) -> pa.Array:
    """A name for every person of the city; the same city gives the same names."""
    rng = np.random.default_rng([city.seed, 3])
    surname, words = _surnames(city, rng)
    first, last, characters = _given(city, rng)
    original, double = (city.tables["doubles"][name] for name in ("original", "double"))
    for part in (surname, first, last):
        part[double] = part[original]
    return pc.binary_join_element_wise(
        pc.take(words, pa.array(surname)), pc.take(characters, pa.array(first)), pc.take(characters, pa.array(last)), ""
    )


def _surnames(city: City, rng: np.random.Generator) -> tuple[npt.NDArray[np.int32], pa.Array]:
    """Place of each person's surname in the list of surnames; children bear their father's."""
    local, local_weight = _read(_LOCAL)
    country, country_weight = _read(_COUNTRY)
    people = city.people
    count = len(people["birth"])
    own = rng.choice(len(local), count, p=local_weight)
    outside = rng.choice(len(country), count, p=country_weight) + len(local)
    surname = np.where(people["origin"] >= 0, outside, own).astype(np.int32)
    father = people["father"]
    for _ in range(_GENERATIONS):
        surname = np.where(father >= 0, surname[father], surname)
    return surname, pa.array([*local, *country])


def _given(city: City, rng: np.random.Generator) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], pa.Array]:
    """Places of the first and last characters of the given names; some names have one character only."""
    people = city.people
    count = len(people["birth"])
    decade = np.searchsorted([row[0] for row in _GIVEN], year_of(people["birth"]), side="right") - 1
    female = (people["sex"] == 2).astype(np.int64)
    table = [list(part) for _, *parts in _GIVEN for part in parts]
    width = len(table[0])
    characters = ["", *(sign for part in table for sign in part), *_RARE]
    row = 4 * decade + 2 * female
    first = 1 + row * width + rng.integers(0, width, count)
    last = 1 + (row + 1) * width + rng.integers(0, width, count)
    single = rng.random(count) < np.where(decade >= 3, 0.3, 0.12)
    first[single] = 0
    rare = rng.random(count) < _RARE_SHARE
    last[rare] = 1 + len(table) * width + rng.integers(0, len(_RARE), int(rare.sum()))
    return first.astype(np.int32), last.astype(np.int32), pa.array(characters)


def _read(list_: str) -> tuple[list[str], npt.NDArray[np.float64]]:
    parts = list_.split()
    weight = np.array([float(w) for w in parts[1::2]])
    return parts[::2], weight / weight.sum()
