// Small comforts of the console. Every screen works without this file.
(function () {
  "use strict";
  var root = document.documentElement;
  // The chosen brightness is kept on this device; without a choice the system's own is followed.
  var wish = null;
  try { wish = localStorage.getItem("theme"); } catch (e) { /* storage may be refused: then the system decides */ }
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function paint() {
    root.setAttribute("data-bs-theme", wish || (dark.matches ? "dark" : "light"));
  }
  paint();
  if (dark.addEventListener) { dark.addEventListener("change", paint); }
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-theme-switch]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        wish = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
        try { localStorage.setItem("theme", wish); } catch (e) { /* as above */ }
        paint();
      });
    });
    // One box that ticks a whole list.
    document.querySelectorAll("[data-tick-all]").forEach(function (all) {
      all.hidden = false;
      all.addEventListener("change", function () {
        all.closest("form, table").querySelectorAll("input[type=checkbox][name]").forEach(function (box) {
          box.checked = all.checked;
        });
      });
    });
    // A screen of work under way is fetched again while it says so; whoever is typing is left alone.
    function refresh() {
      var mark = document.querySelector("[data-refresh]");
      if (!mark) { return; }
      setTimeout(function () {
        var main = document.getElementById("main");
        if (document.hidden || main.contains(document.activeElement)) { refresh(); return; }
        fetch(location.href, { credentials: "same-origin" }).then(function (answer) {
          return answer.ok ? answer.text() : null;
        }).then(function (text) {
          var fresh = text && new DOMParser().parseFromString(text, "text/html").getElementById("main");
          if (fresh) { main.replaceChildren.apply(main, Array.from(fresh.childNodes)); }
          refresh();
        }).catch(refresh);
      }, Number(mark.dataset.refresh) * 1000);
    }
    refresh();
    // A form that was sent is not sent twice.
    document.querySelectorAll("form[method=post]").forEach(function (form) {
      form.addEventListener("submit", function (event) {
        if (form.dataset.sent) { event.preventDefault(); return; }
        form.dataset.sent = "1";
        setTimeout(function () { delete form.dataset.sent; }, 4000);
      });
    });
  });
})();
