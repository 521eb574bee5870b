"""Who puts which rows into which file, through which channel, and when."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar

from flows.clock import BANGKOK
from flows.demo.loads import Load
from flows.demo.permits import Permissions, permit_rows
from flows.demo.register import register_row
from flows.demo.table import Draft, Row, Style, choose_style
from flows.demo.timetable import (
    ANNUAL_DUE_DATE,
    ANNUAL_YEARS,
    HABITS,
    PROCESSING_DUE_DAY,
    Window,
    next_month,
    office_hours,
    window_of,
)
from flows.demo.world import World
from schemas.codes import PROCESSOR_CLASSES
from schemas.reports import all_reports

DESK = "desk"
HABIT_SHARES = (6, 54, 40)  # of a hundred parties, in the order of HABITS
DESK_PROCESSOR_SHARE = 0.05
DESK_2024_SHARE = 0.45  # of annual reports 2024 came on paper and were typed at the desk; in 2023 all did
DESK_2025_SHARE = 0.04
PAGE = 40  # factories, permissions or reports in one file of the desk
_CONTAINERS_PER_T = {"ถัง 200 ลิตร": 5, "ถัง 20 ลิตร": 45, "ถัง IBC": 1, "ถุงบิ๊กแบ็ก": 2, "กล่องกระดาษ": 30}  # else one lorry
_NAMES = {
    "factory": ("register", "ทะเบียนโรงงาน"),
    "permit": ("permits", "ใบอนุญาต กอ1"),
    "manifest": ("manifest", "เอกสารกำกับ"),
    "receipt": ("receipt", "ตอบรับ"),
    "annual": ("annual", "รายงานประจำปี"),
    "processing": ("processing", "รายงานเดือน"),
}


_Item = TypeVar("_Item")


class Filing:
    """Drafts of all files of a world, before faults are planted."""

    def __init__(self, rng: random.Random, world: World) -> None:
        self._rng, self._world = rng, world
        self._habits = {one.factory_id: rng.choices(HABITS, HABIT_SHARES)[0] for one in world.factories}
        self._paths: set[str] = set()

    def drafts(self) -> list[Draft]:
        """All files."""
        register = [*self._registers(), *self._permits()]
        return [*register, *self._manifests(), *self._receipts(), *self._annual(), *self._processing()]

    def draft(self, report: str, channel: str, label: str, rows: Iterable[Row], filed_at: datetime) -> Draft:
        """One file, in a style of its own."""
        style = choose_style(self._rng, all_reports()[report])
        return Draft(self.path(report, channel, label, style), report, list(rows), filed_at, style)

    def path(self, report: str, channel: str, label: str, style: Style) -> str:
        """A path that no other file has, in the channel's folder."""
        stem = f"{self._rng.choice(_NAMES.get(report, (report, report)))}{self._rng.choice('_- ')}{label}"
        folder = "" if channel == DESK else f"by/{channel}/"
        path = f"{folder}{stem}.{style.form}"
        assert path not in self._paths, path
        self._paths.add(path)
        return path

    def _registers(self) -> Iterator[Draft]:
        rows = [register_row(one, self._world.capacity_t.get(one.factory_id)) for one in self._world.factories]
        self._rng.shuffle(rows)
        for n, page in enumerate(_runs(rows, 2 * PAGE), 1):
            yield self.draft("factory", DESK, f"{n:02d}", page, datetime(2026, 2, 16, 9, n % 60, tzinfo=BANGKOK))

    def _permits(self) -> Iterator[Draft]:
        by_generator: dict[str, list[Load]] = defaultdict(list)
        for load in self._world.loads:
            by_generator[load.stream.generator.factory_id].append(load)
        tight, permitted_share = self._world.schemes.tight, self._world.schemes.sizes.permitted_share
        permits = sorted(self._world.permits, key=lambda permit: permit.filed_at)
        for n, page in enumerate(_runs(permits, PAGE), 1):
            rows: list[Row] = []
            for permit in page:
                own = by_generator[permit.lines[0].generator.factory_id]
                rows += permit_rows(self._rng, permit, own, tight, permitted_share)
            yield self.draft("permit", DESK, f"{n:02d}", rows, page[-1].filed_at + timedelta(hours=1))

    def _manifests(self) -> Iterator[Draft]:
        permissions = Permissions(self._world.permits)
        numbers = {one.factory_id: n for n, one in enumerate(self._world.processors, 1)}
        groups = self._by_window(self._world.loads, lambda load: load.stream.filer)
        for (filer, window), loads in groups:
            rows = [_manifest_row(load, permissions, numbers) for load in loads]
            draft = self.draft("manifest", filer, window.label, rows, office_hours(self._rng, *window.manifests))
            if any(load.manifest_no in self._world.schemes.crowded for load in loads):
                draft.must_have.add("vehicle_no")
            yield draft

    def _receipts(self) -> Iterator[Draft]:
        later_ones = self._world.processors[len(PROCESSOR_CLASSES) :]  # the first of each class have a channel
        through_desk = {one.factory_id for one in later_ones if self._rng.random() < DESK_PROCESSOR_SHARE}
        answered = [load for load in self._world.schemes.received if load.received_date is not None]
        groups = self._by_window(answered, lambda load: load.stream.processor.factory_id)
        for (processor, window), loads in groups:
            channel = DESK if processor in through_desk else processor
            label = f"{window.label} {processor}" if channel == DESK else window.label
            rows = [_receipt_row(load) for load in loads]
            yield self.draft("receipt", channel, label, rows, office_hours(self._rng, *window.receipts))

    def _by_window(
        self, loads: Iterable[Load], filer_of: Callable[[Load], str]
    ) -> list[tuple[tuple[str, Window], list[Load]]]:
        groups: dict[tuple[str, Window], list[Load]] = defaultdict(list)
        for load in loads:
            filer = filer_of(load)
            groups[filer, window_of(load.sent_date, self._habits.get(filer, "quarterly"))].append(load)
        return [(key, sorted(group, key=lambda load: load.sent_date)) for key, group in groups.items()]

    def _annual(self) -> Iterator[Draft]:
        shares = dict(zip(ANNUAL_YEARS, (1.0, DESK_2024_SHARE, DESK_2025_SHARE), strict=True))
        absent, late = self._world.abuses.missing, self._world.abuses.late
        typed: dict[int, list[list[Row]]] = {year: [] for year in ANNUAL_YEARS}
        for (factory_id, year), rows in self._world.years.items():
            is_2025 = year == ANNUAL_DUE_DATE.year - 1
            if is_2025 and factory_id in absent:
                continue
            if is_2025 and factory_id in late:
                yield self.draft("annual", factory_id, str(year), rows, late[factory_id])
            elif self._rng.random() < shares[year]:
                typed[year].append(list[Row](rows))
            else:
                yield self.draft("annual", factory_id, str(year), rows, self._annual_instant(year))
        for year, reports in typed.items():
            self._rng.shuffle(reports)
            for n, page in enumerate(_runs(reports, PAGE), 1):
                lines = [row for report in page for row in report]
                yield self.draft("annual", DESK, f"{year} {n:02d}", lines, self._annual_instant(year))

    def _annual_instant(self, year: int) -> datetime:
        due = ANNUAL_DUE_DATE.replace(year=year + 1)
        last_days = self._rng.random() < 0.5  # half of them come in the last two weeks
        return office_hours(self._rng, due - timedelta(days=14) if last_days else date(year + 1, 1, 8), due)

    def _processing(self) -> Iterator[Draft]:
        skipped = set(self._world.abuses.skipped)
        for (factory_id, month), rows in self._world.months.rows.items():
            if (factory_id, month) in skipped:
                continue
            due = next_month(month).replace(day=PROCESSING_DUE_DAY)
            filed_at = office_hours(self._rng, due - timedelta(days=10), due)
            if self._rng.random() < 0.05:  # in the last minutes: still on time in Bangkok
                filed_at = datetime.combine(due, datetime.min.time(), BANGKOK) + timedelta(hours=23, minutes=50)
            yield self.draft("processing", factory_id, f"{month:%Y-%m}", rows, filed_at)


def _runs(items: list[_Item], size: int) -> Iterator[list[_Item]]:
    yield from (items[n : n + size] for n in range(0, len(items), size))


def _manifest_row(load: Load, permissions: Permissions, numbers: dict[str, int]) -> Row:
    stream, kind = load.stream, load.stream.kind
    return {
        "manifest_no": load.manifest_no,
        "line_no": load.line_no,
        "factory_id": stream.generator.factory_id,
        "permit_no": permissions.number_for(load),
        "transporter_id": f"T{numbers[stream.processor.factory_id]:04d}",
        "vehicle_no": load.vehicle_no,
        "processor_id": stream.processor.factory_id,
        "waste_code": kind.waste_code,
        "waste_name": kind.waste_name,
        "management_code": kind.management_code,
        "method_detail": kind.method_detail,
        "quantity": load.quantity,
        "unit": stream.unit,
        "density_kg_per_l": kind.density_kg_per_l,
        "container_count": int(load.sent_t * _CONTAINERS_PER_T.get(kind.container, 0)) + 1,
        "container_type": kind.container,
        "sent_date": load.sent_date,
    }


def _receipt_row(load: Load) -> Row:
    has_volume = load.received_unit in ("L", "m3")
    return {
        "manifest_no": load.manifest_no,
        "line_no": load.line_no,
        "processor_id": load.stream.processor.factory_id,
        "received_date": load.received_date,
        "waste_code": load.received_code,
        "quantity": load.received_quantity,
        "unit": load.received_unit,
        "density_kg_per_l": load.stream.kind.density_kg_per_l if has_volume else None,
        "decision": "accepted",
        "management_code": load.stream.kind.management_code,
        "completed_date": load.completed_date,
        "extended": "no",
    }
