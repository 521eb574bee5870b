"""The country as tiles: one a province, roughly where it lies. There is no geometry at hand, and a tile shows as much."""

from __future__ import annotations

# Province codes as in ref.province; north is up.
_MAP = """
..  ..  57  ..  ..  ..  ..  ..  ..  ..
58  50  56  55  ..  ..  ..  ..  ..  ..
..  51  52  54  53  ..  42  43  38  ..
..  63  64  65  ..  ..  39  41  47  48
..  ..  62  66  67  ..  40  46  49  ..
..  ..  61  60  16  36  44  45  35  37
..  ..  18  17  19  30  31  32  33  34
..  71  72  15  14  26  25  27  ..  ..
..  70  73  12  13  24  ..  ..  ..  ..
..  76  75  74  10  11  20  22  ..  ..
..  77  ..  ..  ..  ..  21  23  ..  ..
..  86  ..  ..  ..  ..  ..  ..  ..  ..
85  84  ..  ..  ..  ..  ..  ..  ..  ..
82  81  80  ..  ..  ..  ..  ..  ..  ..
83  92  93  ..  ..  ..  ..  ..  ..  ..
..  91  90  94  ..  ..  ..  ..  ..  ..
..  ..  ..  95  96  ..  ..  ..  ..  ..
"""


def places() -> dict[str, tuple[int, int]]:
    """Row and column of each province, from 1."""
    return {
        code: (row, column)
        for row, line in enumerate(_MAP.strip().splitlines(), 1)
        for column, code in enumerate(line.split(), 1)
        if code != ".."
    }
