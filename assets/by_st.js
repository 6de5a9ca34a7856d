// Cells of the breakdown by Student-Teacher. Each is a button that filters to the rows it counts.
(function () {
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const h = (...args) => window.React.createElement(...args);
  const page = window.dash_clientside.sessionHistory;
  const TABLE = "by-st-table";
  const DEFAULT_SORT = "-shrunk";
  let pressed = null;
  const STEPS = [0, 25, 50, 75, 100];

  const percent = (value) => `${value}%`;
  const cell = (name, className, draw) => ({ data }) => {
    const opens = data.opens[name];
    const fields = opens ? { "data-filter": JSON.stringify(opens) } : { disabled: true };
    return h("button", { className: `cell-button ${className}`, tabIndex: -1, ...fields }, draw(data));
  };

  cells.ByStName = cell("sessions", "", (row) => h("span", { className: "cut", dir: "auto" }, row.name));
  cells.ByStSessions = cell("sessions", "", (row) =>
    h(window.React.Fragment, null,
      h("span", { className: "bar", style: { width: `calc((100% - 48px) * ${row.share / 100})` } }), h("span", null, page.number(row.sessions)))
  );
  cells.ByStCompleted = cell("completion", "right", (row) => row.completed);

  function worth(row) {
    const left = row.rating === null ? 0 : `calc(${Math.max(row.high, row.rating)}% + 9px)`;
    return h("span", { className: "worth", key: "worth", style: { left } }, page.isPhone() ? row.label.split(" · ")[0] : row.label);
  }

  cells.ByStRating = cell("rating", "", (row) =>
    h("span", { className: "scale", style: { "--dot": `var(--${row.colour})` } },
      ...STEPS.map((step) => h("i", { key: step, style: { left: percent(step) } })),
      row.rating === null ? null : h("span", { className: "interval", key: "interval", style: { left: percent(row.low), width: percent(row.high - row.low) } }),
      row.rating === null ? null : h("span", { className: "dot", key: "dot", style: { left: percent(row.rating) } }),
      worth(row))
  );
  cells.ByStRatingHead = ({ displayName }) =>
    h("span", { className: "rating-head" }, page.isPhone() ? page.t("Rating") : displayName,
      h("span", { className: "ticks", "aria-hidden": true },
        ...STEPS.map((step, index) => h("span", { key: step, style: { left: percent(step) } }, `${index + 1}★`))));

  const wireSort = (api) => {
    const { colId, sort } = api.getColumnState().find((column) => column.sort) || { colId: "shrunk", sort: "desc" };
    return (sort === "desc" ? "-" : "") + colId;
  };

  // As wide as the phone: nothing to move sideways.
  function fit(api) {
    const narrow = page.isPhone();
    api.applyColumnState({ state: [{ colId: "sessions", width: narrow ? 62 : 100 }, { colId: "completion", width: narrow ? 78 : api.getColumnDef("completion").width, hide: window.innerWidth < 360 }] });
  }

  page.showStSort = async function (asked) {
    const sort = asked || DEFAULT_SORT;
    const api = await window.dash_ag_grid.getApiAsync(TABLE);
    fit(api);
    const space = document.getElementById(TABLE).closest(".by-st-space");
    page.keep("session-history-st-rows", space.style.getPropertyValue("--st-rows"));
    if (wireSort(api) === sort || !api.getColumn(sort.replace("-", ""))) return;
    const state = [{ colId: sort.replace("-", ""), sort: sort.startsWith("-") ? "desc" : "asc" }];
    api.applyColumnState({ state, defaultState: { sort: null } });
  };

  functions.stSorted = ({ api, source }) => {
    const sort = wireSort(api);
    if (source !== "api") page.setParams({ st_sort: sort === DEFAULT_SORT ? null : sort });
  };
  functions.openStCell = ({ event, data, column }) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    pressed = { id: data.id, column };
    event.target.querySelector("button")?.click();
  };

  // The rows that a key has asked for: the person who had the focus has it in them too.
  functions.keepPerson = ({ api }) => {
    const row = pressed && api.getRowNode(pressed.id);
    if (row) api.setFocusedCell(row.rowIndex, pressed.column);
    pressed = null;
  };

  // Without data a row stays last, whichever way the others are sorted.
  functions.byNumber = (one, other, _one, _other, descending) => {
    const missing = (one === null) - (other === null);
    return missing ? (descending ? -missing : missing) : (one ?? 0) - (other ?? 0);
  };
  functions.byName = (one, other) => one.localeCompare(other, page.locale, { sensitivity: "base" });
})();
