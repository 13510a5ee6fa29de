// Pages that are shown in place, and what is probably gone to next: it is fetched while the pointer
// rests on its link or presses it, or the keyboard stands on it, so that it is at hand by then. One
// page, for some seconds, and only until news come in or something is sent.
"use strict";
const ahead = (() => {
  const REST_MS = 80;
  const KEPT_MS = 5_000;
  let kept = null;
  let rest = null;

  // What is found at an address; `page` is none where it is a file.
  async function read(address, options) {
    const answer = await fetch(address, { headers: { accept: "text/html" }, ...options });
    const isPage = (answer.headers.get("content-type") || "").startsWith("text/html");
    const page = isPage ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    return { page, address: answer.url, isElsewhere: answer.redirected, status: answer.status };
  }

  function drop() {
    clearTimeout(rest);
    if (kept) kept.turn.abort();
    kept = null;
  }
  const isKept = (address) => kept && kept.address === address && performance.now() - kept.at < KEPT_MS;

  // What was fetched ahead is shown once: the next time it is asked for anew.
  function page(address, signal = new AbortController().signal) {
    clearTimeout(rest);
    if (!isKept(address)) {
      drop();
      return read(address, { signal });
    }
    const { turn, found } = kept;
    kept = null;
    signal.addEventListener("abort", () => turn.abort());
    return found;
  }

  function prepare(address) {
    if (isKept(address)) return;
    drop();
    const turn = new AbortController();
    kept = { address, turn, at: performance.now(), found: read(address, { signal: turn.signal }) };
    const mine = kept;
    kept.found.catch(() => { if (kept === mine) kept = null; });
  }

  const addressOf = (link) => new URL(typeof link.href === "string" ? link.href : link.href.baseVal, location.href);
  // A page of this desk other than the one that is shown: no file, and nothing that is loaded by itself.
  function likely(target) {
    const link = target instanceof Element && target.closest("main a[href], nav a[href]");
    if (!link || link.matches("[data-swap], [data-copy], [download], [target]")) return null;
    const url = addressOf(link);
    const isPage = url.origin === location.origin && !url.pathname.startsWith("/api/")
      && !url.pathname.split("/").pop().includes(".");
    const isHere = url.pathname + url.search === location.pathname + location.search;
    if (!isPage || isHere || (navigator.connection && navigator.connection.saveData)) return null;
    return url.href;
  }
  function restOn({ target }) {
    clearTimeout(rest);
    const address = likely(target);
    if (address) rest = setTimeout(prepare, REST_MS, address);
  }

  addEventListener("pointerover", restOn, { passive: true });
  addEventListener("focusin", restOn);
  addEventListener("pointerdown", (event) => {
    const address = !event.button && likely(event.target);
    clearTimeout(rest);
    if (address) prepare(address);
  }, { passive: true });
  addEventListener("pointercancel", drop);
  addEventListener("submit", drop, true);
  document.addEventListener("svar-news", drop);

  // Of what is put into a page the first frame draws what is in the window, the next what is further down.
  function drawTopFirst(part) {
    part.dataset.first = "";
    requestAnimationFrame(() => setTimeout(() => { delete part.dataset.first; }));
  }

  return { addressOf, drawTopFirst, page, read };
})();
