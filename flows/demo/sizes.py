"""How far each planted abuse goes. The demo plants the usual ones; a benchmark plants three sizes, to see where a rule begins.

A report that is missing, a nil report, a number used twice, a load without manifest, answer or permission have no size of
their own: they are there or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Range = tuple[float, float]
Days = tuple[date, date]


@dataclass(frozen=True)
class Sizes:
    """One size of each abuse.

    Attributes:
        jump_factors: a year's tonnes against the mean of the two years before [factor], taken in turn.
        received_less, received_more: a load as received against what was sent [share].
        minutes_late: the annual report behind its due date [min], up to the next night.
        heavy_t: one load [t].
        trips: of one generator's lorry in a day.
        shared_trips: the same, of each of two generators that share a lorry.
        perfect_loads: loads of a year between a processor and a generator that are received as they were sent.
        perfect_share: share of those two's loads that are [share].
        downgraded_share: share of a hazardous waste that is called another one [share].
        last_resort_share: share of a factory's largest waste that gets a code of last resort [share].
        overstated_share: how much more an annual or monthly report says than the loads [share].
        stock_found_t: stock that nobody left behind [t]; of a year, and of a month.
        permitted_share: permitted tonnes against those sent [share].
        capacity_share: licensed tonnes against those received [share].
        unanswered_days: when the loads are sent that nobody answers.
        unfinished_days: when the loads are sent that nobody completes.
    """

    jump_factors: tuple[float, ...] = (1000, 15)
    received_less: Range = (0.55, 0.85)
    received_more: Range = (1.15, 1.4)
    minutes_late: tuple[int, int] = (480, 1900)
    heavy_t: Range = (42.0, 48.0)
    trips: int = 14
    shared_trips: int = 4
    perfect_loads: int = 14
    perfect_share: float = 1
    downgraded_share: float = 1
    last_resort_share: float = 1
    overstated_share: float = 0.5
    stock_found_t: tuple[int | float, int | float] = (2, 3)
    permitted_share: float = 0.7
    capacity_share: float = 0.7
    # Loads of this time have been filed by every habit on the first night.
    unanswered_days: Days = (date(2025, 2, 1), date(2025, 11, 20))
    unfinished_days: Days = (date(2025, 2, 1), date(2025, 11, 20))


USUAL = Sizes()
