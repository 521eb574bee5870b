"use strict";
// What every page needs: the language switch, pieces of data as script files, and elements made of text, never of markup.
const waste = (() => {
  const pieces = new Map(); // key -> data that has come
  const waiting = new Map(); // key -> functions that wait for it
  const root = document.documentElement;
  const home = () => root.dataset.root;

  // --- Data: a piece is a script that calls take(); a browser fetches nothing on file://.
  function take(key, edition, data) {
    if (root.dataset.edition && edition !== root.dataset.edition) {
      notice("มีหน้าใหม่ของคืนนี้แล้ว กรุณาเปิดหน้านี้อีกครั้ง", "New pages have been published meanwhile: please reload this page.");
      if (!reloaded()) location.reload();
      return;
    }
    pieces.set(key, data);
    (waiting.get(key) || []).forEach((then) => then(data));
    waiting.delete(key);
  }

  // One reload a page is enough; without storage the notice alone must do.
  function reloaded() {
    try {
      const key = "waste-reloaded";
      if (sessionStorage.getItem(key) === root.dataset.edition) return true;
      sessionStorage.setItem(key, root.dataset.edition);
      return false;
    } catch {
      return true;
    }
  }

  function ask(key) {
    return new Promise((then, fail) => {
      if (pieces.has(key)) return then(pieces.get(key));
      if (waiting.has(key)) return waiting.get(key).push(then);
      waiting.set(key, [then]);
      const script = document.createElement("script");
      script.src = `${home()}data/${key}.js`;
      script.onerror = () => {
        waiting.delete(key);
        fail(new Error(key));
      };
      document.head.append(script);
    });
  }

  // --- Elements. Text becomes text: a cell of a report is never read as markup, nor may it turn the writing direction.
  const visible = (text) => String(text).replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");

  function el(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) if (value !== undefined) made.setAttribute(key, value);
    made.append(...children.filter((child) => child !== null && child !== undefined).map((child) => (child instanceof Node ? child : visible(child))));
    return made;
  }

  function both(th, en) {
    const made = document.createDocumentFragment();
    if (th === en) made.append(visible(th));
    else made.append(el("span", { class: "th", lang: "th" }, String(th)), " ", el("span", { class: "en", lang: "en" }, String(en)));
    return made;
  }

  function notice(th, en) {
    if (document.readyState === "loading") return document.addEventListener("DOMContentLoaded", () => notice(th, en));
    document.getElementById("notice").replaceChildren(el("p", { class: "banner" }, both(th, en)));
  }

  // --- Words, numbers, days
  const words = () => pieces.get("words");
  const word = (value) => (value === null || value === "" ? "–" : both(...(words().words[value] || [value, value])));
  const number = (value, most = 3) => Number(value).toLocaleString("en-US", { maximumFractionDigits: most });
  const TH = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."];
  const EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  function day(text) {
    const [year, month, date] = String(text).slice(0, 10).split("-").map(Number);
    return both(`${date} ${TH[month - 1]} ${year + 543}`, `${date} ${EN[month - 1]} ${year}`);
  }

  function period(text) {
    const [year, month] = String(text).split("-").map(Number);
    if (!/^\d{4}(-\d\d)?$/.test(text)) return text;
    return month ? both(`${TH[month - 1]} ${year + 543}`, `${EN[month - 1]} ${year}`) : both(`ปี ${year + 543}`, year);
  }

  const isFactory = (id) => /^\d{14}$/.test(id || "");
  function factory(id, name) {
    const shown = name || id || "–";
    if (!isFactory(id)) return shown;
    const made = el("span", { class: "factory" }, el("a", { href: `${home()}factory.html#${id}` }, shown));
    if (name) made.append(el("span", { class: "id" }, id));
    return made;
  }

  // Where a row came from: the file as it was sent, sheet, row, and the hash that finds it in the archive.
  function origin(cell) {
    if (!cell) return "–";
    const [name, sheet, row, hash, table] = cell;
    const made = el("details", { class: "origin" });
    const short = el("summary", {}, both(row ? `แถว ${row}` : "ไฟล์", row ? `row ${row}` : "file"));
    const list = el("dl", {});
    const add = (th, en, value) => value && list.append(el("dt", {}, both(th, en)), el("dd", {}, String(value)));
    add("ไฟล์", "file", name);
    add("แผ่นงาน", "sheet", sheet);
    add("แถว", "row", row);
    add("sha256", "sha256", hash);
    add("ตาราง", "table", table);
    made.append(short, list);
    return made;
  }

  // The figures of an anomaly's evidence, labelled as the letters label them.
  function figures(evidence) {
    const list = el("dl", { class: "figures" });
    for (const [key, value] of Object.entries(evidence || {})) {
      if (value === null || typeof value === "object") continue;
      const suffix = Object.keys(words().units).find((each) => key.endsWith(each)) || "";
      const unit = key.startsWith("days_") ? words().units._days : words().units[suffix] || ["", ""];
      const plain = key.slice(0, key.length - suffix.length).replaceAll("_", " ");
      const label = words().labels[key] || [plain, plain];
      list.append(el("div", {}, el("dt", {}, both(...label)), " ", el("dd", {}, figure(key, value), both(...unit))));
    }
    return list;
  }

  function figure(key, value) {
    if (typeof value === "boolean") return value ? both("ใช่", "yes") : both("ไม่ใช่", "no");
    if (typeof value === "number") return number(value);
    if (key.endsWith("_date")) return day(value);
    if (isFactory(value)) return factory(value);
    return word(value);
  }

  // One cell of a list by its kind; see lists.py.
  const kinds = {
    factory: (value) => factory(...value),
    word,
    state: word,
    day: (value) => (value ? day(value) : "–"),
    period: (value) => (value ? period(value) : "–"),
    tonnes: (value) => (value === null ? "–" : number(value)),
    percent: (value) => (value === null ? "–" : number(value, 1)),
    days: (value) => (value === null ? "–" : number(value)),
    score: (value) => (value === null ? "–" : number(value, 1)),
    flag: (value) => (value === null ? "–" : figure("", value)),
    column: (value) => (value ? both(...(words().columns[value] || [value, value])) : "–"),
    rule: (value) => el("a", { href: `${home()}rule/${value}.html` }, both(...(words().rules[value] || [value, value]))),
    message: (value) => both(...value),
    origin,
    origins: (value) => el("div", {}, ...value.map(origin)),
    figures,
    subject: (value) => (isFactory(value) ? factory(value) : words().words[value] ? word(value) : value || "–"),
  };
  const right = new Set(["tonnes", "percent", "days", "score"]);

  function cell([kind, th, en], value, isFirst) {
    const label = el("span", { class: "cell-label", "aria-hidden": "true" }, both(th, en)); // a phone shows a row as a card
    const content = (kinds[kind] || ((each) => (each === null ? "–" : String(each))))(value);
    return el(isFirst ? "th" : "td", { class: right.has(kind) ? "n" : `${kind}-cell`, scope: isFirst ? "row" : undefined }, label, el("span", {}, content));
  }

  function table(columns, rows) {
    const first = columns.findIndex(([kind]) => kind === "factory" || kind === "text" || kind === "code");
    const head = columns.map(([kind, th, en]) => el("th", { scope: "col", class: right.has(kind) ? "n" : undefined }, both(th, en)));
    const body = rows.map((row) => el("tr", {}, ...columns.map((column, place) => cell(column, row[place], place === first))));
    return [el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body)];
  }

  // --- Provinces to choose from
  function provinces(select, all) {
    if (all) select.append(el("option", { value: "all" }, "ทุกจังหวัด · all provinces"));
    for (const [code, [th, en]] of Object.entries(words().provinces)) select.append(el("option", { value: code }, `${th} · ${en}`));
  }

  // --- Charts: without eval, which the page's policy forbids.
  function draw(holder, spec) {
    vegaEmbed(holder, spec, { mode: "vega-lite", ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true } });
  }

  // --- Language: Thai first, English beside it, or one of them. A browser that keeps nothing on file:// gets it in its links.
  const LANGUAGES = ["th", "both", "en"];
  function language() {
    const asked = new URLSearchParams(location.search).get("lang");
    if (LANGUAGES.includes(asked)) return asked;
    try {
      return LANGUAGES.find((each) => each === localStorage.getItem("waste-language")) || "both";
    } catch {
      return "both";
    }
  }

  function speak(chosen) {
    root.dataset.lang = chosen;
    root.lang = chosen === "en" ? "en" : "th";
    for (const button of document.querySelectorAll("[data-set-lang]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setLang === chosen));
    }
  }

  function choose(chosen) {
    speak(chosen);
    try {
      localStorage.setItem("waste-language", chosen);
    } catch {
      document.addEventListener("click", (event) => {
        const link = event.target.closest("a[href]");
        if (link && link.protocol === location.protocol && !link.getAttribute("href").startsWith("#")) link.search = `?lang=${root.dataset.lang}`;
      });
    }
  }

  root.dataset.lang = language();
  document.addEventListener("DOMContentLoaded", () => {
    speak(language());
    for (const button of document.querySelectorAll("[data-set-lang]")) {
      button.addEventListener("click", () => choose(button.dataset.setLang));
    }
    for (const holder of document.querySelectorAll("[data-chart]")) {
      draw(holder, JSON.parse(document.getElementById(holder.dataset.chart).textContent));
    }
    tiles();
    age();
  });

  // The map shows one figure at a time.
  function tiles() {
    const measure = document.getElementById("measure");
    if (!measure) return;
    measure.addEventListener("change", () => {
      for (const tile of document.querySelectorAll(".tiles a")) {
        const value = tile.getAttribute(`data-${measure.value}`);
        tile.className = `s${tile.getAttribute(`data-${measure.value}-shade`)}`;
        tile.querySelector("b").textContent = value;
        tile.title = `${tile.dataset.name}: ${value}`;
        tile.setAttribute("aria-label", tile.title);
      }
    });
  }

  // A night that did not come is seen by whoever looks, whatever kept it away.
  function age() {
    const shown = document.querySelector("[data-night]");
    if (!shown) return;
    const days = Math.floor((Date.now() - Date.parse(`${shown.dataset.night}T00:00:00+07:00`)) / 86_400_000);
    if (days > 1) notice(`ข้อมูลนี้เก่า ${days} วัน คืนหลังจากนั้นยังไม่ได้เผยแพร่`, `These figures are ${days} days old: no later night has been published.`);
  }

  return { take, ask, el, both, notice, word, words, number, day, period, factory, isFactory, origin, figures, table, provinces, draw };
})();
