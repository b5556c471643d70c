"""An error in a version that has decided is mended with a reason."""

from __future__ import annotations

from django.db import transaction

from shidai.benefits.deciding import named_version, scheme_of
from shidai.benefits.models import RulesUsed
from shidai.benefits.rulesused import differences, rules_kept
from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.words import ShidaiError, problem

MOST_LETTERS = 500  # of a reason


@transaction.atomic
def accept_rules(*, by: Scope, scheme: str, version: str, reason: str) -> RulesUsed:
    """Let a version decide by its rules as the pack has them now; earlier decisions keep theirs.

    Past periods get the difference when dues are reckoned next. Again it changes nothing. Raises NoAccess, and
    ShidaiError without a reason, or for a version that has decided nothing yet.
    """
    require(by, "benefit.rules")
    chosen = scheme_of(scheme)
    list(RulesUsed.objects.select_for_update().filter(scheme=scheme, version=version))  # two at once wait
    found, kept = named_version(chosen, version), rules_kept(scheme, version)
    if kept is None:
        raise ShidaiError(
            problem(
                f"{scheme} {version}",
                zh="这一版本还没有作出过决定，不需要确认。",
                en="This version has decided nothing yet: there is nothing to accept.",
                mend_zh="请核对版本编号。",
                mend_en="Check the version's id.",
            )
        )
    if not 0 < len(reason.strip()) <= MOST_LETTERS:
        raise ShidaiError(
            problem(
                "--reason",
                zh=f"请用不超过{MOST_LETTERS}字说明更正了什么差错。",
                en=f"Say which error was mended, in at most {MOST_LETTERS} characters.",
                mend_zh='例如：--reason "第六条的金额抄错"。',
                mend_en='For example --reason "the amount of article 6 was mistyped".',
            )
        )
    changed = differences(kept, found)
    if not changed:
        return kept
    made = RulesUsed.objects.create(
        by=by.username, scheme=scheme, version=version, number=kept.number + 1, rules=found.model_dump_json(),
        reason=reason.strip(),
    )  # fmt: skip
    audit.record(by, "benefit.rules", f"scheme:{scheme}", version=version, reason=reason.strip(), places=[*changed])
    return made
