"use strict";
(function () {
  function open(id) {
    var box = id && document.getElementById(id);
    if (!box) { return; }
    if (box.tagName === "DETAILS") {
      box.open = true;
      var summary = box.querySelector("summary");
      if (summary) { summary.focus({ preventScroll: true }); }
    }
    box.scrollIntoView({ block: "center" });
  }
  window.addEventListener("hashchange", function () { open(location.hash.slice(1)); });
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href^='#']");
    if (link) {
      var hash = link.getAttribute("href").slice(1);
      if (location.hash.slice(1) === hash) { event.preventDefault(); open(hash); }
    }
    var button = event.target.closest && event.target.closest("button[data-lane]");
    if (button) {
      var pressed = button.getAttribute("aria-pressed") !== "true";
      var group = button.parentNode.querySelectorAll("button[data-lane]");
      Array.prototype.forEach.call(group, function (other) {
        other.setAttribute("aria-pressed", other === button && pressed ? "true" : "false");
      });
      var list = document.getElementById(button.getAttribute("data-list"));
      Array.prototype.forEach.call(list.children, function (item) {
        item.hidden = pressed && item.getAttribute("data-lane") !== button.getAttribute("data-lane");
      });
    }
  });
  window.addEventListener("beforeprint", function () {
    Array.prototype.forEach.call(document.querySelectorAll("details"), function (box) { box.open = true; });
  });
  open(location.hash.slice(1));
})();
