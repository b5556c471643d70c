"""The words of programmes on pages: answers and what they mean, refusals, lateness."""

from __future__ import annotations

from shidai.words import Text

YES, NO = Text(zh="是", en="yes"), Text(zh="否", en="no")
ANSWERS: dict[str, tuple[Text, Text]] = {
    "not_now": (
        Text(zh="暂不", en="Not now"),
        Text(
            zh="记为本人的答复：{months}个月内不再询问，也不计入任何人的考核。",
            en="Noted as her answer: nobody asks again for {months} months, and nobody's score is worse for it.",
        ),
    ),
    "never": (
        Text(zh="不参加", en="Never"),
        Text(
            zh="记为本人的答复：以后不再询问，也不计入任何人的考核。",
            en="Noted as her answer: nobody asks again, and nobody's score is worse for it.",
        ),
    ),
    "agree": (
        Text(zh="同意参加", en="Agrees"),
        Text(
            zh="已向本人说明内容，并征得同意；可以随时撤回。",
            en="It was explained to her and she agrees; she can withdraw at any time.",
        ),
    ),
    "withdraw": (
        Text(zh="撤回同意", en="Withdraws"),
        Text(
            zh="以后不再询问，也不再登记；已有的记录保留。",
            en="Nobody asks or records any more; what is on file stays.",
        ),
    ),
}
"""By answer: its title, and what it means."""
REFUSED = {
    "not_now": Text(zh="暂不参加", en="not now"),
    "never": Text(zh="不参加", en="never"),
    "withdrawn": Text(zh="已撤回同意", en="consent withdrawn"),
}
SAVED = Text(zh="已登记：{what}。", en="Recorded: {what}.")
LATE = Text(zh="晚{days}天", en="{days} days late")
