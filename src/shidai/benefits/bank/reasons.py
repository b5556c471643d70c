"""Why a payment came back, in words: the commoner codes of ISO 20022's external code lists for status and returns."""

from __future__ import annotations

from shidai.words import Text

REASONS = {
    "AC01": Text(zh="账号错误", en="account number wrong"),
    "AC03": Text(zh="收款账号无效", en="payee's account number invalid"),
    "AC04": Text(zh="账户已销户", en="account closed"),
    "AC06": Text(zh="账户被冻结或止付", en="account blocked"),
    "AG01": Text(zh="该账户不允许此类交易", en="transaction not allowed on this account"),
    "AM04": Text(zh="付款账户余额不足", en="payer's funds insufficient"),
    "AM05": Text(zh="重复付款", en="duplicate"),
    "AM09": Text(zh="金额不符", en="amount wrong"),
    "BE01": Text(zh="户名与账号不符", en="name and account do not agree"),
    "CUST": Text(zh="客户要求", en="asked for by the customer"),
    "DT01": Text(zh="日期无效", en="date invalid"),
    "MD07": Text(zh="收款人已去世", en="payee has died"),
    "MS03": Text(zh="银行未说明原因", en="reason not given by the bank"),
    "NARR": Text(zh="见银行说明", en="see the bank's words"),
    "RC01": Text(zh="行号错误", en="bank code wrong"),
}


def reason_in_words(reason: str) -> Text:
    """An answer's reason for readers: the code's meaning, then the bank's own words; these alone if it has no code."""
    code, _, words = reason.partition(" ")
    meaning = REASONS.get(code)
    if meaning is None:
        return Text(zh=reason, en=reason)
    if not words:
        return meaning
    return Text(zh=f"{meaning.zh}（{words}）", en=f"{meaning.en} ({words})")
