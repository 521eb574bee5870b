"use strict";
// Names come in pieces, province by province, and results appear as they come.
(() => {
  const { ask, both, el, factory, number, provinces } = waste;
  const MOST = 100;
  const query = document.getElementById("query");
  const part = document.getElementById("part");
  const results = document.getElementById("results");
  const count = document.getElementById("count");
  let asked = 0; // a later question ends the search of an earlier one

  const folded = (text) => String(text || "").normalize("NFC").toLowerCase();

  async function search() {
    const mine = ++asked;
    const text = folded(query.value.trim());
    results.replaceChildren();
    if (text.length < 2) {
      count.replaceChildren(both("พิมพ์อย่างน้อย 2 ตัวอักษร", "Type at least 2 letters"));
      return;
    }
    const digits = text.replace(/[\s-]/g, "");
    const pieces = await ask("names");
    const codes = part.value === "all" ? Object.keys(pieces) : [part.value];
    let found = 0;
    for (const code of codes) {
      for (let piece = 1; piece <= (pieces[code] || 0); piece += 1) {
        const rows = await ask(`name/${code}-${piece}`);
        if (mine !== asked) return;
        for (const [id, name, old] of rows) {
          if (!folded(name).includes(text) && !id.includes(digits) && !folded(old).includes(text)) continue;
          found += 1;
          if (found > MOST) continue;
          const province = waste.words().provinces[code] || [code, code];
          results.append(el("li", {}, factory(id, name), el("span", { class: "note" }, both(...province), old ? ` · ${old}` : "")));
        }
      }
      count.replaceChildren(both(`กำลังค้นหา พบ ${number(found)}`, `Searching: ${number(found)} found`));
    }
    count.replaceChildren(
      found > MOST
        ? both(`พบ ${number(found)} โรงงาน แสดง ${MOST} แรก`, `${number(found)} factories; the first ${MOST} are shown`)
        : both(`พบ ${number(found)} โรงงาน`, `${number(found)} factories`),
    );
  }

  function told() {
    search().catch((error) => waste.notice(`เปิดข้อมูลไม่ได้ (${error.message})`, `The data cannot be opened (${error.message})`));
  }

  provinces(part, true);
  const code = location.hash.slice(1);
  if (Object.hasOwn(waste.words().provinces, code)) part.value = code;
  document.getElementById("form").addEventListener("submit", (event) => {
    event.preventDefault();
    told();
  });
  let pause;
  query.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(told, 200);
  });
  part.addEventListener("change", told);
})();
