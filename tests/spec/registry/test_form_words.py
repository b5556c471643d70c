"""What a form says of a field that it can't take: the field's name and what to do, in the reader's language."""

from __future__ import annotations

import pytest
from django import forms
from django.conf import LazySettings
from django.utils import timezone, translation

from shidai.registry.fields import DayField, later
from shidai.registry.forms import SpokenForm

pytestmark = pytest.mark.django_db


class Many(SpokenForm):
    name = forms.CharField(label=later(zh="姓名", en="Name"), max_length=3)
    sex = forms.ChoiceField(label=later(zh="性别", en="Sex"), choices=[("1", "1")])
    papers = forms.MultipleChoiceField(label=later(zh="材料", en="Papers"), choices=[("a", "a")])
    agreed = forms.BooleanField(label=later(zh="本人同意", en="She agrees"))
    count = forms.IntegerField(label=later(zh="份数（100%）", en="Share (100%)"), min_value=1, max_value=9)
    dose = forms.DecimalField(label=later(zh="剂量", en="Dose"), decimal_places=1)
    own = forms.CharField(error_messages={"required": "自己的话"})


def faults(language: str, **given: object) -> dict[str, str]:
    with translation.override(language):
        return {name: str(told[0]) for name, told in Many(given).errors.items()}


def test_each_empty_field_is_named_with_what_to_do() -> None:
    assert faults("zh-hans") == {
        "name": "请填写“姓名”。", "sex": "请选择“性别”。", "papers": "“材料”请至少勾选一项。",
        "agreed": "要继续，请勾选“本人同意”。", "count": "请填写“份数（100%）”。",
        "dose": "请填写“剂量”。", "own": "自己的话",
    }  # fmt: skip
    assert faults("en")["name"] == "Fill in 'Name'."
    assert faults("en")["count"] == "Fill in 'Share (100%)'."


def test_a_wrong_value_is_told_with_its_bound() -> None:
    wrong = faults("zh-hans", name="太长的名字", sex="7", papers=["a"], agreed="on", count="12", dose="1.23", own="x")
    assert wrong == {
        "name": "“姓名”最多写3个字，现在有5个：请缩短。",
        "sex": "“性别”没有所选的这一项：请从列出的选项中选。",
        "count": "“份数（100%）”不能大于9，请改写。",
        "dose": "“剂量”最多写1位小数。",
    }
    assert faults("en", count="x")["count"] == "Write a whole number for 'Share (100%)', such as 3."


def test_a_regular_expression_without_a_sentence_of_its_own_gets_one() -> None:
    class Coded(SpokenForm):
        code = forms.RegexField(r"^\d{6}$", label="代码")
        other = forms.RegexField(r"^\d{6}$", label="代码", error_messages={"invalid": "六位数字"})

    with translation.override("zh-hans"):
        told = Coded({"code": "x", "other": "x"}).errors
    assert told["code"] == ["“代码”的写法不对，请改写。"]
    assert told["other"] == ["六位数字"]


def test_the_example_of_a_date_is_of_the_records_time(settings: LazySettings) -> None:
    class Dated(SpokenForm):
        day = DayField(label="日期")

    settings.PACK = "wuxi-2006"
    for demonstration, year in ((True, 2006), (False, timezone.localdate().year)):
        settings.DEMONSTRATION = demonstration
        with translation.override("zh-hans"):
            page = str(Dated())
            month = Dated({"day": f"{year}-01"}).errors["day"][0]
        assert f"如{year}-" in page
        assert f'placeholder="{year}-' in page
        assert f"请写到日，如{year}-" in month
