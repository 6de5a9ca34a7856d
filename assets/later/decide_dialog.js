// Asks for what a decision needs: its outcome, a note, somebody to give it to.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const NOTE_LENGTH = 2000;
  const make = (...given) => page.make(...given);
  const find = (selector) => document.querySelector(`.decision ${selector}`);
  const kept = new Map(); // what was written, where another was first or it was not sent
  let asking = null;

  const words = (name) => JSON.parse(document.querySelector(".review-words").dataset[name]);
  const rejects = ({ action, openDispute, items }) => openDispute && action === "dismiss" && items.length === 1;
  const titleOf = (asked) => (rejects(asked) ? page.t("Reject the dispute") : words("actions")[asked.action]);
  const outcomesOf = (action) => words("outcomes")[action] || [];
  const needsNote = (action, outcome) => action === "flag" || action === "note" || outcome === "other";
  const needsOutcome = ({ action, openDispute }) => action === "resolve" || (action === "dismiss" && openDispute);
  const nameOf = ({ name, account }) => name || account;

  function outcomeField() {
    const outcomes = outcomesOf(asking.action);
    if (!outcomes.length) return null;
    const choices = outcomes.map(([value, words], index) =>
      make("label", {}, make("input", { type: "radio", name: "outcome", value }), " ", words, make("kbd", { "aria-hidden": "true" }, index + 1)));
    return make("fieldset", { onchange: showNeed }, make("legend", {}, page.t("Outcome"), needsOutcome(asking) ? null : optional()), choices);
  }

  const optional = () => make("span", { className: "mute optional" }, " " + page.t("(optional)"));

  function noteField() {
    const title = asking.action === "flag" ? page.t("Reason") : page.t("Note");
    const text = make("textarea", { name: "note", rows: 4, maxlength: NOTE_LENGTH, dir: "auto", oninput: showCount, "aria-describedby": "decision-count" });
    text.value = kept.get(draftOf(asking)) || "";
    return make("label", {}, make("span", {}, title, optional()), text, make("span", { className: "mute num", id: "decision-count" }));
  }

  // Who may be given a review: operations, and nobody.
  function assigneeField() {
    if (asking.action !== "assign") return null;
    const choice = make("select", { name: "assignee", className: "form-select" }, make("option", { value: "me" }, page.t("Me")));
    readReviewers(choice);
    return make("label", {}, page.t("Assign to"), choice);
  }

  async function readReviewers(choice) {
    const response = await fetch("/api/reviews/reviewers", { headers: { Accept: "application/json" } }).catch(() => null);
    const reviewers = response?.ok ? await response.json() : [];
    if (!response?.ok) showProblem(page.t("The list of reviewers cannot be loaded just now."));
    choice.append(...reviewers.map((who) => make("option", { value: who.account }, nameOf(who))), make("option", { value: "" }, page.t("Nobody")));
  }

  const draftOf = ({ action, items }) => `${action} ${items.map((item) => item.session_id)}`;
  const given = () => new FormData(find("form"));

  function showCount() {
    find("#decision-count").textContent = page.t("{count} of {most} characters", { count: page.number(find("textarea").value.length), most: page.number(NOTE_LENGTH) });
  }

  function showNeed() {
    showProblem("");
    const needed = needsNote(asking.action, given().get("outcome"));
    find("label .optional")?.toggleAttribute("hidden", needed);
    find("textarea").toggleAttribute("required", needed);
  }

  function showProblem(words, field) {
    find(".problem").textContent = words;
    for (const one of ["outcome", "note", "assignee"]) {
      find(`[name=${one}]`)?.toggleAttribute("aria-invalid", false);
      if (one === field) find(`[name=${one}]`)?.setAttribute("aria-invalid", "true");
    }
    if (field) find(`[name=${field}]`)?.focus();
  }

  function decisionOf(form) {
    const decision = { action: asking.action };
    const note = (form.get("note") || "").trim();
    if (form.get("outcome")) decision.outcome = form.get("outcome");
    if (form.has("assignee")) decision.assignee = form.get("assignee") || null;
    if (note) decision.note = note;
    return decision;
  }

  // What is missing, in the page's own words: those of a browser are in its own language.
  function missing(decision) {
    if (needsOutcome(asking) && !decision.outcome) return [page.t("Outcome: choose one."), "outcome"];
    if (!needsNote(asking.action, decision.outcome) || decision.note) return null;
    return [asking.action === "flag" ? page.t("Reason: write what should be looked at.") : page.t("Note: write a few words."), "note"];
  }

  const LABELS = { outcome: () => page.t("Outcome"), note: () => page.t("Note"), assignee: () => page.t("Assign to") };

  async function confirm(event) {
    event?.preventDefault();
    const asked = asking;
    const dialog = find("form").parentElement;
    const decision = decisionOf(given());
    const lack = missing(decision);
    if (lack) return showProblem(...lack);
    if (dialog.hasAttribute("aria-busy")) return;
    dialog.setAttribute("aria-busy", "true");
    try {
      const answer = await page.sendDecision(decision, asked.items, rejects(asked));
      if (answer.conflicts.length && decision.note) kept.set(draftOf(asked), decision.note);
      else kept.delete(draftOf(asked));
      finish(answer);
    } catch (error) {
      if (asking === asked) showProblem(LABELS[error.field] ? `${LABELS[error.field]()}: ${error.message}` : error.message, error.field);
    } finally {
      dialog.removeAttribute("aria-busy");
    }
  }

  function finish(answer) {
    const { resolve } = asking;
    asking.answer = answer;
    resolve(answer);
    document.querySelector(".decision").close();
  }

  // Nothing that is pressed in it is for the page behind it.
  function pressed(event) {
    event.stopPropagation();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) confirm(event);
    const choice = /^[1-9]$/.test(event.key) && event.target.type === "radio" && document.querySelectorAll(".decision [name=outcome]")[event.key - 1];
    if (choice) {
      choice.click();
      choice.focus();
    }
  }

  function leave() {
    if (asking.answer) return;
    kept.set(draftOf(asking), find("textarea").value);
    asking.resolve(null);
  }

  function makeDialog() {
    const dialog = make("dialog", { className: "decision", "aria-labelledby": "decision-title", onkeydown: pressed });
    dialog.addEventListener("close", leave);
    return document.body.appendChild(dialog);
  }

  // Resolves to the server's answer once there is one, to null where the question was left.
  page.openDecision = function (action, items, { openDispute = false, disputes = 0 } = {}) {
    const dialog = document.querySelector(".decision") || makeDialog();
    if (dialog.open) return Promise.resolve(null);
    const answered = new Promise((resolve) => (asking = { action, items, openDispute, resolve }));
    const count = items.length > 1 ? make("p", { className: "mute" }, page.counted(items.length, "{count} session", "{count} sessions")) : null;
    const rejected = action === "dismiss" && items.length > 1 && disputes
      ? make("p", { className: "rejects" }, page.counted(disputes, "This rejects {count} dispute.", "This rejects {count} disputes.")) : null;
    const cancel = make("button", { type: "button", className: "btn-plain", onclick: () => dialog.close() }, page.t("Cancel"));
    const go = make("button", { type: "submit", className: "btn-accent", title: page.t("{key} on the keyboard", { key: "Ctrl+Enter" }) }, titleOf(asking));
    dialog.replaceChildren(make("form", { onsubmit: confirm, novalidate: true },
      make("h2", { id: "decision-title" }, titleOf(asking)), count, rejected, assigneeField(), outcomeField(), noteField(),
      make("p", { className: "problem", role: "alert" }), make("div", { className: "actions" }, go, cancel, make("kbd", { className: "mute wide-words" }, "Ctrl+Enter"))));
    dialog.showModal();
    showCount();
    showNeed();
    find("input, select, textarea")?.focus();
    return answered;
  };
})();
