"""The evidence for and against one person in words: what the model's rungs say of two records."""

from __future__ import annotations

from shidai.words import Text

ASPECT = {
    "name": Text(zh="姓名", en="Name"),
    "birth": Text(zh="出生日期", en="Date of birth"),
    "number": Text(zh="身份号码", en="Resident number"),
    "phone": Text(zh="电话", en="Phone"),
    "address": Text(zh="地址", en="Address"),
    "place": Text(zh="村（社区）", en="Village"),
    "child": Text(zh="长子女", en="Eldest child"),
    "sex": Text(zh="性别", en="Sex"),
}
RUNG = {
    "name alike": Text(zh="相同", en="the same"),
    "same reading": Text(zh="读音相同，字不同", en="read alike, written differently"),
    "given name turned": Text(zh="名字两字颠倒", en="the two signs of the given name are turned"),
    "given name alike": Text(zh="名相同，姓不同", en="the given name alike, another surname"),
    "one sign differs": Text(zh="差一个字", en="one sign differs"),
    "surname": Text(zh="只有姓相同", en="only the surname is the same"),
    "other name": Text(zh="不同", en="different"),
    "same day": Text(zh="相同", en="the same"),
    "day and month turned": Text(zh="月和日颠倒", en="day and month are turned"),
    "same month": Text(zh="同年同月", en="the same month"),
    "same day of another year": Text(zh="月日相同，年份不同", en="the same day of another year"),
    "same year": Text(zh="同年", en="the same year"),
    "other date": Text(zh="不同", en="different"),
    "same number": Text(zh="相同", en="the same"),
    "two numbers that hold": Text(zh="两个号码都有效而不同", en="two different numbers, both valid"),
    "same but for the date": Text(zh="只有出生日期段不同", en="the same but for the date inside"),
    "one slip": Text(zh="差一位", en="one digit slipped"),
    "same area": Text(zh="只有地区段相同", en="only the area digits are the same"),
    "other number": Text(zh="不同", en="different"),
    "phone alike": Text(zh="相同", en="the same"),
    "phone with a slip": Text(zh="差一位", en="one digit slipped"),
    "other phone": Text(zh="不同", en="different"),
    "address alike": Text(zh="相同", en="the same"),
    "other address": Text(zh="不同", en="different"),
    "village alike": Text(zh="同村（社区）", en="the same"),
    "town alike": Text(zh="同镇（街道）", en="the same township"),
    "other place": Text(zh="不同", en="different"),
    "child alike": Text(zh="相同", en="the same"),
    "other child": Text(zh="不同", en="different"),
    "sex alike": Text(zh="相同", en="the same"),
    "other sex": Text(zh="不同", en="different"),
}
CONTEXT = {
    "one home": Text(zh="同一家庭中", en="within one home"),
    "one village and surname": Text(zh="同村同姓中", en="within one village and surname"),
    "one sex and decade": Text(zh="同性别同年代中", en="among people of one sex and decade"),
    "strangers": Text(zh="全体中", en="among all"),
}


def say_rung(rung: str) -> Text:
    """A rung in words; one of a later model, which these words don't know, is called as it is."""
    return RUNG.get(rung) or Text(zh=rung, en=rung)
