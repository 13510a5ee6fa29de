// Going from page to page: the next one is fetched and takes the place of what is shown, so that
// neither styles nor scripts begin anew. Whatever is out of the ordinary is left to the browser: other
// sites, files, new windows, pages with other scripts, and a page on which somebody has typed
// something, as the browser keeps that for the way back.
"use strict";
(() => {
  const root = document.documentElement;
  const SAVE_MS = 100;
  const SLOW_MS = 150;
  const path = () => location.pathname + location.search;
  // What is on the page, by its address: of two that differ in the fragment only, both.
  let shown = path();
  let going = null;
  let slow = null;
  function gone() {
    clearTimeout(slow);
    delete root.dataset.going;
  }

  const assets = (page) => [...page.head.querySelectorAll("script[src], link[rel=stylesheet]")]
    .map((one) => one.getAttribute("src") || one.getAttribute("href")).join(" ");
  const isAlike = (page) => page.getElementById("content") && assets(page) === assets(document)
    && !page.body.querySelector("script") && !document.body.querySelector("script");

  function isChanged(field) {
    if (field.matches("select")) {
      const first = [...field.options].findIndex((option) => option.defaultSelected);
      return !field.multiple && field.selectedIndex !== Math.max(first, 0);
    }
    return field.matches("[type=checkbox], [type=radio]")
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue;
  }
  // Whether somebody has put something into a form, other than the one that is sent.
  const isTouched = (sent) => [...document.querySelectorAll("main input, main select, main textarea")]
    .some((field) => (!sent || field.form !== sent) && isChanged(field));

  function place(url, top) {
    const named = url.hash && document.getElementById(decodeURIComponent(url.hash.slice(1)));
    const head = document.querySelector("main [autofocus]") || document.querySelector("main h1")
      || document.getElementById("content");
    if (!head.hasAttribute("tabindex") && !head.matches("[autofocus]")) head.tabIndex = -1;
    head.focus({ preventScroll: true });
    if (named && !top) named.scrollIntoView(); else scrollTo(0, top);
  }

  // What is around the content stays where it is the same, so that little has to be drawn again.
  const AROUND = ["nav ul", "form.find", "form.presence", "#keys", "#tip"];
  function exchange(page) {
    const pairs = AROUND.map((at) => [document.querySelector(at), page.querySelector(at)]);
    if (pairs.some(([mine, theirs]) => !mine !== !theirs)) {
      document.body.replaceWith(document.adoptNode(page.body));
      return;
    }
    for (const [mine, theirs] of pairs) if (mine && !mine.isEqualNode(theirs)) mine.replaceWith(document.adoptNode(theirs));
    for (const key of ["keys", "notices"]) {
      if (key in page.body.dataset) document.body.dataset[key] = page.body.dataset[key]; else delete document.body.dataset[key];
    }
    document.getElementById("content").replaceWith(document.adoptNode(page.getElementById("content")));
  }

  function show(page, url, back) {
    document.dispatchEvent(new CustomEvent("svar:left"));
    history.scrollRestoration = "manual";
    if (!back) history.pushState({ top: 0 }, "", url);
    document.title = page.title;
    // Who sets it anew has every element on the page looked at again.
    if (root.lang !== page.documentElement.lang) root.lang = page.documentElement.lang;
    if (!back && !url.hash) ahead.drawTopFirst(page.getElementById("content"));
    exchange(page);
    shown = path();
    place(url, back ? back.top : 0);
    document.dispatchEvent(new CustomEvent("svar:arrived"));
  }

  // `back`: how far down the page was, of one that was shown before.
  async function go(address, back) {
    if (going) going.abort();
    const turn = new AbortController();
    going = turn;
    // Read before anything changes, while the browser knows it.
    if (!back) history.replaceState({ ...history.state, top: scrollY }, "");
    root.dataset.going = "";
    clearTimeout(slow);
    slow = setTimeout(() => { root.dataset.going = "slowly"; }, SLOW_MS);
    try {
      const { page, address: found } = await ahead.page(address, turn.signal);
      if (!page) {
        // A file is saved, and the page stays.
        gone();
        location.href = address;
        return;
      }
      if (!isAlike(page)) throw new Error("another kind of page");
      const url = new URL(found);
      url.hash = new URL(address, location.href).hash;
      if (turn.signal.aborted) return;
      show(page, url, back);
      gone();
    } catch {
      if (turn.signal.aborted) return;
      if (back) location.reload(); else location.href = address;
    }
  }

  const isLeft = (event, link) => event.defaultPrevented || event.button || event.metaKey || event.ctrlKey
    || event.shiftKey || event.altKey || link.hasAttribute("download") || (link.getAttribute("target") || "_self") !== "_self";

  // On the window, as who takes a click for something else is heard before.
  addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (!link || isLeft(event, link)) return;
    const url = ahead.addressOf(link);
    const isHere = url.pathname + url.search === path() && url.hash;
    if (url.origin !== location.origin || isHere || isTouched()) return;
    event.preventDefault();
    go(url.href);
  });
  addEventListener("submit", (event) => {
    const form = event.target;
    const isAsked = form.method === "get" && (form.getAttribute("target") || "_self") === "_self";
    if (event.defaultPrevented || !isAsked || isTouched(form)) return;
    const url = new URL(form.action);
    url.search = new URLSearchParams(new FormData(form, event.submitter));
    if (url.origin !== location.origin) return;
    event.preventDefault();
    go(url.href);
  });
  addEventListener("popstate", (event) => {
    if (path() !== shown) go(location.href, { top: (event.state && event.state.top) || 0 });
  });
  document.addEventListener("svar:stayed", () => { shown = path(); });

  // How far down a page is, for the way back; a page that is loaded again is placed by the browser.
  let saving = null;
  addEventListener("scroll", () => {
    clearTimeout(saving);
    saving = setTimeout(() => {
      if (path() === shown && !("going" in root.dataset)) history.replaceState({ ...history.state, top: scrollY }, "");
    }, SAVE_MS);
  }, { passive: true });
  addEventListener("pagehide", () => { history.scrollRestoration = "auto"; });
  // A page that the browser kept is whole again.
  addEventListener("pageshow", gone);
})();
