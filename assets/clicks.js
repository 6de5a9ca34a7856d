// What a click or a key does, wherever the element stands: elements say it in data- attributes.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const DEFAULT_RANGE = "last_12_weeks";

  function choosePreset(button) {
    const chosen = button.dataset.preset;
    page.setParams({ from: null, to: null, range: chosen === DEFAULT_RANGE ? null : chosen });
    if (button.classList.contains("range-more")) document.getElementById("range-custom")?.click();
  }

  function removeChip(button) {
    const value = button.dataset.value;
    const changes = {};
    for (const field of button.dataset.remove.split(" ")) {
      const left = page.params().getAll(field).filter((one) => value && one !== value);
      changes[field] = left;
    }
    if (button.dataset.remove === "range") Object.assign(changes, { range: null, from: null, to: null });
    page.setParams(changes);
  }

  const retries = { figures: () => page.loadAgain(), compare: () => page.compareAgain(), reviews: () => page.loadReviewsAgain(), detail: () => page.openAgain(), panel: () => page.drawReview(), page: () => window.location.reload() };

  const actions = {
    preset: choosePreset,
    remove: removeChip,
    copy: (button) => page.copy(window.location.href, button),
    filter: (element) => page.toggleParams(JSON.parse(element.dataset.filter)),
    jump: () => page.toTable(),
    close: () => page.closeDetail(),
    open: (element) => element.dataset.open && page.openSession(element.dataset.open),
    only: (element) => page.filterOnlyBy({ st_id: element.dataset.only, session: null, tab: null, view: null, day: null }),
    columns: () => page.resetColumns(),
    theme: () => page.nextTheme(),
    retry: (element) => retries[element.dataset.retry](),
    sheet: (element) => page.showSheet(element.dataset.sheet === "open"),
    charts: () => page.toggleCharts(),
    table: (element) => page.toggleTable(element),
    feed: () => page.openFeed(),
    reason: (element) => page.toggleReason(element.dataset.reason),
    review: (element) => page.setParams({ review: element.dataset.review || null }),
    batch: (element) => page.decideSelected(element.dataset.batch),
    compare: (element) => page.setParams(JSON.parse(element.dataset.compare)),
    keys: () => page.showKeys(),
    tab: (element) => page.setParams({ tab: element.dataset.tab === "sessions" ? null : element.dataset.tab }),
  };

  document.addEventListener("click", (event) => {
    for (const [name, action] of Object.entries(actions)) {
      const element = event.target.closest?.(`[data-${name}]`);
      if (element) action(element);
    }
  });

  // Steps pressed while a session is still on its way are taken as soon as it is there: none is lost.
  let waiting = [];
  const isShown = () => document.querySelector(".detail [data-session]")?.dataset.session === page.params().get("session");

  function takeStep(step) {
    if (document.documentElement.hasAttribute("data-detail-failed")) return;
    if (!isShown()) return waiting.push(step);
    document.querySelector(`.detail [data-step=${step}]`)?.click();
  }

  page.stepOn = () => {
    if (!isShown()) waiting = [];
    if (waiting.length) window.requestAnimationFrame(() => takeStep(waiting.shift()));
  };

  // J and K go through the filtered order while a session is open; G jumps to the table.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || page.isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    const step = { j: "next", k: "previous" }[key];
    if (step && page.params().has("session")) takeStep(step);
    if (key === "g" && !page.params().has("session") && !page.isBelow()) page.toTable();
  });
})();
