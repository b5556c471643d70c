"""What people type at a site. The rules live in the actions; a form only reads the fields and shows what is raised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django import forms

from shidai.core.language import say
from shidai.packs.schema.commodity import Commodity
from shidai.registry.fields import Choices, DayField, later
from shidai.registry.forms import RecordForm
from shidai.supply.gs1 import Scanned, read_code
from shidai.supply.models import Site
from shidai.supply.wording import KINDS
from shidai.words import ShidaiError, Text

REASON = later(zh="原因", en="Reason")
QUANTITY = later(zh="数量", en="Quantity")


def _number(**about: Any) -> forms.IntegerField:
    attrs = {"inputmode": "numeric", "autocomplete": "off"}
    return forms.IntegerField(min_value=1, max_value=10_000_000, widget=forms.TextInput(attrs=attrs), **about)


_AT_MOST = Text(zh="最多{n}。", en="At most {n}.")
CHOOSE: dict[Any, Text] = {"": Text(zh="请选择", en="choose")}


def _commodities(found: Sequence[Commodity]) -> dict[Any, Text]:
    return {one.id: Text(zh=f"{one.title.zh}（{one.unit.zh}）", en=f"{one.title.en} ({one.unit.en})") for one in found}


class ScanInput(forms.TextInput):
    """A text field that takes a hand scanner, with a button to read the code by camera."""

    template_name = "supply/scan.html"


class DatedForm(RecordForm):
    """An act on a day, at a site that is open on it."""

    at: ClassVar[dict[str, str]] = {"site": "day"}
    day = DayField(label=later(zh="日期", en="Day"))


class CloseForm(DatedForm):
    """From which day a site is closed."""

    submit: ClassVar[Text] = Text(zh="停用", en="Close")


class CardForm(RecordForm):
    """The card or number of who comes; nothing: without a name."""

    submit: ClassVar[Text] = Text(zh="读取", en="Read")
    who = forms.CharField(
        label=later(zh="服务卡或身份号码", en="Service card or resident number"), required=False, max_length=80,
        help_text=later(
            zh="扫描二维码或输入号码；不记名领取可留空。这里不显示姓名。",
            en="Scan the code or type the number; leave it empty to hand out without a name. No name is shown here.",
        ),
        widget=ScanInput(attrs={"autocomplete": "off", "data-scan": ""}),
    )  # fmt: skip

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        del self.fields["id"]  # reading records nothing


class HandOutForm(RecordForm):
    """What is handed out, to whom the card or number leads that was read, or to nobody by name."""

    submit: ClassVar[Text] = Text(zh="发放", en="Hand out")
    commodity = forms.ChoiceField(label=later(zh="药具", en="Commodity"), widget=forms.RadioSelect)
    quantity = _number(label=QUANTITY)

    def __init__(self, *given: Any, offered: dict[Any, Text], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["commodity"].choices = Choices(offered)()  # type: ignore[attr-defined]


class _PackForm(DatedForm):
    """Units of a lot that the book may not know; a scan of the pack fills lot and expiry."""

    code = forms.CharField(
        label=later(zh="扫描包装", en="Scan the pack"), required=False, max_length=120,
        help_text=later(
            zh="DataMatrix 或条码：自动填写药具、批号和有效期。",
            en="DataMatrix or bar code: fills commodity, lot, expiry.",
        ),
        widget=ScanInput(attrs={"autocomplete": "off", "data-scan": "", "autofocus": True}),
    )  # fmt: skip
    commodity = forms.ChoiceField(label=later(zh="药具", en="Commodity"))
    lot = forms.CharField(label=later(zh="批号", en="Lot number"), max_length=20)
    expires_on = DayField(label=later(zh="有效期至", en="Expires on"))
    quantity = _number(label=QUANTITY)

    def __init__(self, data: Any = None, *, commodities: Sequence[Commodity], today: date, **more: Any) -> None:
        """What a scan says fills the fields that were left empty."""
        self.scanned, self._fault = _read(data.get("code", ""), today) if data else (Scanned(), None)
        super().__init__(self._filled(data.dict(), commodities) if data else None, **more)
        self.fields["commodity"].choices = Choices(CHOOSE | _commodities(commodities))()  # type: ignore[attr-defined]

    @property
    def only_scanned(self) -> bool:
        """Whether a scan was sent and nothing counted yet: a scanner presses Enter."""
        return self.scanned != Scanned() and not self.data.get("quantity", "").strip()

    def filled(self) -> dict[str, str]:
        """What stands in the fields after a scan."""
        return {name: self.data.get(name, "") for name in self.fields}

    def _filled(self, typed: dict[str, Any], commodities: Sequence[Commodity]) -> dict[str, Any]:
        self._by_gtin = {gtin: one.id for one in commodities for gtin in one.gtin}
        day = self.scanned.expires_on
        told = {
            "commodity": self._by_gtin.get(self.scanned.gtin, ""), "lot": self.scanned.lot,
            "expires_on": day.isoformat() if day else "",
        }  # fmt: skip
        return typed | {name: typed.get(name) or value for name, value in told.items()}

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if self._fault is not None:
            raise forms.ValidationError(say(self._fault))
        return code

    def clean(self) -> dict[str, Any]:
        told = (super().clean() or {}) | {"gtin": self.scanned.gtin}
        for name, scanned in (
            ("commodity", self._by_gtin.get(self.scanned.gtin)), ("lot", self.scanned.lot),
            ("expires_on", self.scanned.expires_on),
        ):  # fmt: skip
            if scanned and told.get(name) and told[name] != scanned:
                self.add_error(name, say(Text(
                    zh="与扫描到的不一致：请核对包装，或清空扫描栏。",
                    en="The scan says something else: look at the pack, or empty the scan's field.",
                )))  # fmt: skip
        return told


class ReceiptForm(_PackForm):
    """A line of a delivery note."""

    submit: ClassVar[Text] = Text(zh="入库", en="Receive")
    field_order = ("id", "code", "commodity", "lot", "expires_on", "quantity", "reference", "day")
    reference = forms.CharField(label=later(zh="送货单号", en="Delivery note"), max_length=60, required=False)


class SurplusForm(_PackForm):
    """Units on the shelf of which the book has none."""

    submit: ClassVar[Text] = Text(zh="登记盘盈", en="Record the surplus")
    field_order = ("id", "code", "commodity", "lot", "expires_on", "quantity", "reason", "day")
    reason = forms.CharField(
        label=REASON, max_length=500, help_text=later(zh="如：上次盘点漏数。", en="Such as: missed by the last count.")
    )


def _read(code: str, today: date) -> tuple[Scanned, Text | None]:
    """What a scan says, or what is wrong with it."""
    try:
        return read_code(code, today) if code.strip() else Scanned(), None
    except ShidaiError as error:
        one = error.problems[0]
        return Scanned(), Text(zh=f"{one.what.zh}{one.mend.zh}", en=f"{one.what.en} {one.mend.en}")


class SendForm(DatedForm):
    """Goods that go to another site."""

    submit: ClassVar[Text] = Text(zh="发出", en="Send")
    field_order = ("id", "to", "commodity", "quantity", "reference", "day")
    to = forms.ChoiceField(label=later(zh="发往", en="To"))
    commodity = forms.ChoiceField(label=later(zh="药具", en="Commodity"))
    quantity = _number(label=QUANTITY)
    reference = forms.CharField(label=later(zh="单号", en="Reference"), max_length=60, required=False)

    def __init__(self, *given: Any, sites: Sequence[Site], commodities: Sequence[Commodity], **more: Any) -> None:
        super().__init__(*given, **more)
        names: dict[Any, Text] = {one.code: one.text for one in sites}
        self.fields["to"].choices = Choices(names)()  # type: ignore[attr-defined]
        self.fields["commodity"].choices = Choices(CHOOSE | _commodities(commodities))()  # type: ignore[attr-defined]


class _LotsForm(DatedForm):
    """A number for each lot, and a reason for what differs."""

    reason = forms.CharField(max_length=500, required=False)

    def ask(self, lots: dict[int, Text], most: dict[int, int] | None = None) -> None:
        """A field for each lot, by its row number; `most`: not more than so many, which stand there already."""
        for pk, name in lots.items():
            limit = most[pk] if most is not None else 10_000_000
            self.fields[f"lot_{pk}"] = forms.IntegerField(
                label=say(name), min_value=0, max_value=limit, initial=limit if most is not None else None,
                error_messages={"max_value": say(_AT_MOST.filled(n=f"{limit:,}"))},
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "aria-required": "true"}),
            )  # fmt: skip
        self.order_fields(["id", *(f"lot_{pk}" for pk in lots), "reason", "day"])

    @property
    def counted(self) -> dict[int, int]:
        """By lot's row number."""
        lots = {name: count for name, count in self.cleaned_data.items() if name.startswith("lot_")}
        return {int(name.removeprefix("lot_")): count for name, count in lots.items()}


class ArrivalForm(_LotsForm):
    """What came of a transfer; less than was sent needs a reason."""

    submit: ClassVar[Text] = Text(zh="确认到货", en="It has come")

    def __init__(self, *given: Any, lots: dict[int, tuple[Text, int]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["reason"].label = say(Text(zh="短缺的原因", en="Reason for what is missing"))
        self.ask({pk: name for pk, (name, _) in lots.items()}, {pk: sent for pk, (_, sent) in lots.items()})


class CountForm(_LotsForm):
    """A stock-take: what stands on the shelf, not what the book says."""

    submit: ClassVar[Text] = Text(zh="保存盘点", en="Save the count")
    mark = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, lots: dict[int, Text], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["reason"].label = say(Text(zh="差异的原因", en="Reason for a difference"))
        self.ask(lots)


class LossForm(DatedForm):
    """Something broke or is missing."""

    submit: ClassVar[Text] = Text(zh="登记损耗", en="Record the loss")
    field_order = ("id", "lot", "quantity", "reason", "day")
    lot = forms.ChoiceField(label=later(zh="批号", en="Lot"))
    quantity = _number(label=QUANTITY)
    reason = forms.CharField(label=REASON, max_length=500)

    def __init__(self, *given: Any, lots: dict[Any, Text], **more: Any) -> None:
        """lots: what each is called, by its commodity's id and its number with a stroke between."""
        super().__init__(*given, **more)
        self.fields["lot"].choices = Choices((CHOOSE if len(lots) > 1 else {}) | lots)()  # type: ignore[attr-defined]


class WriteOffForm(DatedForm):
    """All of an expired or recalled lot."""

    submit: ClassVar[Text] = Text(zh="报废", en="Write off")
    field_order = ("id", "lot", "reason", "day")
    lot = forms.ChoiceField(label=later(zh="批号", en="Lot"))
    reason = forms.CharField(label=later(zh="说明", en="Note"), max_length=500, required=False)

    def __init__(self, *given: Any, lots: dict[Any, Text], **more: Any) -> None:
        """lots: what each is called, by its commodity's id and its number with a stroke between."""
        super().__init__(*given, **more)
        self.fields["lot"].choices = Choices((CHOOSE if len(lots) > 1 else {}) | lots)()  # type: ignore[attr-defined]


class ReasonForm(DatedForm):
    """An act that needs its reason."""

    field_order = ("id", "reason", "day")
    reason = forms.CharField(label=REASON, max_length=500)


class LiftForm(ReasonForm):
    """Why a recall is lifted."""

    submit: ClassVar[Text] = Text(zh="解除召回", en="Lift the recall")


class RequestForm(DatedForm):
    """What a site asks its supplier for."""

    submit: ClassVar[Text] = Text(zh="请领", en="Ask for it")
    field_order = ("id", "commodity", "quantity", "reason", "day")
    commodity = forms.ChoiceField(label=later(zh="药具", en="Commodity"))
    quantity = _number(label=QUANTITY)
    reason = forms.CharField(
        label=REASON, max_length=500, required=False,
        help_text=later(zh="超过建议量时须说明。", en="Needed when it is more than what the records propose."),
    )  # fmt: skip

    def __init__(self, *given: Any, commodities: Sequence[Commodity], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["commodity"].choices = Choices(CHOOSE | _commodities(commodities))()  # type: ignore[attr-defined]


class ApproveForm(DatedForm):
    """How much of a requisition is agreed to."""

    submit: ClassVar[Text] = Text(zh="批准", en="Approve")
    field_order = ("id", "quantity", "reason", "day")
    quantity = _number(label=later(zh="批准数量", en="Quantity approved"))
    reason = forms.CharField(
        label=REASON, max_length=500, required=False,
        help_text=later(zh="少于请领量时须说明。", en="Needed when it is less than what was asked for."),
    )  # fmt: skip


class SharesForm(DatedForm):
    """How much of what there is each requisition gets; the shares proposed stand there already."""

    submit: ClassVar[Text] = Text(zh="批准这些数量", en="Approve these")
    reason = forms.CharField(label=REASON, max_length=500)

    def __init__(self, *given: Any, shares: dict[str, tuple[Text, int, int]], **more: Any) -> None:
        """shares: by requisition's id, what it is called, the most, and what is proposed."""
        super().__init__(*given, **more)
        self.fields["reason"].initial = say(
            Text(zh="库存不足，按可用月数分配。", en="Not enough in stock: shared so that all last equally long.")
        )
        for id_, (title, most, proposed) in shares.items():
            self.fields[f"share_{id_}"] = forms.IntegerField(
                label=say(title), min_value=0, max_value=most, initial=proposed,
                error_messages={"max_value": say(_AT_MOST.filled(n=f"{most:,}"))},
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "aria-required": "true"}),
            )  # fmt: skip
        self.order_fields(["id", *(f"share_{id_}" for id_ in shares), "reason", "day"])

    @property
    def shares(self) -> dict[UUID, int]:
        """By requisition's id."""
        given = {name: units for name, units in self.cleaned_data.items() if name.startswith("share_")}
        return {UUID(name.removeprefix("share_")): units for name, units in given.items()}


class RecallForm(DatedForm):
    """A lot that is handed out no more."""

    submit: ClassVar[Text] = Text(zh="召回", en="Recall")
    field_order = ("id", "commodity", "lot", "reason", "day")
    commodity = forms.ChoiceField(label=later(zh="药具", en="Commodity"))
    lot = forms.CharField(label=later(zh="批号", en="Lot number"), max_length=20)
    reason = forms.CharField(label=REASON, max_length=500)

    def __init__(self, *given: Any, commodities: Sequence[Commodity], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["commodity"].choices = Choices(CHOOSE | _commodities(commodities))()  # type: ignore[attr-defined]


class SiteForm(RecordForm):
    """A site that opens."""

    submit: ClassVar[Text] = Text(zh="开设", en="Open")
    code = forms.SlugField(
        label=later(zh="代码", en="Code"), max_length=20,
        help_text=later(
            zh="字母、数字和连字符，如 R320202001；开设后不能更改。",
            en="Letters, digits and hyphens, such as R320202001; it can't be changed later.",
        ),
    )  # fmt: skip
    name_zh = forms.CharField(label=later(zh="中文名称", en="Name in Chinese"), max_length=60)
    name_en = forms.CharField(label=later(zh="英文名称", en="Name in English"), max_length=80)
    kind = forms.ChoiceField(label=later(zh="类型", en="Kind"), choices=Choices(dict(KINDS)))
    supplier = forms.ChoiceField(label=later(zh="供货点", en="Supplied by"), required=False)
    hours = forms.CharField(
        label=later(zh="开放时间", en="Opening hours"), max_length=200, required=False,
        help_text=later(
            zh="如 1-5 08:30-11:30 13:30-17:00；6 09:00-12:00（1为周一）。",
            en="1-5 08:30-11:30 13:30-17:00; 6 09:00-12:00 (1 is Monday).",
        ),
    )  # fmt: skip
    latitude = forms.DecimalField(
        label=later(zh="纬度", en="Latitude"), required=False, min_value=-90, max_value=90,
        help_text=later(
            zh="十进制度数，如 31.57；与经度一起填写。", en="In degrees, such as 31.57; together with the longitude.",
        ),
    )  # fmt: skip
    longitude = forms.DecimalField(
        label=later(zh="经度", en="Longitude"), required=False, min_value=-180, max_value=180
    )
    opened_on = DayField(label=later(zh="开设日期", en="Open from"))

    def __init__(self, *given: Any, sites: Sequence[Site], **more: Any) -> None:
        super().__init__(*given, **more)
        names: dict[Any, Text] = {"": Text(zh="无（由外部供货）", en="nobody here (from outside)")}
        names |= {one.code: one.text for one in sites}
        self.fields["supplier"].choices = Choices(names)()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if (told.get("latitude") is None) != (told.get("longitude") is None):
            self.add_error("longitude", say(Text(zh="经度和纬度要一起填写。", en="Give both or neither.")))
        return told
