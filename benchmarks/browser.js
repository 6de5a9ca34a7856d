// Runs in the page that is measured. A state of the page is told by what it shows; a change is over once all of it is shown.
window.bench = (function () {
  const text = (selector) => document.querySelector(selector)?.textContent ?? "";
  const shown = () => [
    ...[...document.querySelectorAll("#metrics-tiles .v, #metrics-tiles .d")].map((tile) => tile.textContent),
    text("#by-st-title"),
    text("#by-st-table .ag-row[row-index='0']"),
    document.querySelectorAll("#chart-over-time .barlayer .point").length,
    text("#grid-sessions .ag-center-cols-container .ag-row[row-index='0']"),
    text("#grid-foot"),
    text("#filter-chips"),
  ].join("|");
  const isLoading = () =>
    document.querySelector(".kpi.loading, #grid-sessions .ag-row[row-index='0'] .cell-loading") !== null || !text("#grid-foot").trim();
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));

  async function until(done, patience = 10000) {
    const start = performance.now();
    while (!done()) {
      if (performance.now() - start > patience) throw new Error("not shown: " + shown());
      await frame();
    }
  }

  // Milliseconds from the click until a frame shows `expected`, and the slowest answer of the server meanwhile.
  async function change(selector, expected) {
    performance.clearResourceTimings();
    const start = performance.now();
    document.querySelector(selector).click();
    await until(() => !isLoading() && shown() === expected);
    const painted = performance.now() - start;
    const answers = performance.getEntriesByType("resource").filter((entry) => entry.requestStart >= start);
    const server = Math.max(...answers.map((entry) => entry.responseStart - entry.requestStart));
    return { painted, server, answers: answers.length };
  }

  return { shown, isLoading, change };
})();
