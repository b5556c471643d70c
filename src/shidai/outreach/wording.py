"""What outreach says, in both languages."""

from __future__ import annotations

from shidai.words import Text

STATES = {
    "planned": Text(zh="计划中", en="planned"),
    "held": Text(zh="已举办", en="held"),
    "cancelled": Text(zh="已取消", en="cancelled"),
}
STYLES = {"planned": "late", "held": "", "cancelled": "plain"}
DEEDS = {
    "planned": Text(zh="安排", en="planned"),
    "changed": Text(zh="更改", en="changed"),
    "held": Text(zh="确认举办", en="held"),
    "cancelled": Text(zh="取消", en="cancelled"),
    "reopened": Text(zh="恢复为计划中", en="planned again"),
}
KINDS = {
    "course": Text(zh="培训班", en="course"),
    "talk": Text(zh="讲座", en="talk"),
    "practice": Text(zh="实操培训", en="practice"),
}
AUDIENCES = {"staff": Text(zh="工作人员", en="staff"), "residents": Text(zh="居民", en="residents")}
HEADS = {
    "staff": Text(zh="无账号的工作人员", en="staff without an account here"),
    "residents": Text(zh="不记名的居民", en="residents without names"),
}
SAVED = Text(zh="已登记：{what}", en="Recorded: {what}")


def say_minutes(minutes: int) -> Text:
    """'3小时', '1.5小时'; 'an hour' is four quarters, so two decimals at most."""
    hours = f"{minutes / 60:.2f}".rstrip("0").rstrip(".")
    return Text(zh=f"{hours}小时", en=f"{hours} hour{'' if minutes == 60 else 's'}")


def join(texts: list[Text]) -> Text:
    return Text(zh="、".join(one.zh for one in texts), en=", ".join(one.en for one in texts))
