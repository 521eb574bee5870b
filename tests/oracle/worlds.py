"""Worlds for laws that need more than loads: permissions, stocks, and versions that were replaced.

`RICH_WORLDS` are Hypothesis's, small and odd; `dense_world` is one of many rows that meet one another: permissions that
overlap, numbers that clash, several loads, answers and stocks at every limit.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import strategies as st

from tests.summaries.test_laws import ANNUALS, DAYS, MANIFESTS, MONTHLIES, RECEIPTS, REGISTER, rows_of
from tests.text_tables import NIGHT

FACTORIES, PROCESSORS = ["G1", "G2", "P1"], ["P1", "P2"]
FEW_CODES = st.sampled_from(["010101", "010304"])
FEW_METHODS = st.sampled_from(["083", "083", "011"])  # composting has a clock of its own
# Around the tolerances of a balance: 0.5 % of 100 t, and 0.01 t.
TONNES = st.sampled_from([None, *map(Decimal, ("0", "0", "0.009", "0.011", "50", "99.45", "99.55", "100", "100", "200"))])
SUBMISSIONS = st.sampled_from(["s1", "s2", "s3"])

PERMITS = rows_of(
    ("permit_no", "line_no"),
    permit_no=st.sampled_from(["A1", "A2", "A3"]),
    line_no=st.sampled_from([1, 2]),
    factory_id=st.just("G1"),
    processor_id=st.just("P1"),
    waste_code=st.just("010101"),
    management_code=st.just("083"),
    permitted_t=st.decimals(min_value=1, max_value=50, places=3),
    valid_from_date=st.dates(date(2025, 1, 1), date(2025, 6, 30)),
    valid_to_date=st.dates(date(2025, 6, 30), date(2026, 12, 31)),
)
PERMITTED_LOADS = rows_of(
    ("factory_id", "manifest_no", "line_no"),
    manifest_no=st.sampled_from(["M1", "M2", "M3", "M4"]),
    line_no=st.sampled_from([1, 2]),
    factory_id=st.sampled_from(["G1", "G1", "G2"]),
    processor_id=st.just("P1"),
    waste_code=st.sampled_from(["010101", "010101", "010304"]),
    management_code=FEW_METHODS,
    mass_t=st.decimals(min_value=1, max_value=30, places=3),
    sent_date=st.dates(date(2025, 1, 1), date(2026, 4, 30)),
    permit_no=st.sampled_from([None, "A1", "A2", "A9"]),
    submitted_by=st.sampled_from(["desk", "G1", "P1"]),
)
ANSWERS = rows_of(
    ("processor_id", "manifest_no", "line_no"),
    manifest_no=st.sampled_from(["M1", "M2", "M3", "M4"]),
    line_no=st.sampled_from([1, 2]),
    processor_id=st.just("P1"),
    waste_code=st.sampled_from(["010101", "010101", "010304"]),
    management_code=st.sampled_from([None, "083", "011"]),
    mass_t=st.decimals(min_value=1, max_value=30, places=3),
    received_date=st.dates(date(2025, 6, 1), NIGHT),
    completed_date=st.none() | st.dates(date(2025, 10, 1), NIGHT),
    extended=st.sampled_from([None, "yes", "no"]),
    decision=st.sampled_from(["accepted", "partly_accepted"]),
    submitted_by=st.sampled_from(["desk", "P1"]),
)
STOCKS = rows_of(
    ("factory_id", "report_month", "waste_code", "product_name"),
    factory_id=st.sampled_from(PROCESSORS),
    report_month=st.sampled_from([date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]),
    waste_code=FEW_CODES,
    product_name=st.sampled_from([None, "fuel"]),
    opening_stock_t=TONNES,
    received_t=TONNES,
    processed_t=TONNES,
    closing_stock_t=TONNES,
    received_at=DAYS,
)
YEARS = rows_of(
    ("factory_id", "report_year", "waste_code"),
    factory_id=st.sampled_from(FACTORIES),
    report_year=st.sampled_from([2024, 2025]),
    waste_code=FEW_CODES,
    opening_stock_t=TONNES,
    generated_t=TONNES,
    managed_on_site_t=TONNES,
    sent_off_site_t=TONNES,
    closing_stock_t=TONNES,
    received_at=DAYS,
)
REPLACED_YEARS = rows_of(
    ("factory_id", "report_year", "submission_id"),
    factory_id=st.sampled_from(FACTORIES),
    report_year=st.sampled_from([2024, 2025]),
    submission_id=SUBMISSIONS,
    received_at=DAYS,
    submitted_by=st.sampled_from(["desk", "P1"]),
)
ANOMALY_IDS = st.sampled_from(["X1", "X2", "X3", "X4"])
RULES = ("mass_jump", "stock_gap", "report_missing")
ACTIONS = ("confirm", "confirm", "refute", "refute", "reopen", "close", "silence")
STATES = ("new", "open", "open", "silenced", "closed")
FOUND = rows_of(
    ("anomaly_id",),
    anomaly_id=ANOMALY_IDS,
    rule=st.sampled_from(RULES),
    factory_id=st.sampled_from(FACTORIES),
    state=st.sampled_from(STATES),
)
DECIDED = rows_of(
    ("anomaly_id",),
    anomaly_id=ANOMALY_IDS,
    action=st.sampled_from(ACTIONS),
    submission_id=SUBMISSIONS,
    received_at=st.sampled_from([date(2026, 1, 1), date(2026, 1, 2)]),
)
DECIDED_BEFORE = rows_of(
    ("anomaly_id", "submission_id"),
    anomaly_id=ANOMALY_IDS,
    action=st.sampled_from(ACTIONS),
    submission_id=st.sampled_from(["s0", "s4"]),
    received_at=st.sampled_from([date(2026, 1, 1), date(2026, 1, 2)]),
)
COMPLAINTS = rows_of(
    ("complaint_no",),
    complaint_no=st.sampled_from(["C1", "C2", "C3", "C4", "C5"]),
    factory_id=st.none() | st.sampled_from(FACTORIES),
    province_code=st.sampled_from(["10", "21"]),
    latitude_deg=st.sampled_from([None, Decimal("13")]),
    longitude_deg=st.sampled_from([None, Decimal("100.5")]),
    received_date=st.sampled_from([NIGHT - timedelta(days=366), NIGHT - timedelta(days=365), NIGHT]),
    status=st.sampled_from(["open", "investigating", "closed"]),
)
VISITS = rows_of(
    ("inspection_no", "item_code"),
    inspection_no=st.sampled_from(["I1", "I2", "I3"]),
    item_code=st.sampled_from(["TH-9", "TH-10"]),
    factory_id=st.sampled_from(FACTORIES),
    inspected_date=DAYS,
    result=st.sampled_from(["pass", "fail"]),
    order_due_date=st.none() | st.sampled_from([NIGHT - timedelta(days=1), NIGHT]),
    resolved_date=st.sampled_from([None, None, NIGHT]),
)
RICH_WORLDS = st.fixed_dictionaries(
    {
        "factory": REGISTER,
        "permit": PERMITS,
        "manifest": st.one_of(PERMITTED_LOADS, MANIFESTS),
        "receipt": st.one_of(ANSWERS, RECEIPTS),
        "annual": st.one_of(YEARS, ANNUALS),
        "processing": st.one_of(STOCKS, MONTHLIES),
        "history_annual": REPLACED_YEARS,
        "inspection": VISITS,
        "complaint": COMPLAINTS,
        "found": FOUND,
        "disposition": DECIDED,
        "history_disposition": DECIDED_BEFORE,
    }
)


def dense_world(seed: int) -> dict[str, list[dict[str, Any]]]:
    """Rows by table, the same for the same seed."""
    rng = random.Random(seed)
    codes, methods, masses = ("010101", "010304"), ("083", "011"), ("1", "2", "2.2", "2.201", "1.8", "10")

    def day(first: date, days: int) -> date:
        return first + timedelta(days=rng.randrange(days))

    def stock(*names: str) -> dict[str, Decimal | None]:
        amounts = (None, "0", "0", "0.009", "0.011", "50", "99.45", "99.55", "100", "100", "200")
        return {name: Decimal(amount) if (amount := rng.choice(amounts)) else None for name in names}

    def place(latitude: float, longitude: float) -> dict[str, Decimal]:
        return {"latitude_deg": Decimal(str(round(latitude, 2))), "longitude_deg": Decimal(str(round(longitude, 2)))}

    hands = ("desk", "G1", "P1")
    loads = [
        {
            "manifest_no": number, "line_no": line, "factory_id": generator, "processor_id": rng.choice(PROCESSORS),
            "waste_code": rng.choice(codes), "management_code": rng.choice(methods), "mass_t": Decimal(rng.choice(masses)),
            "sent_date": day(date(2025, 9, 1), 242), "permit_no": rng.choice((None, None, "A1", "A9")),
            "submitted_by": rng.choice(hands),
        }
        for number, line, generator in product([f"M{each}" for each in range(30)], (1, 2), ("G1", "G2"))
    ]  # fmt: skip
    answers = []
    for number, line, processor in product([f"M{each}" for each in range(32)], (1, 2), PROCESSORS):
        received = day(date(2025, 9, 1), 242)
        decision = rng.choice(("accepted", "accepted", "partly_accepted", "rejected"))
        answers.append({
            "manifest_no": number, "line_no": line, "processor_id": processor, "waste_code": rng.choice(codes),
            "management_code": rng.choice((None, *methods)), "mass_t": Decimal(rng.choice(masses)) * (decision != "rejected"),
            "received_date": received, "completed_date": rng.choice((None, day(received, 400))), "decision": decision,
            "extended": rng.choice((None, "yes", "no")), "submitted_by": rng.choice(("desk", "P1")),
        })  # fmt: skip
    permits = [
        {
            "permit_no": number, "line_no": line, "factory_id": rng.choice(("G1", "G2")), "processor_id": rng.choice(PROCESSORS),
            "waste_code": rng.choice(codes), "management_code": rng.choice(methods), "permitted_t": rng.choice((5, 50)),
            "valid_from_date": day(date(2025, 7, 1), 200), "valid_to_date": day(date(2026, 1, 20), 300),
        }
        for number, line in product(("A1", "A2", "A3", "A4", "A5"), (1, 2, 3, 4))
    ]  # fmt: skip
    months = [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 3, 1)]
    flows = ("generated_t", "managed_on_site_t", "sent_off_site_t")
    return {
        "factory": [
            {"factory_id": "G1", "factory_class": "34", "province_code": "10", "opened_date": date(2025, 5, 1),
             **place(13, 100.5)},
            {"factory_id": "P1", "factory_class": "106(1)", "province_code": "21", **place(13.03, 100.52)},
            {"factory_id": "P2", "factory_class": "101", "province_code": "21", "closed_date": date(2026, 2, 2)},
            # New, of no report, never visited: N2 to N4 tie, and N3 leads in its province.
            {"factory_id": "N1", "province_code": "21", "opened_date": date(2026, 4, 1), **place(13.06, 100.5)},
            {"factory_id": "N2", "province_code": "77", "opened_date": date(2026, 4, 1)},
            {"factory_id": "N3", "province_code": "76", "opened_date": date(2026, 4, 1)},
            {"factory_id": "N4", "province_code": "77", "opened_date": date(2026, 4, 1)},
        ],
        "permit": permits,
        # with hazardous loads on both sides of the month in which a year before the night begins
        "manifest": rng.sample(loads, 90) + [
            {"manifest_no": f"M9{number}", "factory_id": "P2", "processor_id": "P1", "waste_code": "010304", "mass_t": 3 + number,
             "sent_date": sent}
            for number, sent in enumerate((date(2025, 4, 30), date(2025, 5, 1), date(2025, 5, 31)))
        ],
        "receipt": rng.sample(answers, 80),
        "annual": [
            {"factory_id": factory, "report_year": year, "waste_code": each, **stock("opening_stock_t", *flows, "closing_stock_t"),
             "received_at": day(date(2026, 4, 25), 9)}
            for factory, year, each in product(("G1", "G2", "P1"), (2023, 2024, 2025), codes)
        ],
        "processing": [
            {"factory_id": factory, "report_month": month, "waste_code": each, "product_name": name,
             **stock("opening_stock_t", "received_t", "processed_t", "closing_stock_t"), "received_at": day(month, 90)}
            for factory, month, each, name in product(PROCESSORS, months, codes, ("fuel", "slag"))
        ],
        "history_annual": [
            {"factory_id": "G1", "report_year": 2025, "submission_id": "s1", "received_at": day(date(2026, 4, 20), 20)},
        ],
        "inspection": [
            {"inspection_no": number, "item_code": item, "factory_id": rng.choice(("G1", "G2", "P1", "P2", "N1")),
             "inspected_date": day(date(2023, 4, 1), 1126), "result": rng.choice(("pass", "fail", "fail")),
             "order_due_date": rng.choice((None, NIGHT, day(date(2026, 4, 1), 60))),
             "resolved_date": rng.choice((None, None, date(2026, 4, 30)))}
            for number, item in product(("I1", "I2", "I3", "I4", "I5"), ("TH-9", "TH-10"))
        ],
        "complaint": [
            {"complaint_no": f"C{number}", "factory_id": rng.choice((None, None, None, None, "G1", "G2", "P1")),
             "province_code": rng.choice(("10", "21")), "status": rng.choice(("open", "investigating", "closed", "closed")),
             "received_date": rng.choice((NIGHT - timedelta(days=365), NIGHT - timedelta(days=366), day(date(2024, 5, 1), 730))),
             **rng.choice(({}, {"latitude_deg": Decimal(13)}, *[place(13 + rng.uniform(-0.07, 0.1), 100.5 + rng.uniform(-0.07, 0.1))] * 4))}
            for number in range(24)
        ],
        "found": [
            {"anomaly_id": f"{rule}-{factory}-{number}", "rule": rule, "factory_id": factory, "state": STATES[number]}
            for rule, factory, number in product(RULES, ("G1", "G2", "P1", "N1"), range(5))
        ],
        "disposition": [
            {"anomaly_id": f"{rule}-{factory}-{number}", "action": rng.choice(ACTIONS), "submission_id": "s5",
             "received_at": date(2026, 2, 2)}
            for rule, factory, number in product(RULES, ("G1", "G2", "P1"), range(5)) if rng.random() < 0.7
        ] + [
            {"anomaly_id": f"mass_jump-N1-{number}", "action": "confirm", "submission_id": "s7"} for number in range(5)
        ],
        # s4 and s6 come in the same moment as s5
        "history_disposition": [
            {"anomaly_id": f"{rule}-{factory}-{number}", "action": rng.choice(ACTIONS), "submission_id": submission,
             "received_at": received}
            for rule, factory, number in product(RULES, ("G1", "G2", "P1"), range(5))
            for submission, received in (("s9", date(2026, 2, 1)), ("s4", date(2026, 2, 2)), ("s6", date(2026, 2, 2)))
            if rng.random() < 0.3
        ],
    }  # fmt: skip
