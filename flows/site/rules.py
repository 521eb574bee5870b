"""Every rule with a page: the anomalies by their SQL heads, the checks by their declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flows.letters.words import LABELS, short_thai_date
from flows.sql_files import Parameter, anomalies
from schemas.checks import all_checks, rules_of
from schemas.codes import code_list
from schemas.reports import all_reports

# Columns of summary.reconciliation that carry a tolerance on to the rules that read them.
_CARRIED = {"tolerance_pct": "load_difference_pct", "answer_due_date": "answer_days"}

# Grounds of checks in Thai; in a clause or an annex only these words change, what is not listed is said as it is.
_GROUNDS = {
    "layout": "รูปแบบของไฟล์",
    "arithmetic": "เลขคณิต",
    "statistics": "สถิติ",
    "physics": "หลักฟิสิกส์",
    "licence": "ใบอนุญาต",
    "commencement": "วันเริ่มใช้บังคับ",
    "[policy]": "นโยบาย [policy]",
    "[press]": "ข่าว [press]",
}
_CLAUSE_WORDS = (("cl. ", "ข้อ "), ("Annex ", "ภาคผนวก "), (" to ", " ถึง "))

# Lines of ref.tolerance in Thai, and their units.
_TOLERANCES = {
    "load_difference_pct": "ปริมาณที่รับต่างจากที่ส่งได้ไม่เกินร้อยละเท่านี้ของที่ส่ง",
    "answer_days": "จำนวนวันหลังวันที่ส่งซึ่งผู้รับยังไม่ตอบรับได้",
    "total_difference_pct": "ยอดรวมรายปีหรือรายเดือนต่างจากยอดของเที่ยวได้ไม่เกินร้อยละเท่านี้ของยอดที่มากกว่า",
    "total_difference_t": "ยอดรวมต่างจากยอดของเที่ยวได้เท่านี้ไม่ว่าคิดเป็นร้อยละเท่าใด เพราะรายงานปัดเป็นหลักร้อยกิโลกรัม",
    "road_load_t": "น้ำหนักมากที่สุดที่เชื่อว่ารถหนึ่งคันบรรทุกได้",
    "balance_pct": "ยอดของเสียไม่สมดุลได้ไม่เกินร้อยละเท่านี้ของยอดยกมารวมกับยอดที่เพิ่มเข้ามา",
    "balance_t": "ยอดของเสียไม่สมดุลได้เท่านี้ไม่ว่าคิดเป็นร้อยละเท่าใด",
}
_UNITS = {"%": "ร้อยละ", "t": "ตัน", "day": "วัน"}
_ROWS = "แถวของไฟล์ที่เป็นที่มา"  # of every anomaly


@dataclass(frozen=True)
class Rule:
    """One rule, ready for its page.

    Attributes:
        name: its id.
        is_anomaly: what several reports together show; else a check of one file.
        kind: error, warning, statistical or breach.
        meaning_th, meaning_en: one sentence: what one row is.
        ground_th, ground_en: law, clause or policy, as REGIME marks it.
        parameters: its thresholds, with unit and ground.
        evidence: name of each figure that it compares, what letters call it in Thai, and its meaning with unit.
        score_th, score_en: what its score means; "" for a check.
        example_th, example_en: a worked example; "" when its head has none.
        reports: report types that it looks at, for a check.
        sql: how it is judged; "" when it is not SQL.
        message_th, message_en: what a factory is told, for a check.
    """

    name: str
    title_th: str
    title_en: str
    is_anomaly: bool
    kind: str
    ground_th: str
    ground_en: str
    meaning_th: str
    meaning_en: str
    parameters: tuple[Parameter, ...] = ()
    evidence: tuple[tuple[str, str, str], ...] = ()
    score_th: str = ""
    score_en: str = ""
    example_th: str = ""
    example_en: str = ""
    reports: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    silence_days: int = 0
    sql: str = ""
    message_th: str = ""
    message_en: str = ""


def all_rules() -> list[Rule]:
    """Anomalies first, then checks, each in the order of the names."""
    return [*_anomalies(), *_checks()]


def thai_ground(ground: str) -> str:
    """Ground of a check in Thai: `ข้อ 13` of `cl. 13`."""
    if not ground.startswith(("cl. ", "Annex ")):
        return _GROUNDS.get(ground, ground)
    for english, thai in _CLAUSE_WORDS:
        ground = ground.replace(english, thai)
    return ground


def _tolerances(sql: str, ground: str) -> tuple[Parameter, ...]:
    """The lines of ref.tolerance that a rule judges by."""
    names = {line["name"] for line in code_list("tolerance") if line["name"] in sql}
    if "see summary.reconciliation" in ground:
        names |= {name for column, name in _CARRIED.items() if column in sql}
    return tuple(
        Parameter(
            line["name"], line["value"],
            f"{line['value_unit']}; {line['ground']} {line['meaning']}; from {line['valid_from']}"
            f"{' to ' + line['valid_to'] if line['valid_to'] else ''}; {line['source']}",
            f"{_UNITS[line['value_unit']]}; {line['ground']} {_TOLERANCES[line['name']]}; ตั้งแต่ {_day(line['valid_from'])}"
            f"{' ถึง ' + _day(line['valid_to']) if line['valid_to'] else ''}; {_source(line)}",
        )
        for line in code_list("tolerance") if line["name"] in names
    )  # fmt: skip


def _day(text: str) -> str:
    return short_thai_date(date.fromisoformat(text))


def _source(line: Mapping[str, str]) -> str:
    """Whence a tolerance comes: the source itself is cited as it is called."""
    return "นโยบายของระบบนี้" if line["ground"] == "[policy]" else f"ประกาศของไทยไม่ได้กำหนด ยืมมาจาก {line['source'].split(';')[0]}"


def _label(name: str, meaning: str) -> str:
    """What letters call a figure in Thai; its meaning where they have no word for it, as in a rule that is new."""
    return _ROWS if name == "rows" else LABELS.get(name, (meaning,))[0]


def _anomalies() -> list[Rule]:
    return [
        Rule(
            name=file.name, title_th=file.title_th, title_en=file.title_en, is_anomaly=True,
            kind="statistical" if file.is_statistical else "breach", ground_th=file.ground_th, ground_en=file.ground,
            meaning_th=file.meaning_th, meaning_en=file.one_row_is,
            parameters=(*file.parameters, *_tolerances(file.body, file.ground)),
            evidence=tuple((name, _label(name, meaning), meaning) for name, meaning in file.evidence.items()),
            score_th=file.score_th, score_en=file.columns["score"],
            example_th=file.example_th, example_en=file.example_en[:1].upper() + file.example_en[1:], recipients=file.recipients,
            silence_days=file.silence_days, sql=file.body,
        )
        for file in anomalies()
    ]  # fmt: skip


def _checks() -> list[Rule]:
    judged: dict[str, list[str]] = {name: [] for name in all_checks()}
    sql: dict[str, list[str]] = {name: [] for name in all_checks()}
    for report in all_reports().values():
        for check, rule in rules_of(report):
            if report.name not in judged[check.id]:
                judged[check.id].append(report.name)
            sql[check.id].append(f"-- {report.name}{'.' + rule.column if rule.column else ''}\n{rule.is_broken}")
    return [
        Rule(
            name=check.id, title_th=check.title_th, title_en=check.title_en, is_anomaly=False, kind=check.severity,
            ground_th=thai_ground(check.ground), ground_en=check.ground, meaning_th=check.title_th, meaning_en=check.title_en,
            parameters=_tolerances("".join(sql[check.id]), check.ground),
            reports=tuple(judged[check.id]), sql="\n\n".join(sql[check.id]),
            message_th=check.message_th, message_en=check.message_en,
        )
        for check in all_checks().values()
    ]  # fmt: skip
