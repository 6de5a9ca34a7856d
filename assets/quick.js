// A look at one coming session: who, when, which course, how soon. Nothing can be changed here.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const MINUTE = 60000;
  const make = (...given) => page.make(...given);
  let opener = null;
  let ticking = null;

  page.counted = (sessions) => `${sessions.toLocaleString("en")} ${sessions === 1 ? "session" : "sessions"}`;

  // in 25 min, in 3 h 5 min, in 4 days; ends in 12 min
  page.howSoon = function (session, now = Date.now()) {
    const until = Math.ceil((new Date(session.scheduled_start) - now) / MINUTE);
    if (until <= 0) return `under way, ends in ${Math.max(0, Math.ceil((new Date(session.scheduled_end) - now) / MINUTE))} min`;
    if (until < 60) return `in ${until} min`;
    const hours = Math.floor(until / 60);
    if (hours < 48) return `in ${hours} h${until % 60 ? ` ${until % 60} min` : ""}`;
    return `in ${Math.floor(hours / 24)} days`;
  };

  function time(iso) {
    return new Date(iso).toLocaleTimeString("en-GB", { timeZone: page.zone, hour: "2-digit", minute: "2-digit" });
  }

  function body(session) {
    const { links } = page.context();
    const person = (who) => make("a", { href: page.linkTo(links.profile, "user_id", who.id), dir: "auto" }, who.name);
    const soon = make("b", { className: "num" });
    const tick = () => (soon.textContent = page.howSoon(session));
    tick();
    window.clearInterval(ticking);
    ticking = window.setInterval(tick, MINUTE / 4);
    const facts = {
      When: [`${page.when(session.scheduled_start)} – ${time(session.scheduled_end)}, `, soon],
      Student: person(session.student),
      ST: person(session.st),
      Course: make("a", { href: page.linkTo(links.course, "course_id", session.course.id), dir: "auto" }, session.course.title),
    };
    return [
      make("h2", { dir: "auto" }, session.course.title),
      session.conflict ? make("div", { className: "conflict-line" }, "Booked twice: this ST has another session at this time.") : null,
      make("dl", {}, Object.entries(facts).flatMap(([name, fact]) => [make("dt", {}, name), make("dd", {}, ...[fact].flat())])),
      make("div", { className: "actions" },
        make("button", { className: "btn-plain", onclick: () => open(session.id) }, "Open session"),
        make("a", { className: "btn-plain", href: page.linkTo(links.message, "user_id", session.st.id) }, "Message ST")),
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
    const box = make("div", { className: "quick", popover: "auto", role: "dialog", "aria-label": "Coming session", tabindex: -1 });
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
    const close = make("button", { className: "close", "aria-label": "Close", onclick: () => box.hidePopover() }, "✕");
    box.replaceChildren(...[close, ...body(session)].filter(Boolean));
    box.showPopover();
    placeBeside(box, anchor);
    box.focus();
  };
})();
