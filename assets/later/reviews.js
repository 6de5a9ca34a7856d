// The queue of what needs review: at most the thousand most urgent rows of the question, read at once. Their order stays
// while it is worked through: a row that is decided leaves it, one that is undone comes back to its place.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const GRID = "grid-reviews";
  const MOST = 1000;
  const FEW = 10; // sessions that are read again one by one
  const LATE_MS = 250;
  const REFRESH_MS = 60_000; // others decide too
  const OPEN = ["new", "under_review"];
  const find = (id) => document.getElementById(id);
  let generation = 0;
  let question = null;
  let loading = false;
  let readAt = 0;
  let mounted = null;
  let table = null;
  let me = null; // the viewer's account, where only their own are asked for
  let found = { total: 0, reasons: {} };
  let order = [];
  let rows = new Map();
  const gone = new Set();

  const isShown = (id) => rows.has(id) && !gone.has(id);
  const isOpen = (id) => OPEN.includes(rows.get(id).state);
  const total = () => found.total - gone.size;
  const isReviewing = () => page.tabOf(page.params()) === "review";
  const firstColumn = () => (page.isPhone() ? "card" : "reasons");

  // Once, when the tab is first opened: no other visit pays for a second table.
  function mount() {
    return (mounted ??= (async () => {
      window.dash_clientside.set_props("review-space", { children: window.dash_component_api.getLayout("review-table").props.data });
      table = await window.dash_ag_grid.getApiAsync(GRID);
      listen();
      page.fitReviews(table);
    })());
  }

  function listen() {
    document.querySelector(`#${GRID} [role=grid], #${GRID} [role=treegrid]`)?.setAttribute("aria-label", page.t("Needs review"));
    table.addEventListener("rowClicked", (row) => {
      if (!row.event.target.closest("a, button, input, .ag-selection-checkbox")) page.openSession(row.data.id);
    });
    table.addEventListener("cellKeyDown", ({ event, data, column }) => {
      if (event.key === "Enter" && !event.target.closest("a, button")) page.openSession(data.id);
      if (event.key === "Home" || event.key === "End") {
        event.preventDefault();
        focusAt(event.key === "Home" ? 0 : page.queue.ids().length - 1, column);
      }
    });
    table.addEventListener("selectionChanged", () => page.showBatch(table.getSelectedRows()));
  }

  function focusAt(index, column) {
    table.ensureIndexVisible(index);
    table.setFocusedCell(index, column);
  }

  function address({ creator, search }) {
    const asked = new URLSearchParams(search);
    asked.set("creator", creator);
    asked.set("limit", MOST);
    return `/api/reviews?${asked}`;
  }

  page.loadReviews = (asked) => load(asked, false);

  // `quiet`: the same question once more; what is shown stays, should it fail.
  async function load(asked, quiet) {
    generation += 1;
    const mine = generation;
    question = asked;
    loading = true;
    page.zone = new URLSearchParams(asked.search).get("tz") || "UTC";
    const late = quiet ? null : window.setTimeout(() => mine === generation && showLate(), LATE_MS);
    const [answer] = await Promise.all([page.fetchJson(address(asked)).catch((error) => error), mount()]);
    window.clearTimeout(late);
    if (mine !== generation) return;
    loading = false;
    document.querySelector(".review-rows").classList.remove("late");
    if (!(answer instanceof Error)) take(answer, quiet);
    else if (!quiet) fail(answer);
  }

  function showLate() {
    document.querySelector(".review-rows").classList.add("late");
    if (!order.length) find("review-state").replaceChildren(page.t("Loading…"));
  }

  function take({ reviews, reasons, pagination }, quiet) {
    readAt = Date.now();
    found = { total: pagination.total, reasons };
    order = reviews.map((row) => row.id);
    rows = new Map(reviews.map((row) => [row.id, row]));
    gone.clear();
    me = reviews[0]?.assignee?.account ?? null;
    if (!quiet) page.firstReviews();
    if (!quiet) table.deselectAll();
    draw();
    if (!quiet && order.length) table.ensureIndexVisible(0, "top");
  }

  // Rows of another question must not stand for those that could not be read.
  function fail(error) {
    found = { total: 0, reasons: {} };
    order = [];
    rows = new Map();
    gone.clear();
    draw();
    const isRefused = error.status >= 400 && error.status < 500;
    const retry = page.make("button", { className: "btn-plain", "data-retry": "reviews" }, page.t("Retry"));
    find("review-title").textContent = page.t("Needs review");
    find("review-foot").textContent = "\u00a0";
    document.querySelectorAll(".reason-count").forEach((count) => (count.textContent = page.context().noData)); // not known, not none
    find("review-state").replaceChildren(...(isRefused ? [page.t("These filters cannot be applied.")] : [page.t("Unable to load what needs review."), retry]));
  }

  page.loadReviewsAgain = () => {
    load(question, false);
    page.loadAgain();
  };

  // The place goes with the row that has it, or to the row that is there now.
  function draw() {
    const cell = table.getFocusedCell();
    const had = cell && document.activeElement?.closest(`#${GRID}`) ? table.getDisplayedRowAtIndex(cell.rowIndex)?.data.id : null;
    const shown = page.reviewsShown(page.queue.ids()).map((id) => rows.get(id));
    table.setGridOption("rowData", shown);
    table.refreshCells({ force: true }); // what a cell is given, the id, is still the same
    if (had && shown.length) focusAt(table.getRowNode(had)?.rowIndex ?? Math.min(cell.rowIndex, shown.length - 1), cell.column);
    page.showBatch(table.getSelectedRows());
    showCounts();
    showState(shown.length);
    page.showQueuePlace();
  }

  page.drawReviews = draw;

  function showCounts() {
    const titles = {
      mine: page.counted(total(), "{count} of yours to do", "{count} of yours to do"),
      decided: page.counted(total(), "{count} decided", "{count} decided"),
    };
    find("review-title").textContent = titles[viewOf()] || page.counted(total(), "{count} needs review", "{count} need review");
    const counts = { shown: page.number(order.length - gone.size), total: page.number(total()) };
    const most = viewOf() === "decided" ? page.t("The {shown} latest of {total}", counts) : page.t("The {shown} most urgent of {total}", counts);
    find("review-foot").textContent = total() > order.length - gone.size ? most : page.counted(total(), "{count} session", "{count} sessions");
    const left = [...gone].flatMap((id) => rows.get(id).reasons);
    document.querySelectorAll("[data-reason]").forEach((button) => {
      const count = (found.reasons[button.dataset.reason] || 0) - left.filter((reason) => reason === button.dataset.reason).length;
      button.querySelector(".reason-count").textContent = page.number(count);
      button.classList.toggle("none", !count);
    });
  }

  const viewOf = () => page.params().get("review") || "";

  function showState(count) {
    const isFiltered = page.params().has("reason") || !find("filter-reset").hidden;
    const nothing = { mine: page.t("Nothing of yours to do"), decided: page.t("Nothing is decided yet") }[viewOf()] || page.t("Nothing needs review");
    const words = isFiltered ? [page.make("span", {}, page.t("with these filters, in these days"))] : [];
    find("review-state").replaceChildren(...(count ? [] : [page.make("b", {}, nothing), ...words]));
  }

  page.queue = {
    ids: () => order.filter(isShown),
    rowOf: (id) => rows.get(id),
    // Of a row that has left too: where it was.
    place(id) {
      const at = order.indexOf(id);
      if (at < 0) return null;
      const before = order.slice(0, at).filter(isShown);
      const next = order.slice(at + 1).find(isShown) ?? null;
      return { position: before.length + 1, total: total(), previous: before.at(-1) ?? null, next };
    },
    nextOpen(id) {
      const at = order.indexOf(id);
      return [...order.slice(at + 1), ...order.slice(0, Math.max(at, 0))].find((one) => isShown(one) && isOpen(one)) ?? null;
    },
  };

  function belongs(row) {
    const asked = new URLSearchParams(question.search);
    const states = asked.has("state") ? asked.getAll("state") : OPEN;
    const reasons = asked.getAll("reason");
    const isTheirs = !asked.has("assignee") || row.assignee?.account === me;
    return isTheirs && states.includes(row.state) && (!reasons.length || row.reasons.some((reason) => reasons.includes(reason)));
  }

  function change(id, changes) {
    if (!rows.has(id)) return;
    rows.set(id, { ...rows.get(id), ...changes });
    if (belongs(rows.get(id))) gone.delete(id);
    else gone.add(id);
  }

  async function readAgain(id) {
    const mine = generation;
    const review = await page.fetchJson(`/api/sessions/${encodeURIComponent(id)}/review`).catch(() => null);
    if (!review || mine !== generation) return;
    const { reasons, state, again, outcome, assignee, version, evidence, updated_at } = review;
    change(id, { reasons, state, again, outcome, assignee, version, evidence, updated_at });
    draw();
  }

  // What a decision says of a row is taken as it is; what it leaves open, and what others were first at, is read again.
  function takeDecision({ decision, decided, conflicts }) {
    const isWhole = !["undo", "flag"].includes(decision.action);
    const keepsAgain = decision.action === "note";
    for (const { session_id, version, state, outcome, assignee } of decided) {
      const again = keepsAgain && Boolean(rows.get(session_id)?.again);
      change(session_id, { version, state, outcome, assignee, again });
    }
    draw();
    // What is done is chosen no longer: it would stop the refreshing. Told the component, which chooses again what it knows of.
    const isDone = ({ id }) => decided.some((one) => one.session_id === id);
    window.dash_clientside.set_props(GRID, { selectedRows: table.getSelectedRows().filter((row) => !isDone(row)) });
    const unknown = [...(isWhole ? [] : decided), ...conflicts].map((one) => one.session_id);
    if (loading || unknown.length > FEW || (total() && !page.queue.ids().length)) load(question, true);
    else unknown.filter((id) => rows.has(id)).forEach(readAgain);
  }

  document.addEventListener("review-decided", ({ detail }) => {
    if (table && question && isReviewing()) takeDecision(detail);
    page.countReviews();
  });

  // Not under anybody's hands: neither while rows are chosen nor while a session or a form is open.
  function refresh(age) {
    const isBusy = loading || !table || !isReviewing() || document.visibilityState !== "visible" || Date.now() - readAt < age;
    if (isBusy || table.getSelectedRows().length || document.querySelector("dialog[open], .modal.show")) return;
    load(question, true);
    page.countReviews();
  }
  window.setInterval(() => refresh(REFRESH_MS), REFRESH_MS / 6);
  document.addEventListener("visibilitychange", () => refresh(REFRESH_MS / 12));

  page.chosenReviews = () => table.getSelectedRows();
  page.chooseNone = () => table.deselectAll();

  page.focusFirstReview = () => table && page.queue.ids().length && focusAt(Math.max(0, table.getFirstDisplayedRowIndex()), firstColumn());

  // Back from a session the place is its row, or the one that took its place.
  page.focusReview = function (id) {
    const at = table?.getRowNode(id) || table?.getRowNode(page.queue.place(id)?.next);
    if (at) page.focusCell(table, at.rowIndex, firstColumn());
  };
})();
