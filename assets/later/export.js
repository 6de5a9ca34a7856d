// The dialog of an export: opened, sent, and copied as SQL or as a link. What it says comes from the server.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const DRAWN_MS = 10_000;
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const layoutOf = (id) => window.dash_component_api.getLayout(id)?.props || {};
  const propsOf = (id) => (document.getElementById(id) ? layoutOf(id) : {}); // figures have no columns to choose
  const form = () => document.querySelector("#export-body .export-form");
  let wanted = null;

  function ask() {
    document.documentElement.removeAttribute("data-export-failed");
    set("export-body", { children: null });
    set("page-export", { data: wanted });
    focusOnceDrawn(Date.now() + DRAWN_MS);
  }

  function focusOnceDrawn(until) {
    const first = form()?.querySelector("input:checked");
    if (first) first.focus({ preventScroll: true });
    else if (Date.now() < until) window.requestAnimationFrame(() => focusOnceDrawn(until));
  }

  page.openExport = function (table) {
    page.showSheet(false);
    wanted = { ...page.question, table, sort: page.sort(), at: Date.now() };
    set("export-dialog", { is_open: true });
    ask();
  };

  const close = () => set("export-dialog", { is_open: false });

  // In the order of the list, whatever that of the clicks was; null where the recommended ones are wanted.
  function columns() {
    if (propsOf("export-which").value !== "chosen") return null;
    const { options, value } = propsOf("export-columns");
    return options.map((option) => option.value).filter((name) => value.includes(name));
  }

  // The address that the server named, with what was chosen in the dialog.
  function address() {
    const url = new URL(form().dataset.address, window.location.origin);
    const format = propsOf("export-format").value;
    url.searchParams.set("format", format);
    url.searchParams.delete("column");
    if (format === "csv" && propsOf("export-bom").value) url.searchParams.set("bom", "true");
    columns()?.forEach((name) => url.searchParams.append("column", name));
    return url;
  }

  function sqlAddress() {
    const url = address();
    url.pathname += "/sql";
    ["format", "table", "bom"].forEach((name) => url.searchParams.delete(name));
    return url;
  }

  function tell(problem, ...said) {
    form().querySelector(".problem").textContent = problem;
    form().querySelector(".export-said").replaceChildren(...said);
  }

  // One thing at a time; whatever goes wrong is said, and the dialog stays as it is.
  async function attempt(act) {
    const dialog = form();
    if (dialog.hasAttribute("aria-busy")) return;
    if (columns()?.length === 0) return tell(page.t("Columns: choose at least one."));
    dialog.setAttribute("aria-busy", "true");
    tell("");
    try {
      await act();
    } catch (error) {
      if (form() === dialog) tell(error.message);
    } finally {
      dialog.removeAttribute("aria-busy");
    }
  }

  async function go() {
    const { pathname, search } = address();
    const file = await page.beginDownload(pathname + search);
    close();
    page.say(page.t("Export begun: {file}. It is listed under Downloads.", { file }));
  }

  const COPIES = {
    sql: async () => [await (await page.askDownloads("GET", sqlAddress())).text(), page.t("Copied. It runs in DuckDB on the parquet files of the platform's export; its second line says where they lie.")],
    link: async () => [address().href, page.t("Copied. It gives this file to a script that sends an access token.")],
  };

  async function copy(what) {
    const [text, said] = await COPIES[what]();
    try {
      await navigator.clipboard.writeText(text);
      tell("", said);
    } catch {
      const field = page.make("textarea", { readonly: true, rows: 4, "aria-label": page.t("To copy") });
      field.value = text;
      tell("", page.t("This browser does not let the page copy. Copy it from here:"), field);
      field.select();
    }
  }

  function preset(which) {
    const options = propsOf("export-columns").options.map((option) => option.value);
    const shown = layoutOf("grid-columns").value || [];
    const asInTable = JSON.parse(form().dataset.asInTable);
    const values = {
      recommended: () => JSON.parse(form().querySelector("[data-recommended]").dataset.recommended),
      table: () => ["id", ...["scheduled_start", ...shown].flatMap((column) => asInTable[column] || [])],
      all: () => options,
    };
    set("export-columns", { value: values[which]().filter((name) => options.includes(name)) });
  }

  const actions = {
    "data-export": (button) => page.openExport(button.dataset.export),
    "data-export-again": ask,
    "data-export-close": close,
    "data-export-go": () => attempt(go),
    "data-export-copy": (button) => attempt(() => copy(button.dataset.exportCopy)),
    "data-export-columns": (button) => preset(button.dataset.exportColumns),
  };

  page.listen("click", (event) => {
    for (const [name, action] of Object.entries(actions)) {
      const button = event.target.closest?.(`[${name}]`);
      if (button) action(button);
    }
  });

  const isBusy = () => page.params().has("session") || page.tabOf(page.params()) !== "sessions" || document.querySelector("dialog[open], .modal.show, .range-popover");

  page.listen("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === "Enter" && event.target.closest?.(".export-form input")) attempt(go);
    if (event.key.toLowerCase() === "e" && !page.isTyping(event.target) && !isBusy()) page.openExport("sessions");
  });
})();
