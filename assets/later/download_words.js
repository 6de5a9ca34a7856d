// What a download is and how it stands, in words.
(function () {
  const page = window.dash_clientside.sessionHistory;

  const STATES = {
    waiting: () => page.t("Waiting for others to be written"),
    writing: ({ rows_done, rows }) => page.t("{done} of {rows} rows", { done: page.number(rows_done), rows: page.number(rows) }),
    ready: (one) => [page.counted(one.rows, "{count} row", "{count} rows"), size(one.bytes), expiry(one)].join(" · "),
    failed: ({ reason }) => FAILURES[reason] || FAILURES.error,
  };
  const FAILURES = {
    full: page.t("The server had no room left for it."),
    interrupted: page.t("The server was stopped while it was written."),
    error: page.t("It could not be written; the server's log says why."),
  };

  page.downloadStanding = (one) => STATES[one.state](one);

  function size(bytes) {
    if (bytes >= 1e9) return page.t("{size} GB", { size: page.number(bytes / 1e9, 1) });
    if (bytes >= 1e6) return page.t("{size} MB", { size: page.number(bytes / 1e6, 1) });
    return page.t("{size} kB", { size: page.number(Math.ceil(bytes / 1e3)) });
  }

  function expiry(one) {
    const hours = Math.round((new Date(one.expires_at) - Date.now()) / 3_600_000);
    if (hours < 1) return page.t("expires within the hour");
    const time = hours >= 48 ? page.counted(Math.floor(hours / 24), "{count} day", "{count} days") : page.counted(hours, "{count} hour", "{count} hours");
    return page.t("expires in {time}", { time });
  }

  const begunAt = (moment) => new Date(moment).toLocaleString(page.locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: page.zone });

  // 27 Nov, 14:05 · 5 Sep 2026 – 27 Nov 2026 · Intro to Statistics · No-show; ids that stand behind names are left out.
  page.downloadWords = function ({ filters, creator, created_at }) {
    const labels = JSON.parse(document.querySelector("main ~ .downloads-words").dataset.labels);
    const { creators } = page.context();
    const names = ["course", "Student-Teacher", "student"].flatMap((name) => filters[name] || []);
    const has = (name) => filters[name] !== undefined;
    return [
      begunAt(created_at),
      ...(Object.keys(creators).length ? [creators[creator] || (creator === "all" ? page.t("All creators") : creator)] : []),
      range(filters.from, filters.to),
      ...names.map((name) => name.replace(/ \([^()]*\)$/, "")),
      ...(has("student's name holds") ? [`“${filters["student's name holds"]}”`] : []),
      ...[...(filters.status || []), ...(filters["any of the flags"] || [])].map((value) => labels[value] || value),
      ...(has("rating from") || has("rating to") ? [page.t("Rated {least} to {most} ★", { least: filters["rating from"] ?? 1, most: filters["rating to"] ?? 5 })] : []),
      ...(has("rated") ? [filters.rated ? page.t("Rated") : page.t("Not rated")] : []),
      ...(has("timed") ? [filters.timed ? page.t("With a plausible duration") : page.t("Without a plausible duration")] : []),
    ].join(" · ");
  };

  const day = (moment) => page.dayOf(moment, moment.length > 10 ? page.zone : "UTC");

  function range(from, to) {
    if (from && to) return `${day(from)} – ${day(to)}`;
    if (from) return page.t("since {day}", { day: day(from) });
    return to ? page.t("until {day}", { day: day(to) }) : page.t("All time");
  }
})();
