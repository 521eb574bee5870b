"""One-file plug-ins: whatever stands in a folder is found by it, in the order of the names."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def modules_of(package: ModuleType) -> list[ModuleType]:
    """Every module in a package, imported, in the order of the names; a folder's own `_` files are left out."""
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__) if not info.name.startswith("_"))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]
