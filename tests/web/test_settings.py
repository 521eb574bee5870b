"""Who may sign in beside factories stands in the settings."""

from __future__ import annotations

import pytest

from flows.errors import UsageError
from flows.settings import Settings, officers_of


def test_addresses_are_compared_without_case():
    officers = {"Somchai@DIW.example": "20", "hq@diw.example": "all", "desk@diw.example": "desk"}
    assert officers_of(Settings(web_officers=officers)) == {"somchai@diw.example": "20", "hq@diw.example": "all", "desk@diw.example": "desk"}


@pytest.mark.parametrize("officers", [{"somchai": "20"}, {"a@b": "2"}, {"a@b": "everything"}, {"a@b": ""}])
def test_an_area_or_address_that_is_none_stops_the_start(officers):
    with pytest.raises(UsageError, match="WASTE_WEB_OFFICERS"):
        officers_of(Settings(web_officers=officers))
