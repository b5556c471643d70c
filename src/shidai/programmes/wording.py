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
MARKS = {
    "attended": Text(zh="对方已参加，结果在其本人档案", en="the partner came; the result is on that record"),
    "not_attended": Text(zh="对方未参加", en="the partner didn't come"),
}
SHARED = Text(zh="对方已参加，同意告知：{result}", en="the partner came and lets it be seen: {result}")
ONE_PLACE = Text(
    zh="转到市外须写机构的名称，转到站点则不写。", en="Name a place outside the city; a site of the city needs none."
)
NO_SITE = Text(
    zh="您的服务范围内还没有站点，请先在药具管理里设立。",
    en="Your areas have no site yet: open one under supply.",
)
SAVED = Text(zh="已登记：{what}。", en="Recorded: {what}.")
LATE = Text(zh="晚{days}天", en="{days} days late")

NOT_KNOWN_WHICH = Text(zh="有，但不清楚是哪一种", en="yes, but it isn't known which")
ADVICE_GROUPS: dict[str, Text] = {
    "personal": Text(zh="个人情况与生育史", en="Herself and her births"),
    "cardiovascular": Text(zh="心脏和血管", en="Heart and blood vessels"),
    "neurologic": Text(zh="头痛与神经系统", en="Headaches and nerves"),
    "reproductive": Text(zh="妇科与乳房", en="Womb, ovaries and breast"),
    "hiv": Text(zh="艾滋病", en="HIV"),
    "infection": Text(zh="其他感染", en="Other infections"),
    "endocrine": Text(zh="糖尿病与甲状腺", en="Diabetes and thyroid"),
    "gastrointestinal": Text(zh="肝胆", en="Liver and gall-bladder"),
    "anaemia": Text(zh="贫血", en="Anaemia"),
    "drug": Text(zh="正在服用的药物", en="Drugs that she takes"),
}
VERDICTS: dict[str, dict[str, Text]] = {
    "titles": {
        "fine": Text(zh="可以使用", en="Fine for her"),
        "care": Text(zh="一般可以使用，须留意", en="Generally fine, with care"),
        "seldom": Text(
            zh="通常不宜，无其他合适方法时由医生决定", en="Usually not, unless nothing else suits and a doctor agrees"
        ),
        "not": Text(zh="不应使用", en="Not to be used"),
        "needless": Text(zh="现在不需要", en="Not needed now"),
    },
    "families": {
        "breastfeeding": Text(zh="哺乳", en="Breastfeeding"),
        "postpartum": Text(zh="产后，未哺乳", en="After birth, not breastfeeding"),
        "postpartum_iud": Text(zh="产后放置宫内节育器的时间", en="Time of an IUD after birth"),
        "abortion": Text(zh="流产后", en="After an abortion"),
        "smoking": Text(zh="吸烟", en="Smoking"),
        "obesity": Text(zh="肥胖（体重指数≥30）", en="Obesity (BMI 30 or more)"),
        "ec": Text(zh="紧急避孕的情形", en="Emergency contraception"),
        "hypertension": Text(zh="高血压", en="High blood pressure"),
        "thrombosis": Text(zh="深静脉血栓、肺栓塞", en="Deep vein thrombosis, lung embolism"),
        "surgery": Text(zh="手术", en="Surgery"),
        "superficial": Text(zh="浅静脉疾病", en="Superficial veins"),
        "valvular": Text(zh="心脏瓣膜病", en="Valvular heart disease"),
        "lupus": Text(zh="红斑狼疮", en="Lupus"),
        "headache": Text(zh="头痛", en="Headaches"),
        "bleeding": Text(zh="阴道出血", en="Vaginal bleeding"),
        "trophoblastic": Text(zh="妊娠滋养细胞疾病", en="Trophoblastic disease"),
        "breast": Text(zh="乳房疾病", en="Breast disease"),
        "fibroids": Text(zh="子宫肌瘤", en="Fibroids"),
        "anatomy": Text(zh="子宫解剖异常", en="Anatomical abnormality"),
        "pid": Text(zh="盆腔炎", en="Pelvic inflammatory disease"),
        "sti": Text(zh="性传播感染", en="Sexually transmitted infections"),
        "hiv": Text(zh="艾滋病", en="HIV"),
        "tuberculosis": Text(zh="结核病", en="Tuberculosis"),
        "diabetes": Text(zh="糖尿病", en="Diabetes"),
        "gallbladder": Text(zh="胆囊病", en="Gall-bladder disease"),
        "cholestasis": Text(zh="曾患胆汁淤积", en="Past cholestasis"),
        "hepatitis": Text(zh="病毒性肝炎", en="Viral hepatitis"),
        "cirrhosis": Text(zh="肝硬化", en="Cirrhosis"),
        "liver": Text(zh="肝肿瘤", en="Liver tumours"),
        "anaemia": Text(zh="贫血", en="Anaemia"),
        "drug": Text(zh="药物", en="Drug"),
    },
}
BOOKED = Text(zh="已预约：{day} {time}", en="Booked: {day}, {time}")
BOOKED_AT = Text(zh="{day} {time}", en="{day}, {time}")
UNBOOKED = Text(zh="预约已取消。", en="The place was given back.")
WEEKDAYS = {
    number: Text(zh=f"周{zh}", en=en)
    for number, (zh, en) in enumerate(
        (("一", "Mon"), ("二", "Tue"), ("三", "Wed"), ("四", "Thu"), ("五", "Fri"), ("六", "Sat"), ("日", "Sun")), 1
    )
}
PIECE_STATES: dict[str, Text] = {
    "works": Text(zh="可用", en="works"),
    "broken": Text(zh="故障", en="out of order"),
    "out": Text(zh="已停用", en="taken out"),
    "coming": Text(zh="未启用", en="not in service yet"),
    "checked": Text(zh="已检查", en="checked"),
}
"""How a piece of equipment stands, and what was noted of it."""


def say_lack(kind: Text, since: str | None, reason: str) -> Text:
    """'Microscope: none works since 2007-01-03 (the lamp)'; without a day: the site has none."""
    if since is None:
        return Text(zh=f"本站没有登记{kind.zh}", en=f"{kind.en}: the site has none on its list")
    why = Text(zh=f"（{reason}）", en=f" ({reason})") if reason else Text(zh="", en="")
    return Text(zh=f"{kind.zh}自{since}起不能用{why.zh}", en=f"{kind.en}: none works since {since}{why.en}")


MESSAGE = Text(
    zh="{office}提醒：您有一项免费服务可以预约，来与不来由您决定。如不需要，回复后不再提醒。",
    en="{office}: a free service is open to you; whether to come is your decision. Tell us if you want no reminders.",
)
