// The table's rows as cards, on a phone: fifty, and fifty more when asked for.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const CARDS = 50;
  const LATE_MS = 250;
  const make = (...given) => page.make(...given);
  const find = (id) => document.getElementById(id);
  let generation = 0;
  let shown = 0;

  function rating(s) {
    if (s.rating === null) return make("span", { className: "mute card-rating" }, s.status === "completed" ? page.t("not rated") : "");
    const stars = [make("span", { className: "gold" }, "★".repeat(s.rating)), make("span", { className: "unlit" }, "★".repeat(5 - s.rating))];
    return make("span", { className: "stars card-rating", role: "img", "aria-label": page.t("{stars} of 5", { stars: s.rating }) }, stars);
  }

  function badges(s, context) {
    const status = s.overdue ? ["no_show", page.t("Overdue")] : [s.status, context.statuses[s.status]];
    const dispute = s.dispute_status === "open" || s.dispute_status === "under_review" ? "badge-solid" : "badge-mute";
    return [
      make("span", { className: `pill ${status[0]}` }, status[1]),
      s.low_rating ? make("span", { className: "badge-line" }, page.t("Low")) : null,
      s.dispute_status ? make("span", { className: dispute }, page.t("Dispute")) : null,
    ];
  }

  const watches = (s, context) => s.has_recording && context.watches;
  const messageTo = (s, context) => page.linkTo(context.links.message, "user_id", s.st.id);

  // The same two actions twice: in sight as buttons, and larger ones behind a swipe, which a reader need not hear of.
  function buttons(s, context) {
    const watch = watches(s, context)
      ? make("button", { className: "play", "aria-label": page.t("Watch recording"), onclick: () => page.watchSession(s.id) }, "▶")
      : null;
    const message = make("a", { className: "play", href: messageTo(s, context), "aria-label": page.t("Message {name}", { name: s.st.name }) }, "✉");
    return make("span", { className: "card-buttons" }, watch, message);
  }

  function swiped(s, context) {
    const watch = watches(s, context)
      ? make("button", { className: "swipe-watch", tabindex: -1, onclick: () => page.watchSession(s.id) }, make("b", {}, "▶"), page.t("Watch"))
      : null;
    const message = make("a", { className: "swipe-message", tabindex: -1, href: messageTo(s, context) }, make("b", {}, "✉"), page.t("Message"));
    return make("div", { className: "card-actions", "aria-hidden": "true" }, watch, message);
  }

  function card(s, context) {
    const open = make("button", { className: "card-open", dir: "auto", "data-card": s.id, onclick: () => page.openSession(s.id) }, s.student.name);
    const minutes = s.actual_duration === null ? "" : " · " + page.t("{value} min", { value: page.number(s.actual_duration) });
    const face = make("div", { className: "card-face" },
      make("div", { className: "card-line" }, open, rating(s)),
      make("div", { className: "card-line" },
        make("span", { className: "mute cut" }, ...page.parts("with {st}", { st: make("bdi", {}, s.st.name) }), " · ", make("bdi", {}, s.course.title)), buttons(s, context)),
      make("div", { className: "card-line card-foot" },
        make("span", { className: "mute num" }, page.when(s.scheduled_start) + minutes), make("span", { className: "card-badges" }, badges(s, context))));
    return make("li", { className: "card-box session-card" }, make("div", { className: "swipe" }, face, swiped(s, context)));
  }

  function showFoot() {
    const foot = find("grid-foot");
    foot.textContent = page.rowCount ? page.rowsOf(1, shown) : page.t("No sessions");
    document.querySelector(".cards-more").hidden = shown >= page.rowCount;
  }

  function draw(answer, first) {
    const context = page.context();
    const made = answer.sessions.map((s) => card(s, context));
    page.showRowsFailed(null);
    page.rowCount = answer.pagination.total;
    if (first) find("cards-sessions").replaceChildren(make("ol", { className: "card-list", "aria-label": page.t("Sessions") }, made));
    else document.querySelector(".card-list").append(...made);
    shown = document.querySelectorAll(".session-card").length;
    document.querySelectorAll(".session-card").forEach((one, index) => {
      one.setAttribute("aria-posinset", index + 1);
      one.setAttribute("aria-setsize", page.rowCount);
    });
    showFoot();
    if (!first) made[0]?.querySelector(".card-open").focus({ preventScroll: true });
  }

  async function load(question, first) {
    generation += 1;
    const mine = generation;
    const start = first ? 0 : shown;
    const late = window.setTimeout(() => mine === generation && find("cards-sessions").classList.add("late"), LATE_MS);
    try {
      const answer = await page.fetchJson(page.sessionsAddress(question, page.sort(), start, start + CARDS));
      if (mine === generation) draw(answer, first);
    } catch (error) {
      if (mine === generation) page.showRowsFailed(error.status >= 400 && error.status < 500 ? "refused" : "failed");
    } finally {
      window.clearTimeout(late);
      if (mine === generation) find("cards-sessions").classList.remove("late");
    }
  }

  page.loadCards = (question) => load(question, true);

  page.focusCard = function (id) {
    const open = [...document.querySelectorAll("[data-card]")].find((one) => one.dataset.card === id);
    window.setTimeout(() => open?.focus(), 120); // a closed dialog gives the focus back to where it was opened
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".cards-more")) load(page.question, false);
  });
})();
