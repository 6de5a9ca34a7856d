// Which of the queue is asked for, and what may be done about the rows that are chosen.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const FROM = {
    assign: ["new", "under_review"],
    under_review: ["new", "resolved", "dismissed"],
    resolve: ["new", "under_review"],
    dismiss: ["new", "under_review"],
    note: ["new", "under_review", "resolved", "dismissed"],
  };
  const AT_ONCE = { assign: { action: "assign", assignee: "me" }, under_review: { action: "under_review" } };
  const OPEN_DISPUTES = ["open", "under_review"];
  const find = (id) => document.getElementById(id);

  page.showReviewChoice = function (url) {
    const review = url.get("review") || "";
    document.querySelectorAll("[data-review]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.review === review)));
    document.querySelectorAll("[data-reason]").forEach((button) => button.setAttribute("aria-pressed", String(url.getAll("reason").includes(button.dataset.reason))));
  };

  page.toggleReason = function (reason) {
    const chosen = page.params().getAll("reason");
    page.setParams({ reason: chosen.includes(reason) ? chosen.filter((one) => one !== reason) : [...chosen, reason] });
  };

  const isFor = (action, row) => FROM[action].includes(row.state);

  page.showBatch = function (chosen) {
    const batch = find("review-batch");
    if (!batch) return;
    const hadFocus = batch.contains(document.activeElement);
    batch.hidden = !chosen.length;
    page.keepApart();
    if (hadFocus && batch.hidden) page.focusFirstReview();
    batch.querySelector("b").textContent = page.counted(chosen.length, "{count} selected", "{count} selected");
    batch.querySelectorAll("[data-batch]:not([data-batch=clear])").forEach((button) => {
      button.disabled = !chosen.some((row) => isFor(button.dataset.batch, row));
    });
  };

  // Escape is first for whatever lies over the queue.
  const ABOVE = "dialog[open], .modal.show, .dash-dropdown-content, .range-popover, [data-sheet-open]";
  page.listen("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || page.tabOf(page.params()) !== "review") return;
    if (page.params().has("session") || document.querySelector(ABOVE) || find("review-batch")?.hidden !== false) return;
    page.chooseNone();
  });

  // Only of those that it can be done to: the others stay chosen as they are.
  page.decideSelected = function (action) {
    if (action === "clear") return page.chooseNone();
    const rows = page.chosenReviews().filter((row) => isFor(action, row));
    const items = rows.map(({ id, version, evidence }) => ({ session_id: id, version, evidence }));
    if (AT_ONCE[action]) page.decide(AT_ONCE[action], items);
    else {
      const disputes = rows.filter((row) => OPEN_DISPUTES.includes(row.dispute_status)).length;
      page.openDecision(action, items, { openDispute: disputes > 0, disputes });
    }
  };
})();
