// Runs before the page is drawn: no flash of the wrong theme, and the zone is in the URL from the start.
(function () {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", () => {
    apply();
    window.dash_clientside?.sessionHistory?.themeChanged?.();
  });
  const params = new URLSearchParams(window.location.search);
  if (!params.has("tz")) {
    params.set("tz", Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC");
    window.history.replaceState(window.history.state, "", "?" + params);
  }
})();
