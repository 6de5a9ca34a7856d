// The chart as a table, with the figures behind the small lines of the tiles too: read when it is asked for.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const make = (...given) => page.make(...given);
  const place = () => document.getElementById("chart-over-time-table");
  const COLUMNS = [
    [page.t("Sessions"), "total_sessions", 0], [page.t("Completed"), "completed", 0], [page.t("Cancelled"), "cancelled", 0], [page.t("No-show"), "no_show", 0],
    [page.t("Scheduled"), "scheduled", 0], [page.t("Completion %"), "completion_rate", 1], [page.t("No-show %"), "no_show_rate", 1], [page.t("Rating"), "avg_rating", 2],
    [page.t("Minutes"), "avg_duration", 0],
  ];

  const digits = (value, decimals) =>
    value === null ? page.context().noData : page.number(value, decimals);
  const day = (iso) => page.dayOf(iso, "UTC");
  const days = (bucket) => (bucket.first === bucket.last ? day(bucket.first) : `${day(bucket.first)} – ${day(bucket.last)}`);
  const name = (bucket) => (bucket.partial ? page.t("{days} (in part)", { days: days(bucket) }) : days(bucket));

  function drawn(buckets) {
    const head = make("tr", {}, ...[page.t("Period"), ...COLUMNS.map(([label]) => label)].map((label) => make("th", { scope: "col" }, label)));
    const rows = buckets.map((bucket) =>
      make("tr", {}, make("th", { scope: "row" }, name(bucket)), ...COLUMNS.map(([, field, decimals]) => make("td", {}, digits(bucket[field], decimals)))));
    return make("table", {}, make("thead", {}, head), make("tbody", {}, rows));
  }

  page.showTable = async function () {
    if (!place() || place().hidden || !page.question) return;
    const { creator, search } = page.question;
    try {
      const { buckets } = await page.fetchJson(`/api/creators/${encodeURIComponent(creator)}/sessions/over-time?${search}`);
      if (search === page.question.search) place().replaceChildren(drawn(buckets));
    } catch {
      const retry = make("button", { className: "btn-plain", onclick: page.showTable }, page.t("Retry"));
      place().replaceChildren(page.t("Unable to load sessions.") + " ", retry);
    }
  };

  page.toggleTable = function (button) {
    place().hidden = !place().hidden;
    document.querySelector(".over-time-space").hidden = !place().hidden;
    button.textContent = place().hidden ? page.t("Table") : page.t("Chart");
    button.setAttribute("aria-expanded", String(!place().hidden));
    page.showTable();
    window.dispatchEvent(new Event("resize"));
  };
})();
