"""What assessment refuses, and how to mend it: each sentence once."""

from __future__ import annotations

from collections.abc import Sequence

from shidai.assessment.wording import STATES
from shidai.packs.schema.checklist import ChecklistItem
from shidai.words import ShidaiError, Text, problem


def refuse(where: str, what: Text, mend: Text) -> ShidaiError:
    return ShidaiError(problem(where, zh=what.zh, en=what.en, mend_zh=mend.zh, mend_en=mend.en))


def no_pilot() -> ShidaiError:
    return refuse(
        "pilot",
        Text(zh="找不到这个试点。", en="There is no such pilot."),
        Text(zh="请刷新页面。", en="Load the page again."),
    )


def no_checklist(checklist: str) -> ShidaiError:
    return refuse(
        "checklist",
        Text(
            zh=f"政策包当日没有检查表 {checklist}。", en=f"The pack has no checklist {checklist} on the day."
        ),
        Text(zh="请核对政策包和日期。", en="Check the pack and the day."),
    )  # fmt: skip


def no_item() -> ShidaiError:
    return refuse(
        "item",
        Text(zh="检查表里已没有这一条。", en="The checklist has no such item any more."),
        Text(zh="请回到试点页面，按现在的条目填写。", en="Go back to the pilot and answer the items as they are now."),
    )


def no_such_site() -> ShidaiError:
    return refuse(
        "site",
        Text(zh="这类站点不在检查表范围内。", en="The checklist isn't for this kind of site."),
        Text(zh="请另选站点。", en="Choose another site."),
    )


def enrolled_already() -> ShidaiError:
    return refuse(
        "site",
        Text(zh="这个站点已是试点。", en="This site is a pilot already."),
        Text(zh="请打开它的试点页面。", en="Open its page."),
    )


def item_changed() -> ShidaiError:
    return refuse(
        "mark",
        Text(zh="您打开本页之后，这一条的文字改了。", en="The words of this item changed after you opened the page."),
        Text(
            zh="您填写的内容仍在下面：对照现在的文字看一遍，再保存一次即可。",
            en="What you typed is still below: read it beside the words as they are now, then save once more.",
        ),
    )


def decided_meanwhile() -> ShidaiError:
    return refuse(
        "seen",
        Text(zh="您打开本页之后，这个试点有了变化。", en="This pilot changed after you opened the page."),
        Text(zh="请先看现在的答案，再决定。", en="Look at the answers as they are now, then decide."),
    )


def wrong_state(state: str) -> ShidaiError:
    return refuse(
        "pilot",
        Text(
            zh=f"这个试点“{STATES[state].zh}”，不能这样办理。",
            en=f"This pilot is {STATES[state].en}: this can't be done.",
        ),
        Text(zh="需要更改答案的，请上级先退回。", en="To change answers, the level above returns it first."),
    )


def not_a_value(item: ChecklistItem) -> ShidaiError:
    texts = {
        "yes_no": Text(zh="请选是或否。", en="Choose yes or no."),
        "number": Text(zh="请填写一个数。", en="Write a number."),
        "text": Text(zh="请填写文字。", en="Write a text."),
    }
    return refuse("value", Text(zh="没有回答。", en="There is no answer."), texts[item.kind])


def not_answered(items: Sequence[ChecklistItem]) -> ShidaiError:
    zh, en = "”、“".join(one.title.zh for one in items), "', '".join(one.title.en for one in items)
    return refuse(
        "pilot",
        Text(zh=f"还有没填写的：“{zh}”。", en=f"Not answered yet: '{en}'."),
        Text(zh="请填写后再提交。", en="Answer them, then submit."),
    )


def without_evidence(items: Sequence[ChecklistItem]) -> ShidaiError:
    zh, en = "”、“".join(one.title.zh for one in items), "', '".join(one.title.en for one in items)
    return refuse(
        "pilot",
        Text(zh=f"还缺证明：“{zh}”。", en=f"Evidence is missing for '{en}'."),
        Text(zh="请写说明、文号，或上传文件。", en="Write a note or a paper's number, or attach a file."),
    )


def own_work() -> ShidaiError:
    return refuse(
        "pilot",
        Text(zh="自己填写或提交的，须由他人验收。", en="Somebody else signs off what you answered or submitted."),
        Text(zh="请交给上级的另一位同事。", en="Hand it to a colleague of the level above."),
    )


def does_not_pass(failed: Sequence[ChecklistItem], met: int, least: int) -> ShidaiError:
    zh, en = "”、“".join(one.title.zh for one in failed), "', '".join(one.title.en for one in failed)
    return refuse(
        "pilot",
        Text(zh=f"没有达到：必须具备的“{zh}”。", en=f"It doesn't pass without '{en}'.")
        if failed
        else Text(zh=f"只达到{met}条，须达到{least}条。", en=f"Only {met} items are met, and {least} must be."),
        Text(zh="请退回并写明原因。", en="Return it and say why."),
    )


def without_reason() -> ShidaiError:
    return refuse(
        "reason", Text(zh="没有写明原因。", en="The reason is missing."), Text(zh="请写明原因。", en="Say why.")
    )


def too_early() -> ShidaiError:
    return refuse(
        "day",
        Text(zh="结束日期须晚于列为试点的日期。", en="It ends after the day on which it was enrolled."),
        Text(zh="请核对日期。", en="Check the day."),
    )


def bad_file(what: Text) -> ShidaiError:
    return refuse(
        "file",
        what,
        Text(zh="可上传5 MB以内的PNG、JPG或PDF。", en="Attach a PNG, JPG or PDF of at most 5 MB."),
    )
