"""What is chosen for a reform: two sides and the years, then the numbers of the rules that are to be others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms

from shidai.benefits.forms import YuanField
from shidai.core.language import say
from shidai.indicators.reform import Side
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scheme import Parameter
from shidai.packs.schemewords import PARAMETER_UNITS, say_version
from shidai.registry.fields import DayField, later
from shidai.registry.forms import RecordForm, SpokenForm
from shidai.words import Text, in_yuan

NAMES = ("a", "b")
IN_FORCE = Text(zh="{scheme} · 各日生效的版本", en="{scheme} · the version in force on each day")


def choices_of(pack: Pack) -> list[tuple[str, str]]:
    """Every scheme by the versions in force, and every version by itself, drafts too."""
    offered = []
    for scheme in pack.all_schemes:
        title = say(scheme.title.text)
        if any(one.status == "in_force" for one in scheme.version):
            offered.append((scheme.id, say(IN_FORCE.filled(scheme=title))))
        offered += [(f"{scheme.id}:{one.id}", f"{title} · {say(say_version(scheme, one))}") for one in scheme.version]
    return offered


class SidesForm(SpokenForm):
    """Which two are held against each other, over which years."""

    a = forms.ChoiceField(label=later(zh="方案甲", en="A"))
    b = forms.ChoiceField(
        label=later(zh="方案乙", en="B"),
        help_text=later(
            zh="可与甲相同，下一步改其中的数值。", en="May be the same as A: its numbers are changed in the next step."
        ),
    )
    first = forms.IntegerField(label=later(zh="第一年", en="First year"), min_value=1900, max_value=2200)
    last = forms.IntegerField(label=later(zh="最后一年", en="Last year"), min_value=1900, max_value=2200)

    def __init__(self, *given: Any, pack: Pack, **more: Any) -> None:
        super().__init__(*given, **more)
        for name in NAMES:
            self.fields[name].choices = choices_of(pack)  # type: ignore[attr-defined]


class NumbersForm(RecordForm):
    """The numbers of both sides' rules, as they stand; what is changed makes the reform."""

    submit: ClassVar[Text] = Text(zh="开始测算", en="Simulate")
    take_up = forms.IntegerField(
        label=later(zh="申领率（%）", en="Take-up (%)"),
        min_value=1,
        max_value=100,
        initial=100,
        help_text=later(
            zh="符合条件的人中有多少会申领；100 表示全部。", en="How many of those entitled apply; 100: all of them."
        ),
    )

    def __init__(self, *given: Any, sides: tuple[Side, Side], **more: Any) -> None:
        super().__init__(*given, **more)
        self._parameters = {name: parameters_of(side) for name, side in zip(NAMES, sides, strict=True)}
        for name, parameters in self._parameters.items():
            for one in parameters.values():
                self.fields[f"{name}_{one.id}"] = _field(one)

    def of_side(self, name: str) -> Iterator[tuple[forms.BoundField, Parameter]]:
        """The fields of a side with the parameter that each stands for."""
        for one in self._parameters[name].values():
            yield self[f"{name}_{one.id}"], one

    def choice(self, name: str, text: str) -> str:
        """A side as it is written: `scheme[:version]` and the values that were changed."""
        told = ((one.id, self.cleaned_data[f"{name}_{one.id}"], one.value) for one in self._parameters[name].values())
        changed = ",".join(f"{id}={value}" for id, value, was in told if value is not None and value != was)
        return f"{text}@{changed}" if changed else text


def parameters_of(side: Side) -> Mapping[str, Parameter]:
    """The numbers that every version of a side has; of several versions those of the last one."""
    every = [{one.id: one for one in rules.version.parameter} for rules in side.versions]
    return {id: one for id, one in every[-1].items() if all(id in others for others in every)}


def _field(parameter: Parameter) -> forms.Field:
    """Empty: as it stands in the rules."""
    label = say(parameter.title.text)
    clause = say(parameter.clause.text) if parameter.clause is not None else ""
    if isinstance(parameter.value, date):
        return DayField(label=label, help_text=clause, initial=parameter.value.isoformat(), required=False)
    if parameter.unit == "fen":
        unit = say(Text(zh="（元）", en=" (yuan)"))
        return YuanField(
            label=label + unit, help_text=clause, initial=in_yuan(parameter.value).replace(",", ""), required=False
        )
    unit = say(PARAMETER_UNITS[parameter.unit]) if parameter.unit in PARAMETER_UNITS else ""
    label += say(Text(zh="（{unit}）", en=" ({unit})").filled(unit=unit)) if unit else ""
    return forms.IntegerField(label=label, help_text=clause, initial=parameter.value, required=False)
