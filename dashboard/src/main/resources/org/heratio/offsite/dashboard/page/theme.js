// Sets the colours before the first paint. It is a classic script for that reason alone.
(function () {
  "use strict";
  var KEY = "offsite-theme";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function choice() {
    try {
      return localStorage.getItem(KEY) || "auto";
    } catch (e) {
      return "auto"; // storage is switched off
    }
  }

  function apply() {
    var chosen = choice();
    var theme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
    document.documentElement.dataset.theme = theme;
    window.dispatchEvent(new CustomEvent("offsite-theme"));
  }

  window.offsiteTheme = {
    choice: choice,
    choose: function (theme) {
      try {
        localStorage.setItem(KEY, theme);
      } catch (e) {
        document.documentElement.dataset.theme = theme;
        return;
      }
      apply();
    },
  };
  dark.addEventListener("change", apply);
  apply();
})();
