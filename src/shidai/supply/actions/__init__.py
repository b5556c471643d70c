"""Every write of supply: keyword-only, atomic, by whom, with its audit entry. The same id again does nothing."""

from shidai.supply.actions.cards import end_card, issue_card
from shidai.supply.actions.handing import hand_out, hold_for, reverse_entry
from shidai.supply.actions.moving import (
    Received,
    count_stock,
    receive,
    record_arrival,
    record_loss,
    record_surplus,
    send,
    write_off,
)
from shidai.supply.actions.recalling import lift_recall, recall_lot
from shidai.supply.actions.requesting import (
    approve_requisition,
    approve_shares,
    refuse_requisition,
    request_stock,
    send_requisition,
    withdraw_requisition,
)
from shidai.supply.actions.sites import close_site, open_site

__all__ = [
    "Received", "approve_requisition", "approve_shares", "close_site", "count_stock", "end_card", "hand_out",
    "hold_for", "issue_card", "lift_recall", "open_site", "recall_lot", "receive", "record_arrival", "record_loss",
    "record_surplus", "refuse_requisition", "request_stock", "reverse_entry", "send", "send_requisition",
    "withdraw_requisition", "write_off",
]  # fmt: skip
