// What the pages gain on which reps work: keys, and words that are not lost. Everything works
// without it.
"use strict";
(() => {
  const isTyping = (event) => event.target instanceof Element
    && event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog");
  const isPlain = (event) => !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.altKey;
  const editor = () => document.querySelector("form[data-write]");
  const held = () => {
    const line = document.activeElement && document.activeElement.closest(".desk > li, .desk > tr");
    return line && line.querySelector("a[href]");
  };

  // Reply and note share a field; the note's is yellow, and Ctrl+Enter sends what it is.
  function take(mode) {
    const form = editor();
    if (!form) return false;
    form.classList.toggle("noting", mode === "note");
    const field = form.querySelector("textarea");
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    return true;
  }
  function write(mode) {
    const link = held();
    if (!link || editor()) return take(mode);
    location.href = `${link.href}#${mode}`;
    return true;
  }
  function resolve() {
    const own = document.querySelector("#write button[value=resolve]");
    if (own) { own.click(); return true; }
    const link = held();
    const button = link && document.querySelector("form.selection button[value=resolve]");
    if (!button) return false;
    const box = link.closest("li, tr").querySelector("input[name=c]");
    for (const other of document.querySelectorAll("form.selection input[name=c]")) other.checked = other === box;
    button.click();
    return true;
  }
  function help() {
    const dialog = document.getElementById("keys");
    if (dialog) dialog.showModal();
    return Boolean(dialog);
  }
  const keys = { r: () => write("reply"), n: () => write("note"), e: resolve, "?": help };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("form[data-write]")) {
      const form = editor();
      const mode = form.classList.contains("noting") ? "note" : "reply";
      event.preventDefault();
      form.querySelector(`button[value=${mode}]`).click();
      return;
    }
    if (document.body.dataset.keys === "off" || !isPlain(event) || isTyping(event)) return;
    const act = keys[event.key];
    if (act && act()) event.preventDefault();
  });

  // What is typed is kept as a draft while it is typed, and once more when the page is left.
  let timer = null;
  let changed = false;
  let keeping = Promise.resolve();
  const fields = (form) => new URLSearchParams([
    ["do", "draft"], ["text", form.querySelector("textarea").value],
    ...(form.classList.contains("noting") ? [["note", "yes"]] : []),
    ...[...form.querySelectorAll("input[name=cc]")].map((field) => ["cc", field.value]),
    ...[...form.querySelectorAll("input[name=file]:checked")].map((box) => ["file", box.value])]);
  async function keep(form) {
    timer = null;
    changed = false;
    const told = document.getElementById("kept");
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields(form), redirect: "manual" });
      const done = answer.type === "opaqueredirect";
      told.textContent = done ? form.dataset.kept : form.dataset.unkept;
      if (!done) changed = true;
    } catch {
      changed = true;
      told.textContent = form.dataset.unkept;
    }
  }
  function prepareDraft(form) {
    form.addEventListener("input", (event) => {
      if (!["text", "file", "cc"].includes(event.target.name)) return;
      changed = true;
      clearTimeout(timer);
      timer = setTimeout(() => { keeping = keep(form); }, 800);
    });
    addEventListener("pagehide", () => { if (changed && form.isConnected) navigator.sendBeacon(form.action, fields(form)); });
  }

  // How far files are on their way; without any there is nothing to show.
  function progress(form) {
    const field = form.querySelector("input[type=file]");
    if (!field || !field.files.length) return null;
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", form.dataset.sending);
    bar.max = 1;
    field.parentElement.append(bar);
    return bar;
  }
  // As `fetch`, which does not say how far it is.
  function send(form, data) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const bar = progress(form);
      if (bar) {
        request.upload.addEventListener("progress", (event) => {
          if (event.lengthComputable) bar.value = event.loaded / event.total;
        });
      }
      request.addEventListener("loadend", () => {
        if (bar) bar.remove();
        if (request.status) resolve(request); else reject(new Error("no answer"));
      });
      request.open("POST", form.action);
      request.send(data);
    });
  }

  // A reply that cannot be sent stays where it is, and says so.
  function prepareSending(form) {
    form.addEventListener("submit", async (event) => {
      const button = event.submitter;
      if (!button || !["reply", "note"].includes(button.value)) {
        changed = changed && Boolean(button) && button.value === "apply";
        return;
      }
      event.preventDefault();
      clearTimeout(timer);
      const data = new FormData(form, button);
      button.disabled = true;
      // A draft that is on its way must not arrive behind the reply that it became.
      await keeping;
      try {
        const answer = await send(form, data);
        const page = new DOMParser().parseFromString(answer.responseText, "text/html");
        if (!page.getElementById("write")) throw new Error(String(answer.status));
        changed = false;
        if (answer.responseURL !== new URL(form.action, location.href).href) {
          history.replaceState({}, "", answer.responseURL);
          location.reload();
          return;
        }
        document.getElementById("write").replaceWith(page.getElementById("write"));
        prepare();
      } catch {
        let told = form.parentElement.querySelector("[role=alert]");
        if (!told) {
          told = document.createElement("p");
          told.className = "warning";
          told.setAttribute("role", "alert");
          form.before(told);
        }
        told.textContent = form.dataset.unsent;
        button.disabled = false;
        button.focus();
      }
    });
  }

  // A reply that went out is in the thread by then.
  function prepareCountdown() {
    const sending = document.querySelector(".sending[data-until]");
    if (!sending) return;
    const left = new Date(sending.dataset.until) - Date.now();
    setTimeout(() => sending.remove(), Math.max(0, left));
  }

  function prepare() {
    const form = editor();
    if (!form) return;
    prepareDraft(form);
    prepareSending(form);
    prepareCountdown();
  }
  function arrive() {
    prepare();
    const mode = location.hash.slice(1);
    if (mode === "reply" || mode === "note") take(mode);
  }
  document.addEventListener("DOMContentLoaded", arrive);
  document.addEventListener("svar:arrived", arrive);
  document.addEventListener("svar:left", () => { clearTimeout(timer); changed = false; });
})();
