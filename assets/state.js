// The URL is the state. `route` turns it into the page's question; choices turn into a new URL.
(function () {
  window.dash_clientside = window.dash_clientside || {};
  const page = (window.dash_clientside.sessionHistory = window.dash_clientside.sessionHistory || {});
  const PAGE_ONLY = ["creator", "session", "sort"];
  const FILTERS = ["course_id", "st_id", "student_id", "student_q", "status", "rating_min", "rating_max", "rated", "flag"];
  const RANGE = ["from", "to", "range"];
  const DEFAULT_RANGE = "last_12_weeks";

  const noUpdate = () => window.dash_clientside.no_update;
  const params = () => new URLSearchParams(window.location.search);
  const theme = () => document.documentElement.dataset.bsTheme;

  page.params = params;
  page.setParams = function (changes) {
    const next = params();
    for (const [name, value] of Object.entries(changes)) {
      next.delete(name);
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== null && one !== undefined && one !== "") next.append(name, one);
      }
    }
    const search = "?" + next;
    if (search !== window.location.search) window.dash_clientside.set_props("page-url", { search });
  };

  function ownCreator() {
    return document.querySelector(".creator-choice:not([hidden])") ? "all" : "me";
  }

  function questionOf(url) {
    const asked = new URLSearchParams(url);
    const creator = asked.get("creator") || ownCreator();
    PAGE_ONLY.forEach((name) => asked.delete(name));
    if (!RANGE.some((name) => asked.has(name))) asked.set("range", DEFAULT_RANGE);
    return { creator, search: asked.toString() };
  }

  function showControls(url) {
    const set = window.dash_clientside.set_props;
    set("filter-course", { value: url.getAll("course_id") });
    set("filter-st", { value: url.getAll("st_id") });
    set("filter-status", { value: url.getAll("status") });
    set("filter-student", { value: url.get("student_q") || "" });
    set("header-creator", { value: url.get("creator") || "all" });
  }

  function showChosen(url) {
    const named = url.get("range") || (url.has("from") || url.has("to") ? "" : DEFAULT_RANGE);
    const buttons = [...document.querySelectorAll(".seg-button[data-preset]")];
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.preset === named)));
    const custom = document.getElementById("range-custom");
    custom?.setAttribute("aria-pressed", String(!buttons.some((button) => button.dataset.preset === named)));
    const reset = document.getElementById("filter-reset");
    if (reset) reset.hidden = ![...FILTERS, ...RANGE].some((name) => url.has(name));
  }

  page.route = function (search, question, creator, session, shownTheme) {
    const url = new URLSearchParams(search || window.location.search);
    const next = questionOf(search || window.location.search);
    const same = question && question.search === next.search && question.creator === next.creator;
    showChosen(url);
    if (question) showControls(url);
    else if (url.get("student_q") || url.getAll("status").length || url.get("creator")) {
      const set = window.dash_clientside.set_props;
      set("filter-status", { value: url.getAll("status") });
      set("filter-student", { value: url.get("student_q") || "" });
      if (url.get("creator")) set("header-creator", { value: url.get("creator") });
    }
    const opened = url.get("session");
    return [
      same ? noUpdate() : next,
      creator === next.creator ? noUpdate() : next.creator,
      (session || null) === opened ? noUpdate() : opened,
      shownTheme === theme() ? noUpdate() : theme(),
    ];
  };

  page.themeChanged = () => window.dash_clientside.set_props("page-theme", { data: theme() });

  const changed = () => window.dash_clientside.callback_context.triggered.length > 0;

  page.applyFilters = function (courses, sts, student, statuses) {
    if (!changed()) return;
    const trigger = window.dash_clientside.callback_context.triggered.map((t) => t.prop_id.split(".")[0]);
    const values = {
      "filter-course": ["course_id", courses || []],
      "filter-st": ["st_id", sts || []],
      "filter-student": ["student_q", (student || "").trim()],
      "filter-status": ["status", statuses || []],
    };
    page.setParams(Object.fromEntries(trigger.filter((id) => values[id]).map((id) => values[id])));
  };

  page.chooseCreator = function (creator) {
    if (!changed() || !document.querySelector(".creator-choice:not([hidden])")) return;
    const current = params().get("creator") || "all";
    if (creator && creator !== current) {
      page.setParams({ creator: creator === "all" ? null : creator, course_id: null, st_id: null, student_id: null, session: null });
    }
  };

  page.resetFilters = function (clicks) {
    if (clicks) page.setParams(Object.fromEntries([...FILTERS, ...RANGE].map((name) => [name, null])));
  };

  page.applyDays = function (clicks, from, to) {
    if (clicks && (from || to)) page.setParams({ range: null, from, to });
    if (clicks) document.getElementById("range-custom")?.click();
  };

  page.toggleSt = function (click) {
    const id = click?.points?.[0]?.customdata?.[0];
    if (!id) return;
    const chosen = params().getAll("st_id");
    page.setParams({ st_id: chosen.includes(id) ? chosen.filter((one) => one !== id) : [id] });
  };

  page.openSession = (id) => page.setParams({ session: id });
  page.watchSession = function (id) {
    page.watchNext = true;
    page.openSession(id);
  };
  page.detailShown = function (body) {
    if (!body || !page.watchNext) return;
    page.watchNext = false;
    window.requestAnimationFrame(() => document.getElementById("player-play")?.click());
  };
  page.closeDetail = function () {
    page.stopRecording();
    page.setParams({ session: null });
  };
  page.leaveDetail = function (open) {
    if (changed() && !open && params().has("session")) page.closeDetail();
  };

  document.addEventListener("click", (event) => {
    const preset = event.target.closest?.("[data-preset]");
    if (preset) {
      const chosen = preset.dataset.preset;
      page.setParams({ from: null, to: null, range: chosen === DEFAULT_RANGE ? null : chosen });
      if (preset.classList.contains("range-more")) document.getElementById("range-custom")?.click();
    }
    if (event.target.closest?.("[data-close=detail]")) page.closeDetail();
    if (event.target.closest?.("[data-retry=page]")) window.location.reload();
  });
})();
