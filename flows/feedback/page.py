"""Receipts as HTML and PDF, sealed so that `waste verify RECEIPT` can prove them offline.

The seal of a page is one block with the QR code and its token; the token holds the hash of everything else. A PDF carries
the same QR code, and after its end a comment line with a token that holds the hash of all bytes before it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from flows.clock import BANGKOK
from flows.feedback.receipt import Receipt
from flows.feedback.words import OUTCOMES, SEVERITIES, cell_words, visible
from flows.letters import render
from flows.letters.words import english_date, number, thai_date
from flows.signing import TOKEN, Signer, facts_of
from flows.whole_files import write_whole

SHOWN_ON_PAGE, SHOWN_IN_PDF = 500, 100  # findings of one check; findings.json has all of them
# Fonts that hold Thai, the best first. None is ours to ship.
THAI_FONTS = (
    "Sarabun", "TH Sarabun New", "TH Sarabun PSK", "Noto Sans Thai", "Noto Sans Thai Looped", "Noto Looped Thai", "Loma",
    "Garuda", "Waree", "Leelawadee UI", "Leelawadee", "Thonburi", "Tahoma",
)  # fmt: skip
NO_FONTS = (
    "There is no Thai font on this machine, so no PDF is written (the HTML is). Install one, for example"
    " `apt-get install fonts-thai-tlwg` or `fonts-noto-core`, or put Sarabun (OFL) into a folder that WASTE_FONT_FOLDERS names."
)
_PDF_SEAL = b"\n%waste-reports "
SEAL_PLACE = Markup("\0seal\0")
_BEGIN, _END = "<!--seal-->", "<!--/seal-->"


@dataclass(frozen=True)
class Proof:
    """What a receipt proves.

    Attributes:
        is_ours: signed with the key in question.
        is_whole: nothing was altered since; None when only the signed facts were given, not the receipt.
        facts: what was signed.
        words: one sentence.
    """

    is_ours: bool
    is_whole: bool | None
    facts: dict[str, Any]
    words: str


# --- HTML ------------------------------------------------------------------------------------------------------------


def page_of(receipt: Receipt, signer: Signer) -> str:
    """The receipt as a page that opens offline, with its seal. The same receipt gives the same page."""
    page = render(
        "receipt.html.j2",
        r=receipt,
        at=receipt.received_at.astimezone(BANGKOK),
        copies=[_moment(each) for each in receipt.copies],
        outcome=OUTCOMES[receipt.outcome],
        severities=SEVERITIES,
        cell_words=cell_words,
        groups=receipt.groups,
        most=SHOWN_ON_PAGE,
        seal=SEAL_PLACE,
        public=signer.public,
        is_test=signer.is_test,
    )
    return sealed(page, receipt.facts(), signer)


def sealed(page: str, facts: dict[str, Any], signer: Signer) -> str:
    """A page with its seal, which `prove_receipt` proves.

    Args:
        page: with SEAL_PLACE where the QR code and its token go.
        facts: what is signed beside the hash of the page.
        signer: signs.
    """
    place = str(SEAL_PLACE)
    token = signer.token({**facts, "page": _hash(page.replace(place, "").encode())})
    return page.replace(place, _seal(token))


def _moment(at: datetime) -> str:
    return at.astimezone(BANGKOK).strftime("%Y-%m-%d %H:%M")


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _seal(token: str) -> str:
    return f'{_BEGIN}<div class="qr">{qr_svg(token)}</div><code class="token">{token}</code>{_END}'


@lru_cache(maxsize=16)
def qr_svg(token: str) -> str:
    """The token as a QR code. The mask is fixed: looking for the prettiest of eight takes four fifths of the time."""
    import segno

    return str(segno.make(token, error="l", micro=False, mask=2).svg_inline(scale=4, border=2, dark="#12355b", omitsize=True))


# --- PDF -------------------------------------------------------------------------------------------------------------


def thai_fonts(folders: Sequence[Path] = ()) -> list[str]:
    """Families on this machine that hold Thai, the best first; empty when there is none.

    Args:
        folders: looked into beside the system's.
    """
    import typst

    known = set(typst.Fonts(include_system_fonts=True, font_paths=[str(folder) for folder in folders]).families())
    return [name for name in THAI_FONTS if name in known]


def pdf_of(receipt: Receipt, page: str, signer: Signer, folders: Sequence[Path] = ()) -> bytes | None:
    """The receipt as PDF, with searchable text; None where there is no Thai font (see NO_FONTS).

    Args:
        receipt: what stands on it.
        page: its page, whose token the QR code carries.
        signer: seals it.
        folders: looked into for fonts, beside the system's.
    """
    import typst

    fonts = thai_fonts(folders)
    if not fonts:
        return None
    found = re.search(TOKEN, page)
    assert found is not None, "a page has its token"
    data = _pdf_data(receipt, qr_svg(found[0]), signer) | {"fonts": [*fonts, "Noto Sans", "DejaVu Sans"]}
    made: Any = typst.compile(  # type: ignore[misc]
        (Path(__file__).parent / "receipt.typ").read_bytes(),
        font_paths=[str(folder) for folder in folders],
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(receipt.received_at.timestamp()),
    )
    assert isinstance(made, bytes)
    token = signer.token({**receipt.facts(), "pdf": _hash(made)})
    return made + _PDF_SEAL + token.encode() + b"\n"


def _pdf_data(receipt: Receipt, svg: str, signer: Signer) -> dict[str, Any]:
    at = receipt.received_at.astimezone(BANGKOK)
    th, en = OUTCOMES[receipt.outcome]
    desk = receipt.submitted_by == "desk"
    name = f"{visible(receipt.original_name)[:200]} ({number(receipt.size_bytes)} B)"
    facts = [
        _fact("ได้รับเมื่อ", "received", f"{thai_date(at)} เวลา {at:%H:%M:%S} น.", f"{english_date(at)}, {at:%H:%M:%S} Bangkok time"),
        _fact("ชื่อไฟล์ที่ส่ง", "file name as sent", name),
        _fact("เลขที่การส่ง", "submission id: sha256 of the file", f"{receipt.submission_id[:32]}\n{receipt.submission_id[32:]}"),
        _fact("ช่องทาง", "channel", "กรมฯ · the department's desk" if desk else visible(receipt.submitted_by)),
        _fact("แถวที่อ่าน", "rows read", number(receipt.rows_read)),
        _fact("แถวที่รับไว้", "rows accepted", number(receipt.rows_accepted)),
        _fact("แถวที่กักไว้รอแก้ไข", "rows held back until they are mended", number(receipt.rows_quarantined)),
    ]
    if receipt.copies:
        facts.append(_fact("ส่งไฟล์เดิมซ้ำ (ไม่มีผล)", "sent again, without effect", ", ".join(map(_moment, receipt.copies))))
    mend_th, mend_en = (
        (f" · มี {number(receipt.errors)} ข้อที่ต้องแก้ไข", f" · {number(receipt.errors)} to be mended") if receipt.errors else ("", "")
    )
    titles_th = " + ".join(report.title_th for report in receipt.reports)
    titles_en = " + ".join(report.title_en for report in receipt.reports)
    return {
        "id": receipt.submission_id,
        "title_th": f"ใบรับข้อมูล {titles_th}".strip(),
        "title_en": f"Receipt: {titles_en}" if titles_en else "Receipt",
        "outcome": receipt.outcome,
        "outcome_th": th + mend_th,
        "outcome_en": en.capitalize() + mend_en,
        "facts": facts,
        "changes": [{"name": each.report.name, "facts": _change_facts(each)} for each in receipt.changes],
        "groups": [_pdf_group(each) for each in receipt.groups],
        "log": [
            _fact(f"{line.place}: {line.label_th}" if line.place else line.label_th, line.label_en, line.value_th, line.value_en)
            for line in receipt.log
        ],
        "qr": svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1),
        "public": signer.public,
        "is_test": signer.is_test,
    }


def _fact(th: str, en: str, value_th: str, value_en: str | None = None) -> list[str]:
    return [th, en, value_th, value_th if value_en is None else value_en]


def _change_facts(each: Any) -> list[list[str]]:
    facts = []
    if each.replaced:
        facts = [
            _fact("รายงานที่ถูกแทนที่", "reports replaced", number(each.replaced)),
            _fact("แถวที่เพิ่ม", "rows added", number(each.added)),
            _fact("แถวที่เปลี่ยน", "rows changed", number(each.changed)),
            _fact("แถวที่หายไป", "rows removed", number(each.removed)),
            _fact("แถวที่เหมือนเดิม", "rows unchanged", number(each.unchanged)),
        ]
        if each.tonnes_of:
            tonnes = f"{number(each.tonnes_before, 6)} → {number(each.tonnes_after, 6)}"
            facts.append(_fact("ปริมาณก่อนและหลัง (ตัน)", f"tonnes before and after ({each.tonnes_of})", tonnes))
    if each.new_rows:
        facts.append(_fact("แถวของรายงานที่ไม่เคยมีมาก่อน", "rows of reports that had no earlier version", number(each.new_rows)))
    if each.mended_rows:
        facts.append(_fact("แถวที่แก้ไขแล้วและเพิ่มเข้าในรายงาน", "mended rows added to their report", number(each.mended_rows)))
    return facts


def _pdf_group(group: Any) -> dict[str, Any]:
    left = len(group.findings) - SHOWN_IN_PDF
    more = f"อีก {left:,} รายการ ดูใน findings.json · {left:,} more are not shown here: findings.json has them"
    return {
        "severity": group.severity,
        "tag": " · ".join(SEVERITIES[group.severity]),
        "title_th": group.title_th,
        "title_en": f"{group.title_en} · {group.check_id} · {group.ground}",
        "count": number(len(group.findings)),
        "findings": [
            [*cell_words(each), visible(each.message_th), visible(each.message_en)] for each in group.findings[:SHOWN_IN_PDF]
        ],
        "more": more if left > 0 else "",
    }


# --- Proof -----------------------------------------------------------------------------------------------------------


def prove_receipt(data: bytes, public: str) -> Proof:
    """Prove a receipt offline.

    Args:
        data: a page, a PDF, or the text of a QR code.
        public: the department's public key.

    Raises:
        UsageError: the public key is no key.
    """
    if data.startswith(b"%PDF"):
        body, _, tail = data.rpartition(_PDF_SEAL)
        return _proof(tail.strip().decode("ascii", "replace"), public, "pdf", _hash(body))
    text = data.decode("utf-8", "replace")
    before, begin, rest = text.partition(_BEGIN)
    block, end, after = rest.partition(_END)
    if not (begin and end):
        token = text.strip()
        return _proof(token, public, None, "")
    found = re.search(TOKEN, block)
    token = found[0] if found else ""
    if token and _seal(token) != f"{_BEGIN}{block}{_END}":
        return Proof(False, False, {}, "ALTERED: the block with the QR code is not what its token draws")
    return _proof(token, public, "page", _hash((before + after).encode()))


def _proof(token: str, public: str, kind: str | None, digest: str) -> Proof:
    facts = facts_of(token, public)
    if facts is None:
        return Proof(False, None, {}, "NOT PROVEN: it carries no signature by this key")
    if kind is None:
        return Proof(True, None, facts, "the signed facts are ours; compare them with what is printed")
    if facts.get(kind) != digest:
        return Proof(True, False, facts, "ALTERED: the signature is ours, but the receipt was changed after it was signed")
    return Proof(True, True, facts, "ours and unaltered")


# --- Files -----------------------------------------------------------------------------------------------------------


def write_receipt(
    folder: Path, receipt: Receipt, signer: Signer, with_pdf: bool = True, font_folders: Sequence[Path] = ()
) -> list[Path]:
    """Write receipt.html, findings.json and, where it can be made, receipt.pdf into `folder/<submission_id>`.

    Returns:
        What was written.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", receipt.submission_id):
        raise ValueError(f"no submission id: {receipt.submission_id!r}")
    target = folder / receipt.submission_id
    target.mkdir(parents=True, exist_ok=True)
    page = page_of(receipt, signer)
    files = {
        "receipt.html": page.encode(),
        "findings.json": (json.dumps(receipt.document(), ensure_ascii=False, indent=1) + "\n").encode(),
    }
    if with_pdf and (pdf := pdf_of(receipt, page, signer, font_folders)):
        files["receipt.pdf"] = pdf
    for name, content in files.items():
        write_whole(target / name, content)  # not flushed to the disk: it can be made anew at any time
    return [target / name for name in files]
