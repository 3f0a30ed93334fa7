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
    // What a reader selects in the text of a page is the faulty wording; its passage is ticked with it.
    document.querySelectorAll("[data-marks]").forEach(function (form) {
      document.addEventListener("selectionchange", function () {
        var chosen = window.getSelection();
        var label = chosen.anchorNode && chosen.anchorNode.parentElement && chosen.anchorNode.parentElement.closest(".reading-text label");
        var words = chosen.toString().trim();
        if (!label || !form.contains(label) || !words || words.length > 200 || !label.contains(chosen.focusNode)) { return; }
        var box = label.querySelector("input");
        if (!box.disabled) {
          box.checked = true;
          form.elements.fault.value = words;
        }
      });
    });
    // A part of a picture is chosen by drawing over it; what is kept are thousandths of the whole.
    document.querySelectorAll(".picture[data-region]").forEach(function (picture) {
      var field = document.getElementById(picture.dataset.region);
      if (!field) { return; }
      var mark = null, from = null;
      function at(event) {
        var box = picture.querySelector("img").getBoundingClientRect();
        var part = function (value, start, size) { return Math.round(Math.min(Math.max((value - start) / size, 0), 1) * 1000); };
        return [part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height)];
      }
      function show(a, b) {
        var left = Math.min(a[0], b[0]), top = Math.min(a[1], b[1]);
        var width = Math.abs(a[0] - b[0]), height = Math.abs(a[1] - b[1]);
        if (!mark) {
          mark = document.createElement("div");
          mark.className = "region";
          picture.appendChild(mark);
        }
        mark.style.cssText = "left:" + left / 10 + "%;top:" + top / 10 + "%;width:" + width / 10 + "%;height:" + height / 10 + "%";
        field.value = width > 2 && height > 2 ? [left, top, width, height].join(",") : "";
      }
      var old = field.value.split(",").map(Number);
      if (old.length === 4) { show([old[0], old[1]], [old[0] + old[2], old[1] + old[3]]); }
      // A mouse draws. A finger, with which one moves the page as well, taps at one corner and then at the other.
      var touched = false, corner = null;
      picture.addEventListener("pointerdown", function (event) {
        touched = event.pointerType !== "mouse";
        if (!touched) { from = at(event); event.preventDefault(); }
      });
      picture.addEventListener("pointermove", function (event) { if (from && !touched) { show(from, at(event)); } });
      window.addEventListener("pointerup", function () { from = null; });
      picture.addEventListener("click", function (event) {
        if (!touched) { return; }
        var here = at(event);
        if (corner) { show(corner, here); corner = null; } else { corner = here; show(here, [here[0] + 3, here[1] + 3]); field.value = ""; }
      });
    });
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
