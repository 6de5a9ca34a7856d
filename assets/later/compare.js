// Side B of a comparison: its controls show what the address says of it, and a choice becomes a new address.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const DAYS = "days";
  const FIRST_DAY = "1900";
  const OTHERS = { "compare-course": "filter-course", "compare-st": "filter-st" };
  const FIELDS = { "compare-course": "vs_course_id", "compare-st": "vs_st_id" };
  const WITHOUT = { vs_course_id: "course_id", vs_st_id: "st_id" };
  const find = (id) => document.getElementById(id);
  const propsOf = (id) => window.dash_component_api?.getLayout(id)?.props || {};
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const same = (some, others) => JSON.stringify(some) === JSON.stringify(others);

  function rangeOf(url) {
    if (url.has("vs_from") || url.has("vs_to")) return DAYS;
    const others = ["vs_course_id", "vs_st_id", "vs_without"].some((name) => url.has(name));
    return url.get("vs_range") || (others ? "same" : "previous");
  }

  const daysOf = (url) => ["vs_from", "vs_to"].map((name) => url.get(name)?.slice(0, 10));

  // A control is set only where it says something else, so that setting it does not count as a choice.
  page.showOtherSide = function () {
    const url = page.params();
    if (page.tabOf(url) !== "compare" || !find("compare-days")) return;
    const range = rangeOf(url);
    find("compare-days").hidden = range !== DAYS;
    ["compare-from", "compare-to"].forEach((id, index) => {
      const value = daysOf(url)[index];
      if (range === DAYS && value !== (propsOf(id).value || undefined)) set(id, { value: value ?? null });
    });
    if (propsOf("compare-range").value !== range) set("compare-range", { value: range });
    for (const [id, filter] of Object.entries(OTHERS)) {
      const options = propsOf(filter).options || [];
      const value = url.getAll(FIELDS[id]);
      const known = options.map((option) => option.value);
      const changed = {};
      if (!same(propsOf(id).options, options)) changed.options = options;
      if (value.every((one) => known.includes(one)) && !same(propsOf(id).value || [], value)) changed.value = value;
      if (Object.keys(changed).length) set(id, changed);
    }
  };

  function chooseRange(range, from, to) {
    if (range !== DAYS) return page.setParams({ vs_range: range, vs_from: null, vs_to: null });
    const [first, last] = from && to && from > to ? [to, from] : [from, to];
    if ([first, last].some((day) => day && day < FIRST_DAY) || !(first || last)) return;
    page.setParams({ vs_range: null, vs_from: first, vs_to: last });
  }

  page.chooseOtherSide = function (triggered, range, from, to, courses, teachers) {
    const url = page.params();
    if (page.tabOf(url) !== "compare") return;
    const chosen = { "compare-course": courses || [], "compare-st": teachers || [] };
    for (const id of triggered.filter((one) => FIELDS[one])) {
      const field = FIELDS[id];
      if (same(chosen[id], url.getAll(field))) continue;
      page.setParams({ [field]: chosen[id], vs_without: url.getAll("vs_without").filter((one) => one !== WITHOUT[field]) });
    }
    if (triggered.includes("compare-range")) {
      find("compare-days").hidden = range !== DAYS;
      if (range !== rangeOf(url)) range === DAYS ? find("compare-from").focus() : chooseRange(range);
    }
    const [first, last] = daysOf(url);
    const isOther = (from || undefined) !== first || (to || undefined) !== last;
    if (range === DAYS && isOther && triggered.some((id) => id === "compare-from" || id === "compare-to")) chooseRange(range, from, to);
  };
})();
