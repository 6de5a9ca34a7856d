// Which columns the table shows, how wide and in which order.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const COLUMNS = "session-history-columns";
  const ALWAYS = "scheduled_start";
  const NARROW = window.matchMedia("(max-width: 1000px)");
  let kept = false;

  // Choice, widths and order of the columns are kept in this browser.
  page.keepColumns = function (api) {
    const keep = (event) => {
      if (event.finished === false || (event.source === "api" && event.type !== "columnVisible")) return;
      const state = api.getColumnState().map(({ colId, width, flex, hide }) => ({ colId, width, flex, hide }));
      page.keep(COLUMNS, JSON.stringify(state));
      tellColumns(api);
    };
    api.addEventListener("columnResized", keep);
    api.addEventListener("columnMoved", keep);
    api.addEventListener("columnVisible", keep);
    api.applyColumnState({ state: keptColumns(), applyOrder: true });
    NARROW.addEventListener("change", () => pinActions(api));
    pinActions(api);
    kept = true;
    tellColumns(api);
  };

  // Where it is narrow the actions would hide how a session went: they come after the rest.
  const pinActions = (api) => api.setColumnsPinned(["actions"], NARROW.matches ? null : "right");

  // Only what a column's state is, and never without the date: anything else that was kept is not used.
  function keptColumns() {
    try {
      const state = JSON.parse(page.kept(COLUMNS)).filter((column) => typeof column.colId === "string");
      return state.map((column) => (column.colId === ALWAYS ? { ...column, hide: false } : column));
    } catch {
      return [];
    }
  }

  const shownColumns = (api) => api.getColumnState().filter((column) => !column.hide).map((column) => column.colId);
  const tellColumns = (api) => window.dash_clientside.set_props("grid-columns", { value: shownColumns(api) });

  page.showColumns = async function (chosen) {
    if (!chosen || !kept) return;
    const api = await page.tableApi();
    const leave = api.getColumnState().map((column) => column.colId).filter((id) => id !== ALWAYS && !chosen.includes(id));
    if (leave.length === api.getColumnState().length - shownColumns(api).length && leave.every((id) => !shownColumns(api).includes(id))) return;
    api.setColumnsVisible(chosen.filter((id) => api.getColumn(id)), true);
    api.setColumnsVisible(leave, false);
  };

  page.resetColumns = async function () {
    const api = await page.tableApi();
    api.resetColumnState();
    pinActions(api);
    page.showSort(page.sort());
    page.keep(COLUMNS, "[]");
    tellColumns(api);
  };
})();
