// How a browser tells that a contact wrote: the number of unread conversations in the title, a sound, a
// notice on the desktop, as whoever is signed in chose. Of all tabs the one that listens tells it.
"use strict";
(() => {
  const BASE = document.currentScript.src;
  const SETTLE_MS = 250;
  const FRONT_MS = 150;
  const KNOWN = "svar-notices";
  const at = (path) => new URL(`../${path}`, BASE);
  const chosen = (what) => (document.body.dataset.notices || "").split(" ").includes(what);
  const channel = window.BroadcastChannel ? new BroadcastChannel(KNOWN) : null;

  let title = null;
  let counted = null;
  function count(unread) {
    counted = unread;
    if (!chosen("title")) return;
    if (title === null) title = document.title;
    document.title = unread.count ? `(${unread.count}) ${title}` : title;
  }

  // Two soft tones; a browser is silent until somebody has clicked on one of its pages.
  function play() {
    const context = new AudioContext();
    [660, 880].forEach((pitch, turn) => {
      const [tone, loudness, from] = [context.createOscillator(), context.createGain(), context.currentTime + turn * 0.15];
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.0001, from);
      loudness.gain.exponentialRampToValueAtTime(0.15, from + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.0001, from + 0.3);
      tone.connect(loudness).connect(context.destination);
      tone.start(from);
      tone.stop(from + 0.32);
    });
    setTimeout(() => context.close(), 1000);
  }

  // The page of ours that is in front, of whichever tab.
  const fronts = new Set();
  const here = () => (document.hasFocus() ? [location.pathname] : []);
  async function front() {
    fronts.clear();
    if (channel) {
      channel.postMessage({ asks: true });
      await new Promise((done) => { setTimeout(done, FRONT_MS); });
    }
    return [...fronts, ...here()];
  }

  async function tell(unread) {
    const page = at(`conversations/${encodeURIComponent(unread.conversation)}`);
    const open = await front();
    if (chosen("sound") && !open.includes(page.pathname)) play();
    if (!chosen("desktop") || open.length || !window.Notification || Notification.permission !== "granted") return;
    const notice = new Notification(unread.contact_name || unread.conversation, { body: unread.preview, tag: unread.conversation });
    notice.addEventListener("click", () => {
      notice.close();
      window.focus();
      location.href = page.href;
    });
  }

  // What was told once is not told again, by no tab and after no reload.
  function isNews(unread) {
    const known = localStorage.getItem(KNOWN);
    if (!unread.contact_at || (known !== null && known >= unread.contact_at)) return false;
    localStorage.setItem(KNOWN, unread.contact_at);
    return known !== null;
  }
  let due = null;
  async function look() {
    due = null;
    try {
      const answer = await fetch(at("api/v1/unread"));
      if (!answer.ok) return;
      const unread = await answer.json();
      count(unread);
      if (channel) channel.postMessage({ unread });
      if (isNews(unread)) await tell(unread);
    } catch { /* the next change asks again */ }
  }

  if (channel) {
    channel.addEventListener("message", ({ data }) => {
      if (data.unread) count(data.unread);
      if (data.asks) for (const path of here()) channel.postMessage({ front: path });
      if (data.front) fronts.add(data.front);
    });
  }
  document.addEventListener("svar-news", ({ detail: { news, leads } }) => {
    const concerns = news.reset || news.changes.some((change) => change.kind === "conversation");
    if (leads && concerns && document.body.dataset.notices && !due) due = setTimeout(look, SETTLE_MS);
  });

  // A choice is heard, or allowed, when it is made.
  async function choose(box) {
    if (box.name === "sound") play();
    if (box.name !== "desktop_notices") return;
    const allowed = window.Notification && await Notification.requestPermission() === "granted";
    if (allowed) return;
    box.checked = false;
    const told = document.createElement("p");
    told.className = "warning";
    told.setAttribute("role", "alert");
    told.textContent = box.dataset.denied;
    box.closest("p").after(told);
  }
  function prepare() {
    for (const box of document.querySelectorAll("input[name=sound], input[name=desktop_notices]")) {
      box.addEventListener("change", () => { if (box.checked) choose(box); });
    }
  }
  document.addEventListener("DOMContentLoaded", () => {
    if (document.body.dataset.notices) look();
    prepare();
  });
  document.addEventListener("svar:arrived", () => {
    title = null;
    if (counted) count(counted);
    prepare();
  });
})();
