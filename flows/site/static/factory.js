"use strict";
// factory.html#<factory number>: everything about one factory, from its shard.
(() => {
  const { ask, both, day, el, factory, number, table, word, words } = waste;
  const holder = document.getElementById("factory");

  const LOAD = [
    ["text", "เลขที่เอกสารกำกับ", "manifest"], ["factory", "ผู้ก่อกำเนิด", "generator"], ["factory", "ผู้รับดำเนินการ", "processor"],
    ["code", "รหัสของเสีย", "waste code"], ["day", "วันที่ส่ง", "sent on"], ["tonnes", "ส่ง (ตัน)", "sent (t)"], ["tonnes", "รับ (ตัน)", "received (t)"],
    ["percent", "ต่างกัน (%)", "difference (%)"], ["word", "สถานะ", "state"], ["origin", "ที่มา: เอกสารกำกับ", "origin: manifest"],
    ["origin", "ที่มา: การตอบรับ", "origin: receipt"],
  ];
  // Each section: the shard's key, titles, columns, and how a row of the shard becomes a row of the table.
  const SECTIONS = [
    ["found", "สิ่งผิดปกติที่พบ", "What stands out", [
      ["rule", "กฎ", "rule"], ["period", "งวด", "period"], ["subject", "เรื่อง", "about"], ["score", "คะแนน", "score"], ["state", "สถานะ", "state"],
      ["day", "พบครั้งแรก", "first found"], ["figures", "ตัวเลขที่เทียบ", "figures compared"], ["origins", "ที่มา", "origin"],
    ]],
    ["owed", "รายงานที่ต้องส่ง", "Reports that it owes", [
      ["word", "รายงาน", "report"], ["period", "งวด", "period"], ["day", "ครบกำหนด", "due"], ["word", "สถานะ", "status"],
      ["day", "ได้รับเมื่อ", "received"], ["days", "ล่าช้า (วัน)", "late (days)"], ["origin", "ที่มา", "origin"],
    ], (row) => [...row.slice(0, 6), row[7] ? [row[6], null, null, row[7]] : null]],
    ["loads", "เที่ยวที่ต้องติดตาม", "Loads to look into", LOAD, (row) => [row[0], [row[1], null], [row[2], null], ...row.slice(3)]],
    ["overdue", "จัดการไม่แล้วเสร็จตามกำหนด", "Completions overdue", [
      ["text", "เลขที่เอกสารกำกับ", "manifest"], ["factory", "ผู้ก่อกำเนิด", "generator"], ["code", "รหัสของเสีย", "waste code"],
      ["tonnes", "รับ (ตัน)", "received (t)"], ["day", "วันที่รับ", "received on"], ["day", "ครบกำหนด", "due"], ["days", "เลยกำหนด (วัน)", "overdue (days)"],
    ], (row) => [row[0], [row[1], null], ...row.slice(2)]],
    ["years", "ปริมาณรายปี", "Waste by year", [
      ["period", "ปี", "year"], ["tonnes", "เกิดขึ้น (ตัน)", "generated (t)"], ["tonnes", "ส่ง (ตัน)", "sent (t)"], ["tonnes", "ส่ง อันตราย (ตัน)", "sent, hazardous (t)"],
      ["tonnes", "รับ (ตัน)", "received (t)"], ["tonnes", "รับ อันตราย (ตัน)", "received, hazardous (t)"], ["tonnes", "แล้วเสร็จ (ตัน)", "completed (t)"],
    ], (row) => [String(row[0]), ...row.slice(1)]],
    ["permits", "ใบอนุญาตนำออก", "Permissions", [
      ["text", "เลขที่", "number"], ["code", "รหัสของเสีย", "waste code"], ["code", "วิธีการ", "method"], ["factory", "ผู้รับดำเนินการ", "processor"],
      ["day", "ตั้งแต่", "from"], ["day", "ถึง", "to"], ["tonnes", "อนุญาต (ตัน)", "permitted (t)"], ["tonnes", "ส่งแล้ว (ตัน)", "sent (t)"],
      ["percent", "ใช้ไป (%)", "used (%)"], ["word", "สถานะ", "state"],
    ], (row) => [...row.slice(0, 3), [row[3], null], ...row.slice(4)]],
    ["visits", "การตรวจโรงงาน", "Inspections", [
      ["text", "เลขที่", "number"], ["day", "วันที่ตรวจ", "visited"], ["text", "รายการ", "item"], ["word", "ผล", "result"], ["text", "ข้อค้นพบ", "finding"],
      ["day", "กำหนดแก้ไข", "order due"], ["day", "แก้ไขแล้ว", "resolved"],
    ]],
    ["complaints", "เรื่องร้องเรียน", "Complaints", [
      ["text", "เลขที่", "number"], ["day", "วันที่รับเรื่อง", "received"], ["word", "ประเภท", "about"], ["word", "สถานะ", "status"], ["day", "ปิดเรื่อง", "closed"],
    ]],
  ];

  function facts(each) {
    const list = el("dl", { class: "facts" });
    const add = (th, en, value) => value !== null && value !== undefined && value !== "" && list.append(el("dt", {}, both(th, en)), el("dd", {}, value));
    const province = words().provinces[each.province];
    add("เลขทะเบียนโรงงาน", "registration number", each.id);
    add("เลขทะเบียนเดิม", "old number", each.old);
    add("ประเภทโรงงาน", "class", el("span", {}, `${each.class} `, both(each.class_th || "", each.class_en || "")));
    add("จังหวัด", "province", province ? el("a", { href: `province/${each.province}.html` }, both(...province)) : each.province);
    add("สถานะ", "status", word(each.status));
    add("เริ่มประกอบกิจการ", "opened", each.opened && day(each.opened));
    add("เลิกกิจการ", "closed", each.closed && day(each.closed));
    add("กำลังการรับ (ตัน/ปี)", "licensed intake (t/year)", each.capacity_t === null ? null : number(each.capacity_t));
    add("รายงานล่าสุด", "last report", each.last ? day(each.last) : both("ไม่เคยส่ง", "never reported"));
    add("เรื่องค้างเก่าที่สุด", "oldest open breach", each.oldest && day(each.oldest));
    add("ลำดับที่ควรตรวจ", "inspection rank", el("span", {}, `${number(each.rank)} `, both("ของประเทศ", "in the country"), `, ${number(each.province_rank)} `, both("ของจังหวัด", "in the province")));
    return list;
  }

  function cards(each) {
    const list = el("ul", { class: "cards small" });
    const add = (th, en, value) =>
      list.append(el("li", { class: value ? "card bad" : "card" }, el("span", { class: "what" }, both(th, en)), el("span", { class: "figure" }, number(value || 0))));
    add("รายงานที่ยังไม่ส่ง", "reports missing", each.missing);
    add("เที่ยวที่ยอดไม่ตรง", "loads that differ", each.mismatched);
    add("เที่ยวที่ไม่ตอบรับ", "loads not answered", each.unanswered);
    add("ตอบรับโดยไม่มีเอกสารกำกับ", "receipts without manifest", each.without_manifest);
    add("ส่งล่าช้า", "late reports", each.late);
    return list;
  }

  function section(each, [key, th, en, columns, shape]) {
    const rows = each[key].map(shape || ((row) => row));
    if (!rows.length) return null;
    const left = each[`${key}_in_all`] - rows.length;
    return el(
      "section", { "aria-labelledby": key },
      el("h2", { id: key }, both(th, en)),
      el("div", { class: "wide", tabindex: "0", role: "region", "aria-labelledby": key }, el("table", { class: "rows" }, ...table(columns, rows))),
      left > 0 ? el("p", { class: "note" }, both(`อีก ${number(left)} แถวไม่ได้แสดงที่นี่`, `${number(left)} more are not shown here`)) : null,
    );
  }

  function chart(each) {
    const months = [...each.months].reverse();
    if (months.length < 2 || !window.vegaEmbed) return null;
    const place = el("div", { class: "chart", role: "img", "aria-label": "ปริมาณที่ส่งและรับรายเดือน · Tonnes sent and received by month" });
    const values = months.flatMap(([month, sent, received]) => [
      { month: `${month}-01`, series: "ส่ง · sent", tonnes: sent || 0 },
      { month: `${month}-01`, series: "รับ · received", tonnes: received || 0 },
    ]);
    waste.draw(place, {
      width: "container", height: 200, background: "transparent",
      config: { font: "Sarabun, 'Noto Sans Thai', Loma, sans-serif", view: { stroke: null }, axis: { labelFontSize: 13, titleFontSize: 13, gridColor: "#e3e8ec" }, legend: { labelFontSize: 13, orient: "top", title: null } },
      data: { values }, mark: { type: "bar" },
      encoding: {
        x: { field: "month", type: "temporal", timeUnit: "yearmonth", axis: { title: null, format: "%m/%Y", labelAngle: 0, tickCount: 6 } },
        xOffset: { field: "series" },
        y: { field: "tonnes", type: "quantitative", axis: { title: "ตัน · t", tickCount: 4 } },
        color: { field: "series", scale: { domain: ["ส่ง · sent", "รับ · received"], range: ["#12355b", "#a8761c"] } },
      },
    });
    const rows = months.reverse();
    return el(
      "section", { "aria-labelledby": "months" }, el("h2", { id: "months" }, both("ส่งและรับรายเดือน", "Sent and received by month")), place,
      el("details", {}, el("summary", {}, both("ตัวเลขของแผนภูมิ", "The chart's figures")),
        el("table", {}, ...table([["period", "เดือน", "month"], ["tonnes", "ส่ง (ตัน)", "sent (t)"], ["tonnes", "รับ (ตัน)", "received (t)"]], rows))),
    );
  }

  async function show() {
    const id = location.hash.slice(1);
    const shard = waste.isFactory(id) ? await ask(`factory/${Number(id) % words().shards}`).catch(() => []) : [];
    const each = shard.find((one) => one.id === id);
    if (!each) {
      holder.replaceChildren(el("h1", {}, both("ไม่พบโรงงานนี้ในทะเบียน", "No such factory in the register")), el("p", { class: "lead" }, id));
      return;
    }
    document.title = `${each.name} ${each.id}`;
    const made = [el("h1", {}, each.name), el("p", { class: "lead" }, each.id), cards(each), facts(each)];
    const sections = SECTIONS.map((one) => section(each, one)).filter(Boolean);
    const empty = SECTIONS.filter(([key]) => !each[key].length).map(([, th, en]) => el("li", {}, both(th, en)));
    const drawn = chart(each);
    holder.replaceChildren(...made, ...sections.slice(0, 4), ...(drawn ? [drawn] : []), ...sections.slice(4));
    if (empty.length) holder.append(el("section", { "aria-labelledby": "nothing" }, el("h2", { id: "nothing" }, both("ไม่มีข้อมูล", "Nothing is known of")), el("ul", { class: "names" }, ...empty)));
  }

  function told() {
    show().catch((error) => waste.notice(`เปิดข้อมูลไม่ได้ (${error.message})`, `The data cannot be opened (${error.message})`));
  }

  window.addEventListener("hashchange", told);
  told();
})();
