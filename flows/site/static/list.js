"use strict";
// list.html#<list>/<province>/<piece>: the rows behind a figure.
(() => {
  const { ask, both, el, number, provinces, table, words } = waste;
  const part = document.getElementById("part");

  async function show() {
    const { piece: size, lists } = await ask("lists");
    const [name, province = "all", page = "1"] = location.hash.slice(1).split("/");
    const list = Object.hasOwn(lists, name) ? lists[name] : null;
    const title = document.getElementById("title");
    if (!list) {
      title.replaceChildren(both("ไม่มีรายการนี้", "There is no such list"));
      return;
    }
    title.replaceChildren(both(list.th, list.en));
    document.title = `${list.th} ${list.en}`;
    part.value = province;
    const count = list.counts[province] || 0;
    const shown = province === "all" ? Math.min(count, size) : count;
    const pieces = Math.ceil(shown / size);
    const here = Math.min(Math.max(1, Number(page) || 1), Math.max(1, pieces));
    const rows = count ? await ask(`list/${name}-${province}-${here}`) : [];
    const some = shown < count;
    document.getElementById("count").replaceChildren(
      both(
        `${number(count)} แถว${some ? ` แสดง ${number(shown)} แถวแรก เลือกจังหวัดเพื่อดูทั้งหมดของจังหวัดนั้น` : ""}`,
        `${number(count)} rows${some ? `; the first ${number(shown)} are shown, choose a province for all of its rows` : ""}`,
      ),
    );
    const whole = document.getElementById("whole");
    whole.hidden = !some;
    whole.replaceChildren(both("ทุกแถวอยู่ในไฟล์ที่เผยแพร่:", "All rows are in the published file:"), " ", el("code", {}, `waste sql --csv "${list.whole}"`));
    document.getElementById("rows").replaceChildren(...table(list.columns, rows));
    const pager = document.getElementById("pager");
    pager.hidden = pieces < 2;
    pager.replaceChildren(
      ...Array.from({ length: pieces }, (_, place) =>
        el("a", { href: `#${name}/${province}/${place + 1}`, "aria-current": place + 1 === here ? "page" : undefined }, number(place + 1)),
      ),
    );
  }

  function told() {
    show().catch((error) => waste.notice(`เปิดข้อมูลไม่ได้ (${error.message})`, `The data cannot be opened (${error.message})`));
  }

  provinces(part, true);
  part.append(el("option", { value: "none" }, "ไม่ทราบจังหวัด · province not known"));
  part.addEventListener("change", () => {
    location.hash = `${location.hash.slice(1).split("/")[0]}/${part.value}`;
  });
  window.addEventListener("hashchange", told);
  told();
})();
