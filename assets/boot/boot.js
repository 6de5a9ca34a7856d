// Runs before the page is drawn: no flash of the wrong theme, and the zone is in the URL from the start.
delete Object.prototype.__proto__; // names become keys of Dash's search index: one called so must be a key like any other
(function () {
  window.dash_clientside = { sessionHistory: {} };
  const KEY = "session-history-theme";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  // What is kept in this browser, which may forbid it: nothing may depend on it.
  const kept = (key) => {
    try {
      return window.localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const keep = (key, value) => {
    try {
      window.localStorage.setItem(key, value);
    } catch {}
  };
  Object.assign(window.dash_clientside.sessionHistory, { kept, keep });

  // English words stand in the scripts, another language's in the document; an element may take a {placeholder}'s place.
  const { lang } = document.documentElement;
  const words = JSON.parse(document.getElementById("page-words")?.textContent || "{}");
  const locale = lang === "en" ? "en-GB" : lang;
  const cut = (text, values) => text.split(/\{(\w+)\}/).map((part, index) => (index % 2 ? values[part] : part));
  const parts = (message, values) => cut(words[message] ?? message, values);
  const t = (message, values) => parts(message, values).join("");
  const digits = {};
  const number = (value, decimals = 0) =>
    (digits[decimals] ??= new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: "always" })).format(value);
  const rules = new Intl.PluralRules(locale);
  const counted = (count, one, many, values) => {
    const forms = words[one] || { one, other: many };
    return cut(forms[rules.select(count)] ?? forms.other, { count: number(count), ...values }).join("");
  };
  Object.assign(window.dash_clientside.sessionHistory, { locale, parts, t, number, counted });
  const chosen = () => kept(KEY) || "system";
  const apply = () => {
    const theme = chosen() === "system" ? (dark.matches ? "dark" : "light") : chosen();
    const changed = document.documentElement.dataset.bsTheme !== theme;
    document.documentElement.dataset.bsTheme = theme;
    document.documentElement.dataset.themeChoice = chosen();
    return changed;
  };
  window.sessionHistoryTheme = { KEY, apply, chosen };
  apply();
  const rows = kept("session-history-st-rows");
  if (rows) document.documentElement.style.setProperty("--kept-st-rows", rows);
  dark.addEventListener("change", () => apply() && window.dash_clientside?.sessionHistory?.themeChanged?.());

  // What the page shows; an address that names nothing of it shows the sessions.
  const tabOf = (url) => (["upcoming", "review", "compare"].includes(url.get("tab")) ? url.get("tab") : "sessions");
  window.dash_clientside.sessionHistory.tabOf = tabOf;
  const asked = new URLSearchParams(window.location.search);
  document.documentElement.dataset.tab = tabOf(asked);

  // Whether an address shows what a first visit does without: its styles are there then before anything is painted.
  const needsLater = (url) => tabOf(url) !== "sessions" || url.has("session");
  const laterStyle = () => Object.assign(document.createElement("link"), { className: "later-style", rel: "stylesheet", href: document.documentElement.dataset.laterStyle });
  Object.assign(window.dash_clientside.sessionHistory, { needsLater, laterStyle });
  if (needsLater(asked)) {
    const link = Object.assign(laterStyle(), { blocking: "render", onerror: () => link.remove() });
    document.head.append(link);
  }

  // A callback that fails leaves old figures standing, or no session; the page must say so instead of showing them as new.
  const send = window.fetch;
  window.fetch = async (...request) => {
    const body = String(request[1]?.body);
    const isFigures = body.includes("metrics-tiles.children");
    const isDetail = body.includes("detail-body.children");
    const isReview = body.includes("review-panel.children");
    const isCompared = body.includes("compare-result.children");
    const isExport = body.includes("export-body.children");
    const isFailed = (failed) => {
      if (isFigures) document.documentElement.toggleAttribute("data-figures-failed", failed);
      const isOpen = new URLSearchParams(window.location.search).has("session"); // to close one needs no answer
      if (isDetail) document.documentElement.toggleAttribute("data-detail-failed", failed && isOpen);
      if (isCompared) document.documentElement.toggleAttribute("data-compare-failed", failed);
      if (isReview) document.documentElement.toggleAttribute("data-review-failed", failed);
      if (isExport) document.documentElement.toggleAttribute("data-export-failed", failed);
    };
    try {
      const response = await send(...request);
      if (response.status === 401) document.documentElement.toggleAttribute("data-signed-out", true);
      if (response.status !== 204) isFailed(response.status >= 400); // 204 draws nothing, so it mends nothing
      if (isFigures && response.ok) document.documentElement.toggleAttribute("data-figures-shown", true);
      return response;
    } catch (error) {
      if (error.name !== "AbortError") isFailed(true);
      throw error;
    }
  };

  // A page that the browser kept is as it was for whoever was signed in then.
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());

  const params = new URLSearchParams(window.location.search);
  if (!params.has("tz") && !document.documentElement.hasAttribute("data-plain")) {
    params.set("tz", Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC");
    window.history.replaceState(window.history.state, "", "?" + params);
  }
})();
