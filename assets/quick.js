// A look at one coming session: who, when, which course, how soon. Nothing can be changed here.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const MINUTE = 60000;
  const make = (...given) => page.make(...given);
  let opener = null;
  let ticking = null;

  // From today to the session's day, as a calendar counts them.
  function daysUntil(start, now) {
    const dayOf = (moment) => Date.parse(new Intl.DateTimeFormat("sv-SE", { timeZone: page.zone }).format(moment));
    return Math.round((dayOf(new Date(start)) - dayOf(now)) / (1440 * MINUTE));
  }

  // in 25 min, in 3 h 5 min, in 4 days; ends in 12 min
  page.howSoon = function (session, now = Date.now()) {
    const until = Math.ceil((new Date(session.scheduled_start) - now) / MINUTE);
    if (until <= 0) return page.t("under way, ends in {minutes} min", { minutes: Math.max(0, Math.ceil((new Date(session.scheduled_end) - now) / MINUTE)) });
    if (until < 60) return page.t("in {minutes} min", { minutes: until });
    const hours = Math.floor(until / 60);
    if (hours < 48 && until % 60) return page.t("in {hours} h {minutes} min", { hours, minutes: until % 60 });
    if (hours < 48) return page.t("in {hours} h", { hours });
    const days = daysUntil(session.scheduled_start, now);
    return page.counted(days, "in {count} day", "in {count} days");
  };

  function time(iso) {
    return new Date(iso).toLocaleTimeString(page.locale, { timeZone: page.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  function body(session) {
    const { links } = page.context();
    const person = (who) => make("a", { href: page.linkTo(links.profile, "user_id", who.id), dir: "auto" }, who.name);
    const soon = make("b", { className: "num" });
    const tick = () => (soon.textContent = page.howSoon(session));
    tick();
    window.clearInterval(ticking);
    ticking = window.setInterval(tick, MINUTE / 4);
    const facts = [
      [page.t("When"), [`${page.when(session.scheduled_start)} – ${time(session.scheduled_end)}, `, soon]],
      [page.t("Student"), person(session.student)],
      [page.t("ST"), person(session.st)],
      [page.t("Course"), make("a", { href: page.linkTo(links.course, "course_id", session.course.id), dir: "auto" }, session.course.title)],
    ];
    return [
      make("h2", { dir: "auto" }, session.course.title),
      session.conflict ? make("div", { className: "conflict-line" }, page.t("Booked twice: this ST has another session at this time.")) : null,
      make("dl", {}, facts.flatMap(([name, fact]) => [make("dt", {}, name), make("dd", {}, ...[fact].flat())])),
      make("div", { className: "actions" },
        make("button", { className: "btn-plain", onclick: () => open(session.id) }, page.t("Open session")),
        make("a", { className: "btn-plain", href: page.linkTo(links.message, "user_id", session.st.id) }, page.t("Message ST"))),
    ];
  }

  function open(id) {
    document.querySelector(".quick").hidePopover();
    page.openSession(id);
  }

  function placeBeside(box, anchor) {
    if (page.isPhone() || !anchor) return;
    const { left, right, top } = anchor.getBoundingClientRect();
    const { width, height } = box.getBoundingClientRect();
    const beside = right + width + 18 < window.innerWidth ? right + 8 : Math.max(10, left - width - 8);
    box.style.left = `${beside}px`;
    box.style.top = `${Math.max(10, Math.min(top, window.innerHeight - height - 10))}px`;
  }

  function makeBox() {
    const box = make("div", { className: "quick", popover: "auto", role: "dialog", "aria-label": page.t("Coming session"), tabindex: -1 });
    box.addEventListener("toggle", (event) => {
      if (event.newState !== "closed") return;
      window.clearInterval(ticking);
      if (document.activeElement === document.body || box.contains(document.activeElement)) opener?.focus?.({ preventScroll: true });
    });
    document.body.append(box);
    return box;
  }

  page.showQuick = function (session, anchor) {
    const box = document.querySelector(".quick") || makeBox();
    opener = anchor?.matches?.("a, [tabindex]") ? anchor : anchor?.querySelector?.("a, button, [tabindex]");
    const close = make("button", { className: "close", "aria-label": page.t("Close"), onclick: () => box.hidePopover() }, "✕");
    box.replaceChildren(...[close, ...body(session)].filter(Boolean));
    box.showPopover();
    placeBeside(box, anchor);
    box.focus();
  };
})();
