// Saved views: names for what the address holds, in a menu that opens, keeps, changes and deletes them.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const VIEWS = "/api/views";
  const OPENED = "session-history-view";
  const LEFT_OUT = ["creator", "session", "day", "tz"]; // whose, which one, and when: never of a view
  const RANGE = ["from", "to", "range"];
  const DEFAULTS = { range: "last_12_weeks", sort: "-scheduled_start" };
  const MOST_NAME = 80;
  const make = (...given) => page.make(...given);
  const find = (selector) => document.querySelector(`.views ${selector}`);
  let known = { views: [], mailed: {}, may_share: false, may_mail: false };
  let open = null; // the view whose line is open, and for what
  let problem = "";
  let drawn = 0;

  function stateOf(query) {
    const pairs = [...new URLSearchParams(query)].filter(([name, value]) => value && !LEFT_OUT.includes(name) && DEFAULTS[name] !== value);
    return [...new Set(pairs.map((pair) => new URLSearchParams([pair]).toString()))].sort().join("&");
  }

  const here = () => stateOf(window.location.search);
  const began = here();

  // Which view was opened last, in this tab: what has changed since is told beside its name. A browser may forbid to keep it.
  const tried = (act) => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  const opened = {
    get: () => tried(() => window.sessionStorage.getItem(OPENED)),
    set: (id) => tried(() => window.sessionStorage.setItem(OPENED, id)),
  };

  function current() {
    const like = (state) => known.views.find((view) => stateOf(view.query) === state);
    const same = like(here());
    const view = same || known.views.find((one) => one.id === opened.get()) || like(began);
    if (view) opened.set(view.id);
    return view ? { id: view.id, changed: !same } : {};
  }

  // Whose sessions one looks at, and in which zone, stays as it is.
  function go(view) {
    const changes = Object.fromEntries([...page.params().keys()].filter((name) => name !== "creator" && name !== "tz").map((name) => [name, null]));
    const given = new URLSearchParams(view.query);
    for (const name of given.keys()) changes[name] = given.getAll(name).filter((value) => DEFAULTS[name] !== value);
    opened.set(view.id);
    find("").hidePopover();
    page.setParams(changes);
  }

  const WRONG = {
    409: () => (known.views.filter((view) => view.own).length >= 50 ? page.t("There are 50 views already: delete one first.") : page.t("There is a view of this name already.")),
    429: () => page.t("That was much mail within an hour: wait a little."),
    422: (field) => (field === "address" ? page.t("Write an address such as name@example.com.") : field === "name" ? page.t("Give it a name of 80 characters at most.") : page.t("The address holds something that no view can keep.")),
  };

  async function ask(method, path = "", body = undefined) {
    const headers = { Accept: "application/json", ...(body && { "Content-Type": "application/json" }) };
    const response = await fetch(VIEWS + path, { method, headers, body: body && JSON.stringify(body) }).catch(() => new Response(null, { status: 503 }));
    const answer = await response.json().catch(() => ({})); // what was done may have nothing to say
    if (!response.ok) throw new Error((WRONG[response.status] || (() => page.t("That did not work.")))(answer.field));
    return answer;
  }

  const pathOf = (view) => `/${encodeURIComponent(view.id)}`;
  const bodyOf = ({ name, query, shared }) => ({ name, query, shared });
  const put = (view, changes) => () => ask("PUT", pathOf(view), { ...bodyOf(view), ...changes });

  // One thing at a time; then all is read anew, and drawn with the focus where it was or where it belongs.
  async function act(doing, focus) {
    const box = find("");
    if (box.hasAttribute("aria-busy")) return;
    box.setAttribute("aria-busy", "true");
    problem = "";
    try {
      await doing();
      open = null;
      known = await ask("GET");
    } catch (error) {
      problem = error.message;
    }
    box.removeAttribute("aria-busy");
    draw(problem ? null : focus);
  }

  function turn(view, kind) {
    open = { id: view.id, kind };
    problem = "";
    draw(`[data-view="${view.id}"] .view-own :is(input, .first, button)`);
  }

  const button = (words, onclick, className = "btn-plain") => make("button", { type: "button", className, onclick }, words);
  const lineOf = (view) => `[data-view="${view.id}"] .view-open`;

  function nameForm(view) {
    const name = make("input", { value: view.name, maxlength: MOST_NAME, required: true, "aria-label": page.t("Name"), dir: "auto" });
    const save = (event) => {
      event.preventDefault();
      act(put(view, { name: name.value }), lineOf(view));
    };
    return make("form", { onsubmit: save, novalidate: true }, name, make("button", { className: "btn-accent" }, page.t("Rename")), button(page.t("Cancel"), () => turn(view, "actions")));
  }

  function mailForm(view) {
    const address = make("input", { type: "email", maxlength: 254, "aria-label": page.t("Address"), placeholder: "name@example.com", autocomplete: "email", dir: "ltr" });
    const send = (event) => {
      event.preventDefault();
      const creator = page.params().get("creator");
      act(() => ask("PUT", `${pathOf(view)}/digest`, { address: address.value.trim(), tz: page.zone, ...(creator && known.may_share && { creator }) }), lineOf(view));
    };
    return make("form", { onsubmit: send, novalidate: true }, make("p", { className: "mute" }, page.t("Each Monday at seven, once whoever reads that mail has confirmed it.")),
      address, make("button", { className: "btn-accent" }, page.t("Mail it")), button(page.t("Cancel"), () => turn(view, "actions")));
  }

  // The page of it: of the creator in view, with weeks as they are in this zone.
  function digestOf(view) {
    const query = new URLSearchParams([...page.params()].filter(([name]) => name === "creator" || name === "tz"));
    return make("a", { className: "btn-plain", href: `${window.location.pathname.replace(/\/$/, "")}/digest${pathOf(view)}?${query}` }, page.t("Weekly digest"));
  }

  function mailing(view) {
    if (known.mailed[view.id]) return button(page.t("Mail it no more"), () => act(() => ask("DELETE", `${pathOf(view)}/digest`), lineOf(view)));
    return known.may_mail ? button(page.t("Mail it weekly…"), () => turn(view, "mail")) : null;
  }

  function deletion(view) {
    const words = view.shared ? page.t("Delete “{name}” for all who see it?", { name: view.name }) : page.t("Delete “{name}”?", { name: view.name });
    return [
      make("p", { role: "alert", dir: "auto" }, words),
      button(page.t("Keep it"), () => turn(view, "actions"), "btn-plain first"),
      button(page.t("Delete"), () => act(() => ask("DELETE", pathOf(view)), ".views-new input"), "btn-accent"),
    ];
  }

  function actions(view, { id, changed }) {
    const isCurrent = view.id === id;
    const begin = view.is_default
      ? button(page.t("No longer open the page with it"), () => act(() => ask("DELETE", "/default"), lineOf(view)))
      : button(page.t("Open the page with it"), () => act(() => ask("PUT", "/default", { id: view.id }), lineOf(view)));
    const digest = [digestOf(view), mailing(view)];
    if (!view.own) return [begin, ...digest];
    return [
      isCurrent && changed ? button(page.t("Update"), () => act(put(view, { query: window.location.search }), lineOf(view)), "btn-accent") : null,
      begin,
      ...digest,
      button(page.t("Rename…"), () => turn(view, "name")),
      known.may_share ? button(view.shared ? page.t("Share no more") : page.t("Share with your role"), () => act(put(view, { shared: !view.shared }), lineOf(view))) : null,
      button(page.t("Delete…"), () => turn(view, "delete")),
    ];
  }

  const PARTS = { actions, name: nameForm, mail: mailForm, delete: deletion };

  function notesOf(view, { id, changed }) {
    const notes = [];
    if (view.id === id && changed) notes.push(page.t("changed"));
    if (view.is_default) notes.push(page.t("opens with the page"));
    if (view.by !== null) notes.push(page.t("shared by {name}", { name: view.by }));
    else if (view.shared) notes.push(page.t("shared"));
    const mail = known.mailed[view.id];
    if (mail) notes.push(mail.confirmed ? page.t("mailed to {address}", { address: mail.address }) : page.t("waits for {address} to confirm", { address: mail.address }));
    return notes.join(" · ");
  }

  function lineFor(view, now) {
    const isOpen = open?.id === view.id;
    const words = [make("b", { dir: "auto", title: view.name }, view.name), make("span", { className: "mute", dir: "auto" }, notesOf(view, now))];
    const mark = { "aria-current": view.id === now.id && (now.changed ? "step" : "true") };
    const more = make("button", { type: "button", className: "view-more", "aria-expanded": String(isOpen), "aria-label": page.t("More of “{name}”", { name: view.name }), onclick: () => toggle(view) }, "⋯");
    return make("li", { "data-view": view.id },
      make("div", { className: "view-line" }, make("button", { type: "button", className: "view-open", ...mark, onclick: () => go(view) }, ...words), more),
      isOpen ? make("div", { className: "view-own" }, [PARTS[open.kind](view, now)].flat().filter(Boolean)) : null);
  }

  function toggle(view) {
    open = open?.id === view.id ? null : { id: view.id, kind: "actions" };
    problem = "";
    draw(`[data-view="${view.id}"] .view-more`);
  }

  function newForm() {
    const name = make("input", { name: "name", maxlength: MOST_NAME, "aria-label": page.t("Name of a new view"), placeholder: page.t("Save this view as…"), dir: "auto", autocomplete: "off", value: find(".views-new input")?.value || null });
    const share = make("input", { type: "checkbox", className: "form-check-input" });
    const save = (event) => {
      event.preventDefault();
      act(async () => {
        const made = await ask("POST", "", { name: name.value, query: window.location.search, shared: share.checked });
        opened.set(made.id);
        name.value = "";
      }, ".views-new input");
    };
    return make("form", { className: "views-new", onsubmit: save, novalidate: true }, name, make("button", { className: "btn-accent" }, page.t("Save")),
      known.may_share ? make("label", { className: "form-check" }, share, page.t("Share with your role")) : null);
  }

  function group(title, views, now) {
    if (!views.length) return null;
    return make("section", { "aria-label": title }, make("h3", {}, title), make("ul", {}, views.map((view) => lineFor(view, now))));
  }

  function draw(focus) {
    const now = current();
    const own = known.views.filter((view) => view.own);
    const shared = known.views.filter((view) => !view.own);
    const line = document.activeElement.closest(".views [data-view]");
    const again = focus || (line ? `[data-view="${line.dataset.view}"] .view-own :is(input, button)` : ".views-new input");
    find("").replaceChildren(...[
      button("✕", () => find("").hidePopover(), "close phone-only"),
      make("h2", {}, page.t("Saved views")),
      problem ? make("p", { className: "problem", role: "alert" }, problem) : null,
      known.views.length ? null : make("p", { className: "mute" }, page.t("A view keeps filters, range, tab and order under a name.")),
      group(page.t("Yours"), own, now),
      group(page.t("Shared with you"), shared, now),
      newForm(),
    ].filter(Boolean));
    find(".close").setAttribute("aria-label", page.t("Close"));
    (find(again) || find(".views-new input")).focus();
    place();
  }

  function place() {
    const box = find("");
    if (page.isPhone()) return box.removeAttribute("style");
    const { right, bottom } = document.querySelector("[data-views]").getBoundingClientRect();
    box.style.left = `${Math.max(10, right - box.offsetWidth)}px`;
    box.style.top = `${Math.max(10, Math.min(bottom + 6, window.innerHeight - box.offsetHeight - 10))}px`;
  }

  async function show() {
    const mine = ++drawn;
    open = null;
    problem = "";
    find("").replaceChildren(make("p", { className: "mute" }, page.t("Loading…")));
    place();
    const found = await ask("GET").catch((error) => ((problem = error.message), known));
    if (mine !== drawn || !find("").matches(":popover-open")) return;
    known = found;
    draw(known.views.length ? `[data-view="${current().id || known.views[0].id}"] .view-open` : null);
  }

  function makeBox() {
    const box = make("div", { className: "views", popover: "auto", role: "dialog", "aria-label": page.t("Saved views"), tabindex: -1, onkeydown: (event) => event.stopPropagation() });
    box.addEventListener("toggle", ({ newState }) => {
      document.querySelector("[data-views]").setAttribute("aria-expanded", String(newState === "open"));
      if (newState === "open") show();
    });
    box.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !box.contains(relatedTarget) && box.hidePopover());
    return document.body.appendChild(box);
  }

  // The browser itself opens and closes it, and knows where the focus came from; but not upon a click that came before
  // this script did.
  page.listen("click", (event) => {
    const opener = event.target.closest?.("[data-views]");
    const box = opener && (document.querySelector(".views") || makeBox());
    if (!opener || opener.popoverTargetElement === box) return;
    opener.popoverTargetElement = box;
    window.setTimeout(() => box.matches(":popover-open") || box.showPopover({ source: opener }));
  });
})();
