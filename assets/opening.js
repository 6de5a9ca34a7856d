// What is opened by pointing at it: the rows that a point counts, and a session.
(function () {
  const page = window.dash_clientside.sessionHistory;

  // A click on a chart's point filters to the rows it counts; the point carries the fields as JSON.
  page.openPoint = function (click) {
    const fields = click?.points?.[0]?.customdata?.[1];
    if (!fields) return;
    page.toggleParams(JSON.parse(fields));
    window.dash_clientside.set_props("chart-over-time", { clickData: null });
  };

  page.brushRange = function (selected) {
    const points = selected?.points?.filter((point) => point.customdata) || [];
    if (points.length < 2) return;
    const ranges = points.map((point) => JSON.parse(point.customdata[1]));
    const first = ranges.map((range) => range.from).sort()[0];
    const last = ranges.map((range) => range.to).sort().at(-1);
    page.setParams({ range: null, from: first, to: last });
  };

  page.openAgain = () => window.dash_clientside.set_props("detail-session", { data: page.params().get("session") });
  page.openSession = function (id) {
    const step = document.activeElement?.dataset.step;
    page.setParams({ session: id });
    if (document.querySelector(".detail")) page.keepFocus(step && `.detail [data-step=${step}]:enabled`, ".detail");
  };
  page.watchSession = function (id) {
    page.watchNext = true;
    page.openSession(id);
  };
  page.closeDetail = function () {
    const seen = page.params().get("session");
    document.documentElement.removeAttribute("data-detail-failed");
    page.stopRecording();
    page.setParams({ session: null });
    window.dash_clientside.set_props("detail-modal", { is_open: false }); // the server may be out of reach
    if (page.tabOf(page.params()) === "review") page.focusReview(seen);
    else page.focusRow(seen);
  };
  page.leaveDetail = function (open) {
    if (window.dash_clientside.callback_context.triggered.length && !open && page.params().has("session")) page.closeDetail();
  };
})();
