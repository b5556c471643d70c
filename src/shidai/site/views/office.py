"""Jobs, the pack in force, and the pages behind 'Work' and 'More'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shidai.core import actions, queries
from shidai.core.request import StaffRequest
from shidai.site.figures import current_pack
from shidai.words import Text

PAGE = 50
STATES = {
    "waiting": (Text(zh="等待", en="waiting"), "plain"),
    "running": (Text(zh="进行中", en="running"), ""),
    "done": (Text(zh="完成", en="done"), "plain"),
    "failed": (Text(zh="失败", en="failed"), "wrong"),
    "cancelled": (Text(zh="已取消", en="cancelled"), "plain"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A door on the 'Work' and 'More' pages."""

    url: str
    icon: str
    title: Text
    note: Text


def work(request: StaffRequest) -> HttpResponse:
    """The rooms that this role has."""
    items = [
        Item("/people/", "users", Text(zh="居民与家庭", en="Residents and households"),
             Text(zh="查找、登记、变更", en="find, register, change")),
    ] if request.scope.allows("record.read") else []  # fmt: skip
    if request.scope.allows("record.write"):
        items.append(Item("/people/birth/", "baby-carriage", Text(zh="登记出生", en="Register a birth"),
                          Text(zh="孩子、父母和户一次完成", en="child, parents, household in one step")))  # fmt: skip
    if request.scope.allows("service.invite"):
        items.append(Item("/services/", "calendar", Text(zh="服务项目", en="Programmes"),
                          Text(zh="谁到期、就诊、答复", en="who is due, visits, answers")))  # fmt: skip
    if request.scope.allows("supply.read"):
        items.append(Item("/services/equipment/", "alert-triangle", Text(zh="设备", en="Equipment"),
                          Text(zh="故障、检查过期、所有设备", en="out of order, check overdue, all")))  # fmt: skip
        items.append(Item("/supply/", "building", Text(zh="药具", en="Supply"),
                          Text(zh="站点、库存、发放、请领", en="sites, stock, hand-outs, requisitions")))  # fmt: skip
    if request.scope.allows("outreach.read"):
        items.append(Item("/outreach/", "book", Text(zh="培训与讲座", en="Training and talks"),
                          Text(zh="安排、到场、学时", en="plan, who came, hours")))  # fmt: skip
    if request.scope.allows("assessment.read"):
        items.append(Item("/assessment/", "list-check", Text(zh="品牌试点", en="Brand pilots"),
                          Text(zh="检查表、证明、验收", en="checklists, evidence, sign-off")))  # fmt: skip
    if request.scope.allows("record.read"):
        items.append(Item("/benefits/", "heart", Text(zh="待遇", en="Benefits"),
                          Text(zh="申请、公示、发放、核对", en="claims, notices, payments, proofs")))  # fmt: skip
    if request.scope.allows("duplicate.judge"):
        items.append(Item("/duplicates/", "users", Text(zh="重复登记核对", en="Possible duplicates"),
                          Text(zh="两份档案是不是同一人", en="are two records one person?")))  # fmt: skip
    items.append(Item("/numbers/", "chart-bar", Text(zh="指标", en="Indicators"),
                      Text(zh="各级、各期，带区间", en="every level and period, with intervals")))  # fmt: skip
    items.append(Item("/outlook/", "route", Text(zh="人口展望", en="Outlook"),
                      Text(zh="今后几十年的人口和服务", en="people and services in decades to come")))  # fmt: skip
    items.append(Item("/summary/", "file-text", Text(zh="年度工作总结", en="Annual work summary"),
                      Text(zh="每个数字都可打开", en="every figure opens")))  # fmt: skip
    if request.scope.allows("reform.simulate"):
        items.append(Item("/reforms/", "adjustments-horizontal", Text(zh="方案测算", en="Simulate a reform"),
                          Text(zh="改一个数值，看花多少、谁增谁减", en="the cost, who gains and loses")))  # fmt: skip
    items.append(Item("/jobs/", "clock", Text(zh="任务进度", en="Jobs"),
                      Text(zh="导入、发布、汇总", en="imports, extracts, summaries")))  # fmt: skip
    return render(request, "site/more.html", {"title": Text(zh="工作", en="Work"), "items": items})


def more(request: StaffRequest) -> HttpResponse:
    """Everything else: the policy in force, the audit log."""
    items = [Item("/packs/", "book", Text(zh="政策包", en="The pack"),
                  Text(zh="指标、来源和历史公布数", en="indicators, sources and published archives"))]  # fmt: skip
    if request.scope.allows("audit.read"):
        items.append(Item("/audit/", "shield-check", Text(zh="审计日志", en="Audit log"),
                          Text(zh="谁在何时看了、改了什么", en="who saw and changed what, and when")))  # fmt: skip
    return render(request, "site/more.html", {"title": Text(zh="更多", en="More"), "items": items})


def jobs(request: StaffRequest) -> HttpResponse:
    return render(request, "site/jobs.html", {"jobs": _list_jobs(request)})


def jobs_list(request: StaffRequest) -> HttpResponse:
    """The list alone, asked for every few seconds."""
    return render(request, "site/jobs_list.html", {"jobs": _list_jobs(request)})


@require_POST
def cancel(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Cancel a job of one's own, or anybody's for those who manage jobs."""
    job = queries.job(request.scope, uuid)
    if job is None:
        raise Http404
    actions.cancel_job(by=request.scope, job=job)
    back = request.POST.get("next", "")
    return HttpResponseRedirect(back if url_has_allowed_host_and_scheme(back, None) else "/jobs/")


def _list_jobs(request: StaffRequest) -> list[dict[str, Any]]:
    listed = queries.jobs(request.scope)[:PAGE]
    names = queries.staff_names(job.started_by for job in listed)
    return [
        {
            "title": job.title,
            "state": STATES[job.state][0],
            "style": STATES[job.state][1],
            "done": job.done,
            "total": job.total,
            "message": job.message,
            "started": job.started_at or job.made_at,
            "by": names[job.started_by],
            "id": job.pk,
            "may_cancel": not job.finished
            and (job.staff_id == request.scope.staff_id or request.scope.allows("job.manage")),
        }
        for job in listed
    ]


def pack(request: StaffRequest) -> HttpResponse:
    """The policy in force as a readable page."""
    in_force = current_pack()
    sources = in_force.sources
    indicators = [
        {
            "id": one.id,
            "title": one.title,
            "definition": one.definition,
            "checked_on": one.checked_on,
            "cases": len(one.case),
            "source_title": sources[one.source].title if one.source in sources else one.source,
        }
        for one in in_force.indicators.values()
    ]
    series = [
        {
            "title": one.title,
            "period": point.period,
            "value": f"{point.value:,.{one.decimals}f}",
            "unit": one.unit,
            "source": sources[one.source].title if one.source in sources else one.source,
        }
        for one in in_force.series.values()
        if one.kind == "archive"
        for point in one.point
    ]
    shown = {"pack": in_force, "indicators": indicators, "series": series, "sources": list(sources.values())}
    return render(request, "site/pack.html", shown | {"pack": in_force})
