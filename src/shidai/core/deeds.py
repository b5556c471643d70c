"""Deeds of the audit log in words: one table, so that an auditor reads sentences and never a deed's id.

Every deed that the code writes stands here (tests/spec/core/test_deeds.py walks the code). `more` says what the entry's
own facts add; its fields are the entry's details and `object`, what the subject is besides a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from shidai.words import Text

KINDS: dict[str, Text] = {
    "look": Text(zh="查看", en="Looks at records"),
    "entry": Text(zh="登记与更正", en="Entries and corrections"),
    "import": Text(zh="导入", en="Imports"),
    "publish": Text(zh="发布与导出", en="Publications and exports"),
    "login": Text(zh="登录", en="Sign-ins"),
    "staff": Text(zh="账号与岗位", en="Accounts and postings"),
    "emergency": Text(zh="应急查阅", en="Emergency access"),
    "area": Text(zh="区划变更", en="Changes of areas"),
    "job": Text(zh="任务", en="Jobs"),
    "service": Text(zh="服务项目", en="Programmes"),
    "supply": Text(zh="药具", en="Supply"),
    "outreach": Text(zh="培训与讲座", en="Training and talks"),
    "benefit": Text(zh="待遇与发放", en="Benefits and payments"),
}


@dataclass(frozen=True, slots=True)
class DeedWords:
    """What somebody did, as the rest of a sentence that begins with who did it."""

    kind: str
    done: Text
    more: Text | None = None


def _words(kind: str, zh: str, en: str, more: tuple[str, str] | None = None) -> DeedWords:
    return DeedWords(kind, Text(zh=zh, en=en), Text(zh=more[0], en=more[1]) if more else None)


_OBJECT = ("{object}", "{object}")
DEEDS: dict[str, DeedWords] = {
    "person.read": _words("look", "查看了个人档案", "looked at a person's record"),
    "person.contact": _words("look", "打开了电话和地址", "opened telephones and addresses",
                             ("用于{reason}", "for {reason}")),
    "person.list": _words("look", "查看了居民名单", "looked at a list of residents",
                          ("{object}，第{page}页", "{object}, page {page}")),
    "person.search": _words("look", "查找了居民", "searched for residents"),
    "household.read": _words("look", "查看了家庭户", "looked at a household"),
    "records.list": _words("look", "查看了数字背后的记录", "looked at the records behind a figure",
                           ("{object}，{period}，{side}", "{object}, {period}, {side}")),
    "person.register": _words("entry", "登记了居民", "entered a resident"),
    "person.birth_date": _words("entry", "更正了出生日期", "corrected a date of birth"),
    "birth.record": _words("entry", "登记了出生", "entered a birth"),
    "death.record": _words("entry", "登记了死亡", "entered a death"),
    "birth.withdraw": _words("entry", "撤销了出生登记", "withdrew a birth", ("理由：{why}", "reason: {why}")),
    "death.withdraw": _words("entry", "撤销了死亡登记", "withdrew a death", ("理由：{why}", "reason: {why}")),
    "move.register": _words("entry", "登记了迁移", "entered a move", ("{kind}", "{kind}")),
    "move.withdraw": _words("entry", "撤销了迁移登记", "withdrew a move", ("理由：{why}", "reason: {why}")),
    "union.start": _words("entry", "登记了结婚", "entered a marriage"),
    "union.end": _words("entry", "登记了婚姻终止", "entered the end of a marriage", ("{reason}", "{reason}")),
    "duplicate.find": _words("entry", "查找了重复登记", "searched for people who stand on the register twice",
                             ("{people}人，{pairs}对待核对", "{people} people, {pairs} pairs to be judged")),
    "duplicate.read": _words("look", "核对了两份可能重复的档案", "compared two records that may be one person's"),
    "duplicate.list": _words("look", "列出了可能重复的档案", "listed records that may be one person's",
                             ("{count}对", "{count} pairs")),
    "duplicate.judge": _words("entry", "判断了是否重复登记", "judged whether two records are one person's",
                              ("{verdict}", "{verdict}")),
    "duplicate.pass": _words("entry", "请市里判断是否重复登记", "asked the city whether two records are one person's"),
    "person.merge": _words("entry", "合并了两份档案", "merged two records of one person",
                           ("理由：{why}", "reason: {why}")),
    "person.unmerge": _words("entry", "撤销了档案的合并", "undid the merge of two records",
                             ("理由：{why}", "reason: {why}")),
    "import": _words("import", "导入了文件", "imported a file",
                     ("{file}（{kind}）：新增{new}，更改{changed}，退回{rejected}",
                      "{file} ({kind}): {new} new, {changed} changed, {rejected} rejected")),
    "import.stopped": _words("import", "中断了导入", "stopped an import", ("{file}", "{file}")),
    "import.refused": _words("import", "导入因有错行而未存入", "had an import refused, since rows were wrong",
                             ("{files}", "{files}")),
    "import.dry_run": _words("import", "试导入，未存入", "tried an import without storing it", ("{files}", "{files}")),
    "extract": _words("publish", "发布了记录表", "published the record tables",
                      ("截至{cutoff}", "records up to {cutoff}")),
    "indicator.export": _words("publish", "导出了指标", "exported an indicator",
                               ("{object}，{period}", "{object}, {period}")),
    "outlook.export": _words("publish", "导出了人口展望", "exported an outlook", _OBJECT),
    "audit.export": _words("publish", "导出了审计日志", "exported the audit log"),
    "login": _words("login", "登录", "signed in"),
    "login.failed": _words("login", "登录失败：口令错误或没有此账号",
                           "failed to sign in: wrong password or no such account"),
    "login.locked": _words("login", "多次口令错误，账号被锁定", "was locked out after wrong passwords"),
    "staff.add": _words("staff", "新建了账号", "made an account", _OBJECT),
    "staff.password": _words("staff", "设置了口令", "set a password", _OBJECT),
    "staff.post": _words("staff", "派了岗位", "gave a posting", ("{object}：{role}", "{object}: {role}")),
    "staff.unpost": _words("staff", "结束了岗位", "ended a posting", ("{object}：{role}", "{object}: {role}")),
    "staff.deactivate": _words("staff", "停用了账号", "closed an account", _OBJECT),
    "emergency.open": _words("emergency", "启用了应急查阅", "opened emergency access",
                             ("理由：{reason}", "reason: {reason}")),
    "emergency.review": _words("emergency", "复核了应急查阅", "reviewed an emergency access"),
    "area.load": _words("area", "载入了政策包的区划", "loaded the pack's areas",
                        ("新增{new}，更改{changed}", "{new} new, {changed} changed")),
    "area.rename": _words("area", "更改了区划名称", "renamed an area",
                          ("{day}起称{name}", "called {name} from {day}")),
    "area.merge": _words("area", "合并了区划", "merged areas", ("{day}起", "from {day}")),
    "area.split": _words("area", "拆分了区划", "split an area", ("{day}起", "from {day}")),
    "area.move": _words("area", "调整了区划隶属", "moved an area under another", ("{day}起", "from {day}")),
    "area.assign": _words("area", "把户分到了拆分后的区划", "assigned households to a part of a split area",
                          ("{count}户划入{to}", "{count} households to {to}")),
    "job.start": _words("job", "启动了任务", "started a job"),
    "job.cancel": _words("job", "取消了任务", "cancelled a job"),
    "claim.read": _words("look", "查看了待遇申请", "looked at a claim"),
    "claim.list": _words("look", "查看了待遇申请名单", "looked at a list of claims"),
    "claim.export": _words("publish", "导出了待遇申请名单", "exported a list of claims"),
    "notice.read": _words("look", "查看了公示", "looked at a public notice"),
    "service.read": _words("look", "查看了就诊记录", "looked at visits"),
    "service.list": _words("look", "查看了到期名单", "looked at a due list"),
    "service.consent": _words("service", "登记了知情同意或撤回", "noted a consent or its withdrawal",
                              ("{programme}", "{programme}")),
    "service.take": _words("service", "接收了其他系统的就诊记录", "took visits over from elsewhere",
                           ("{visits}条", "{visits} visits")),
    "service.visit": _words("service", "登记了就诊", "entered a visit", ("{programme}：{step}", "{programme}: {step}")),
    "service.advise": _words("service", "提供了避孕方法咨询", "gave advice on contraceptive methods"),
    "service.clinic": _words("service", "设置了门诊时段", "set hours of a clinic",
                             ("星期{weekday} {start}", "weekday {weekday}, {start}")),
    "service.clinicend": _words("service", "停止了门诊时段", "ended hours of a clinic", ("自{day}起", "from {day} on")),
    "service.book": _words("service", "登记了预约", "booked a place", ("{programme}，{day}", "{programme}, {day}")),
    "service.unbook": _words("service", "取消了预约", "gave a booked place back", ("{programme}", "{programme}")),
    "service.agenda": _words("look", "查看了站点当日的预约", "looked at a site's bookings of a day"),
    "service.answer": _words("service", "登记了对邀请的答复", "noted an answer to an offer",
                             ("{programme}", "{programme}")),
    "service.correct": _words("service", "更正了就诊记录", "corrected a visit",
                              ("{programme}：{step}", "{programme}: {step}")),
    "supply.site": _words("supply", "开设了站点", "opened a site", ("{name}", "{name}")),
    "supply.close": _words("supply", "停用了站点", "closed a site", ("自{day}起", "from {day} on")),
    "supply.identify": _words("look", "在发放点识别了服务卡或号码", "read a card or number at a dispensing point",
                              ("代号{mark}", "mark {mark}")),
    "supply.unknown": _words("look", "在发放点输入的服务卡或号码不能使用",
                             "entered a card or number at a dispensing point that can't be used"),
    "supply.limit": _words("look", "在发放点识别号码过多，被暂停",
                            "was stopped after too many numbers at a dispensing point"),
    "supply.takers": _words("look", "查看了召回批号的领取人", "looked at who got a recalled lot",
                            ("{object}", "{object}")),
    "supply.recall": _words("supply", "召回了批号", "recalled a lot", ("{commodity} {lot}", "{commodity} {lot}")),
    "supply.request": _words("supply", "请领了药具", "asked for stock", ("{commodity} {units}", "{commodity} {units}")),
    "supply.approved": _words("supply", "批准了请领", "approved a requisition",
                              ("{commodity} {units}", "{commodity} {units}")),
    "supply.refused": _words("supply", "退回了请领", "refused a requisition", ("{commodity}", "{commodity}")),
    "supply.withdrawn": _words("supply", "撤回了请领", "withdrew a requisition", ("{commodity}", "{commodity}")),
    "supply.sent": _words("supply", "按请领发出了药具", "sent what was asked for",
                          ("{commodity} {units}", "{commodity} {units}")),
    "supply.export": _words("publish", "导出了库存", "exported a list of stock"),
    "supply.take": _words("supply", "接收了其他系统的药具账", "took a stock book over from elsewhere",
                          ("{entries}笔", "{entries} entries")),
    "stock.receipt": _words("supply", "登记了入库", "recorded a receipt", ("{units}", "{units} units")),
    "stock.transfer": _words("supply", "发出了调拨", "sent goods to another site", ("{units}", "{units} units")),
    "stock.arrival": _words("supply", "登记了到货", "recorded an arrival", ("{units}", "{units} units")),
    "stock.handout": _words("supply", "发放了药具", "handed out", ("{units}", "{units} units")),
    "stock.loss": _words("supply", "登记了损耗", "recorded a loss", ("{units}", "{units} units")),
    "stock.expiry": _words("supply", "报废了过期或召回的药具", "wrote off expired or recalled goods",
                           ("{units}", "{units} units")),
    "stock.count": _words("supply", "盘点了库存", "counted the stock", ("差异{units}", "difference {units}")),
    "stock.reversal": _words("supply", "冲销了一笔记录", "took an entry back", ("{units}", "{units} units")),
    "card.issue": _words("supply", "发放了服务卡", "issued a service card"),
    "card.end": _words("supply", "停用了服务卡", "ended a service card", ("{reason}", "{reason}")),
    "outreach.plan": _words("outreach", "安排了培训", "planned a session", ("{topic}，{day}", "{topic}, {day}")),
    "outreach.change": _words("outreach", "更改了培训安排", "changed a session", ("{topic}，{day}", "{topic}, {day}")),
    "outreach.held": _words("outreach", "确认举办了培训", "said that a session was held", ("{topic}", "{topic}")),
    "outreach.cancel": _words("outreach", "取消了培训", "cancelled a session", ("理由：{reason}", "reason: {reason}")),
    "outreach.reopen": _words("outreach", "把培训恢复为计划中", "set a session back to planned",
                              ("理由：{reason}", "reason: {reason}")),
    "outreach.attend": _words("outreach", "登记了培训到场", "noted who came to a session", ("{count}人", "{count}")),
    "outreach.name": _words("outreach", "经本人同意记名登记了到场", "noted a resident as having come, who agreed"),
    "outreach.unattend": _words("outreach", "更正了培训到场登记", "put right who came to a session",
                                ("理由：{reason}", "reason: {reason}")),
    "outreach.read": _words("look", "查看了培训到场居民名单", "looked at residents who came to a session",
                            ("{count}人", "{count}")),
    "outreach.export": _words("publish", "导出了培训场次", "exported a list of sessions", ("{period}", "{period}")),
    "benefit.act": _words("benefit", "办理了待遇申请", "carried a claim on", ("{scheme}：{act}", "{scheme}: {act}")),
    "benefit.attest": _words("benefit", "登记了证明的事实", "entered an attested fact", ("{fact}", "{fact}")),
    "benefit.account": _words("benefit", "登记了收款账号", "entered an account to be paid into"),
    "benefit.accrue": _words("benefit", "计算了到期金额", "brought what is due up to date",
                             ("{object}，截至{until}，{lines}笔", "{object}, up to {until}, {lines} lines")),
    "payment.build": _words("benefit", "编制了发放批次", "built a payment batch",
                            ("{scheme}：{count}笔，{fen}分", "{scheme}: {count} payments, {fen} fen")),
    "payment.release": _words("benefit", "放行了发放批次", "released a payment batch",
                              ("第{signature}个签名", "signature {signature}")),
    "payment.refuse": _words("benefit", "退回了发放批次", "refused a payment batch",
                             ("理由：{reason}", "reason: {reason}")),
    "payment.answer": _words("benefit", "登记了银行回盘", "entered the bank's answer",
                             ("到账{paid}笔，退回{returned}笔", "{paid} paid, {returned} returned")),
    "benefit.roster": _words("import", "导入了待遇名册", "imported a roster", ("{claims}件", "{claims} claims")),
    "payment.payer": _words("benefit", "登记了付款账户", "entered the account that a county pays from"),
    "payment.file": _words("benefit", "导出了银行文件", "took a bank file", ("{form}：{count}笔", "{form}: {count}")),
    "benefit.recovery": _words("benefit", "登记了退还协议", "entered an agreement on giving back",
                               ("{fen}分，{instalments}期", "{fen} fen in {instalments} instalments")),
    "benefit.repayment": _words("benefit", "登记了退还或不追回", "entered what was given back, or isn't asked back",
                                ("{fen}分", "{fen} fen")),
}  # fmt: skip


def words_of(deed: str) -> DeedWords:
    """The words of a deed; one of a later version, whose words this version doesn't know, is called so."""
    return DEEDS.get(deed) or DeedWords("", Text(zh="其他操作", en="did something this version has no words for"))


def deeds_of(kind: str) -> tuple[str, ...]:
    """All deeds of a kind."""
    return tuple(deed for deed, words in DEEDS.items() if words.kind == kind)
