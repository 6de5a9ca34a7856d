// A popover lies at the end of the document, far from its button: one that a key opened takes the focus, and whichever way
// it closes, its button has the focus again.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const POPOVER = ".range-popover";
  const leaving = new WeakSet(); // what closes fades, and is there a while longer
  let opener = null;

  const reachable = (popover) => [...popover.querySelectorAll("button, select, input")].filter((one) => one.checkVisibility());
  const focusOpener = () => document.getElementById(opener?.id)?.focus({ preventScroll: true });

  page.openPopover = function () {
    const popover = document.querySelector(POPOVER);
    return popover && !leaving.has(popover) ? popover : null;
  };

  function close(popover) {
    leaving.add(popover);
    document.getElementById(opener.id).click();
    focusOpener();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#filter-more, #range-custom, #grid-columns-more");
    if (button) opener = { id: button.id, byKey: event.detail === 0 };
  });

  new MutationObserver((changes) => {
    const nodes = (kind) => changes.flatMap((change) => [...change[kind]]).filter((node) => node.matches?.(POPOVER));
    if (nodes("removedNodes").length && document.activeElement === document.body) focusOpener();
    if (opener?.byKey) nodes("addedNodes").forEach((popover) => reachable(popover)[0]?.focus({ preventScroll: true }));
  }).observe(document.body, { childList: true });

  // A date's Tab leads through its day, month and year first: it is never the first nor the last.
  function leadsOut({ key, shiftKey, target }, popover) {
    if (key === "Escape") return !document.querySelector(".dash-dropdown-content");
    return key === "Tab" && target === reachable(popover).at(shiftKey ? 0 : -1);
  }

  window.addEventListener("keydown", (event) => {
    const popover = page.openPopover();
    if (!popover || !opener || !leadsOut(event, popover)) return;
    event.preventDefault();
    event.stopPropagation();
    close(popover);
  }, true);
})();
