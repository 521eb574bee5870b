-- title_en: More was sent than the permission allows
-- title_th: ปริมาณที่ส่งเกินกว่าที่ได้รับอนุญาต
-- ground: cl. 9; where two permissions overlap only loads that name this one are held against it
-- ground_th: ข้อ 9 หากใบอนุญาตสองฉบับซ้อนกัน นับเฉพาะเที่ยวที่อ้างใบอนุญาตฉบับนี้
-- one_row_is: one line of a permission under which too much was sent
-- meaning_th: รายการในใบอนุญาตหนึ่งรายการที่ส่งของเสียเกินกว่าที่ได้รับอนุญาต
-- recipients: headquarters, province
-- is_statistical: no
-- judges: core.permit.factory_id by valid_from_date
-- silence_days: 90
-- example_th: อนุญาต 100 ตัน ส่งไปแล้ว 130 ตัน เกิน 30 ตัน คะแนน 30
-- example_en: 100 t are permitted, 130 t were sent under the permission, 30 t beyond it: score 30
-- score_th: ตันที่ส่งเกินใบอนุญาต [ตัน]
-- columns:
--   factory_id: generator
--   period: year in which the permission began
--   subject: permit_no/line_no
--   score: tonnes sent beyond the permission [t]
--   evidence: the permission, its use, and the rows
-- evidence:
--   waste_code: waste code permitted
--   processor_id: receiver permitted
--   permitted_t: tonnes permitted over the whole period [t]
--   sent_t: tonnes sent under it [t]
--   excess_t: tonnes beyond the permission [t]
--   used_pct: sent_t in % of permitted_t [%]
--   loads: manifest lines that count for it [line]
--   last_sent_date: day of the last of them
--   rows: table, submission_id, source_sheet and source_row of the permission and of every load
WITH exceeded AS (
  SELECT
    u.*,
    IF(u.is_shared, u.named_t, u.sent_t) AS held_t
  FROM summary.permit_use AS u
  CROSS JOIN ref.tonight AS t
  WHERE held_t > u.permitted_t AND u.last_sent_date >= t.obligations_from
),

load AS (
  SELECT
    r.permit_no,
    r.permit_line_no AS line_no,
    LIST(
      {
        'table': 'core.manifest',
        'submission_id': r.manifest_submission_id,
        'source_sheet': r.manifest_source_sheet,
        'source_row': r.manifest_source_row
      } ORDER BY r.sent_date, r.manifest_submission_id, r.manifest_source_sheet, r.manifest_source_row
    ) AS source_rows
  FROM summary.removal AS r
  INNER JOIN exceeded AS e ON r.permit_no = e.permit_no AND r.permit_line_no = e.line_no
  WHERE NOT e.is_shared OR r.named_permit_no = r.permit_no
  GROUP BY r.permit_no, r.permit_line_no
)

SELECT
  e.factory_id,
  CAST(YEAR(e.valid_from_date) AS VARCHAR) AS period,
  e.permit_no || '/' || e.line_no AS subject,
  CAST(e.held_t - e.permitted_t AS DOUBLE) AS score,
  JSON_OBJECT(
    'waste_code', e.waste_code,
    'processor_id', e.processor_id,
    'permitted_t', e.permitted_t,
    'sent_t', e.held_t,
    'excess_t', e.held_t - e.permitted_t,
    'used_pct', ROUND(100 * e.held_t / e.permitted_t, 1),
    'loads', LEN(l.source_rows),
    'last_sent_date', e.last_sent_date,
    'rows', LIST_PREPEND(
      {
        'table': 'core.permit',
        'submission_id': p.submission_id,
        'source_sheet': p.source_sheet,
        'source_row': p.source_row
      },
      l.source_rows
    )
  ) AS evidence
FROM exceeded AS e
INNER JOIN load AS l ON e.permit_no = l.permit_no AND e.line_no = l.line_no
INNER JOIN core.permit AS p ON e.permit_no = p.permit_no AND e.line_no = p.line_no
