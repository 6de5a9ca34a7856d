// Tells the server what happened: a little later, several at once, and never so that anybody waits for it or sees it
// fail. Others call it by `?.`: a browser that blocks this file must show the page all the same.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const PAUSE_MS = 1000;
  const MOST = 20; // that the server takes at once
  const SEVERAL = ["course_id", "st_id", "status", "flag"];
  const SEARCH = "student_q"; // its words stay here
  let waiting = [];
  let pause = null;
  let viewed = false;

  async function post(events, again) {
    const body = JSON.stringify({ events });
    const headers = { "Content-Type": "application/json" };
    const sent = await fetch("/api/events", { method: "POST", keepalive: true, headers, body }).catch(() => null);
    if (again && (!sent || sent.status >= 500)) window.setTimeout(() => post(events, false), PAUSE_MS);
  }

  function flush() {
    window.clearTimeout(pause);
    if (waiting.length) post(waiting, true);
    waiting = [];
  }

  page.record = function (name, data) {
    window.clearTimeout(pause);
    waiting.push({ name, data });
    if (waiting.length < MOST) pause = window.setTimeout(flush, PAUSE_MS);
    else flush();
  };

  const valueOf = (url, field) => (SEVERAL.includes(field) ? url.getAll(field) : url.get(field));

  // One event for each field that a choice changed.
  page.recordFilters = function (before, after, fields) {
    for (const field of fields) {
      if (String(before.getAll(field)) === String(after.getAll(field))) continue;
      const value = after.has(field) && field !== SEARCH ? valueOf(after, field) : null;
      page.record("filter_applied", { filter_type: field, value });
    }
  };

  // Once, when the first rows are there.
  page.recordView = function (count, search) {
    if (viewed) return;
    viewed = true;
    const asked = new URLSearchParams(search);
    asked.delete("tz");
    const state = [...new Set(asked.keys())].map((field) => [field, field === SEARCH || valueOf(asked, field)]);
    page.record("page_view", { session_count: count, filter_state: Object.fromEntries(state) });
  };

  window.addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
})();
