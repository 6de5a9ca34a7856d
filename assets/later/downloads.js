// Downloads: how far each is, in a list over the page. The files wait on the server, so that leaving the page loses none.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const DOWNLOADS = "/api/downloads";
  const FIRST_PAUSE_MS = 1000;
  const LONGEST_PAUSE_MS = 5000;
  const LONGEST_AWAY_MS = 30_000;
  const KEPT = 50;
  const GONE = "gone";
  const GONE_MS = 2000;
  const BEGUN = "session-history-begun"; // in this tab: the address of each, by its id
  const FETCHED = "session-history-fetched"; // in this browser: ids
  const make = (...given) => page.make(...given);
  const rows = new Map();
  const removed = new Set(); // ids: an answer that was under way meanwhile may tell of them still
  let known = [];
  let pause = FIRST_PAUSE_MS;
  let timer = null;
  let isAway = false;

  const isUnfinished = ({ state }) => state === "waiting" || state === "writing";
  const opener = () => document.getElementById("downloads-open");
  const fileOf = ({ id }) => `${DOWNLOADS}/${encodeURIComponent(id)}`;

  const list = make("ul", {});
  const problem = make("p", { className: "problem", role: "alert" });
  const none = make("p", { className: "mute" }, page.t("Nothing here. What you export is listed here until it expires."));
  const tray = make("section", { className: "downloads", id: "downloads-tray", hidden: true, tabindex: -1, "aria-label": page.t("Downloads") },
    make("div", { className: "downloads-head" }, make("h2", {}, page.t("Downloads")),
      make("button", { className: "link", "aria-label": page.t("Close downloads"), onclick: () => show(false) }, "✕")),
    problem, none, list);
  document.body.append(tray);

  // A browser may forbid to keep anything: then a file is fetched by a click.
  function begun() {
    try {
      return JSON.parse(window.sessionStorage.getItem(BEGUN)) || {};
    } catch {
      return {};
    }
  }

  function keepBegun(id, address) {
    try {
      window.sessionStorage.setItem(BEGUN, JSON.stringify(Object.fromEntries([...Object.entries(begun()), [id, address]].slice(-KEPT))));
    } catch {}
  }

  const fetched = () => JSON.parse(page.kept(FETCHED) || "[]");
  const keepFetched = (id) => page.keep(FETCHED, JSON.stringify([...fetched(), id].slice(-KEPT)));

  function refused(status, { detail = "" }) {
    if (status === 401) return page.t("You have been signed out.");
    if (status === 429) return page.t("As many downloads are kept or under way as there may be: wait for one, or delete some under Downloads.");
    if (status >= 500) return page.t("The server cannot write files just now. Try again in a moment.");
    return page.t("That did not work.") + " " + detail;
  }

  // Throws in words for people; `status` is the server's, where it answered.
  page.askDownloads = async function (method, address) {
    const response = await fetch(address, { method, headers: { Accept: "*/*" } }).catch(() => {
      throw new Error(page.t("There was no answer. Try again."));
    });
    if (response.ok) return response;
    throw Object.assign(new Error(refused(response.status, await response.json().catch(() => ({})))), { status: response.status });
  };

  // Resolves to the name of the file to be. Its list is shown, without taking the focus.
  page.beginDownload = async function (address) {
    const response = await page.askDownloads("POST", address).catch((error) => {
      read(); // it may have begun all the same
      throw error;
    });
    const made = await response.json();
    keepBegun(made.id, address);
    draw([made, ...known.filter(({ id }) => id !== made.id)]);
    show(true);
    pause = FIRST_PAUSE_MS;
    plan();
    return made.file_name;
  };

  function plan() {
    window.clearTimeout(timer);
    if (!document.hidden && known.some(isUnfinished)) timer = window.setTimeout(read, pause);
    pause = Math.min(pause * 1.3, isAway ? LONGEST_AWAY_MS : LONGEST_PAUSE_MS);
  }

  async function read() {
    try {
      const found = await (await page.askDownloads("GET", DOWNLOADS)).json();
      isAway = false;
      tellProblem("");
      follow(found);
    } catch (error) {
      if (error.status === 401) return;
      isAway = true;
      if (known.length) tellProblem(page.t("No answer about these downloads. It is tried again."));
    }
    plan();
  }

  function tellProblem(words) {
    problem.textContent = words;
  }

  // What this tab began it fetches as soon as it is ready.
  function follow(found) {
    const mine = begun();
    for (const one of found) {
      const before = known.find(({ id }) => id === one.id);
      if (one.state === "ready" && one.id in mine && !fetched().includes(one.id)) fetchFile(one);
      if (one.state === "ready" && before && isUnfinished(before)) page.say(page.t("Ready: {file}", { file: one.file_name }));
      if (one.state === "failed" && before && isUnfinished(before)) page.say(page.t("Failed: {file}", { file: one.file_name }));
    }
    draw(found);
  }

  function fetchFile(one) {
    keepFetched(one.id);
    const link = make("a", { href: `${fileOf(one)}/file`, download: one.file_name });
    document.body.append(link);
    link.click();
    link.remove();
  }

  function draw(all) {
    const found = all.filter(({ id }) => !removed.has(id));
    known = found;
    for (const [id, row] of rows) {
      if (found.some((one) => one.id === id)) continue;
      if (row.look !== GONE) row.element.remove();
      rows.delete(id);
    }
    found.forEach((one, index) => {
      const row = rows.get(one.id) || { element: make("li", {}) };
      rows.set(one.id, row);
      drawRow(row, one);
      const shown = [...list.children].filter((child) => child.className !== GONE);
      if (shown[index] !== row.element) list.insertBefore(row.element, shown[index] || null);
    });
    none.hidden = found.length > 0;
    const badge = opener()?.querySelector(".downloads-count");
    if (!badge) return;
    badge.textContent = found.length ? page.number(found.length) : "";
    badge.hidden = !found.length;
  }

  // While it is being written only its progress changes: what has the focus keeps it.
  function drawRow(row, one) {
    const look = JSON.stringify([one.state, fetched().includes(one.id)]);
    if (row.look === look) return showProgress(row.element, one);
    const hadFocus = row.element.contains(document.activeElement);
    row.look = look;
    row.element.className = one.state;
    row.element.replaceChildren(
      make("b", { className: "cut", title: one.file_name }, one.file_name),
      make("span", { className: "mute cut", dir: "auto", title: page.downloadWords(one) }, page.downloadWords(one)),
      ...(isUnfinished(one) ? [make("progress", { max: Math.max(one.rows, 1), value: 0, "aria-label": page.t("Rows written") })] : []),
      make("div", { className: "downloads-line" }, make("span", { className: "how" }), ...actionsOf(one)));
    showProgress(row.element, one);
    if (hadFocus) row.element.querySelector("a, button")?.focus();
    return null;
  }

  function showProgress(element, one) {
    element.querySelector(".how").textContent = page.downloadStanding(one);
    element.querySelector("progress")?.setAttribute("value", one.rows_done);
  }

  function actionsOf(one) {
    const named = (words) => `${words}: ${one.file_name}`;
    const button = (words, onclick) => make("button", { className: "link", "aria-label": named(words), onclick }, words);
    const again = begun()[one.id];
    if (isUnfinished(one)) return [button(page.t("Cancel"), () => remove(one))];
    if (one.state === "failed") return [...(again ? [button(page.t("Try again"), () => retry(one, again))] : []), button(page.t("Delete"), () => remove(one))];
    const words = fetched().includes(one.id) ? page.t("Download again") : page.t("Download");
    return [make("a", { href: `${fileOf(one)}/file`, download: one.file_name, "aria-label": named(words) }, words), button(page.t("Delete"), () => remove(one))];
  }

  // Gone is gone, whoever removed it. The focus goes on to the next.
  async function remove(one) {
    tellProblem("");
    try {
      await page.askDownloads("DELETE", fileOf(one));
    } catch (error) {
      if (error.status !== 404) return tellProblem(error.message);
    }
    const element = rows.get(one.id)?.element;
    const next = element?.nextElementSibling || element?.previousElementSibling;
    const hadFocus = element?.contains(document.activeElement);
    leaveRoom(one);
    removed.add(one.id);
    draw(known);
    if (hadFocus) (next?.querySelector("a, button") || tray).focus();
    page.say(page.t("Removed: {file}", { file: one.file_name }));
    return plan();
  }

  // For a moment its place stays, or another's Delete would lie under the pointer.
  function leaveRoom(one) {
    const row = rows.get(one.id);
    if (!row) return;
    row.look = row.element.className = GONE;
    row.element.replaceChildren(make("b", { className: "cut" }, one.file_name), make("span", { className: "mute" }, page.t("Removed")));
    window.setTimeout(() => row.element.remove(), GONE_MS);
  }

  async function retry(one, address) {
    tellProblem("");
    try {
      await page.beginDownload(address);
      await remove(one);
    } catch (error) {
      tellProblem(error.message);
    }
  }

  function show(open) {
    if (!open && tray.contains(document.activeElement)) opener()?.focus();
    tray.hidden = !open;
    opener()?.setAttribute("aria-expanded", String(open));
  }

  page.listen("click", (event) => {
    if (!event.target.closest?.("#downloads-open")) return;
    show(tray.hidden);
    if (tray.hidden) return;
    read();
    tray.focus();
  });

  // Wherever the focus is, unless something lies over it.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !tray.hidden && !event.defaultPrevented && !document.querySelector(".modal.show")) show(false);
  });

  function lookAgain() {
    pause = FIRST_PAUSE_MS;
    if (document.hidden) window.clearTimeout(timer);
    else if (known.some(isUnfinished)) read();
  }
  document.addEventListener("visibilitychange", lookAgain);
  window.addEventListener("online", lookAgain);

  // Where nothing was begun in this tab, the list is read when it is opened. This script may be there before the page.
  function begin() {
    if (opener()) read();
    else window.requestAnimationFrame(begin);
  }
  if (Object.keys(begun()).length) begin();
})();
