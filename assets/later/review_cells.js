// What a row of the queue looks like: a cell each, or on a phone all in one card.
(function () {
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const h = (...args) => window.React.createElement(...args);
  const page = window.dash_clientside.sessionHistory;
  const cell = (draw) => ({ data, context }) => data && draw(data, context);
  const BADGES = { dispute: "badge-solid", flagged: "badge-solid", no_recording: "badge-mute", rating_gap: "badge-mute" };
  const SHOWN = 2;

  const nameOf = (person) => person.name || person.id || person.account || "";

  function reasons(s, context, most = SHOWN) {
    const shown = s.again ? most - 1 : most; // its mark takes the place of one
    const more = s.reasons.slice(shown).map((reason) => context.reasons[reason]);
    return h("span", { className: "row-reasons" },
      s.again ? h("span", { className: "badge-mute again", title: page.t("Decided before, and changed since") }, page.t("Changed")) : null,
      ...s.reasons.slice(0, shown).map((reason) => h("span", { className: BADGES[reason] || "badge-line", key: reason }, context.reasons[reason])),
      more.length ? h("span", { className: "mute", title: more.join(", "), role: "img", "aria-label": more.join(", ") }, "+" + more.length) : null);
  }

  const stars = (rating, none) => (rating === null ? none : `${rating}★`);
  const heard = (rating) => (rating === null ? page.t("not rated") : page.t("{stars} of 5", { stars: rating }));
  function ratings(s, { noData }) {
    const words = page.t("Student: {student}; Student-Teacher: {st}", { student: heard(s.rating), st: heard(s.st_rating) });
    return h("span", { className: s.low_rating ? "num odd" : "num", role: "img", title: words, "aria-label": words }, `${stars(s.rating, noData)} / ${stars(s.st_rating, noData)}`);
  }

  // Who has it to do while it is open, and what came of it afterwards.
  function state(s, context) {
    const isOpen = s.state === "new" || s.state === "under_review";
    const more = isOpen ? s.assignee && (s.assignee.name || s.assignee.account) : context.outcomes[s.outcome];
    return h("span", { className: "row-state", title: [context.states[s.state], more].filter(Boolean).join(" · ") },
      h("span", { className: `pill review-${s.state}` }, context.states[s.state]), more ? h("span", { className: "cut mute", dir: "auto" }, more) : null);
  }

  function card(s, context) {
    const creator = context.creators[s.creator_id];
    return h("div", { className: "review-card" },
      h("div", { className: "card-line" }, reasons(s, context, 3)),
      h("div", { className: "card-line" }, h("b", { className: "cut", dir: "auto" }, nameOf(s.student)), ratings(s, context)),
      h("div", { className: "mute cut" }, ...page.parts("with {st}", { st: h("bdi", { key: "st" }, nameOf(s.st)) }), " · ", h("bdi", null, s.course.title), creator ? [" · ", h("bdi", { key: "creator" }, creator)] : null),
      h("div", { className: "card-line" }, h("span", { className: "mute num" }, page.when(s.scheduled_start)), state(s, context)));
  }

  cells.ReasonsCell = cell((s, context) => reasons(s, context));
  cells.BothRatingsCell = cell(ratings);
  cells.ReviewStateCell = cell(state);
  cells.ReviewCard = cell(card);
})();
