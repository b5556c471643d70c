"""What supply refuses, and how to mend it: each sentence once."""

from __future__ import annotations

from datetime import date

from shidai.core.access import NoAccess
from shidai.packs.schema.commodity import Commodity
from shidai.supply.models import Lot, Site
from shidai.words import Problem, ShidaiError, Text, problem


class TooMany(ShidaiError):  # noqa: N818  reads as what it is
    """Somebody enters more numbers than serving people takes. The site answers 429."""


def refuse(where: str, what: Text, mend: Text) -> ShidaiError:
    return ShidaiError(Problem(where, what, mend))


def no_site(code: str, where: str = "site") -> ShidaiError:
    return refuse(
        where,
        Text(
            zh=f"没有代码为 {code} 的站点，或它当日不开放。",
            en=f"There is no site {code}, or it isn't open on the day.",
        ),
        Text(zh="请核对站点和日期。", en="Check the site and the day."),
    )


def no_commodity(commodity: str) -> ShidaiError:
    return refuse(
        "commodity",
        Text(zh=f"政策包当日没有药具 {commodity}。", en=f"The pack has no commodity {commodity} on the day."),
        Text(zh="请核对药具。", en="Check the commodity."),
    )


def no_lot(number: str) -> ShidaiError:
    return refuse(
        "lot",
        Text(zh=f"这里没有批号为 {number} 的药具。", en=f"Nothing of the lot {number} is here."),
        Text(zh="请核对批号。", en="Check the lot number."),
    )


def no_entry() -> ShidaiError:
    return refuse(
        "entry",
        Text(
            zh="找不到这笔记录，或它已冲销、已收货。",
            en="There is no such entry, or it was reversed or received already.",
        ),
        Text(zh="请刷新页面。", en="Load the page again."),
    )


def too_early(first: date) -> ShidaiError:
    return refuse(
        "day",
        Text(zh=f"不能早于原记录的日期 {first}。", en=f"It can't be before the day of the entry, {first}."),
        Text(zh="请核对日期。", en="Check the day."),
    )


def too_little(commodity: Commodity, left: int) -> ShidaiError:
    return refuse(
        "quantity",
        Text(
            zh=f"可用的“{commodity.title.zh}”只有{left:,}{commodity.unit.zh}（过期、召回和当日还没有的不计）。",
            en=f"Only {left:,} of '{commodity.title.en}' can be used here "
            "(expired and recalled lots don't count, nor what wasn't there on the day).",
        ),
        Text(zh="请减少数量，或先入库、请领。", en="Take fewer, or receive or ask for more first."),
    )


def too_little_of(lot: Lot, left: int, where: str = "quantity") -> ShidaiError:
    return refuse(
        where,
        Text(
            zh=f"批号 {lot.number} 账面只有{left:,}。", en=f"The book has only {left:,} of the lot {lot.number} here."
        ),
        Text(
            zh="请核对数量；实物与账面不符时请盘点。",
            en="Check the quantity; count the stock if the shelf differs from the book.",
        ),
    )


def not_there_yet(lot: Lot, day: date, left: int) -> ShidaiError:
    return refuse(
        "day",
        Text(
            zh=f"按账册，批号 {lot.number} 自{day}起只能再发出{left:,}。",
            en=f"By the book only {left:,} of the lot {lot.number} could leave from {day} on.",
        ),
        Text(
            zh="请核对日期：货未到不能发出，也不能用去后来已发出的。",
            en="Check the day: nothing leaves before it came, nor what has left since.",
        ),
    )


def nothing(where: str = "quantity") -> ShidaiError:
    return refuse(
        where,
        Text(zh="数量须是大于0的整数。", en="The quantity must be a whole number above 0."),
        Text(zh="请填写数量。", en="Enter the quantity."),
    )


def more_than_asked(asked: int) -> ShidaiError:
    return refuse(
        "quantity",
        Text(zh=f"请领的只有{asked:,}，批准数须在1和它之间。", en=f"Only {asked:,} were asked for."),
        Text(zh="请修改批准数量。", en="Approve at most so many, and at least 1."),
    )


def more_than_there(available: int) -> ShidaiError:
    return refuse(
        "shares",
        Text(
            zh=f"合计超过了可分配的{available:,}（可用的减去已批准未发出的）。",
            en=f"Together that is more than the {available:,} that can be used and aren't promised yet.",
        ),
        Text(zh="请减少几份，或留待下次（填0）。", en="Make some smaller, or let them wait with 0."),
    )


def expired(lot_number: str, expires_on: date) -> ShidaiError:
    return refuse(
        "expires_on",
        Text(zh=f"批号 {lot_number} 已于 {expires_on} 过期。", en=f"The lot {lot_number} expired on {expires_on}."),
        Text(
            zh="过期药具不能入库或发放，请退回或报废。",
            en="Expired goods are neither received nor handed out: send them back or write them off.",
        ),
    )


def not_expired(lot: Lot) -> ShidaiError:
    return refuse(
        "lot",
        Text(
            zh=f"批号 {lot.number} 没有过期，也没有召回。",
            en=f"The lot {lot.number} hasn't expired and wasn't recalled.",
        ),
        Text(zh="破损或丢失请登记为损耗并写明原因。", en="Record damage or loss with its reason instead."),
    )


def other_expiry(lot: Lot) -> ShidaiError:
    return refuse(
        "expires_on",
        Text(
            zh=f"批号 {lot.number} 原登记的有效期至 {lot.expires_on}。",
            en=f"The lot {lot.number} is known with expiry on {lot.expires_on}.",
        ),
        Text(zh="同一批号只有一个有效期，请对照包装核对。", en="A lot has one day of expiry: compare with the pack."),
    )


def recalled(lot: Lot) -> ShidaiError:
    return refuse(
        "lot",
        Text(zh=f"批号 {lot.number} 已召回。", en=f"The lot {lot.number} was recalled."),
        Text(zh="请封存，等待退回或报废。", en="Set it apart until it is sent back or written off."),
    )


def lifted_by_the_city() -> NoAccess:
    return NoAccess(
        problem(
            "",
            zh="召回由全市的药具管理员解除。",
            en="A recall is lifted by who answers for supply in the whole city.",
            mend_zh="请联系市级药具管理员。",
            mend_en="Ask the city's supply manager.",
        )
    )


def not_recalled(lot: Lot) -> ShidaiError:
    return refuse(
        "lot",
        Text(zh=f"批号 {lot.number} 没有在召回中。", en=f"The lot {lot.number} isn't recalled."),
        Text(zh="请刷新页面：可能已有人解除召回。", en="Load the page again: somebody may have lifted the recall."),
    )


def on_the_book(lot: Lot, units: int) -> ShidaiError:
    return refuse(
        "lot",
        Text(zh=f"批号 {lot.number} 账面还有{units:,}。", en=f"The book has {units:,} of the lot {lot.number} here."),
        Text(zh="货架上多出来的，请在盘点中填写实数。", en="Enter what is on the shelf in a stock-take."),
    )


def over_allowance(commodity: Commodity, left: int) -> ShidaiError:
    allowance = commodity.allowance
    assert allowance is not None
    return refuse(
        "quantity",
        Text(
            zh=f"每{allowance.months}个月最多领{allowance.units}{commodity.unit.zh}，本期还可领{left}{commodity.unit.zh}。",
            en=f"At most {allowance.units} within {allowance.months} months; {left} are left for this person.",
        ),
        Text(zh="请减少数量。", en="Take fewer."),
    )


def not_without_name(commodity: Commodity) -> ShidaiError:
    most = commodity.anonymous_most
    if most is None:
        return refuse(
            "who",
            Text(
                zh=f"“{commodity.title.zh}”不能不记名领取。",
                en=f"'{commodity.title.en}' isn't handed out without a card or number.",
            ),
            Text(zh="请刷卡或输入身份号码。", en="Read the card or enter the resident number."),
        )
    return refuse(
        "quantity",
        Text(
            zh=f"不记名每次最多领{most}{commodity.unit.zh}。",
            en=f"Without a name at most {most} are handed out at one time.",
        ),
        Text(zh="请减少数量，或刷卡领取。", en="Take fewer, or use a card."),
    )


def only_by_nurse(commodity: Commodity) -> ShidaiError:
    return refuse(
        "commodity",
        Text(
            zh=f"“{commodity.title.zh}”须由护士或医生当面使用。",
            en=f"'{commodity.title.en}' is given by a nurse or doctor in person.",
        ),
        Text(zh="请到服务站办理。", en="It is done at a station."),
    )


def card_not_known() -> ShidaiError:
    return refuse(
        "who",
        Text(zh="这张卡或号码不对应任何人。", en="This card or number leads to nobody."),
        Text(zh="请重新扫描；或核对号码的每一位。", en="Scan it again, or check every digit."),
    )


def not_open() -> ShidaiError:
    return refuse(
        "person",
        Text(zh="没有可以发放的居民档案。", en="There is no record here to hand something out on."),
        Text(zh="请从站点打开发放页。", en="Open the hand-out from the station."),
    )


def card_of_another() -> ShidaiError:
    return refuse(
        "who",
        Text(
            zh="这张卡或号码不是这位居民的。",
            en="This card or number isn't that of the resident whose record is open.",
        ),
        Text(
            zh="请换本人的卡，或清空后保存；为别人发放，请从站点打开发放页。",
            en="Read the right card, or leave the field empty; for somebody else open the hand-out from the station.",
        ),
    )


def card_ended() -> ShidaiError:
    return refuse(
        "who",
        Text(zh="这张卡已停用（挂失或换新）。", en="This card opens nothing any more: it was lost or replaced."),
        Text(zh="请使用新卡或身份号码。", en="Use the new card or the resident number."),
    )


def cannot_be_used() -> ShidaiError:
    return refuse(
        "who",
        Text(zh="这张卡或号码不能使用。", en="This card or number can't be used."),
        Text(zh="请到服务站询问。", en="Ask at the station."),
    )


def too_many_numbers() -> TooMany:
    return TooMany(
        problem(
            "who",
            zh="识别的号码过多，暂时不能再输入号码。",
            en="Too many numbers were entered; for now no more can be.",
            mend_zh="可扫描服务卡的二维码，或不记名发放；稍后再试。这件事已写入审计日志。",
            mend_en="Scan a card's code or hand out without a name; try again later. This is in the audit log.",
        )
    )


def without_reason() -> ShidaiError:
    return refuse(
        "reason",
        Text(zh="请写明原因。", en="Give the reason."),
        Text(zh="审计时会看到。", en="It is shown to auditors."),
    )


def book_moved(site: Site) -> ShidaiError:
    return refuse(
        "mark",
        Text(
            zh=f"打开盘点表之后，“{site.name_zh}”的账面有变动。",
            en=f"The book of '{site.name_en}' has moved since this page was opened.",
        ),
        Text(
            zh="已填数字都在：请再清点一次，然后保存。",
            en="What was typed is still here: count once more, then save.",
        ),
    )
