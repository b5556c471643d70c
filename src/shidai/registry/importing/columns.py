"""The columns of each kind of file: ids, the Chinese headers that offices use (GB/T 18848), and how cells are read.

docs/reference/import-columns.md is generated from this table; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shidai.registry.importing import cells
from shidai.registry.importing.cells import Reader
from shidai.words import Text


@dataclass(frozen=True, slots=True)
class Column:
    id: str
    headers: tuple[str, ...]  # Chinese headers; the first is the one we write ourselves
    read: Reader
    meaning: Text
    required: bool = False
    private: bool = False  # its value is never repeated in a list of rejects


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file; `FILE_KINDS` has them in the order in which they are loaded."""

    id: str
    title: Text
    columns: tuple[Column, ...]

    def column(self, id: str) -> Column:
        return next(column for column in self.columns if column.id == id)


def _must(id: str, headers: str, read: Reader, zh: str, en: str, **more: Any) -> Column:
    return Column(id, tuple(headers.split()), read, Text(zh=zh, en=en), required=True, **more)


def _may(id: str, headers: str, read: Reader, zh: str, en: str, **more: Any) -> Column:
    return Column(id, tuple(headers.split()), read, Text(zh=zh, en=en), **more)


_TEXT = cells.read_text
_KEY = _TEXT(80)
_DATE = cells.read_date


def _key(headers: str = "编号 主键 序号") -> Column:
    return _must("key", headers, _KEY, "来源系统中的编号，在本文件内唯一", "the source's own key, unique in the file")


def _recorded() -> Column:
    return _may("recorded_on", "登记日期 录入日期", _DATE, "录入登记的日期", "day on which it was entered")


HOUSEHOLD = FileKind(
    "household",
    Text(zh="家庭户", en="Households"),
    (
        _key("户编号 户号 编号"),
        _must(
            "area",
            "村（社区）代码 村代码 区划代码 居住地代码",
            cells.read_code,
            "所在村（社区）的 12 位代码",
            "the village's 12-digit code",
        ),
        _may("address", "地址 住址 门牌", _TEXT(200), "门牌地址，加密存放", "address, stored sealed", private=True),
        _may("head_key", "户主编号", _KEY, "户主的人员编号", "key of the head of the household"),
    ),
)
PERSON = FileKind(
    "person",
    Text(zh="人员", en="People"),
    (
        _key("人员编号 编号 个人编号"),
        _must("name", "姓名", cells.read_name, "姓名", "name"),
        _may("former_name", "曾用名", cells.read_name, "曾用名", "former name"),
        _must("sex", "性别", cells.SEX, "男、女或未说明", "sex"),
        _may(
            "birth_date",
            "出生日期 出生年月 出生年月日",
            _DATE,
            "出生日期，可只填年月；留空时取自身份号码",
            "date of birth, may be half-known; if empty it is taken from the resident number",
        ),
        _may(
            "resident_number",
            "公民身份号码 身份证号 身份证号码 身份证件号码",
            cells.read_number,
            "18 位或旧 15 位，校验后加密存放",
            "18 or old 15 characters, checked, stored sealed",
            private=True,
        ),
        _may("registration", "户口性质 户口类别", cells.REGISTRATION, "农业或非农业", "rural or urban registration"),
        _may("nationality", "民族", _TEXT(20), "民族", "ethnic group"),
        _may("phone", "联系电话 电话 手机", _TEXT(30), "电话，加密存放", "phone, stored sealed", private=True),
        _may("address", "通讯地址 住址 地址", _TEXT(200), "地址，加密存放", "address, stored sealed", private=True),
        _may("mother_key", "母亲编号", _KEY, "母亲的人员编号", "key of the mother"),
        _may("father_key", "父亲编号", _KEY, "父亲的人员编号", "key of the father"),
    ),
)
SPELL = FileKind(
    "spell",
    Text(zh="户籍与居住", en="Residence"),
    (
        _key("记录编号 编号"),
        _must("person_key", "人员编号 个人编号", _KEY, "人员编号", "key of the person"),
        _must("kind", "居住类型 类型", cells.RESIDENCE, "户籍或现居住", "registered or living"),
        _must(
            "area",
            "村（社区）代码 村代码 区划代码 户籍地 现居住地 现居住地代码",
            cells.read_code,
            "本市村（社区）的 12 位代码",
            "12-digit code of a village of the city",
        ),
        _must("start_date", "开始日期 起始日期 迁入日期", _DATE, "开始日期", "first day"),
        _may(
            "end_date",
            "结束日期 终止日期 迁出日期",
            _DATE,
            "结束日期（不再居住的第一天），至今则留空",
            "the first day on which it no longer holds; empty if it still does",
        ),
        _may("start_reason", "开始原因 迁入原因", cells.REASON, "开始原因", "why it started"),
        _may("end_reason", "结束原因 迁出原因", cells.REASON, "结束原因", "why it ended"),
        _may("household_key", "户编号 户号", _KEY, "所属家庭户编号", "key of the household"),
        _may("relation", "与户主关系", _TEXT(20), "与户主关系", "relation to the head"),
        _may(
            "registered_area",
            "户籍地代码 外地户籍代码",
            cells.read_code,
            "户籍在外地时的户籍地代码",
            "outside code of registration, for people registered elsewhere",
        ),
    ),
)
UNION = FileKind(
    "union",
    Text(zh="婚姻", en="Unions"),
    (
        _key("婚姻编号 编号"),
        _may("wife_key", "妻子编号 女方编号", _KEY, "妻子的人员编号", "key of the wife"),
        _may("husband_key", "丈夫编号 男方编号", _KEY, "丈夫的人员编号", "key of the husband"),
        _may("start_date", "结婚日期 初婚日期 开始日期", _DATE, "结婚日期", "first day"),
        _may("end_date", "结束日期 离婚日期", _DATE, "结束日期", "the first day on which it no longer holds"),
        _may("end_reason", "结束原因", cells.UNION_END, "离婚、丧偶或其他", "divorce, widowed or other"),
    ),
)
BIRTH = FileKind(
    "birth",
    Text(zh="出生", en="Births"),
    (
        _key("出生编号 编号"),
        _may(
            "child_key",
            "孩子编号 子女编号",
            _KEY,
            "孩子的人员编号；不在人员文件中时留空或填新编号",
            "key of the child; a new or empty one if the child isn't in the person file",
        ),
        _may("child_name", "孩子姓名 子女姓名", cells.read_name, "孩子姓名", "name of the child"),
        _may("mother_key", "母亲编号", _KEY, "母亲的人员编号", "key of the mother"),
        _may("father_key", "父亲编号", _KEY, "父亲的人员编号", "key of the father"),
        _must("birth_date", "出生日期", _DATE, "出生日期", "date of birth"),
        _must("sex", "性别", cells.SEX, "男、女或未说明", "sex"),
        _may("birth_order", "孩次 胎次", cells.read_count(1, 30), "孩次", "order among the mother's live births"),
        _may("plurality", "多胞数 胎数", cells.read_count(1, 9), "单胎 1、双胞胎 2……", "1 single, 2 twins, …"),
        _recorded(),
    ),
)
DEATH = FileKind(
    "death",
    Text(zh="死亡", en="Deaths"),
    (
        _key("死亡编号 编号"),
        _must("person_key", "人员编号 个人编号", _KEY, "人员编号", "key of the person"),
        _must("death_date", "死亡日期", _DATE, "死亡日期", "date of death"),
        _may("cause", "死因 死因编码", _TEXT(8), "ICD-10 编码", "ICD-10 code"),
        _recorded(),
    ),
)
CONTRACEPTION = FileKind(
    "contraception",
    Text(zh="避孕", en="Contraception"),
    (
        _key("记录编号 编号"),
        _must("person_key", "人员编号 妇女编号", _KEY, "妇女的人员编号", "key of the woman"),
        _must(
            "method",
            "避孕方法 避孕方法代码",
            _TEXT(40),
            "避孕方法（政策包中的代码或名称）",
            "method: an id or name of the pack",
        ),
        _must("start_date", "开始日期 起用日期", _DATE, "开始日期", "first day"),
        _may("end_date", "结束日期 停用日期", _DATE, "停用日期", "the first day on which it is no longer used"),
        _may("end_reason", "结束原因 停用原因", cells.USE_END, "停用原因", "why it ended"),
    ),
)
FILE_KINDS: dict[str, FileKind] = {
    kind.id: kind for kind in (HOUSEHOLD, PERSON, SPELL, UNION, BIRTH, DEATH, CONTRACEPTION)
}
