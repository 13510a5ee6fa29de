// What gains from news: parts of a page that follow the desk as it changes. One connection serves
// all tabs of a browser: whoever holds the lock listens, and tells the others. Everything works
// without it, by asking again.
"use strict";
(() => {
  const CHANNEL = "svar-live";
  // Beside where this script is, should all be under a path.
  const STREAM = new URL("../api/v1/stream", document.currentScript.src);
  const SETTLE_MS = 250;
  const OPEN_MS = 3_000;
  const parts = () => [...document.querySelectorAll("[data-live][id]")];

  // A part names what it follows, with spaces between: kinds, or a kind with an id.
  const follows = (part, change) => part.dataset.live.split(" ").some((one) => {
    const [kind, id] = one.split("/");
    return kind === change.kind && (!id || decodeURIComponent(id) === change.id);
  });

  // What is ticked, and where the keyboard is, stays where it is.
  const marks = (part) => ({
    ticked: new Set([...part.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.value)),
    focus: part.contains(document.activeElement) ? document.activeElement : null,
    top: part.scrollTop,
  });
  const same = (one) => (other) => other.tagName === one.tagName
    && ["href", "value", "name", "id"].every((name) => other.getAttribute(name) === one.getAttribute(name));
  function restore(fresh, kept) {
    for (const box of fresh.querySelectorAll("input[type=checkbox]")) {
      if (kept.ticked.has(box.value)) box.checked = true;
    }
    fresh.scrollTop = kept.top;
    if (!kept.focus) return;
    const again = [...fresh.querySelectorAll(kept.focus.tagName)].find(same(kept.focus));
    if (again) again.focus({ preventScroll: true });
  }

  let due = null;
  async function look() {
    due = null;
    const address = location.href;
    try {
      const answer = await fetch(address, { headers: { "svar-live": "1" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // By now it may be another page.
      if (location.href !== address) return;
      for (const part of parts()) {
        const fresh = page.getElementById(part.id);
        if (!fresh || fresh.isEqualNode(part)) continue;
        // What somebody has opened to use it stays until they are done.
        if (part.querySelector("details[open] form")) { due = due || setTimeout(look, OPEN_MS); continue; }
        // A list that was empty, or is by now, is another page.
        if (fresh.tagName !== part.tagName) { location.reload(); return; }
        const kept = marks(part);
        part.replaceWith(fresh);
        restore(fresh, kept);
      }
    } catch { /* the next change asks again */ }
  }
  function hear(news, leads) {
    document.dispatchEvent(new CustomEvent("svar-news", { detail: { news, leads } }));
    const concerns = news.reset || news.changes.some((change) => parts().some((part) => follows(part, change)));
    if (concerns && !due) due = setTimeout(look, SETTLE_MS);
  }

  function listen(tell) {
    const source = new EventSource(STREAM);
    source.addEventListener("change", (event) => tell({ changes: JSON.parse(event.data).changes }));
    source.addEventListener("reset", () => tell({ reset: true }));
  }

  // Who knows better asks for a look.
  document.addEventListener("svar-look", () => { due = due || setTimeout(look, 0); });
  let isListening = false;
  function start() {
    const wanted = parts().length || document.body.dataset.notices;
    if (isListening || !wanted || !window.EventSource) return;
    isListening = true;
    if (!window.BroadcastChannel || !navigator.locks) { listen((news) => hear(news, true)); return; }
    const channel = new BroadcastChannel(CHANNEL);
    channel.addEventListener("message", (event) => hear(event.data, false));
    navigator.locks.request(CHANNEL, () => new Promise(() => {
      listen((news) => { channel.postMessage(news); hear(news, true); });
    }));
  }
  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("svar:arrived", start);
})();
