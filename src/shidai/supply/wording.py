"""What supply says, in both languages."""

from __future__ import annotations

from shidai.packs.schema.commodity import Commodity
from shidai.words import Text

KINDS = {
    "store": Text(zh="药具库", en="store"),
    "station": Text(zh="服务站", en="station"),
    "room": Text(zh="服务室", en="service room"),
    "machine": Text(zh="自助机", en="self-service machine"),
}
DEEDS = {
    "receipt": Text(zh="入库", en="receipt"),
    "transfer": Text(zh="调拨发出", en="sent"),
    "arrival": Text(zh="到货", en="arrival"),
    "handout": Text(zh="发放", en="hand-out"),
    "loss": Text(zh="损耗", en="loss"),
    "expiry": Text(zh="报废", en="written off"),
    "count": Text(zh="盘点", en="stock-take"),
    "reversal": Text(zh="冲销", en="taken back"),
}
BASES = {
    "consumption": Text(zh="按实际用量", en="by what was used"),
    "users": Text(zh="按现有使用人数", en="by users on record"),
    "outlook": Text(zh="按人口推算的使用人数", en="by users of the outlook"),
}
TASKS = {
    "receive": Text(zh="入库", en="Receive goods"),
    "send": Text(zh="调拨发出", en="Send goods"),
    "arrival": Text(zh="确认到货", en="Goods that have come"),
    "count": Text(zh="盘点", en="Count the stock"),
    "loss": Text(zh="登记损耗", en="Record a loss"),
    "write-off": Text(zh="报废", en="Write off"),
    "reverse": Text(zh="冲销", en="Take an entry back"),
}
SHORT_BASES = {
    "consumption": Text(zh="按实际", en="as used"),
    "users": Text(zh="按人数", en="by users"),
    "outlook": Text(zh="按推算", en="by outlook"),
}
SURPLUS = Text(zh="盘盈", en="Surplus")
STEPS = {
    "approved": Text(zh="已批准，待发货", en="approved, to be sent"),
    "refused": Text(zh="未批准", en="refused"),
    "withdrawn": Text(zh="已撤回", en="withdrawn"),
    "sent": Text(zh="已发出", en="sent"),
}
WAITING = Text(zh="待审批", en="to be approved")
ENDED = {
    "replaced": Text(zh="已换新卡", en="replaced"),
    "lost": Text(zh="已挂失", en="lost"),
    "returned": Text(zh="已退卡", en="given back"),
}
EXPIRED = Text(zh="已过期", en="expired")
RECALLED = Text(zh="已召回", en="recalled")
LIFTED = Text(zh="召回已解除", en="recall lifted")
EXPIRING = Text(zh="快过期", en="expires soon")
OUT = Text(zh="断货", en="out of stock")
LOW = Text(zh="不足", en="low")
ODD = Text(zh="用量异常", en="odd use")
HANDED_OUT = Text(zh="已发放：{what} {units}", en="Handed out: {units} of {what}")
SAVED = Text(zh="已登记：{what}", en="Recorded: {what}")
NOBODY = Text(zh="不记名", en="without a name")


def say_units(commodity: Commodity | None, units: int) -> Text:
    """'120只', '120 pieces'; a commodity that the pack no longer has goes without its unit."""
    if commodity is None:
        return Text(zh=f"{units:,}", en=f"{units:,}")
    unit = commodity.unit
    plural = unit.en + ("es" if unit.en.endswith(("s", "x", "ch", "sh")) else "s")
    return Text(zh=f"{units:,}{unit.zh}", en=f"{units:,} {unit.en if units == 1 else plural}")
