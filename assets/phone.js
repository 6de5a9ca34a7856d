// What a phone has instead: filters in a sheet from below, charts behind a button, cards for the table.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const narrow = window.matchMedia("(max-width: 700px)");
  const root = document.documentElement;
  const find = (id) => document.getElementById(id);

  page.isPhone = () => narrow.matches;

  page.showSheetButton = function (count) {
    const button = find("filter-open");
    if (button) button.textContent = page.t("Filters") + (count ? ` · ${count}` : "");
  };

  // All that is not the sheet, nor holds it, is out of reach while it is open.
  function others(sheet) {
    const found = [];
    for (let inner = sheet; inner.tagName !== "MAIN"; inner = inner.parentElement) {
      found.push(...[...inner.parentElement.children].filter((one) => one !== inner));
    }
    return found;
  }

  page.showSheet = function (open) {
    const sheet = find("filter-sheet");
    if (root.hasAttribute("data-sheet-open") === open) return;
    root.toggleAttribute("data-sheet-open", open);
    find("filter-open").setAttribute("aria-expanded", String(open));
    others(sheet).forEach((one) => one.toggleAttribute("inert", open));
    if (open) sheet.querySelector("button").focus();
    else find("filter-open").focus({ preventScroll: true });
  };

  page.toggleCharts = function () {
    const open = root.toggleAttribute("data-charts-open");
    document.querySelector(".charts-open").setAttribute("aria-expanded", String(open));
    window.dispatchEvent(new Event("resize")); // the chart had no width
  };

  // Escape closes what lies on top: a dropdown does so by itself, then a popover, then the sheet. Asked before any of
  // them has closed.
  window.addEventListener("keydown", (event) => {
    const isAbove = document.querySelector(".dash-dropdown-content") || page.openPopover();
    if (event.key === "Escape" && root.hasAttribute("data-sheet-open") && !isAbove) page.showSheet(false);
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target === root || event.target === document.body) page.showSheet(false);
  });
  // A strip that moves alone must be reached by key, even where it has no figure to press.
  page.reachStrip = () => find("metrics-tiles")?.setAttribute("tabindex", narrow.matches ? 0 : -1);

  narrow.addEventListener("change", () => {
    page.reachStrip();
    if (!narrow.matches && root.hasAttribute("data-sheet-open")) page.showSheet(false);
    if (page.question) page.loadRows(page.question);
    page.turnCalendar();
    page.turnReviews();
  });
})();
