// What is to come as a calendar. FullCalendar's script is read when the tab is first opened, not before.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const SCRIPT = "/studio/sessions/calendar/dash_fullcalendar.min.js";
  const VIEWS = { month: "fiveWeeks", week: "timeGridWeek", list: "agenda", day: "oneDay" };
  const BLOCK = 500;
  const MOST = 2000; // sessions drawn one by one; beyond that each day shows how many it has
  const h = (...args) => window.React.createElement(...args);
  const find = (id) => document.getElementById(id);
  let calendar = null;
  let question = null;
  let mounting = null;

  // The calendar draws wall-clock times as they are given: the zone's, whatever the browser's own is.
  const formats = {};
  function wall(date) {
    const format = (formats[page.zone] ??= new Intl.DateTimeFormat("sv-SE", { timeZone: page.zone, dateStyle: "short", timeStyle: "medium" }));
    return format.format(date).replace(" ", "T");
  }

  // A day that there is, of this century: 2026-02-31 is none.
  const isDay = (text) => /^20\d\d-\d\d-\d\d$/.test(text || "") && new Date(text + "T00:00:00Z").toJSON()?.startsWith(text) === true;

  const nameOf = (type) => Object.keys(VIEWS).find((name) => VIEWS[name] === type);
  const wished = () => {
    const url = page.params();
    const view = Object.hasOwn(VIEWS, url.get("view") || "") ? url.get("view") : page.isPhone() ? "list" : "month";
    const day = isDay(url.get("day")) ? url.get("day") : wall(new Date()).slice(0, 10);
    return { view: page.isPhone() && view !== "day" ? "list" : view, day };
  };

  function readScript() {
    return new Promise((resolve, reject) => {
      if (window.dash_fullcalendar) return resolve();
      const script = Object.assign(document.createElement("script"), { src: SCRIPT + find("upcoming-calendar").dataset.version, onload: resolve });
      script.onerror = () => {
        script.remove();
        reject(new Error("calendar"));
      };
      document.head.append(script);
    });
  }

  const address = (rest, asked) => `/api/creators/${encodeURIComponent(question.creator)}/sessions/upcoming${rest}?${asked}`;

  async function readSessions(asked) {
    const found = [];
    for (let number = 1; ; number += 1) {
      asked.set("page", number);
      asked.set("limit", BLOCK);
      const { sessions, pagination } = await page.fetchJson(address("", asked));
      found.push(...sessions);
      if (pagination.total > MOST) return null;
      if (!pagination.has_more) return found;
    }
  }

  function sessionEvent(session) {
    return {
      id: session.id,
      title: session.course.title,
      start: wall(new Date(session.scheduled_start)),
      end: wall(new Date(session.scheduled_end)),
      classNames: session.conflict ? ["in-conflict"] : [],
      extendedProps: { session },
    };
  }

  const dayEvent = ({ day, sessions }) => ({ id: `day-${day}`, title: page.counted(sessions, "{count} session", "{count} sessions"), start: day, allDay: true, extendedProps: { day } });

  async function readEvents(range) {
    const asked = new URLSearchParams(question.search);
    asked.set("from", range.startStr.slice(0, 10));
    asked.set("to", new Date(range.end.getTime() - 1).toISOString().slice(0, 10));
    const sessions = await readSessions(new URLSearchParams(asked));
    if (sessions) return sessions.map(sessionEvent);
    tell(page.t("So many sessions that each day shows how many it has: open a day, or filter."));
    return (await page.fetchJson(address("/overview", asked))).days.map(dayEvent);
  }

  // All that may have failed with it: notes, and the figures and rows behind the other tab.
  function readAgain() {
    if (calendar) calendar.refetchEvents();
    else page.showCalendar(question);
    window.dash_clientside.set_props("page-upcoming", { data: { ...question } });
    page.loadAgain();
  }

  function tell(words, retry) {
    const again = retry ? page.make("button", { className: "btn-plain", onclick: readAgain }, page.t("Retry")) : null;
    find("upcoming-calendar").querySelector(".calendar-note").replaceChildren(words, ...(again ? [" ", again] : []));
  }

  // The hours of a week from seven to nine in the evening, more where something is booked outside of them.
  function fitHours(found) {
    const hours = found.filter((one) => one.end).flatMap(({ start, end }) => (start.slice(0, 10) === end.slice(0, 10) ? [Number(start.slice(11, 13)), Math.ceil(Number(end.slice(11, 13)) + Number(end.slice(14, 16)) / 60)] : [0, 24]));
    const limits = { slotMinTime: Math.min(7, ...hours), slotMaxTime: Math.max(21, ...hours) };
    for (const [name, hour] of Object.entries(limits)) {
      const time = `${String(hour).padStart(2, "0")}:00:00`;
      if (calendar?.view.type === VIEWS.week && calendar.getOption(name) !== time) calendar.setOption(name, time);
    }
  }

  function events(range, succeed, fail) {
    const mine = question;
    tell("");
    readEvents(range).then(
      (found) => {
        if (mine !== question) return fail(new Error("outdated"));
        succeed(found);
        fitHours(found);
      },
      (error) => {
        const isRefused = error.status >= 400 && error.status < 500 && error.status !== 401;
        if (mine === question) tell(isRefused ? page.t("These filters cannot be applied.") : page.t("Unable to load sessions."), !isRefused);
        fail(error);
      }
    );
  }

  function line({ event, view, timeText, isStart }) {
    const { session } = event.extendedProps;
    if (!session) return h("div", { className: "event-line" }, event.title);
    const isList = view.type === VIEWS.list || view.type === VIEWS.day;
    const who = isList ? page.t("{st} with {student}", { st: session.st.name, student: session.student.name }) : session.st.name;
    return h(isList ? "button" : "div", { className: "event-line", title: page.t("{course}: {student} with {st}", { course: session.course.title, student: session.student.name, st: session.st.name }) },
      isList ? null : h("b", null, isStart ? timeText.slice(0, 5) : "…", " "), h("bdi", null, who),
      view.type === VIEWS.month ? null : [h("span", { key: "dot", className: "event-dot" }, " · "), h("bdi", { key: "course", className: "event-course" }, session.course.title)]);
  }

  function takeProps({ eventClick, datesSet }) {
    if (eventClick?.extendedProps.day) openDay(eventClick.extendedProps.day);
    else if (eventClick) page.showQuick(eventClick.extendedProps.session, anchorOf(eventClick.id));
    document.querySelectorAll(".calendar .fc-icon").forEach((icon) => icon.setAttribute("aria-hidden", "true"));
    if (datesSet && calendar && page.params().get("tab") === "upcoming") {
      const day = calendar.getDate().toISOString().slice(0, 10);
      const today = wall(new Date()).slice(0, 10);
      page.replaceParams({ view: nameOf(datesSet.viewType), day: day === today ? null : day });
    }
  }

  // What was pressed is gone with its view: the focus goes to the day's title.
  function openDay(date) {
    calendar.changeView(VIEWS.day, date);
    const title = document.querySelector(".calendar .fc-toolbar-title");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  function anchorOf(id) {
    const parts = [...document.querySelectorAll("[data-coming]")].filter((one) => one.dataset.coming === id);
    return parts.find((one) => one.matches(":hover") || one.contains(document.activeElement)) || parts[0];
  }

  // What FullCalendar says by itself, as it does in English; it puts its own part in the place of $0.
  function calendarWords() {
    const today = (words, unit) => (unit === "day" ? page.t("Today") : page.t("This {unit}", { unit: words }));
    return {
      buttonText: { today: page.t("Today"), timeGridWeek: page.t("Week"), day: page.t("day"), week: page.t("week"), month: page.t("month") },
      buttonHints: { prev: page.t("Previous"), next: page.t("Next"), today },
      viewHint: page.t("{view} view", { view: "$0" }),
      navLinkHint: page.t("Go to {day}", { day: "$0" }),
      moreLinkText: (count) => page.t("+{count} more", { count }),
      moreLinkHint: (count) => page.counted(count, "Show {count} more event", "Show {count} more events"),
      closeHint: page.t("Close"),
      timeHint: page.t("Time"),
      eventHint: page.t("Event"),
    };
  }

  const toolbar = () =>
    page.isPhone() ? { start: "title", center: "", end: "today prev,next" } : { start: "prev,next today", center: "title", end: "fiveWeeks,timeGridWeek,agenda" };

  function settings() {
    const { view, day } = wished();
    return {
      id: "upcoming-fullcalendar",
      setProps: takeProps,
      timeZone: "UTC",
      now: () => wall(new Date()),
      initialView: VIEWS[view],
      initialDate: day,
      firstDay: Number(find("upcoming-calendar").dataset.firstDay),
      headerToolbar: toolbar(),
      ...calendarWords(),
      views: {
        fiveWeeks: { type: "dayGrid", duration: { weeks: 5 }, dateIncrement: { weeks: 4 }, buttonText: page.t("Month"), dayHeaderFormat: { weekday: "short" } },
        agenda: { type: "list", duration: { days: 28 }, buttonText: page.t("List") },
        oneDay: { type: "list", duration: { days: 1 } },
        timeGridWeek: { slotDuration: "01:00:00", eventMaxStack: 3, slotEventOverlap: false, dayHeaderFormat: { weekday: "short", day: "numeric" } },
      },
      locale: page.locale,
      height: "auto",
      dayMaxEvents: 4,
      fixedWeekCount: false,
      nowIndicator: true,
      nextDayThreshold: "12:00:00", // one that ends after midnight is of the day on which it began
      defaultRangeSeparator: " – ",
      allDayText: "",
      listDayFormat: { weekday: "short", day: "numeric", month: "short" },
      listDaySideFormat: false,
      slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
      navLinks: true,
      navLinkDayClick: openDay,
      moreLinkClick: ({ date }) => openDay(date),
      noEventsContent: () => page.t("Nothing booked in these days"),
      eventTimeFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
      eventDisplay: "block",
      displayEventEnd: true,
      events,
      lazyFetching: false, // a day of many may be drawn one by one, though its month could not
      eventContent: line,
      moreLinkDidMount: ({ el }) => el.setAttribute("role", "button"),
      eventDidMount: ({ el, event }) => {
        el.dataset.coming = event.id;
        if (el.matches("a:not([href])")) el.setAttribute("role", "button");
      },
      viewDidMount: ({ view: shown }) => {
        calendar = shown.calendar;
        find("upcoming-calendar").querySelector(".fc-toolbar-title")?.setAttribute("aria-live", "polite");
      },
    };
  }

  async function mount() {
    const place = find("upcoming-calendar");
    try {
      await readScript();
    } catch {
      mounting = null;
      const retry = page.make("button", { className: "btn-plain", onclick: readAgain }, page.t("Retry"));
      place.replaceChildren(page.make("p", { className: "calendar-note" }, page.t("Unable to load the calendar.") + " ", retry));
      return;
    }
    const inner = page.make("div", {});
    place.replaceChildren(page.make("p", { className: "calendar-note", role: "status" }), inner);
    window.ReactDOM.createRoot(inner).render(h(window.dash_fullcalendar.FullCalendar, settings()));
  }

  page.turnCalendar = function () {
    if (!calendar) return;
    calendar.setOption("headerToolbar", toolbar());
    page.showCalendar(question, true);
  };

  // A zone that there is not is named by the page's own answers; the calendar is not drawn in it.
  page.showCalendar = function (asked, isNew) {
    question = asked;
    page.zone = new URLSearchParams(asked.search).get("tz") || "UTC";
    try {
      wall(new Date());
    } catch {
      return;
    }
    if (!mounting) mounting = mount();
    if (!calendar) return;
    const { view, day } = wished();
    const shown = calendar.getDate().toISOString().slice(0, 10);
    if (nameOf(calendar.view.type) !== view || shown !== day) calendar.changeView(VIEWS[view], day);
    calendar.updateSize();
    if (isNew) calendar.refetchEvents();
  };
})();
