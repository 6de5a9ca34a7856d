// What the table's cells look like. A row still loading has no data: every cell bears that.
(function () {
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const h = (...args) => window.React.createElement(...args);
  const { locale, number, t } = window.dash_clientside.sessionHistory;
  const page = () => window.dash_clientside.sessionHistory;
  const link = (template, name, id) => template.replace(`{${name}}`, encodeURIComponent(id));
  const BY_ARROWS = { tabIndex: -1 }; // a table is one stop of Tab: arrows go through its cells, Enter opens
  const loading = () => h("span", { className: "cell-loading", "aria-hidden": true });
  const cell = (draw) => (props) => (props.data ? draw(props.data, props.context, props) : loading());

  // Formatters are slow to make and quick to use: one a zone and kind is kept.
  const MINUTE = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const WEEKDAY = { weekday: "short" };
  const YEAR = { year: "numeric" };
  const KINDS = { year: YEAR, thisYear: { ...WEEKDAY, ...MINUTE }, otherYear: { ...WEEKDAY, ...MINUTE, ...YEAR }, narrow: { ...MINUTE, ...YEAR } };
  const formats = {};
  const format = (zone, kind) => (formats[zone + kind] ??= new Intl.DateTimeFormat(locale, { timeZone: zone, ...KINDS[kind] }));

  // Sat 28 Nov, 12:30, of another year Fri 28 Nov 2025, 12:30; where it `isNarrow` there is room for the weekday or the year
  function when(iso, isNarrow = false) {
    const zone = page().zone;
    const date = new Date(iso);
    const isOther = format(zone, "year").format(date) !== format(zone, "year").format(new Date());
    const shown = format(zone, !isOther ? "thisYear" : isNarrow ? "narrow" : "otherYear");
    if (locale !== "en-GB") return shown.format(date);
    const part = Object.fromEntries(shown.formatToParts(date).map((p) => [p.type, p.value]));
    const day = [part.weekday, part.day, part.month.slice(0, 3), part.year].filter(Boolean).join(" ");
    return `${day}, ${part.hour}:${part.minute}`;
  }

  function initials(name) {
    const letters = name.split(/\s+/).map((word) => [...word][0] || "").filter((c) => /\p{L}/u.test(c));
    return ([letters[0], letters.length > 1 ? letters.at(-1) : ""].join("") || "?").toUpperCase();
  }

  function hue(id) {
    let sum = 0;
    for (const c of id) sum = (sum * 31 + c.codePointAt(0)) % 360;
    return sum;
  }

  // Whose name is not for this viewer goes by the id.
  function person(who, context) {
    const href = link(context.links.profile, "user_id", who.id);
    if (!who.name || who.name === who.id) return h("a", { href, className: "person num", title: who.id, ...BY_ARROWS }, who.id);
    const avatar = /^https?:\/\//.test(who.avatar || "")
      ? h("img", { src: who.avatar, alt: "", className: "av", loading: "lazy" })
      : h("span", { className: "av", style: { "--hue": hue(who.id) }, "aria-hidden": true }, initials(who.name));
    return h("span", { className: "person" }, avatar, h("a", { href, dir: "auto", title: who.name, ...BY_ARROWS }, who.name));
  }

  // 6 Sep 2026
  function dayOf(iso, zone) {
    const format = new Intl.DateTimeFormat(locale, { timeZone: zone, day: "numeric", month: "short", year: "numeric" });
    if (locale !== "en-GB") return format.format(new Date(iso));
    const part = Object.fromEntries(format.formatToParts(new Date(iso)).map((p) => [p.type, p.value]));
    return `${part.day} ${part.month.slice(0, 3)} ${part.year}`;
  }
  Object.assign(window.dash_clientside.sessionHistory, { when, dayOf, linkTo: link });

  cells.DateCell = cell((s) => h("span", { className: "num" }, when(s.scheduled_start, true)));
  cells.CreatorCell = cell((s, context) => {
    const name = context.creators[s.creator_id] || s.creator_id;
    return h("span", { dir: "auto", title: name }, name);
  });
  cells.CourseCell = cell((s, context) =>
    h("a", { href: link(context.links.course, "course_id", s.course.id), title: s.course.title, dir: "auto", ...BY_ARROWS }, s.course.title)
  );
  cells.StudentCell = cell((s, context) => person(s.student, context));
  cells.StCell = cell((s, context) => person(s.st, context));
  cells.DurationCell = cell((s, context) => {
    if (s.actual_duration === null) return h("span", { className: "mute" }, context.noData);
    const text = t("{value} min", { value: number(s.actual_duration) });
    const odd = s.implausible_duration;
    return h("span", { className: odd ? "num odd" : "num", title: odd ? t("Implausible: left out of the averages") : undefined }, text, odd ? " ⚠" : null);
  });
  cells.StatusCell = cell((s, context) =>
    s.overdue
      ? h("span", { className: "pill no_show", title: t("Scheduled, and its end has passed without an outcome") }, t("Overdue"))
      : h("span", { className: `pill ${s.status}` }, context.statuses[s.status])
  );
  cells.RatingCell = cell((s) => {
    const badges = [];
    if (s.low_rating) {
      const words = s.dispute_status ? t("Low") : t("Low rating");
      badges.push(h("span", { className: "badge-line", key: "low", title: t("Low rating") }, words));
    }
    if (s.dispute_status === "open" || s.dispute_status === "under_review") {
      badges.push(h("span", { className: "badge-solid", key: "dispute", title: t("Dispute not settled") }, t("Dispute")));
    } else if (s.dispute_status) {
      badges.push(h("span", { className: "badge-mute", key: "dispute", title: t("Dispute settled") }, t("Dispute")));
    }
    const stars =
      s.rating === null
        ? h("span", { className: "mute" }, t("not rated"))
        : h("span", { className: "stars", role: "img", "aria-label": t("{stars} of 5", { stars: s.rating }) },
            h("span", { className: "gold" }, "★".repeat(s.rating)), h("span", { className: "unlit" }, "★".repeat(5 - s.rating)));
    return h(window.React.Fragment, null, stars, ...badges);
  });
  cells.RecordingCell = cell((s, context) =>
    s.has_recording && !context.watches
      ? h("span", { className: "mute", title: t("Your role does not include recordings") }, t("recorded"))
      : s.has_recording
      ? h("button", { className: "play", title: t("Watch recording"), "aria-label": t("Watch recording"), ...BY_ARROWS, onClick: () => page().watchSession(s.id) },
          "▶")
      : h("span", { className: "mute" }, context.noData)
  );
  cells.ActionsCell = cell((s, context) =>
    h(
      "span",
      { className: "row-actions" },
      h("button", { className: "link", ...BY_ARROWS, onClick: () => page().openSession(s.id) }, t("View")),
      " · ",
      h("a", { href: link(context.links.message, "user_id", s.st.id), title: t("Message {name}", { name: s.st.name }), ...BY_ARROWS }, t("Message"))
    )
  );

  // Tab leads on from a table, back from it to the heading above: not through thousands of cells.
  functions.leaveTable = ({ backwards, previousCellPosition: { column } }) => (backwards ? { rowIndex: -1, column, rowPinned: null } : false);
})();
