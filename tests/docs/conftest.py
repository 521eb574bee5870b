"""A small published file in which each of the README's ten questions has an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.small_night import run_small_night

# Three generators in Chonburi (20), one processor in Rayong (21).
MAKER, LATE, SILENT, PROCESSOR = "10200000125551", "10200000225552", "10200000325553", "10210000425604"

REGISTER = f"""factory_id,factory_name,factory_class,province_code,status,contact_email
{MAKER},โรงงานหนึ่ง,42,20,operating,one@factory.example
{LATE},โรงงานสอง,42,20,operating,two@factory.example
{SILENT},โรงงานสาม,42,20,operating,three@factory.example
{PROCESSOR},โรงงานรับ,106,21,operating,four@factory.example
"""
MANIFEST_HEADER = "manifest_no,line_no,factory_id,processor_id,waste_code,management_code,quantity,unit,sent_date\n"
# M3 was never answered; the waste code of M4 does not exist.
MANIFESTS = f"""{MANIFEST_HEADER}M1,1,{MAKER},{PROCESSOR},120109,049,4,t,2025-03-10
M3,1,{MAKER},{PROCESSOR},120109,049,2500,kg,2026-05-01
M4,1,{MAKER},{PROCESSOR},999999,049,1,t,2026-05-02
"""
# The processor filled in this one for its client, and answers it too: one hand.
FOR_CLIENT = f"{MANIFEST_HEADER}M2,1,{MAKER},{PROCESSOR},120109,049,12.5,t,2025-03-03\n"
RECEIPTS = f"""manifest_no,line_no,processor_id,received_date,waste_code,quantity,unit,decision
M1,1,{PROCESSOR},2025-03-10,120109,3,t,accepted
M2,1,{PROCESSOR},2025-03-03,120109,12.5,t,accepted
"""
ANNUAL_HEADER = (
    "factory_id,report_year,nil_report,waste_code,opening_stock_t,generated_t,managed_on_site_t,sent_off_site_t,closing_stock_t\n"
)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file of a night over a handful of rows."""
    files = {
        "register.csv": REGISTER,
        f"by/{MAKER}/loads.csv": MANIFESTS,
        f"by/{MAKER}/loads once more.csv": MANIFESTS,
        f"by/{PROCESSOR}/loads of a client.csv": FOR_CLIENT,
        f"by/{PROCESSOR}/answers.csv": RECEIPTS,
        "annual.csv": f"{ANNUAL_HEADER}{MAKER},2025,,120109,0,17.5,0,16.5,1\n{PROCESSOR},2025,yes,,,,,,\n",
        "annual late.csv": f"{ANNUAL_HEADER}{LATE},2025,,120109,0,1,0,0,1\n",
    }
    return run_small_night(tmp_path_factory.mktemp("published"), files, {"annual.csv": "2026-03-01T01:00"})
