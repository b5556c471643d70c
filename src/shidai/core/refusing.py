"""What every act is held to: no day to come, and no id that was used for something else."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from shidai.words import ShidaiError, problem


def refuse_future(day: date, where: str = "day") -> None:
    """Raise ShidaiError for a day after today."""
    today = timezone.localdate()
    if day > today:
        raise ShidaiError(
            problem(
                where,
                zh=f"{day} 还没有到。",
                en=f"{day} lies in the future.",
                mend_zh=f"请填写 {today} 或更早的日期。",
                mend_en=f"Enter {today} or an earlier day.",
            )
        )


def refuse_other(same: bool) -> None:
    """Raise ShidaiError when an id that was sent again stands for something else."""
    if not same:
        raise ShidaiError(
            problem(
                "id",
                zh="这个编号已用于另一件事。",
                en="This id was used for something else.",
                mend_zh="请刷新页面后重新办理。",
                mend_en="Load the page again and begin anew.",
            )
        )
