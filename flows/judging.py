"""The suites of Great Expectations over the night's totals.

Importing it takes seconds, so the night has it done in a side process, while it reads and checks itself.
"""

from __future__ import annotations

import gc
import importlib.util
import logging
import os
import sys
from functools import cache
from typing import Any


def judge(totals: dict[str, dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Run every suite over its frame of totals.

    Args:
        totals: figures by suite.

    Returns:
        Per suite, the result of each expectation: `is_met`, `words`, `figure`, `observed`, `expectation`, `error`. An
        expectation that could not be evaluated is not met.
    """
    import great_expectations as gx
    import great_expectations.expectations as gxe
    import pandas as pd

    from schemas.suites import all_suites

    whole = _whole_frame()
    results: dict[str, list[dict[str, Any]]] = {}
    for suite in all_suites():
        if suite.name not in totals:
            continue
        figures = {name: float("nan") if value is None else float(value) for name, value in totals[suite.name].items()}
        batch = whole.get_batch({"dataframe": pd.DataFrame([figures])})
        expected = gx.ExpectationSuite(name=suite.name, expectations=suite.expectations(gxe))
        outcome = batch.validate(expected, result_format="BOOLEAN_ONLY")
        results[suite.name] = [_result(each, totals[suite.name]) for each in outcome.results]
    return results


@cache
def _whole_frame() -> Any:
    """The one asset of all suites: Great Expectations writes its whole configuration anew for each that is added."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("totals").add_dataframe_asset("totals")
    return asset.add_batch_definition_whole_dataframe("tonight")


def _result(each: Any, figures: dict[str, Any]) -> dict[str, Any]:
    config = each.expectation_config
    raised = [info for info in [each.exception_info] if info and info.get("raised_exception")]
    nested = [
        info for info in (each.exception_info or {}).values() if isinstance(info, dict) and info.get("raised_exception")
    ]
    figure = config.kwargs["column"]
    return {
        "is_met": bool(each.success) and not raised and not nested,
        "words": config.description or config.type,
        "figure": figure,
        "observed": figures[figure],
        "expectation": config.type,
        "error": str((raised + nested)[0].get("exception_message")) if raised or nested else None,
    }


def _import_when_used(parent: str, name: str) -> None:
    """Make a submodule load at its first use, as `importlib.util.LazyLoader` is documented."""
    package = importlib.import_module(parent)
    spec = importlib.util.find_spec(f"{parent}.{name}")
    assert spec is not None and spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    setattr(package, name, module)
    spec.loader.exec_module(module)


def prepare() -> None:
    """Import ahead, in a process that does little else: this changes how the whole process imports and collects garbage."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.disable(logging.WARNING)
    # Half of the import's time: distributions, which only expectations that we do not use compare, and looking for garbage
    # among a hundred thousand objects that all stay.
    _import_when_used("scipy", "stats")
    gc.disable()
    _whole_frame()  # the slow part, done while the night is at work
    gc.freeze()
    gc.enable()
