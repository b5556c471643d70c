"""What outreach refuses, and how to mend it: each sentence once."""

from __future__ import annotations

from shidai.outreach.wording import AUDIENCES, STATES
from shidai.words import ShidaiError, Text, problem


def refuse(where: str, what: Text, mend: Text) -> ShidaiError:
    return ShidaiError(problem(where, zh=what.zh, en=what.en, mend_zh=mend.zh, mend_en=mend.en))


def no_session() -> ShidaiError:
    return refuse(
        "session",
        Text(zh="找不到这场培训。", en="There is no such session."),
        Text(zh="请刷新页面。", en="Load the page again."),
    )


def no_topic(topic: str) -> ShidaiError:
    return refuse(
        "topic",
        Text(zh=f"政策包当日没有培训主题 {topic}。", en=f"The pack has no training {topic} on the day."),
        Text(zh="请核对主题和日期。", en="Check topic and day."),
    )


def not_for(audience: str) -> ShidaiError:
    whom = AUDIENCES[audience]
    return refuse(
        "audience",
        Text(zh=f"这个主题或这一场不面向{whom.zh}。", en=f"This topic, or this session, isn't for {whom.en}."),
        Text(zh="请核对主题和参加对象。", en="Check the topic and who may come."),
    )


def no_times() -> ShidaiError:
    return refuse(
        "ends",
        Text(zh="结束时间须晚于开始时间。", en="It must end after it begins."),
        Text(zh="请写成 08:30 和 11:30。", en="Write 08:30 and 11:30."),
    )


def bad_time(where: str, text: str) -> ShidaiError:
    return refuse(
        where,
        Text(zh=f"“{text}”不是时间。", en=f"'{text}' is no time of day."),
        Text(zh="请写成 08:30。", en="Write it like 08:30."),
    )


def nowhere() -> ShidaiError:
    return refuse(
        "place",
        Text(zh="没有写明地点。", en="It doesn't say where."),
        Text(zh="请选站点，或用文字写明地点。", en="Choose a site or write the place in words."),
    )


def changed_meanwhile() -> ShidaiError:
    return refuse(
        "seen",
        Text(zh="您打开本页之后，别人已更改这场培训。", en="Somebody changed this session after you opened the page."),
        Text(
            zh="您填写的内容仍在下面：核对现在的安排后再保存一次即可。",
            en="What you typed is still below: compare it with how it stands now, then save once more.",
        ),
    )


def wrong_state(state: str) -> ShidaiError:
    return refuse(
        "session",
        Text(
            zh=f"这场培训{STATES[state].zh}，不能这样办理。",
            en=f"This session is {STATES[state].en}: this can't be done.",
        ),
        Text(zh="如是误操作，请先恢复为计划中。", en="If that was a mistake, set it back to planned first."),
    )


def without_reason() -> ShidaiError:
    return refuse(
        "reason", Text(zh="没有写明原因。", en="The reason is missing."), Text(zh="请写明原因。", en="Say why.")
    )


def nobody_came() -> ShidaiError:
    return refuse(
        "session",
        Text(zh="还没有登记到场的人。", en="Nobody is noted as having come."),
        Text(
            zh="请先登记到场人员或人数；没有举办的，请取消。", en="Note who came first; if it wasn't held, cancel it."
        ),
    )


def no_account(names: list[str]) -> ShidaiError:
    shown = "、".join(names)
    return refuse(
        "others",
        Text(zh=f"没有账号或不止一人叫：{shown}。", en=f"No account, or more than one, is called {shown}."),
        Text(zh="请写登录名，多个用逗号分开。", en="Write user names, separated by commas."),
    )


def no_one_named() -> ShidaiError:
    return refuse(
        "staff", Text(zh="没有选择任何人。", en="Nobody was chosen."), Text(zh="请勾选到场的人。", en="Tick who came.")
    )


def without_consent() -> ShidaiError:
    return refuse(
        "agreed",
        Text(zh="本人没有同意，不能记名。", en="She isn't noted by name unless she agrees."),
        Text(zh="请只登记到场人数。", en="Count her among the heads instead."),
    )


def no_person() -> ShidaiError:
    return refuse(
        "person",
        Text(zh="您的地区没有这位居民。", en="There is no such resident in your areas."),
        Text(zh="请重新查找，或只登记人数。", en="Search again, or count heads."),
    )
