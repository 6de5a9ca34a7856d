// Rows of the table, read through REST a block at a time. A new question makes the answers to an older one void.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const GRID = "grid-sessions";
  let generation = 0;
  let listening = false;
  let current = null;
  let given = null;

  const wireSort = (column) => column && (column.sort === "desc" ? "-" : "") + column.colId;
  const DEFAULT_SORT = "-scheduled_start";
  const BLOCK_ROWS = 100;
  const LATE_MS = 250;
  const AFTER_DIALOG_MS = 120; // a closed dialog gives the focus back to where it was opened
  const FEWEST_ROWS = 5;
  const MOST_ROWS = 15;

  function address(question, sort, startRow, endRow) {
    const asked = new URLSearchParams(question.search);
    const limit = endRow - startRow;
    asked.set("sort", sort);
    asked.set("page", startRow / limit + 1);
    asked.set("limit", limit);
    return `/api/creators/${encodeURIComponent(question.creator)}/sessions?${asked}`;
  }

  async function fetchBlock(url) {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok) throw Object.assign(new Error(`sessions: ${response.status}`), { status: response.status });
    return response.json();
  }

  // One source for every question: what it reads is in `current`, null while the order is being set. `first` is the
  // block that was asked for before the table knew of the question. Each block must be answered, an outdated one too:
  // the table counts them.
  const source = {
    getRows(block) {
      if (current?.mine !== generation) return block.failCallback();
      const { question, mine, first } = current;
      const draw = (answer) => {
        if (mine !== generation) return block.failCallback();
        showFailed(null);
        page.rowCount = answer.pagination.total;
        fitHeight(page.rowCount);
        block.successCallback(answer.sessions, answer.pagination.total);
        page.recordView?.(page.rowCount, question.search);
        window.requestAnimationFrame(showFoot);
      };
      const fail = (error) => {
        const isRefused = error.status >= 400 && error.status < 500;
        if (mine === generation) showFailed(isRefused ? "refused" : "failed");
        if (!isRefused || mine !== generation) return block.failCallback();
        fitHeight(0);
        block.successCallback([], 0); // nothing will come: no rows that seem to load
      };
      const url = address(question, wireSort(block.sortModel[0]) || DEFAULT_SORT, block.startRow, block.endRow);
      const read = url === first.url && first.answer ? Promise.resolve(first.answer) : fetchBlock(url);
      read.then(draw, fail);
      first.answer = null;
    },
  };

  // As high as its rows, up to fifteen: a creator with three sessions sees no empty table.
  function fitHeight(rows) {
    const shown = Math.min(Math.max(rows, FEWEST_ROWS), MOST_ROWS);
    document.getElementById("grid-space").style.setProperty("--rows", shown);
    document.getElementById("grid-more").hidden = rows <= MOST_ROWS;
  }

  // A question that is refused is named above the figures; only one that failed can be asked again.
  function showFailed(how) {
    const foot = document.getElementById("grid-foot");
    if (!foot) return;
    foot.classList.toggle("failed", how !== null);
    if (how === "refused") foot.textContent = page.t("These filters cannot be applied.");
    if (how === "failed") {
      foot.textContent = page.t("Unable to load sessions.") + " ";
      const retry = Object.assign(document.createElement("button"), { className: "btn-plain", textContent: page.t("Retry") });
      retry.onclick = () => page.loadAgain();
      foot.append(retry);
    }
  }

  const rowsOf = (first, last) => page.t("{first}–{last} of {total}", { first: page.number(first), last: page.number(last), total: page.number(page.rowCount) });

  async function showFoot() {
    const foot = document.getElementById("grid-foot");
    if (!foot || foot.classList.contains("failed")) return;
    const api = await window.dash_ag_grid.getApiAsync(GRID);
    const total = page.rowCount ?? 0;
    const { top, bottom } = api.getVerticalPixelRange();
    const height = api.getSizesForCurrentTheme().rowHeight;
    const first = Math.min(Math.round(top / height) + 1, total);
    const last = Math.min(Math.round(bottom / height), total);
    foot.textContent = total ? rowsOf(first, last) : page.t("No sessions");
  }

  function listen(api) {
    listening = true;
    const root = document.querySelector(`#${GRID} [role=grid], #${GRID} [role=treegrid]`);
    root?.setAttribute("aria-label", page.t("Sessions"));
    api.addEventListener("bodyScroll", showFoot);
    new ResizeObserver(() => window.requestAnimationFrame(showFoot)).observe(document.getElementById("grid-space"));
    api.addEventListener("sortChanged", (event) => {
      const sorted = api.getColumnState().find((column) => column.sort);
      if (event.source !== "api") page.sortBy(wireSort(sorted) || DEFAULT_SORT);
    });
    api.addEventListener("rowClicked", (row) => {
      if (row.data && !row.event.target.closest("a, button")) page.openSession(row.data.id);
    });
    api.addEventListener("cellKeyDown", (cell) => {
      if (cell.event.key === "Enter" && cell.data) page.openSession(cell.data.id);
      if (cell.event.key === "Home" || cell.event.key === "End") jumpToEdge(api, cell);
    });
    page.keepColumns(api);
  }

  page.showSort = async function (sort) {
    if (page.isPhone()) return page.loadCards(page.question);
    const api = await page.tableApi();
    const sorted = api.getColumnState().find((column) => column.sort);
    if (wireSort(sorted) === sort) return;
    const state = [{ colId: sort.replace("-", ""), sort: sort.startsWith("-") ? "desc" : "asc" }];
    api.applyColumnState({ state, defaultState: { sort: null } });
  };

  page.focusFirstRow = async function () {
    const api = await page.tableApi();
    api.setFocusedCell(Math.max(0, api.getFirstDisplayedRowIndex()), "scheduled_start");
  };

  // Back from a session the place is that session's row, however far one has gone on from there.
  page.focusRow = async function (id) {
    if (page.isPhone()) return page.focusCard(id);
    const api = await page.tableApi();
    const row = api.getRowNode(id);
    if (row && row.rowIndex !== null) page.focusCell(api, row.rowIndex, "scheduled_start");
  };

  page.focusCell = function (api, index, column) {
    const settle = () => {
      if (document.querySelector(".detail")) return window.requestAnimationFrame(settle);
      if (!api.getDisplayedRowAtIndex(index)) return; // meanwhile something else is asked for
      api.ensureIndexVisible(index);
      api.clearFocusedCell();
      api.setFocusedCell(index, column);
    };
    window.setTimeout(settle, AFTER_DIALOG_MS);
  };

  // Home and End go to the first and the last row, as in any list.
  function jumpToEdge(api, cell) {
    const row = cell.event.key === "Home" ? 0 : (page.rowCount ?? 1) - 1;
    cell.event.preventDefault();
    api.ensureIndexVisible(row);
    api.setFocusedCell(row, cell.column.getColId());
  }

  // The component puts in a datasource of its own once the grid is ready; ours must come after it.
  page.tableApi = async function () {
    const api = await window.dash_ag_grid.getApiAsync(GRID);
    while (!api.getGridOption("datasource")) await new Promise((resolve) => setTimeout(resolve, 5));
    return api;
  };

  function useSource(api) {
    given = { ...source };
    api.setGridOption("datasource", given);
  }

  // The table asks a new source at once, before the order is set: that first request is let pass unanswered.
  function begin(api) {
    useSource(api);
    return new Promise((resolve) => setTimeout(resolve));
  }

  // Rows that are there already are changed in place, which takes half as long as to draw them anew. Not where many
  // blocks would be read again, nor where the first could not be read: old rows must not stand for new ones.
  function showRows(api, answered) {
    const blocks = Object.keys(api.getCacheBlockState() || {});
    if (!answered || blocks.length !== 1 || api.getGridOption("datasource") !== given) {
      useSource(api);
      return;
    }
    api.ensureIndexVisible(0, "top");
    api.refreshInfiniteCache();
  }

  page.loadRows = function (question) {
    page.question = question;
    page.zone = new URLSearchParams(question.search).get("tz") || "UTC";
    return page.isPhone() ? page.loadCards(question) : loadTable(question);
  };

  // The rows of the question before stay until the first block is there: one drawing of the table, not two.
  async function loadTable(question) {
    generation += 1;
    const mine = generation;
    const first = { url: address(question, page.sort(), 0, BLOCK_ROWS) };
    const grid = document.getElementById(GRID);
    const late = window.setTimeout(() => mine === generation && grid?.classList.add("late"), LATE_MS);
    const [api, answer] = await Promise.all([page.tableApi(), fetchBlock(first.url).catch(() => null)]);
    window.clearTimeout(late);
    if (mine !== generation) return;
    document.getElementById(GRID).classList.remove("late");
    current = null;
    if (!given) await begin(api);
    await page.showSort(page.sort()); // as the address has it by now
    if (mine !== generation) return;
    current = { question, mine, first: { ...first, answer } };
    if (!listening) listen(api);
    showRows(api, answer !== null);
  }

  Object.assign(page, { sessionsAddress: address, fetchJson: fetchBlock, showRowsFailed: showFailed, rowsOf });
})();
