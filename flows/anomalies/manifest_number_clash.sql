-- title_en: Two generators use one manifest number
-- title_th: ผู้ก่อกำเนิดหลายรายใช้เลขที่เอกสารกำกับเดียวกัน
-- ground: cl. 10
-- ground_th: ข้อ 10
-- one_row_is: one generator's use of a manifest number that another generator uses too
-- meaning_th: การใช้เลขที่เอกสารกำกับหนึ่งเลขที่ของผู้ก่อกำเนิดหนึ่งราย ซึ่งผู้ก่อกำเนิดรายอื่นใช้ด้วย
-- recipients: headquarters, province
-- is_statistical: no
-- judges: core.manifest.factory_id by sent_date
-- silence_days: 90
-- example_th: โรงงาน ก ส่ง 5 ตัน และโรงงาน ข ส่ง 3 ตัน โดยใช้เลขที่เอกสารกำกับเดียวกัน จึงระบุทั้งสองโรงงาน คะแนน 5
--     และ 3
-- example_en: factory A sent 5 t and factory B 3 t under one manifest number. Both are named, with scores 5 and 3
-- score_th: ตันที่โรงงานนี้ส่งโดยใช้เลขที่นั้น [ตัน]
-- columns:
--   factory_id: generator; which of them made the number up is not known, so each is named
--   period: month in which it first sent a load under the number
--   subject: manifest_no
--   score: tonnes that it sent under the number [t]
--   evidence: both uses
-- evidence:
--   generators: how many generators use the number
--   other_factory_id: one of the other generators
--   sent_date: day of its own first load
--   sent_t: tonnes of its own loads [t]
--   is_one_hand: every use was typed by one hand: a slip of that hand is likelier than two papers
--   rows: table, submission_id, source_sheet and source_row of its own lines, then of the first line of other_factory_id
--     (every use in everybody's evidence would grow with the square of the uses, and a number that all factories write,
--     say 1, would stop the night)
WITH used AS (
  SELECT
    m.manifest_no,
    m.factory_id,
    m.sent_date,
    m.mass_t,
    m.submitted_by,
    {
      'table': 'core.manifest',
      'submission_id': m.submission_id,
      'source_sheet': m.source_sheet,
      'source_row': m.source_row
    } AS source
  FROM core.manifest AS m
  WHERE
    m.manifest_no IN (
      SELECT c.manifest_no
      FROM core.manifest AS c
      GROUP BY c.manifest_no
      HAVING MIN(c.factory_id) <> MAX(c.factory_id)
    )
),

generator AS (
  SELECT
    manifest_no,
    factory_id,
    MIN(sent_date) AS sent_date,
    SUM(mass_t) AS sent_t,
    LIST(source ORDER BY source) AS source_rows
  FROM used
  GROUP BY manifest_no, factory_id
),

hand AS (
  SELECT
    manifest_no,
    COUNT(DISTINCT submitted_by) = 1 AS is_one_hand
  FROM used
  GROUP BY manifest_no
),

clash AS (
  SELECT
    manifest_no,
    COUNT(*) AS generators,
    MIN(factory_id, 2) AS first_factory_ids,
    ARG_MIN(source_rows[1], factory_id, 2) AS first_rows
  FROM generator
  GROUP BY manifest_no
),

use AS (
  SELECT
    g.*,
    h.is_one_hand,
    c.generators,
    c.first_factory_ids,
    c.first_rows,
    IF(c.first_factory_ids[1] = g.factory_id, 2, 1) AS other
  FROM generator AS g
  INNER JOIN clash AS c ON g.manifest_no = c.manifest_no
  INNER JOIN hand AS h ON g.manifest_no = h.manifest_no
)

SELECT
  u.factory_id,
  STRFTIME(u.sent_date, '%Y-%m') AS period,
  u.manifest_no AS subject,
  CAST(u.sent_t AS DOUBLE) AS score,
  JSON_OBJECT(
    'generators', u.generators,
    'other_factory_id', u.first_factory_ids[u.other],
    'sent_date', u.sent_date,
    'sent_t', u.sent_t,
    'is_one_hand', u.is_one_hand,
    'rows', LIST_APPEND(u.source_rows, u.first_rows[u.other])
  ) AS evidence
FROM use AS u
CROSS JOIN ref.tonight AS t
WHERE u.sent_date >= t.obligations_from
