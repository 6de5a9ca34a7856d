// Decisions about sessions: sent, told, taken back. Whoever shows sessions listens for "review-decided".
(function () {
  const page = window.dash_clientside.sessionHistory;
  const REVIEWS = "/api/reviews";
  const AGAIN_MS = 500;
  const TOLD_MS = 12000;
  const CONFLICTS = 3; // told one by one
  const APART = 12;
  const GOES_ON = ["resolve", "dismiss"];
  const make = (...given) => page.make(...given);
  const requests = new Map(); // the same decision sent again, while none was answered, counts once
  let last = null;
  let fading = null;

  // There from the start: what appears in it is read out.
  const line = Object.assign(document.createElement("div"), { className: "over-page decided" });
  line.setAttribute("role", "status");
  document.body.append(line);

  // Not crypto.randomUUID: a page that is not served by https has none.
  function uuid() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  async function read(response) {
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    throw Object.assign(new Error(answer.detail || page.t("That did not work.")), { field: answer.field });
  }

  async function post(body) {
    const send = () => fetch(REVIEWS, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body });
    const again = () => new Promise((resolve) => window.setTimeout(resolve, AGAIN_MS)).then(send);
    return send().catch(again).catch(() => {
      throw new Error(page.t("There was no answer. Try again: it counts only once."));
    });
  }

  // Sends and tells. Throws what the server or the network says, its `field` with it, having told nothing.
  // `rejects`: the one session's open dispute is what it decides.
  page.sendDecision = async function (decision, items, rejects = false) {
    const asked = JSON.stringify([decision, items]);
    if (!requests.has(asked)) requests.set(asked, uuid());
    const response = await post(JSON.stringify({ ...decision, request: requests.get(asked), items }));
    if (response.status < 500) requests.delete(asked);
    const answer = await read(response);
    follow(decision, answer, rejects);
    return answer;
  };

  page.decide = async function (decision, items) {
    try {
      return await page.sendDecision(decision, items);
    } catch (error) {
      tell([make("span", {}, error.message)]);
      return null;
    }
  };

  const opened = () => page.params().get("session");
  const inQueue = () => page.tabOf(page.params()) === "review";

  // In the queue a decision about the open session leads on to the next; elsewhere, and else, its panel is drawn anew.
  function follow(decision, { decided, conflicts }, rejects) {
    const shown = opened();
    const goesOn = GOES_ON.includes(decision.action) && inQueue() && decided.some((one) => one.session_id === shown);
    const next = goesOn ? page.queue?.nextOpen(shown) : null;
    document.dispatchEvent(new CustomEvent("review-decided", { detail: { decision, decided, conflicts } }));
    if (goesOn && next) page.openSession(next);
    else if (goesOn) page.closeDetail();
    else page.drawReview();
    const undoable = !["note", "undo"].includes(decision.action) && decided.length > 0;
    last = undoable ? { items: decided.map(({ session_id, version }) => ({ session_id, version })), from: goesOn ? shown : null } : null;
    const told = decided.length ? done(decision.action, decided.length, rejects) : "";
    tell([...(told ? [make("span", {}, told)] : []), ...clashes(conflicts)], undoable ? told : "");
  }

  const SAID = {
    flag: (count) => page.counted(count, "{count} session flagged.", "{count} sessions flagged."),
    assign: (count) => page.counted(count, "{count} session assigned.", "{count} sessions assigned."),
    note: (count) => page.counted(count, "Note added to {count} session.", "Note added to {count} sessions."),
    under_review: (count) => page.counted(count, "{count} session is under review.", "{count} sessions are under review."),
    resolve: (count) => page.counted(count, "{count} session resolved.", "{count} sessions resolved."),
    dismiss: (count) => page.counted(count, "{count} session dismissed.", "{count} sessions dismissed."),
    undo: (count) => page.counted(count, "{count} decision taken back.", "{count} decisions taken back."),
  };
  const done = (action, count, rejects) => (rejects ? page.t("Dispute rejected.") : SAID[action](count));

  const FIRST = {
    note: (values) => page.t("{name} added a note at {time}. Look again.", values),
    flag: (values) => page.t("{name} flagged it at {time}. Look again.", values),
    assign: (values) => page.t("{name} assigned it at {time}. Look again.", values),
    undo: (values) => page.t("{name} took something back at {time}. Look again.", values),
    under_review: (values) => page.t("{name} was first: under review since {time}. Look again.", values),
    resolve: (values) => page.t("{name} was first: resolved at {time}. Look again.", values),
    dismiss: (values) => page.t("{name} was first: dismissed at {time}. Look again.", values),
  };

  // 10:42 where that is today, else with its day.
  function time(iso) {
    const moment = new Date(iso);
    if (page.dayOf(moment, page.zone) !== page.dayOf(new Date(), page.zone)) return page.when(iso);
    return moment.toLocaleTimeString(page.locale, { timeZone: page.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  // What the server says of a session that nobody else decided; what is not here is said in English.
  const REFUSED = {
    "newer data has changed the session since it was looked at": page.t("Newer data changed this session. Look again."),
    "its dispute is open: to reject it, give an outcome": page.t("Its dispute is open: to reject it, give an outcome."),
    "nothing is raised about it: flag it first": page.t("Nothing is raised about it: flag it first."),
    "there is nothing to undo": page.t("There is nothing to undo."),
    "it is theirs already": page.t("It is theirs already."),
  };

  function clash(conflict) {
    if (!conflict.by) return REFUSED[conflict.detail] || conflict.detail;
    const name = conflict.by.name || conflict.by.account || page.t("Somebody else");
    return FIRST[conflict.action]({ name, time: time(conflict.at) });
  }

  function clashes(conflicts) {
    const different = [...new Set(conflicts.map(clash))];
    const said = different.slice(0, CONFLICTS).map((words) => make("span", { dir: "auto" }, words));
    if (conflicts.length < 2) return said;
    return [make("b", {}, page.counted(conflicts.length, "{count} session was not decided:", "{count} sessions were not decided:")), ...said];
  }

  // `undoes`: what the button would take back, in words.
  function tell(words, undoes = "") {
    const back = make("button", { className: "btn-plain", "aria-label": `${page.t("Undo")}: ${undoes}`, "aria-keyshortcuts": "Z", onclick: () => page.undoDecision() }, page.t("Undo"), " ", make("kbd", {}, "Z"));
    const close = make("button", { className: "link", "aria-label": page.t("Close"), onclick: hush }, "✕");
    line.replaceChildren(make("span", { className: "decided-words" }, words), ...(undoes ? [back] : []), close);
    window.clearTimeout(fading);
    fading = window.setTimeout(fade, TOLD_MS);
    page.keepApart();
  }

  // The line never lies over what may be done about the rows that are chosen, wherever that is scrolled to.
  page.keepApart = function () {
    line.style.bottom = "";
    const bar = document.querySelector(".review-foot:has(.batch:not([hidden]))")?.getBoundingClientRect();
    const told = line.getBoundingClientRect();
    if (bar && bar.top < told.bottom && bar.bottom > told.top) line.style.bottom = `${window.innerHeight - bar.top + APART}px`;
  };
  window.addEventListener("scroll", page.keepApart, { passive: true });
  window.addEventListener("resize", page.keepApart);

  function fade() {
    if (line.matches(":hover, :focus-within")) fading = window.setTimeout(fade, TOLD_MS / 4);
    else hush();
  }

  function hush() {
    last = null;
    line.replaceChildren();
  }

  page.tell = (words) => tell([make("span", {}, words)]);
  page.canUndo = () => last !== null;

  // Takes back what the line tells of. Whom that had led on to the next session is led back.
  page.undoDecision = async function () {
    if (!last) return null;
    const { items, from } = last;
    last = null;
    const answer = await page.decide({ action: "undo" }, items);
    if (answer?.decided.length && from && opened() && inQueue()) page.openSession(from);
    return answer;
  };

  page.drawReview = function () {
    if (!document.getElementById("review-panel")) return;
    window.dash_clientside.set_props("review-changed", { data: Date.now() });
    page.keepFocus(".review-box[tabindex]");
  };
})();
