// What the pages of knowledge gain from a script: keys over the list and an open gap, and all of a page
// ticked at once. Everything works without it.
"use strict";
(() => {
  const part = () => document.querySelector("[data-knowledge]");
  const isTyping = (event) => event.target instanceof Element
    && event.target.closest("input:not([type=checkbox]), select, textarea, dialog");
  const isPlain = (event) => !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.altKey;
  const rows = () => [...part().querySelectorAll("[data-row]")];
  const here = () => rows().findIndex((row) => row.closest("tr, li").contains(document.activeElement));
  // What the next page is to begin with, where it was opened by a key.
  let wanted = null;

  function walk(step) {
    const beside = part().querySelector(step > 0 ? ".walk [rel=next]" : ".walk [rel=prev]");
    if (part().querySelector(".walk")) {
      if (beside) beside.click();
      return Boolean(beside);
    }
    const next = rows()[here() + step];
    if (next) next.focus();
    return Boolean(next);
  }
  function tick() {
    const row = rows()[here()];
    const box = row && row.closest("tr, li").querySelector("input[type=checkbox]");
    if (box) box.click();
    return Boolean(box);
  }
  function write() {
    const field = part().querySelector("#a-text");
    if (field) { field.focus(); return true; }
    const row = rows()[Math.max(0, here())];
    if (!row) return false;
    wanted = "#a-text";
    row.click();
    return true;
  }
  // Of the row one stands on, where nothing is ticked.
  function dismiss() {
    const menu = part().querySelector("[data-dismiss]");
    if (menu) menu.open = true;
    const form = part().querySelector("form.picked");
    if (form && !form.querySelector(":checked")) tick();
    const reason = part().querySelector("[data-reason]");
    if (reason) reason.focus();
    return Boolean(reason);
  }
  function undo() {
    const button = part().querySelector("[data-undo]");
    if (button) button.click();
    return Boolean(button);
  }
  const keys = { j: () => walk(1), k: () => walk(-1), x: tick, a: write, d: dismiss, u: undo };
  document.addEventListener("keydown", (event) => {
    if (!part() || !isPlain(event)) return;
    if (document.body.dataset.keys === "off" || isTyping(event)) return;
    const choice = part().querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (choice) choice.click();
    else if (!keys[event.key] || !keys[event.key]()) return;
    event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    const all = event.target instanceof Element && event.target.closest("[data-knowledge] [data-all]");
    if (!all) return;
    for (const box of all.closest("form").querySelectorAll("tbody input[type=checkbox]")) box.checked = all.checked;
  });

  // After a gap took the place of another, a key or a reader goes on from its head.
  document.addEventListener("svar:stayed", () => {
    const told = document.activeElement && document.activeElement !== document.body;
    const next = part() && part().querySelector(wanted || "#topic-title");
    const asked = wanted;
    wanted = null;
    if (next && (asked || !told)) next.focus({ preventScroll: !asked });
  });
})();
