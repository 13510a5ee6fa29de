// Says that somebody has a conversation open, and writes in it, so that two do not answer at once.
"use strict";
(() => {
  const BASE = document.currentScript.src;
  const STILL_MS = 20_000;
  const TYPED_MS = 4_000;
  const place = () => document.querySelector("#attendees[data-live]");
  let address = null;
  let staying = null;
  let others = "[]";
  let typed = 0;

  async function tell(state) {
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ state }),
        keepalive: state === "gone",
      });
      if (!answer.ok || state === "gone") return;
      const now = JSON.stringify((await answer.json()).items);
      // Who went without a word is seen here only.
      if (now !== others) document.dispatchEvent(new CustomEvent("svar-look"));
      others = now;
    } catch { /* said again soon */ }
  }
  const still = () => { if (!document.hidden) tell("viewing"); };

  function arrive() {
    if (!place()) return;
    const [, id] = place().dataset.live.split("/");
    address = new URL(`../api/v1/conversations/${id}/attendees`, BASE);
    others = "[]";
    typed = 0;
    still();
    staying = setInterval(still, STILL_MS);
  }
  function leave() {
    if (!address) return;
    clearInterval(staying);
    tell("gone");
    address = null;
  }
  document.addEventListener("DOMContentLoaded", arrive);
  document.addEventListener("svar:arrived", arrive);
  document.addEventListener("svar:left", leave);
  addEventListener("pagehide", () => { if (address) tell("gone"); });
  document.addEventListener("visibilitychange", () => { if (address) still(); });
  document.addEventListener("input", (event) => {
    if (!address || !event.target.closest("form[data-write]") || Date.now() - typed < TYPED_MS) return;
    typed = Date.now();
    tell("typing");
  });
})();
