// Sends an export up with a bar that shows how much has gone, and takes files that are dropped.
"use strict";
(() => {
  function show(request) {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = page.querySelector("main");
    if (main) document.querySelector("main").replaceWith(main);
    start();
  }

  function send(form, action, bar, said) {
    const request = new XMLHttpRequest();
    request.open("POST", action);
    request.upload.addEventListener("progress", (event) => {
      bar.hidden = false;
      const share = event.total ? Math.floor((100 * event.loaded) / event.total) : 0;
      bar.value = share;
      said.textContent = `${share} %`;
    });
    request.addEventListener("load", () => {
      // Where it was taken, the answer is the page on which it is followed.
      const place = request.responseURL;
      if (place && new URL(place).pathname !== new URL(action).pathname) location.assign(place);
      else show(request);
    });
    request.addEventListener("error", () => {
      bar.hidden = true;
      said.textContent = form.dataset.cut;
      for (const button of form.querySelectorAll("button")) button.disabled = false;
    });
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    request.send(new FormData(form));
  }

  function start() {
    const form = document.querySelector("form[data-import]");
    if (!form) return;
    const files = form.querySelector("input[type=file][name=files]");
    form.addEventListener("dragover", (event) => {
      event.preventDefault();
      form.classList.add("dropping");
    });
    form.addEventListener("dragleave", () => form.classList.remove("dropping"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("dropping");
      if (event.dataTransfer.files.length) files.files = event.dataTransfer.files;
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const action = event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : form.action;
      send(form, action, form.querySelector("progress"), form.querySelector("[data-said]"));
    });
  }
  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("svar:arrived", start);
})();
