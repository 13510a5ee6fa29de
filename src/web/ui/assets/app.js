// What the pages gain from a script: the theme, tooltips, arrow keys in charts, and
// panels that load alone. Everything works without it.
"use strict";
(() => {
  const root = document.documentElement;
  const kept = () => { try { return localStorage.getItem("svar-theme"); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem("svar-theme", theme); } catch { /* not allowed here */ } };
  if (kept()) root.dataset.theme = kept();

  const isDark = () => root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;

  function prepareTheme() {
    const button = document.querySelector("[data-theme-toggle]");
    if (!button || !button.hidden) return;
    const name = () => { button.textContent = isDark() ? button.dataset.light : button.dataset.dark; };
    button.hidden = false;
    name();
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      keep(root.dataset.theme);
      name();
    });
  }

  // Tooltips: the title of a bucket is shown as a small table instead of the browser's own.
  const tips = new WeakMap();
  function adopt(part) {
    for (const place of part.querySelectorAll(".at, .cell")) {
      const title = place.querySelector(":scope > title");
      if (!title) continue;
      tips.set(place, title.textContent);
      place.setAttribute("aria-label", title.textContent.replace(/\ts\d$/gm, "").replace(/\t/g, " "));
      title.remove();
    }
  }

  function fill(tip, text) {
    const [head, ...lines] = text.split("\n");
    const first = document.createElement("p");
    first.textContent = head;
    tip.replaceChildren(first);
    for (const line of lines) {
      const [name, value, series] = line.split("\t");
      const row = document.createElement("div");
      const label = document.createElement("span");
      if (series) {
        const colour = document.createElement("i");
        colour.className = series;
        label.append(colour);
      }
      label.append(name);
      const figure = document.createElement("span");
      figure.textContent = value || "";
      row.append(label, figure);
      tip.append(row);
    }
  }

  function show(place) {
    const tip = document.getElementById("tip");
    const text = tips.get(place);
    if (!tip || !text) return;
    fill(tip, text);
    tip.hidden = false;
    const box = (place.querySelector(".hit, rect") || place).getBoundingClientRect();
    const wide = tip.offsetWidth;
    const left = box.right + 12 + wide < innerWidth ? box.right + 12 : Math.max(8, box.left - 12 - wide);
    tip.style.left = `${left}px`;
    tip.style.top = `${Math.max(8, Math.min(box.top, innerHeight - tip.offsetHeight - 8))}px`;
  }
  const hide = () => { const tip = document.getElementById("tip"); if (tip) tip.hidden = true; };
  // What has the focus keeps its tip while the page moves under it: the focus itself may have moved it.
  let dismissed = null;
  function rest() {
    const place = document.activeElement && document.activeElement.closest(".at, .cell");
    const box = place && place.getBoundingClientRect();
    if (box && place !== dismissed && box.bottom > 0 && box.top < innerHeight) show(place); else hide();
  }
  const placeOf = (event) => event.target instanceof Element && event.target.closest(".at, .cell");

  function prepareTips() {
    document.addEventListener("mouseover", (event) => { const place = placeOf(event); if (place) show(place); else rest(); });
    document.addEventListener("focusin", (event) => { dismissed = null; const place = placeOf(event); if (place) show(place); else hide(); });
    document.addEventListener("scroll", rest, { passive: true });
  }

  // Arrow keys walk along a chart, so that it is one stop of the tab key.
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 24, ArrowUp: -24 };
  function walk(event) {
    const place = placeOf(event);
    if (!place || !(event.key in steps)) return;
    const all = [...place.closest("svg").querySelectorAll("a.at, a.cell")];
    const step = steps[event.key];
    if (Math.abs(step) > 1 && !place.matches(".cell")) return;
    const next = all[all.indexOf(place) + step];
    if (!next) return;
    event.preventDefault();
    place.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  // Menus and popovers close on Escape and on a click elsewhere.
  const floats = "details.menu[open], details.about[open]";
  function prepareMenus() {
    document.addEventListener("click", (event) => {
      for (const open of document.querySelectorAll(floats)) {
        if (!open.contains(event.target)) open.open = false;
      }
    });
    document.addEventListener("keydown", (event) => {
      walk(event);
      if (event.key !== "Escape") return;
      dismissed = document.activeElement;
      hide();
      for (const open of document.querySelectorAll(floats)) {
        open.open = false;
        open.querySelector("summary").focus();
      }
    });
  }

  // A panel loads alone; when that fails the page behind the link is asked for instead.
  async function swap(link) {
    const panel = link.closest("[data-panel]");
    const tile = panel.classList.contains("tile") ? "&tile=1" : "";
    const address = link.href + (tile && !link.search ? tile.replace("&", "?") : tile);
    panel.classList.add("loading");
    panel.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { "svar-panel": "1" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      const fresh = holder.content.querySelector("[data-panel]");
      // It stays as wide as the page has it.
      fresh.id = panel.id;
      panel.classList.remove("loading");
      fresh.className = panel.className;
      panel.replaceWith(fresh);
      adopt(fresh);
      const again = fresh.querySelector("[data-swap]");
      if (again) again.focus();
    } catch {
      location.href = link.href;
    }
  }
  function prepareSwaps() {
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element && event.target.closest("a[data-swap]");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      swap(link);
    });
  }

  // Copies the address that a link leads to; where that is not allowed the link is followed.
  function prepareCopies() {
    document.addEventListener("click", async (event) => {
      const link = event.target instanceof Element && event.target.closest("a[data-copy]");
      if (!link || !navigator.clipboard || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      try {
        await navigator.clipboard.writeText(link.href);
        link.textContent = link.dataset.copy;
        link.setAttribute("role", "status");
      } catch {
        location.href = link.href;
      }
    });
  }

  // Parts that stay where they are: their links and forms change them without a reload.
  async function stay(part, address, options) {
    part.setAttribute("aria-busy", "true");
    try {
      const answer = options ? await ahead.read(address, options) : await ahead.page(address);
      if (!part.isConnected) return true;
      const fresh = answer.page && answer.page.getElementById(part.id);
      if (!fresh) throw new Error(String(answer.status));
      const scrolled = (of) => of.querySelector(".gaps, .list");
      const top = scrolled(part) ? scrolled(part).scrollTop : 0;
      if (!top) ahead.drawTopFirst(fresh);
      part.replaceWith(fresh);
      adopt(fresh);
      // Who sets it has the browser measure the whole page first.
      if (top && scrolled(fresh)) scrolled(fresh).scrollTop = top;
      if (!options || answer.isElsewhere) history.pushState({}, "", answer.address);
      const told = ["[role=alert]", ".done", "#backtest"].map((at) => fresh.querySelector(at)).find(Boolean);
      if (told) { told.setAttribute("tabindex", "-1"); told.focus(); }
      document.dispatchEvent(new CustomEvent("svar:stayed"));
    } catch {
      if (options) return false;
      location.href = address;
    }
    return true;
  }
  function prepareStays() {
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element && event.target.closest("[data-stay] a[href]");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      if (new URL(link.href).pathname !== location.pathname) return;
      event.preventDefault();
      stay(link.closest("[data-stay]"), link.href);
    });
    document.addEventListener("submit", async (event) => {
      const form = event.target;
      const part = form.closest("[data-stay]");
      if (!part) return;
      event.preventDefault();
      const data = new URLSearchParams(new FormData(form, event.submitter));
      if (form.method !== "post") { stay(part, `${form.action}?${data}`); return; }
      if (await stay(part, form.action, { method: "POST", body: data })) return;
      // The answer was no page: the form is sent as it is, once.
      if (event.submitter && event.submitter.name) {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name: event.submitter.name, value: event.submitter.value });
        form.append(field);
      }
      form.submit();
    });
  }

  // What is on the page is seen: the button that says so is pressed, and the page stays as it is.
  async function prepareSeen() {
    const form = document.querySelector("form[data-seen]");
    if (!form || document.visibilityState !== "visible") return;
    const data = new URLSearchParams(new FormData(form, form.querySelector("button")));
    try { await fetch(form.action, { method: "POST", body: data, redirect: "manual" }); } catch { /* the button is there */ }
  }

  // A selection: its bar opens with the first tick; j and k walk, x ticks, and enter opens.
  const selection = () => document.querySelector("form.selection");
  const boxesOf = (form) => [...form.querySelectorAll("input[name=c]")];
  function prepareSelection() {
    const form = selection();
    if (!form) return;
    const all = form.querySelector("[data-all]");
    all.parentElement.hidden = false;
    const told = () => { if (boxesOf(form).some((box) => box.checked)) form.querySelector(".deeds").open = true; };
    all.addEventListener("change", () => { for (const box of boxesOf(form)) box.checked = all.checked; told(); });
    form.addEventListener("change", told);
  }
  function prepareKeys() {
    document.addEventListener("keydown", (event) => {
      const form = selection();
      if (!form) return;
      const free = !(event.target instanceof Element && event.target.closest("input:not([type=checkbox]), select, textarea"));
      if (!free || event.metaKey || event.ctrlKey || event.altKey || !["j", "k", "x"].includes(event.key)
        || document.body.dataset.keys === "off") return;
      const links = [...form.querySelectorAll(".desk a")];
      const here = links.findIndex((link) => link.closest("li, tr").contains(document.activeElement));
      if (event.key === "x") {
        if (here < 0) return;
        boxesOf(form)[here].click();
      } else {
        const next = links[here + (event.key === "j" ? 1 : -1)];
        if (next) next.focus();
      }
      event.preventDefault();
    });
  }

  // A card of a board can be dragged to a column that its form offers, which sends that form.
  function prepareBoard() {
    const board = document.querySelector(".board");
    if (!board) return;
    let held = null;
    const isOpenTo = (column) => held && column && held.querySelector(`option[value="${CSS.escape(column.dataset.stage)}"]`);
    for (const card of board.querySelectorAll(".card:has(form)")) card.draggable = true;
    board.addEventListener("dragstart", (event) => {
      held = event.target.closest(".card");
      event.dataTransfer.setData("text/plain", held.querySelector("a").href);
    });
    board.addEventListener("dragend", () => {
      held = null;
      for (const column of board.querySelectorAll(".here")) column.classList.remove("here");
    });
    board.addEventListener("dragover", (event) => {
      const column = event.target.closest(".column");
      for (const other of board.querySelectorAll(".column.here")) if (other !== column) other.classList.remove("here");
      if (!isOpenTo(column)) return;
      event.preventDefault();
      column.classList.add("here");
    });
    board.addEventListener("drop", (event) => {
      const column = event.target.closest(".column");
      if (!isOpenTo(column)) return;
      event.preventDefault();
      held.querySelector("select").value = column.dataset.stage;
      held.querySelector("form").requestSubmit(held.querySelector("form button"));
    });
  }

  function prepare() {
    adopt(document);
    prepareSelection();
    prepareBoard();
    prepareSeen();
    prepareTheme();
    document.querySelector(".list [aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("svar:arrived", prepare);
  document.addEventListener("DOMContentLoaded", () => {
    prepare();
    prepareKeys();
    prepareStays();
    prepareTips();
    prepareMenus();
    prepareSwaps();
    prepareCopies();
  });
})();
