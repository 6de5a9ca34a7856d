// The URL is the state. `look` turns it into the page's question; choices turn into a new URL.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const PAGE_ONLY = ["creator", "session", "sort", "st_sort", "tab", "view", "day", "reason", "review"];
  const UPCOMING = ["course_id", "st_id", "student_id", "student_q", "tz"]; // what of a question holds for what is to come
  const FILTERS = ["course_id", "st_id", "student_id", "student_q", "status", "rating_min", "rating_max", "rated", "timed", "flag"];
  const RANGE = ["from", "to", "range"];
  const DEFAULT_RANGE = "last_12_weeks";
  const DEFAULT_SORT = "-scheduled_start";
  const ANY = "any";
  const CONTROLS = {
    "filter-course": { field: "course_id", several: true },
    "filter-st": { field: "st_id", several: true },
    "filter-student": { field: "student_q" },
    "filter-status": { field: "status", several: true },
    "filter-rating-min": { field: "rating_min", none: ANY },
    "filter-rating-max": { field: "rating_max", none: ANY },
    "filter-rated": { field: "rated", none: ANY },
    "filter-flags": { field: "flag", several: true },
  };
  const undo = new Map();

  const params = () => new URLSearchParams(window.location.search);
  const triggered = () => window.dash_clientside.callback_context.triggered.map((t) => t.prop_id.split(".")[0]);
  const list = (value) => (Array.isArray(value) ? value : [value]).filter((one) => one !== null && one !== undefined && one !== "").map(String);
  const same = (some, others) => some.length === others.length && some.every((one) => others.includes(one));
  const isStaff = () => Boolean(document.querySelector(".creator-choice:not([hidden])"));

  page.params = params;
  page.sort = () => sortOf(params());

  // A field that is changed otherwise than by a second click has no way back any more.
  function forget(names) {
    for (const key of [...undo.keys()]) if (Object.keys(JSON.parse(key)).some((name) => names.includes(name))) undo.delete(key);
  }

  // Change some of the URL's fields; a list repeats its field, nothing removes it.
  page.setParams = function (changes) {
    if (go(changes)) forget(Object.keys(changes));
  };

  function go(changes) {
    const next = params();
    if (Object.entries(changes).every(([name, value]) => same(next.getAll(name), list(value)))) return false;
    for (const [name, value] of Object.entries(changes)) {
      next.delete(name);
      list(value).forEach((one) => next.append(name, one));
    }
    page.recordFilters?.(params(), next, [...FILTERS, ...RANGE]);
    window.history.pushState(null, "", "?" + next);
    follow();
    return true;
  }

  // What follows from a choice without being one: no entry of its own to go back to.
  page.replaceParams = function (changes) {
    const next = params();
    for (const [name, value] of Object.entries(changes)) {
      next.delete(name);
      list(value).forEach((one) => next.append(name, one));
    }
    window.history.replaceState(null, "", "?" + next);
  };

  // Set fields, or, where they are set already, take them back to what they were before.
  page.toggleParams = function (changes) {
    const current = params();
    const names = Object.keys(changes);
    const key = JSON.stringify(changes);
    if (names.every((name) => same(current.getAll(name), list(changes[name])))) {
      go(undo.get(key) || Object.fromEntries(names.map((name) => [name, null])));
      undo.delete(key);
    } else {
      forget(names);
      undo.set(key, Object.fromEntries(names.map((name) => [name, current.getAll(name)])));
      go(changes);
    }
  };

  // Side B of a comparison: what it has in place of what is filtered by.
  const otherSide = (url) => new URLSearchParams([...url].filter(([name]) => name.startsWith("vs_")));

  function questionOf(url) {
    const asked = new URLSearchParams(url);
    const creator = asked.get("creator") || (isStaff() ? "all" : "me");
    [...PAGE_ONLY, ...otherSide(url).keys()].forEach((name) => asked.delete(name));
    if (!RANGE.some((name) => asked.has(name))) asked.set("range", DEFAULT_RANGE);
    return { creator, search: asked.toString() };
  }

  const propsOf = (id) => window.dash_component_api.getLayout(id)?.props || {};

  // A value that a control does not offer would be dropped by it, and the address with it: it must be named instead.
  function isOffered(id, value) {
    const offered = propsOf(id).options?.map((option) => option.value);
    return !offered?.length || list(value).every((one) => offered.includes(one));
  }

  function sortOf(url) {
    const asked = url.get("sort") || DEFAULT_SORT;
    const column = propsOf("grid-sessions").columnDefs?.find((one) => one.colId === asked.replace(/^-/, ""));
    return column && column.sortable !== false ? asked : DEFAULT_SORT;
  }

  // A control is set only where it says something else, so that setting it does not count as a choice.
  function showControls(url, first) {
    const set = window.dash_clientside.set_props;
    for (const [id, { field, several, none = "" }] of Object.entries(CONTROLS)) {
      const needsOptions = id === "filter-course" || id === "filter-st";
      if (first && (needsOptions || !url.has(field))) continue;
      const value = several ? url.getAll(field) : url.get(field) || none;
      const shows = propsOf(id).value;
      if (isOffered(id, value) && !same(list(shows), list(value))) set(id, { value });
    }
    if (propsOf("filter-sort").value !== sortOf(url)) set("filter-sort", { value: sortOf(url) });
    const creator = url.get("creator") || "all";
    const isNew = isStaff() && propsOf("header-creator").value !== creator;
    if (isNew && isOffered("header-creator", creator)) set("header-creator", { value: creator });
  }

  page.namedRange = (url) => url.get("range") || (url.has("from") || url.has("to") ? "" : DEFAULT_RANGE);

  function showChosen(url) {
    const named = page.namedRange(url);
    const buttons = [...document.querySelectorAll(".seg-button[data-preset]")];
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.preset === named)));
    document.querySelectorAll("a.carries-zone").forEach((link) => (link.search = "?tz=" + encodeURIComponent(url.get("tz") || "")));
    const custom = document.getElementById("range-custom");
    custom?.setAttribute("aria-pressed", String(!buttons.some((button) => button.dataset.preset === named)));
    const reset = document.getElementById("filter-reset");
    const isUpcoming = tabOf(url) === "upcoming";
    const chosen = FILTERS.filter((name) => url.has(name) && (!isUpcoming || UPCOMING.includes(name)));
    const ranged = isUpcoming ? [] : RANGE.filter((name) => url.has(name));
    if (reset) reset.hidden = !chosen.length && !ranged.length;
    page.showSheetButton(chosen.length);
  }

  const { tabOf } = page;

  function showTab(tab) {
    const was = document.documentElement.dataset.tab;
    document.documentElement.dataset.tab = tab;
    document.querySelectorAll(".view-tab").forEach((button) => {
      if (button.dataset.tab === tab) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    });
    if (was !== tab && tab === "sessions") window.dispatchEvent(new Event("resize")); // the chart had no width
  }

  function upcomingOf(asked, tab) {
    if (tab !== "upcoming") return null;
    const kept = [...new URLSearchParams(asked.search)].filter(([name]) => UPCOMING.includes(name));
    return { creator: asked.creator, search: new URLSearchParams(kept).toString() };
  }

  const REVIEW_VIEWS = { mine: [["assignee", "me"]], decided: [["state", "resolved"], ["state", "dismissed"]] };
  function reviewsOf(asked, url) {
    if (tabOf(url) !== "review") return null;
    const more = Object.hasOwn(REVIEW_VIEWS, url.get("review") || "") ? REVIEW_VIEWS[url.get("review")] : [];
    const known = [...document.querySelectorAll("[data-reason]")].map((button) => button.dataset.reason);
    const reasons = url.getAll("reason").filter((reason) => known.includes(reason)).map((reason) => ["reason", reason]);
    return { creator: asked.creator, search: new URLSearchParams([...new URLSearchParams(asked.search), ...reasons, ...more]).toString() };
  }

  function comparedOf(asked, url) {
    return tabOf(url) === "compare" ? { creator: asked.creator, search: `${asked.search}&${otherSide(url)}` } : null;
  }

  // What the page shows of the address; `look` tells which parts of it are new, and has the rows follow at once.
  const shown = {};

  function look() {
    const url = params();
    const asked = questionOf(url);
    const next = {
      question: asked,
      creator: asked.creator,
      session: url.get("session"),
      sort: sortOf(url),
      upcoming: upcomingOf(asked, tabOf(url)),
      reviews: reviewsOf(asked, url),
      compare: comparedOf(asked, url),
    };
    const isNew = (name) => JSON.stringify(next[name]) !== JSON.stringify(shown[name]);
    const changed = Object.keys(next).filter(isNew);
    showTab(tabOf(url));
    showChosen(url);
    showControls(url, !shown.question);
    page.showStSort(url.get("st_sort"));
    if (next.reviews) page.showReviewChoice(url);
    if (next.compare) page.showOtherSide();
    if (changed.includes("reviews") && next.reviews) page.loadReviews(next.reviews);
    const rows = changed.includes("question") ? page.loadRows(asked) : null;
    if (changed.includes("creator")) Promise.resolve(rows).finally(() => page.countReviews(asked.creator));
    if (changed.includes("question")) page.showTable();
    else if (changed.includes("sort")) page.showSort(next.sort);
    if (next.upcoming) page.showCalendar(next.upcoming, changed.includes("upcoming"));
    Object.assign(shown, next);
    return changed;
  }

  page.begin = function () {
    document.getElementById("page-outline")?.remove();
    page.mendDropdowns();
    page.reachStrip();
    look();
    return [shown.question, shown.creator, shown.session, page.theme(), shown.sort, shown.upcoming, shown.reviews, shown.compare];
  };

  const STORES = { sort: "page-sort", question: "page-question", creator: "page-creator", session: "detail-session", upcoming: "page-upcoming", reviews: "page-reviews", compare: "page-compare" };
  function follow() {
    const changed = look();
    for (const [name, id] of Object.entries(STORES)) {
      if (changed.includes(name)) window.dash_clientside.set_props(id, { data: shown[name] });
    }
  }
  window.addEventListener("popstate", () => {
    undo.clear();
    follow();
  });

  page.showChosenOptions = () => {
    showControls(params(), false);
    if (shown.compare) page.showOtherSide();
  };

  page.applyOtherSide = function (...values) {
    if (shown.compare) page.chooseOtherSide(triggered(), ...values);
  };

  page.applyFilters = function (...values) {
    const ids = Object.keys(CONTROLS);
    const changes = {};
    for (const id of triggered().filter((one) => CONTROLS[one])) {
      const value = values[ids.indexOf(id)];
      const chosen = typeof value === "string" ? value.trim() : value;
      changes[CONTROLS[id].field] = chosen === ANY ? null : chosen;
    }
    page.setParams(changes);
  };

  page.chooseCreator = function (creator) {
    if (!triggered().length || !creator || !isStaff()) return;
    if (creator === (params().get("creator") || "all")) return;
    const gone = Object.fromEntries(["course_id", "st_id", "student_id", "session", "vs_course_id", "vs_st_id", "vs_without"].map((name) => [name, null]));
    page.setParams({ ...gone, creator: creator === "all" ? null : creator });
  };

  // What the range holds of these, whatever else was filtered by.
  page.filterOnlyBy = (changes) => page.setParams({ ...Object.fromEntries(FILTERS.map((name) => [name, null])), ...changes });

  page.resetFilters = function (clicks) {
    if (clicks) page.setParams(Object.fromEntries([...FILTERS, ...RANGE].map((name) => [name, null])));
  };

  page.applyDays = function (clicks, from, to) {
    if (!clicks) return;
    const [first, last] = from && to && from > to ? [to, from] : [from, to];
    if (first || last) page.setParams({ range: null, from: first, to: last });
    document.getElementById("range-custom")?.click();
  };

  page.chooseSort = (sort) => {
    if (triggered().length && sort && sort !== page.sort()) page.sortBy(sort);
  };
  page.context = () => propsOf("grid-sessions").dashGridOptions.context;
  page.loadAgain = () => {
    page.askAgain();
    page.loadRows(page.question);
  };
  page.askAgain = () => window.dash_clientside.set_props("page-question", { data: { ...page.question } });
  page.compareAgain = () => window.dash_clientside.set_props("page-compare", { data: { ...shown.compare } });
  page.sortBy = (sort) => page.setParams({ sort: sort === DEFAULT_SORT ? null : sort });
})();
