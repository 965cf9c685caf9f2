"use strict";
(function () {
  var panel = document.getElementById("panel");
  var from = null;
  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function shut() {
    if (panel.hidden) { return; }
    panel.hidden = true;
    if (from) { from.focus({ preventScroll: true }); }
  }
  // A record beside the sentence, so that the place in the text is not lost.
  function show(box, link) {
    var body = panel.querySelector("div");
    body.textContent = "";
    var head = document.createElement("h3");
    head.textContent = box.querySelector("summary").textContent;
    body.appendChild(head);
    each(box.children, function (part) {
      if (part.tagName !== "SUMMARY") { body.appendChild(part.cloneNode(true)); }
    });
    from = link;
    panel.hidden = false;
    panel.focus({ preventScroll: true });
  }
  function open(id) {
    var box = id && document.getElementById(id);
    if (!box) { return; }
    for (var up = box; up; up = up.parentElement) {
      if (up.tagName === "DETAILS") { up.open = true; }
    }
    if (box.tagName === "LI") {
      box.hidden = false;
      each(document.querySelectorAll("li.at"), function (other) { other.classList.remove("at"); });
      box.classList.add("at");
    }
    box.scrollIntoView({ block: "center" });
  }
  function filter(button) {
    var pressed = button.getAttribute("aria-pressed") !== "true";
    each(button.parentNode.querySelectorAll("button[data-lane]"), function (other) {
      other.setAttribute("aria-pressed", other === button && pressed ? "true" : "false");
    });
    var lane = button.getAttribute("data-lane");
    each(document.getElementById(button.getAttribute("data-list")).children, function (item) {
      item.hidden = pressed && item.getAttribute("data-lane") !== lane;
    });
  }
  // Both languages are in the page; one is shown.
  function change(button) {
    each(document.querySelectorAll("[data-language]"), function (part) {
      part.hidden = !part.hidden;
      if (!part.hidden) { document.documentElement.lang = part.getAttribute("data-language"); }
    });
    var said = button.textContent;
    button.textContent = button.getAttribute("data-other");
    button.setAttribute("data-other", said);
    button.lang = document.documentElement.lang === "ja" ? "en" : "ja";
  }
  window.addEventListener("hashchange", function () { open(location.hash.slice(1)); });
  document.addEventListener("click", function (event) {
    var at = function (what) { return event.target.closest && event.target.closest(what); };
    var link = at("a[href^='#']");
    if (link) {
      var hash = link.getAttribute("href").slice(1);
      var box = document.getElementById(hash);
      if (link.classList.contains("cite") && box) {
        event.preventDefault();
        show(box, link);
      } else if (location.hash.slice(1) === hash) {
        event.preventDefault();
        open(hash);
      }
      return;
    }
    if (at("#close")) { shut(); }
    if (at("#language")) { change(at("#language")); }
    if (at("button[data-lane]")) { filter(at("button[data-lane]")); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { shut(); }
  });
  window.addEventListener("beforeprint", function () {
    shut();
    each(document.querySelectorAll("details"), function (box) { box.open = true; });
    each(document.querySelectorAll("li[hidden]"), function (item) { item.hidden = false; });
  });
  open(location.hash.slice(1));
})();
