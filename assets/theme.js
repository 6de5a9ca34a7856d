// Light, dark, or as the system says; the choice is kept in this browser.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const NEXT = { system: "light", light: "dark", dark: "system" };
  const { KEY, apply, chosen } = window.sessionHistoryTheme;

  page.theme = () => document.documentElement.dataset.bsTheme;
  page.themeChanged = () => window.dash_clientside.set_props("page-theme", { data: page.theme() });
  page.nextTheme = function () {
    page.keep(KEY, NEXT[chosen()]);
    if (apply()) page.themeChanged();
  };
})();
