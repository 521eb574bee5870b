-- title_en: The annual report and the year's manifests disagree on what was sent
-- title_th: ปริมาณที่ส่งออกในรายงานประจำปีไม่ตรงกับเอกสารกำกับทั้งปี
-- ground: cl. 10 and 13; the tolerance is borrowed (the text names none) and
--     stands in ref.tolerance. A year is judged from obligations_from on and
--     after its due date, and only when the warehouse holds manifests of it; a nil report is another rule's
-- ground_th: ข้อ 10 และข้อ 13 ค่าความคลาดเคลื่อนที่ยอมรับยืมมาจากต่างประเทศ (ประกาศไม่ได้กำหนด) และระบุไว้ใน
--     ref.tolerance ตัดสินเฉพาะปีนับแต่ obligations_from เมื่อพ้นกำหนดส่งรายงานแล้ว
--     และเมื่อคลังข้อมูลมีเอกสารกำกับของปีนั้น รายงานว่าไม่มีของเสียเป็นเรื่องของกฎอื่น
-- one_row_is: one year of one factory
-- meaning_th: หนึ่งปีของโรงงานหนึ่งแห่ง
-- key: factory_id, period, subject
-- recipients: headquarters, province
-- is_statistical: no
-- judges: core.annual.factory_id by report_year
-- silence_days: 90
-- example_th: รายงานประจำปีระบุว่าส่งออก 100 ตัน แต่เอกสารกำกับทั้งปีรวมได้ 80 ตัน ต่างกัน 20 ตัน คือร้อยละ 20
--     ของยอดที่มากกว่า เกินร้อยละ 10 คะแนน 20
-- example_en: the annual report says that 100 t were sent, the year's manifests add up to 80 t. They differ by 20 t,
--     20 % of the larger figure and so more than 10 %: score 20
-- score_th: ตันที่ต่างกัน นอกเหนือจากเที่ยวที่ถูกปฏิเสธ [ตัน]
-- columns:
--   factory_id: factory that filed the annual report
--   period: year
--   subject: NULL
--   score: tonnes by which they differ beyond rejected loads [t]
--   evidence: both figures and the rows
-- evidence:
--   reported_t: sent_off_site_t of the annual report, all codes [t]
--   sent_t: tonnes of the year's manifests [t]
--   rejected_t: part of sent_t that the processor rejected: it may be left out of the report [t]
--   difference_t: reported_t less the nearer of sent_t and sent_t - rejected_t [t]
--   difference_pct: difference_t in % of the larger of the two figures compared [%]
--   tolerance_pct: difference that would have been tolerated [%]
--   loads: manifest lines [line]
--   is_independent: some manifest came through another hand than the report
--   rows: table, submission_id, source_sheet and source_row of the report; the loads are those of summary.reconciliation
WITH report AS (
  SELECT
    a.factory_id,
    a.report_year,
    SUM(a.sent_off_site_t) AS reported_t,
    ANY_VALUE(a.submitted_by) AS submitted_by
  FROM core.annual AS a
  INNER JOIN summary.obligation AS o
    ON a.factory_id = o.factory_id AND o.report_type = 'annual' AND CAST(a.report_year AS VARCHAR) = o.period
  CROSS JOIN ref.tonight AS t
  WHERE a.waste_code IS NOT NULL AND o.due_date < t.night
  GROUP BY a.factory_id, a.report_year
),

sent AS (
  SELECT
    r.factory_id,
    YEAR(r.sent_date) AS sent_year,
    COUNT(*) AS loads,
    SUM(r.sent_t) AS sent_t,
    COALESCE(SUM(r.sent_t) FILTER (WHERE r.state = 'rejected'), 0) AS rejected_t
  FROM summary.reconciliation AS r
  WHERE r.sent_date IS NOT NULL
  GROUP BY r.factory_id, YEAR(r.sent_date)
),

compared AS (
  SELECT
    r.factory_id,
    r.report_year,
    r.reported_t,
    r.submitted_by,
    COALESCE(s.sent_t, 0) AS sent_t,
    COALESCE(s.rejected_t, 0) AS rejected_t,
    -- the figure of the manifests that lies nearest to the report
    LEAST(GREATEST(r.reported_t, COALESCE(s.sent_t - s.rejected_t, 0)), COALESCE(s.sent_t, 0)) AS nearest_t,
    COALESCE(s.loads, 0) AS loads
  FROM report AS r
  LEFT JOIN sent AS s ON r.factory_id = s.factory_id AND r.report_year = s.sent_year
  WHERE r.report_year IN (SELECT o.sent_year FROM sent AS o)
),

disagreeing AS (
  SELECT
    c.*,
    p.total_difference_pct AS tolerance_pct
  FROM compared AS c
  INNER JOIN ref.tolerance_on AS p ON MAKE_DATE(CAST(c.report_year AS INTEGER), 12, 31) = p.day
  WHERE
    ABS(c.reported_t - c.nearest_t) > p.total_difference_t
    AND 100 * ABS(c.reported_t - c.nearest_t) > p.total_difference_pct * GREATEST(c.reported_t, c.nearest_t)
),

other_hand AS (
  SELECT DISTINCT
    d.factory_id,
    d.report_year
  FROM disagreeing AS d
  INNER JOIN core.manifest AS m
    ON d.factory_id = m.factory_id AND d.report_year = YEAR(m.sent_date) AND d.submitted_by <> m.submitted_by
),

source AS (
  SELECT
    d.factory_id,
    d.report_year,
    LIST(
      {
        'table': 'core.annual',
        'submission_id': a.submission_id,
        'source_sheet': a.source_sheet,
        'source_row': a.source_row
      } ORDER BY a.submission_id, a.source_sheet, a.source_row
    ) AS source_rows
  FROM disagreeing AS d
  INNER JOIN core.annual AS a ON d.factory_id = a.factory_id AND d.report_year = a.report_year
  GROUP BY d.factory_id, d.report_year
)

SELECT
  d.factory_id,
  CAST(d.report_year AS VARCHAR) AS period,
  NULL AS subject,
  CAST(ABS(d.reported_t - d.nearest_t) AS DOUBLE) AS score,
  JSON_OBJECT(
    'reported_t', d.reported_t,
    'sent_t', d.sent_t,
    'rejected_t', d.rejected_t,
    'difference_t', d.reported_t - d.nearest_t,
    'difference_pct', ROUND(100 * (d.reported_t - d.nearest_t) / GREATEST(d.reported_t, d.nearest_t), 1),
    'tolerance_pct', d.tolerance_pct,
    'loads', d.loads,
    'is_independent', h.factory_id IS NOT NULL,
    'rows', s.source_rows
  ) AS evidence
FROM disagreeing AS d
INNER JOIN source AS s ON d.factory_id = s.factory_id AND d.report_year = s.report_year
LEFT JOIN other_hand AS h ON d.factory_id = h.factory_id AND d.report_year = h.report_year;

-- lineage
SELECT
  factory_id,
  CAST(report_year AS VARCHAR) AS period,
  NULL AS subject,
  'reported_t' AS figure,
  sent_off_site_t AS amount,
  'core.annual' AS source_table,
  submission_id,
  source_sheet,
  source_row,
  NULL AS via
FROM core.annual
UNION ALL
SELECT
  factory_id,
  CAST(YEAR(sent_date) AS VARCHAR) AS period,
  NULL AS subject,
  UNNEST(['sent_t', 'loads', IF(state = 'rejected', 'rejected_t', NULL)]) AS figure,
  UNNEST([sent_t, 1, sent_t]) AS amount,
  'core.manifest' AS source_table,
  manifest_submission_id AS submission_id,
  manifest_source_sheet AS source_sheet,
  manifest_source_row AS source_row,
  JSON_OBJECT(
    'table', 'summary.reconciliation', 'factory_id', factory_id, 'processor_id', processor_id,
    'manifest_no', manifest_no, 'line_no', line_no
  ) AS via
FROM summary.reconciliation
WHERE sent_date IS NOT NULL
