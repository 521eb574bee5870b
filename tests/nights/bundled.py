"""The charts' script, bundled once in the fork server: a night in a fresh folder would bundle it for itself, a second each time."""

from flows.site.charts import script

script()
