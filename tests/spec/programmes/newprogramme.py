"""A programme that a city adds: one file, with its case and its figure."""

from __future__ import annotations

PROGRAMME = """
[[programme]]
id = "eye-check"
title = { zh = "视力检查", en = "Eye check" }
definition = { zh = "为成年居民免费检查视力。", en = "A free look at the eyes of adults." }

[[programme.version]]
id = "first"
source = "wuxi-summary-2006"
checked_on = 2026-11-24
effective_from = 2006-01-01

[programme.version.consent]
text = { zh = "我自愿参加。", en = "I take part of my own will." }

[programme.version.schedule]
per = "round"
[[programme.version.schedule.round]]
id = "of-2006"
title = { zh = "2006年", en = "2006" }
effective_from = 2006-01-01
effective_to = 2007-01-01

[[programme.version.condition]]
id = "adult"
when = "age >= 18"
title = { zh = "成年", en = "adult" }
clause = { zh = "自定", en = "own" }

[[programme.version.step]]
id = "look"
title = { zh = "检查", en = "look" }

[[programme.version.step.field]]
id = "left"
type = "decimal"
decimals = 1
title = { zh = "左眼视力", en = "left eye" }
least = 0
most = 2
needed = true

[[programme.version.step.field]]
id = "poor"
type = "bool"
title = { zh = "视力差", en = "poor sight" }
computed = "left < 5"

[[programme.version.step.result]]
id = "referred"
title = { zh = "转诊", en = "referred" }
when = "poor"
action = "refer"
days = 30
to = "hospital"

[[programme.version.step.result]]
id = "fine"
title = { zh = "正常", en = "fine" }
closes = true

[[programme.indicator]]
id = "eye_check_coverage"
title = { zh = "视力检查率", en = "coverage of the eye check" }
definition = { zh = "应邀者中已检查的百分比。", en = "Per cent of those offered it who were looked at." }
unit = { zh = "%", en = "%" }
source = "own"
checked_on = 2026-11-24
effective_from = 2006-01-01
formula = "ratio"
per = 100
numerator = [{ measure = "programme_reached", programme = "eye-check" }]
denominator = [{ measure = "programme_offered", programme = "eye-check" }]
interval = "binomial"
[[programme.indicator.case]]
note = "One of four."
cell = [
  { measure = "programme_offered", n = 4, programme = "eye-check" },
  { measure = "programme_reached", n = 1, programme = "eye-check" },
]
expected = { value = 25 }

[[programme.case]]
note = { zh = "成年", en = "adult" }
on = 2006-06-01
facts = { age = 18 }
invited = true
due = 2006-01-01

[[programme.case]]
note = { zh = "未成年", en = "a child" }
on = 2006-06-01
facts = { age = 17 }
invited = false
failed = ["adult"]

[[programme.case]]
note = { zh = "看不清", en = "sees poorly" }
step = "look"
values = { left = 0.4 }
result = "referred"

[[programme.case]]
note = { zh = "正常", en = "fine" }
step = "look"
values = { left = 0.5 }
result = "fine"
"""
