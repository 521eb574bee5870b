"""The demo: a believable register and a year and a half of reports, with known faults and abuses planted.

Pure Python: the same seed gives the same bytes, whenever and wherever it is run.
"""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.demo.sizes import USUAL, Sizes
from flows.demo.timetable import NIGHTS

PLANTED_FILE = "planted.json"


@dataclass(frozen=True)
class Plan:
    """What the caller needs to run the demo and to judge it.

    Attributes:
        nights: days to run, in order; a night takes the files that were modified up to its end in Bangkok.
        planted: `nights`, `factories`, `seed`; `faults` (one entry for every finding that must come, and no other may),
            `abuses` (what officials should be shown), `late` (annual reports that came after their due date),
            `duplicates`, `corrections` and `aliases` (which give no finding).
    """

    nights: tuple[date, ...]
    planted: dict[str, Any]


def make_demo(inbox: Path, factories: int = 300, seed: int = 1, sizes: Sizes = USUAL) -> Plan:
    """Writes the demo's files into an inbox, each with its modification time.

    Args:
        inbox: files of the desk go here, those of a factory's own channel into `by/<factory_id>/`.
        factories: size of the register; the data grow with it. At least 30.
        seed: the same seed gives the same bytes.
        sizes: how far the planted abuses go.

    Raises:
        ValueError: too few factories.
    """
    # Late, because the command line imports this package for its name only.
    from flows.demo.abuses import planted_abuses, planted_late
    from flows.demo.faults_loads import plant_load_faults
    from flows.demo.faults_reports import plant_report_faults
    from flows.demo.filing import Filing
    from flows.demo.planting import Planter
    from flows.demo.versions import plant_versions
    from flows.demo.world import make_world
    from flows.demo.writing import encode, write

    rng = random.Random(seed)
    world = make_world(rng, factories, sizes)
    filing = Filing(rng, world)
    planter = Planter(rng, world, filing, filing.drafts())
    plant_versions(planter)
    plant_load_faults(planter)
    plant_report_faults(planter)
    ids: dict[str, str] = {}
    for draft in planter.drafts:
        content = encode(draft)
        ids[draft.path] = hashlib.sha256(content).hexdigest()
        for path, filed_at in [(draft.path, draft.filed_at), *((p, at) for d, p, at in planter.copies if d is draft)]:
            write(inbox, path, content, filed_at)
    planted = {
        "nights": [night.isoformat() for night in NIGHTS],
        "factories": factories,
        "seed": seed,
        "faults": [fault.entry(ids[fault.draft.path]) for fault in planter.faults],
        "abuses": [*planted_abuses(world.abuses), *world.schemes.entries],
        "late": planted_late(world.abuses),
        "duplicates": [
            {"file": path, "first_file": draft.path, "submission_id": ids[draft.path]}
            for draft, path, _ in planter.copies
        ],
        "corrections": [
            {
                "file": draft.path, "submission_id": ids[draft.path], "replaces": ids[former.path],
                "report_type": draft.report, "factory_id": factory_id, "period": period,
            }
            for draft, former, factory_id, period in planter.corrections
        ],
        "aliases": [
            {
                "file": draft.path, "submission_id": ids[draft.path],
                "factory_id": one.factory_id, "old_factory_no": one.old_factory_no,
            }
            for draft, one in planter.aliases
        ],
    }  # fmt: skip
    return Plan(NIGHTS, planted)


def write_planted(plan: Plan, path: Path) -> None:
    """Writes what was planted as JSON."""
    path.write_text(json.dumps(plan.planted, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
