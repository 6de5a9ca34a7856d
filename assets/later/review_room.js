// How much of the queue there is room for: columns that fit beside each other, or on a phone cards, fifty and fifty more.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const CARDS = 50;
  const FEWEST_ROWS = 5;
  const MOST_ROWS = 15;
  const FIRST_TO_GO = ["course", "creator", "ratings"]; // the session itself tells them
  const narrow = window.matchMedia("(max-width: 1180px)");
  const find = (selector) => document.querySelector(selector);
  let table = null;
  let cards = CARDS;
  let wasPhone = null;

  const idOf = (column) => column.getColId();
  const isOurs = (column) => !idOf(column).startsWith("ag-Grid");

  function fitting() {
    const all = table.getColumns();
    const taken = (columns) => columns.reduce((sum, column) => sum + column.getMinWidth(), 0);
    const room = find("#review-space").clientWidth - taken(table.getAllDisplayedColumns().filter((column) => !isOurs(column)));
    let left = all.filter((column) => isOurs(column) && idOf(column) !== "card");
    for (const gone of FIRST_TO_GO) if (taken(left) > room) left = left.filter((column) => idOf(column) !== gone);
    return left.map(idOf);
  }

  page.turnReviews = function () {
    if (!table || !find("#review-space").clientWidth) return;
    const isPhone = page.isPhone();
    const shown = isPhone ? ["card"] : fitting();
    const others = table.getColumns().filter(isOurs).map(idOf).filter((id) => !shown.includes(id));
    table.setColumnsVisible(shown, true);
    table.setColumnsVisible(others, false);
    const height = getComputedStyle(find(".review-rows")).getPropertyValue("--row-height");
    table.setGridOption("rowHeight", Number.parseInt(height, 10));
    table.resetRowHeights();
    if (wasPhone !== null && wasPhone !== isPhone) page.drawReviews();
    wasPhone = isPhone;
  };

  page.fitReviews = function (given) {
    table = given;
    page.turnReviews();
    let width = find("#review-space").clientWidth;
    new ResizeObserver(() => {
      const { clientWidth } = find("#review-space");
      if (clientWidth && clientWidth !== width) window.requestAnimationFrame(page.turnReviews);
      width = clientWidth || width;
    }).observe(find("#review-space"));
    narrow.addEventListener("change", () => table.refreshCells({ force: true }));
  };

  // How many of its reasons a row has room for.
  page.reasonsShown = () => (narrow.matches ? 1 : 2);

  // Of so many rows those that are drawn. A phone scrolls the page alone, so that all that are drawn are as high as they are.
  page.reviewsShown = function (ids) {
    const isPhone = page.isPhone();
    const shown = isPhone ? ids.slice(0, cards) : ids;
    const high = Math.max(shown.length, FEWEST_ROWS);
    find(".review-rows").style.setProperty("--rows", isPhone ? high : Math.min(high, MOST_ROWS));
    find(".reviews-more").hidden = shown.length === ids.length;
    return shown;
  };

  page.firstReviews = () => (cards = CARDS);

  page.listen("click", (event) => {
    if (!event.target.closest?.(".reviews-more")) return;
    const next = cards;
    cards += CARDS;
    page.drawReviews();
    table.setFocusedCell(next, "card");
  });
})();
