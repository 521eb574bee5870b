-- title_en: What officials found of a rule's anomalies at a factory
-- title_th: ผลการพิจารณาข้อสังเกตของแต่ละเกณฑ์รายโรงงาน
-- ground: policy: how far an official's word moves a rank is ours, not the law's
-- one_row_is: one rule at one factory of which at least one anomaly was confirmed or refuted
-- key: rule, factory_id
-- after: detect
-- columns:
--   rule: rule that found the anomalies
--   factory_id: factory that they are about
--   confirmed: anomalies whose last verdict is that it is as the anomaly says; the last is that received last, of several
--     received at once that of the highest submission_id; reopen takes it back, silence and close leave it [anomaly]
--   refuted: anomalies whose last verdict is a false alarm [anomaly]
--   rank_factor: confirmed_factor for each confirmed times refuted_factor for each refuted, between factor_at_least and
--     factor_at_most; multiplies the score of every anomaly of that rule and factory where anomalies are ranked, and its
--     points in inspection_priority; 1 elsewhere
WITH parameter AS (
  SELECT
    1.5 AS confirmed_factor, -- for each confirmed; [policy] where a rule was right, it is likelier to be right again
    0.5 AS refuted_factor, -- for each refuted; [policy] two false alarms make a quarter
    4.0 AS factor_at_most, -- [policy] a factory known for one thing must not hide all others
    0.25 AS factor_at_least -- [policy] never silent: who is trusted is still looked at
),

decision AS (
  SELECT
    anomaly_id,
    action,
    received_at,
    submission_id
  FROM core.disposition
  UNION ALL
  SELECT
    anomaly_id,
    action,
    received_at,
    submission_id
  FROM history.disposition
),

-- A silence or a close after it leaves a verdict as it is; reopen takes it back.
verdict AS (
  SELECT
    anomaly_id,
    ARG_MAX(action, (received_at, submission_id)) AS action
  FROM decision
  WHERE action IN ('confirm', 'refute', 'reopen')
  GROUP BY anomaly_id
),

counted AS (
  SELECT
    f.rule,
    f.factory_id,
    COUNT(*) FILTER (WHERE v.action = 'confirm') AS confirmed,
    COUNT(*) FILTER (WHERE v.action = 'refute') AS refuted
  FROM verdict AS v
  INNER JOIN anomaly.found AS f ON v.anomaly_id = f.anomaly_id
  WHERE v.action <> 'reopen'
  GROUP BY f.rule, f.factory_id
)

SELECT
  c.rule,
  c.factory_id,
  c.confirmed,
  c.refuted,
  LEAST(GREATEST(
    IF(
      c.confirmed + c.refuted <= 1000,
      POW(CAST(p.confirmed_factor AS DOUBLE), c.confirmed) * POW(CAST(p.refuted_factor AS DOUBLE), c.refuted),
      -- So many factors multiply to infinity, or to zero, and the two of them to no number at all; their logarithms do not.
      EXP(c.confirmed * LN(p.confirmed_factor) + c.refuted * LN(p.refuted_factor))
    ),
    p.factor_at_least
  ), p.factor_at_most) AS rank_factor
FROM counted AS c
CROSS JOIN parameter AS p;

-- lineage
WITH decision AS (
  SELECT
    anomaly_id,
    action,
    received_at,
    'core.disposition' AS source_table,
    submission_id,
    source_sheet,
    source_row
  FROM core.disposition
  UNION ALL
  SELECT
    anomaly_id,
    action,
    received_at,
    'history.disposition' AS source_table,
    submission_id,
    source_sheet,
    source_row
  FROM history.disposition
),

last_verdict AS (
  SELECT *
  FROM decision
  WHERE action IN ('confirm', 'refute', 'reopen')
  QUALIFY ROW_NUMBER() OVER (PARTITION BY anomaly_id ORDER BY received_at DESC, submission_id DESC) = 1
)

SELECT
  f.rule,
  f.factory_id,
  UNNEST(['confirmed', 'refuted', 'rank_factor']) AS figure,
  UNNEST([IF(v.action = 'confirm', 1, 0), IF(v.action = 'refute', 1, 0), NULL]) AS amount,
  v.source_table,
  v.submission_id,
  v.source_sheet,
  v.source_row,
  NULL AS via
FROM last_verdict AS v
INNER JOIN anomaly.found AS f ON v.anomaly_id = f.anomaly_id
WHERE v.action <> 'reopen'
