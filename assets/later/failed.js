// What could not be loaded: asked for again as soon as the network is back, and never left standing as if it were there.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);

  // The panel still has the session before: neither keys nor clicks may reach it under another's address.
  function showFailed() {
    const body = document.getElementById("detail-body");
    const failed = root.hasAttribute("data-detail-failed");
    if (!body || body.inert === failed) return;
    body.inert = failed;
    if (failed) find(".detail-unread .btn-plain")?.focus();
    else find(".detail")?.focus({ preventScroll: true });
  }
  new MutationObserver(showFailed).observe(root, { attributeFilter: ["data-detail-failed"] });

  const again = {
    "data-figures-failed": () => page.loadAgain(),
    "data-detail-failed": () => page.openAgain(),
    "data-review-failed": () => page.drawReview(),
  };
  window.addEventListener("online", () => {
    for (const [failed, ask] of Object.entries(again)) if (root.hasAttribute(failed)) ask();
    if (find("#review-state [data-retry]")) page.loadReviewsAgain();
  });
})();
