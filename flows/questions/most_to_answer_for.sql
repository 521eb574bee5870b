-- title_en: Which factories have most to answer for?
-- title_th: โรงงานที่มีเรื่องค้างมากที่สุด
-- note: ten of them
-- parameters:
--   province: code of the province; the whole country when not given
-- columns:
--   rank: 1 is the most, in the whole country
--   factory_id: 14-digit registration number
--   factory_name: name on the licence
--   open_breaches: sum of those behind it, and of receipts without a manifest
--   missing_reports: reports overdue [report]
--   mismatched_loads: loads that it sent and that differ [line]
--   unanswered_loads: loads sent to it that it has not answered in time [line]
--   oldest_open_breach_date: day that the oldest dates from
SELECT
  rank,
  factory_id,
  factory_name,
  open_breaches,
  missing_reports,
  mismatched_loads,
  unanswered_loads,
  oldest_open_breach_date
FROM summary.factory_compliance
WHERE province_code = COALESCE(GETVARIABLE('province'), province_code) AND open_breaches > 0
ORDER BY rank
LIMIT 10
