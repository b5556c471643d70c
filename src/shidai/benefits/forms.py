"""What officers type about claims and batches. The rules live in the actions; a form reads and shows what is raised."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from django import forms

from shidai.benefits.wording import NO, YES
from shidai.benefits.workflow import Act
from shidai.core.language import current_language, say
from shidai.packs.schema.scheme import AttestedFact, Evidence
from shidai.registry.fields import Choices, DayField, later
from shidai.registry.forms import RecordForm
from shidai.words import ShidaiError, Text

REASONS = ("refuse", "object", "settle", "stop", "appeal")  # acts that the actions want a reason for
OBJECTORS_KEPT_SECRET = later(
    zh="当事人会看到它：写反映的情况，不写是谁提出的。",
    en="The person concerned will read it: write what was said, not who said it.",
)
_YUAN = re.compile(r"\d{1,9}(\.\d{1,2})?", re.ASCII)


class YuanField(forms.CharField):
    """An amount in yuan; its value is whole fen, never a float."""

    def clean(self, value: Any) -> Any:
        text = re.sub(r"[,，\s元]", "", super().clean(value))
        if not text:
            return None
        if not _YUAN.fullmatch(text):
            raise forms.ValidationError(
                say(Text(zh="请写金额，如 500 或 500.50。", en="Write an amount like 500 or 500.50."))
            )
        whole, _, part = text.partition(".")
        return int(whole) * 100 + int(part.ljust(2, "0") or 0)


class ActForm(RecordForm):
    """One act on a claim: its day and, where it needs one, its reason."""

    day = DayField(label=later(zh="办理日期", en="Day"))
    reason = forms.CharField(
        label=later(zh="理由", en="Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=later(zh="当事人会看到它。", en="The person concerned will read it."),
    )
    fen = YuanField(label=later(zh="核定金额（元）", en="Amount granted (yuan)"))

    def __init__(self, *given: Any, act: Act, granted: bool = False, **more: Any) -> None:
        super().__init__(*given, **more)
        if act not in REASONS:
            del self.fields["reason"]
        elif act == "object":
            self.fields["reason"].help_text = OBJECTORS_KEPT_SECRET
        if not granted:
            del self.fields["fen"]


class PassForm(RecordForm):
    """The day on which several claims are passed."""

    day = DayField(label=later(zh="办理日期", en="Day"))


class AccountForm(RecordForm):
    """Where the money goes."""

    holder = forms.CharField(
        label=later(zh="户名", en="Account holder"),
        max_length=60,
        help_text=later(zh="与存折或银行卡上的一致。", en="As it stands on the passbook or card."),
    )
    kind = forms.ChoiceField(
        label=later(zh="账户种类", en="Kind of account"),
        choices=Choices(
            {"card": Text(zh="银行卡", en="bank card"), "other": Text(zh="其他账户（存折等）", en="other account")}
        ),
    )
    number = forms.CharField(
        label=later(zh="账号", en="Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=later(zh="加密保存；页面上只显示后四位。", en="Stored sealed; pages show the last four digits only."),
    )
    bank_code = forms.CharField(
        label=later(zh="大额支付行号", en="Bank code"),
        max_length=14,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=later(zh="12位数字，开户行可查。", en="12 digits; the bank knows it."),
    )


class FactForm(RecordForm):
    """A fact that no register holds, with the paper that shows it."""

    submit: ClassVar[Text] = Text(zh="登记", en="Enter")
    at: ClassVar[dict[str, str]] = {"start_date": "since", "end_date": "until"}
    paper = forms.CharField(
        label=later(zh="证明文件", en="Paper"),
        max_length=200,
        help_text=later(zh="名称、编号和出具单位。", en="Its name, number and who issued it."),
    )
    since = DayField(label=later(zh="自何日起", en="True from"))
    until = DayField(label=later(zh="至何日止", en="True until"), required=False)

    field_order = ("id", "value", "paper", "since", "until")

    def __init__(self, *given: Any, fact: AttestedFact, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["value"] = _value_field(fact)
        self.order_fields(self.field_order)

    @property
    def value(self) -> bool | int | str:
        """The fact as the action takes it: days are days since 1970."""
        given = self.cleaned_data["value"]
        return (given - date(1970, 1, 1)).days if isinstance(given, date) else given


def _value_field(fact: AttestedFact) -> forms.Field:
    label = say(fact.title.text)
    if fact.type == "bool":
        return forms.TypedChoiceField(
            label=label, coerce=lambda text: text == "1", choices=Choices({"1": YES, "0": NO}),
            help_text=say(fact.meaning.text),
        )  # fmt: skip
    if fact.type == "int":
        return forms.IntegerField(label=label, min_value=0, help_text=say(fact.meaning.text))
    if fact.type == "day":
        return DayField(label=label, help_text=say(fact.meaning.text))
    return forms.CharField(label=label, max_length=200, help_text=say(fact.meaning.text))


class ApplyForm(RecordForm):
    """An application: the papers that were seen, and the day."""

    submit: ClassVar[Text] = Text(zh="提出申请", en="Apply")
    at: ClassVar[dict[str, str]] = {"subject": ""}
    day = DayField(label=later(zh="申请日期", en="Day of the application"))

    def __init__(self, *given: Any, evidence: tuple[Evidence, ...] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        for one in evidence:
            self.fields[f"paper_{one.id}"] = forms.BooleanField(
                label=say(one.title.text), required=one.needed, help_text=say(one.reason.text),
                error_messages={"required": say(Text(zh="请先看过这份材料。", en="See this paper first."))},
            )  # fmt: skip

    @property
    def papers(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("paper_")]


class RecoveryForm(RecordForm):
    """An agreement on giving back what was paid too much."""

    submit: ClassVar[Text] = Text(zh="登记约定", en="Enter the agreement")
    fen = YuanField(label=later(zh="退回金额（元）", en="To be given back (yuan)"))
    instalments = forms.IntegerField(label=later(zh="分几次", en="In how many instalments"), min_value=1, max_value=120)
    first_day = DayField(label=later(zh="第一次退回日期", en="Day of the first one"))
    paper = forms.CharField(
        label=later(zh="协议", en="Agreement"),
        max_length=200,
        help_text=later(zh="双方签名的协议名称或编号。", en="The signed agreement's name or number."),
    )


class RepaymentForm(RecordForm):
    """Money that came back, or that isn't asked back."""

    submit: ClassVar[Text] = Text(zh="登记", en="Enter")
    waived = forms.TypedChoiceField(
        label=later(zh="怎样了结", en="How it is settled"),
        coerce=lambda text: text == "1",
        choices=Choices({"0": Text(zh="已退回", en="given back"), "1": Text(zh="不予追回", en="not asked back")}),
    )
    fen = YuanField(label=later(zh="金额（元）", en="Amount (yuan)"))
    day = DayField(label=later(zh="日期", en="Day"))
    paper = forms.CharField(
        label=later(zh="收据编号，或不予追回的理由", en="Receipt's number, or why it isn't asked back"), max_length=200
    )


class PayerForm(RecordForm):
    """The account from which a county pays."""

    name = forms.CharField(label=later(zh="付款单位户名", en="Payer's name"), max_length=70)
    number = forms.CharField(
        label=later(zh="付款账号", en="Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=later(zh="加密保存；页面上只显示后四位。", en="Stored sealed; pages show the last four digits only."),
    )
    bank_code = forms.CharField(
        label=later(zh="大额支付行号", en="Bank code"),
        max_length=14,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class SignForm(RecordForm):
    """A signature: nothing is typed."""

    submit: ClassVar[Text] = Text(zh="我已核对，放行", en="I have checked it: release")


class HandedForm(RecordForm):
    """Who signed for what was handed over."""

    submit: ClassVar[Text] = Text(zh="登记签收", en="Enter the signatures")
    day = DayField(label=later(zh="签收日期", en="Day"))
    signed = forms.MultipleChoiceField(
        label=later(zh="已签收的", en="Who has signed"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *given: Any, payees: dict[str, str], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["signed"].choices = list(payees.items())  # type: ignore[attr-defined]


class BatchForm(RecordForm):
    """Up to which day is paid."""

    submit: ClassVar[Text] = Text(zh="编制批次", en="Build the batch")
    at: ClassVar[dict[str, str]] = {"day": "pay_day"}
    pay_day = DayField(label=later(zh="发放到哪一天到期的", en="Pay what is due up to"))

    def read_day(self, text: str) -> date | None:
        """A day from the page's address; None for anything else."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None


class RefuseForm(RecordForm):
    """Why a batch isn't released."""

    submit: ClassVar[Text] = Text(zh="不予放行", en="Refuse the batch")
    reason = forms.CharField(
        label=later(zh="理由", en="Reason"),
        max_length=200,
        help_text=later(zh="编制人会看到它。", en="Who built it reads it."),
    )


class RosterForm(RecordForm):
    """The files of a roster that another system has kept."""

    submit: ClassVar[Text] = Text(zh="检查文件", en="Check the files")
    source = forms.ChoiceField(
        label=later(zh="来源", en="Source"),
        help_text=later(
            zh="导入人员和住户时用的来源名称。", en="The name under which the people and households were imported."
        ),
    )
    claims = forms.FileField(
        label=later(zh="待遇名册", en="Claims with their acts"),
        help_text=later(
            zh="CSV 或电子表格，列名见说明文档。", en="CSV or a spreadsheet; the reference has its columns."
        ),
    )
    attested = forms.FileField(
        label=later(zh="证明的事实", en="Attested facts"),
        required=False,
        help_text=later(
            zh="困难、退休年限等只有纸面证明的事实。", en="What only a paper shows: hardship, years of work …"
        ),
    )

    def __init__(self, *given: Any, sources: list[str], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["source"].choices = [(one, one) for one in sources]  # type: ignore[attr-defined]


class TakeForm(RecordForm):
    """The word that takes over what was checked: nothing is typed."""

    submit: ClassVar[Text] = Text(zh="确认接收", en="Take it over")


class AnswerForm(RecordForm):
    """The bank's answer to a batch, as a file."""

    submit: ClassVar[Text] = Text(zh="读取回盘", en="Read the answer")
    file = forms.FileField(
        label=later(zh="银行回盘文件", en="The bank's file"),
        help_text=later(zh="pain.002、camt.053 或 CSV。", en="pain.002, camt.053 or CSV."),
    )
    confirmed = forms.BooleanField(
        label=later(zh="我核对过：这是本批次的回盘", en="I have checked that this answers this batch"), required=False
    )

    def record(self, action: Callable[..., Any], **facts: Any) -> Any:
        """Call the action; what it refuses stands with its line of the file."""
        try:
            return action(**facts)
        except ShidaiError as error:
            for each in error.problems:
                self.add_error(None, each.said(current_language()))
            return None
