// Rows of the table, read through REST a block at a time. A new question makes the answers to an older one void.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const GRID = "grid-sessions";
  let generation = 0;
  let listening = false;

  const wireSort = (column) => column && (column.sort === "desc" ? "-" : "") + column.colId;
  const COLUMNS = "session-history-columns";

  function address(question, block) {
    const asked = new URLSearchParams(question.search);
    const limit = block.endRow - block.startRow;
    asked.set("sort", wireSort(block.sortModel[0]) || "-scheduled_start");
    asked.set("page", block.startRow / limit + 1);
    asked.set("limit", limit);
    return `/api/creators/${encodeURIComponent(question.creator)}/sessions?${asked}`;
  }

  async function fetchBlock(question, block) {
    const response = await fetch(address(question, block), { headers: { Accept: "application/json" } });
    if (response.status === 401) window.location.reload();
    if (!response.ok) throw new Error(`sessions: ${response.status}`);
    return response.json();
  }

  function source(question, mine) {
    return {
      getRows(block) {
        fetchBlock(question, block).then(
          (answer) => {
            if (mine !== generation) return;
            showFailed(false);
            page.rowCount = answer.pagination.total;
            block.successCallback(answer.sessions, answer.pagination.total);
            window.requestAnimationFrame(showFoot);
          },
          () => {
            if (mine !== generation) return;
            block.failCallback();
            showFailed(true);
          }
        );
      },
    };
  }

  function showFailed(failed) {
    const foot = document.getElementById("grid-foot");
    if (!foot) return;
    foot.classList.toggle("failed", failed);
    if (failed) {
      foot.innerHTML = "Unable to load sessions. ";
      const retry = Object.assign(document.createElement("button"), { className: "btn-plain", textContent: "Retry" });
      retry.onclick = () => page.loadRows(page.question);
      foot.append(retry);
    }
  }

  async function showFoot() {
    const foot = document.getElementById("grid-foot");
    if (!foot || foot.classList.contains("failed")) return;
    const api = await window.dash_ag_grid.getApiAsync(GRID);
    const total = page.rowCount ?? 0;
    const format = (n) => n.toLocaleString("en");
    const first = Math.min(api.getFirstDisplayedRowIndex() + 1, total);
    const last = Math.min(api.getLastDisplayedRowIndex() + 1, total);
    foot.textContent = total ? `${format(first)}–${format(last)} of ${format(total)}` : "No sessions";
  }

  function listen(api) {
    listening = true;
    const root = document.querySelector(`#${GRID} [role=grid], #${GRID} [role=treegrid]`);
    root?.setAttribute("aria-label", "Sessions");
    api.addEventListener("bodyScroll", showFoot);
    api.addEventListener("sortChanged", (event) => {
      const sorted = api.getColumnState().find((column) => column.sort);
      if (event.source !== "api") page.sortBy(wireSort(sorted) || "-scheduled_start");
    });
    keepColumns(api);
    api.addEventListener("rowClicked", (row) => {
      if (row.data && !row.event.target.closest("a, button")) page.openSession(row.data.id);
    });
    api.addEventListener("cellKeyDown", (cell) => {
      if (cell.event.key === "Enter" && cell.data) page.openSession(cell.data.id);
      if (cell.event.key === "Home" || cell.event.key === "End") jumpToEdge(api, cell);
    });
  }

  // Widths and order of the columns are kept in this browser.
  function keepColumns(api) {
    const kept = window.localStorage.getItem(COLUMNS);
    if (kept) api.applyColumnState({ state: JSON.parse(kept), applyOrder: true });
    const keep = (event) => {
      if (event.finished === false || event.source === "api") return;
      const state = api.getColumnState().map(({ colId, width, flex, hide }) => ({ colId, width, flex, hide }));
      window.localStorage.setItem(COLUMNS, JSON.stringify(state));
    };
    api.addEventListener("columnResized", keep);
    api.addEventListener("columnMoved", keep);
    api.addEventListener("columnVisible", keep);
  }

  page.showSort = async function (sort) {
    if (!sort) return;
    const api = await readyApi();
    const sorted = api.getColumnState().find((column) => column.sort);
    if (wireSort(sorted) === sort) return;
    const state = [{ colId: sort.replace("-", ""), sort: sort.startsWith("-") ? "desc" : "asc" }];
    api.applyColumnState({ state, defaultState: { sort: null } });
  };

  page.focusFirstRow = async function () {
    const api = await readyApi();
    api.setFocusedCell(Math.max(0, api.getFirstDisplayedRowIndex()), "scheduled_start");
  };

  // Home and End go to the first and the last row, as in any list.
  function jumpToEdge(api, cell) {
    const row = cell.event.key === "Home" ? 0 : (page.rowCount ?? 1) - 1;
    cell.event.preventDefault();
    api.ensureIndexVisible(row);
    api.setFocusedCell(row, cell.column.getColId());
  }

  // The component puts in a datasource of its own once the grid is ready; ours must come after it.
  async function readyApi() {
    const api = await window.dash_ag_grid.getApiAsync(GRID);
    while (!api.getGridOption("datasource")) await new Promise((resolve) => setTimeout(resolve, 5));
    return api;
  }

  page.loadRows = async function (question) {
    if (!question) return;
    generation += 1;
    const mine = generation;
    page.question = question;
    page.zone = new URLSearchParams(question.search).get("tz") || "UTC";
    const api = await readyApi();
    if (mine !== generation) return;
    if (!listening) listen(api);
    api.setGridOption("datasource", source(question, mine));
  };
})();
