// A popover lies at the end of the document, far from its button: one that a key opened takes the focus, and whichever way
// it closes, its button has the focus again.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const POPOVER = ".range-popover";
  const AGAIN_MS = 100;
  let leaving = null; // what closes fades, and is there a while longer
  let opener = null;

  const reachable = (popover) => [...popover.querySelectorAll("button, select, input")].filter((one) => one.checkVisibility());
  const focusOpener = () => document.getElementById(opener?.id)?.focus({ preventScroll: true });

  page.openPopover = function () {
    const popover = document.querySelector(POPOVER);
    return popover === leaving ? null : popover;
  };

  // By a click beside it: its button would open it again where it has not yet noticed that it is open.
  function dismiss(popover) {
    if (leaving !== popover || !popover.isConnected) return;
    document.querySelector("main").click();
    window.setTimeout(dismiss, AGAIN_MS, popover);
  }

  function close(popover) {
    leaving = popover;
    dismiss(popover);
    focusOpener();
  }

  // It comes as a tooltip, which describes its button with all its words.
  function opened(popover) {
    const button = document.getElementById(opener?.id);
    popover.dataset.opener = opener?.id;
    popover.setAttribute("role", "dialog");
    popover.setAttribute("aria-label", button?.textContent);
    button?.setAttribute("aria-expanded", "true");
    button?.removeAttribute("aria-describedby");
    const named = page.namedRange(page.params());
    popover.querySelectorAll("[data-preset]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.preset === named)));
    if (opener?.byKey) enter(popover);
  }

  // What is in it may come a moment after it.
  function enter(popover) {
    const [first] = reachable(popover);
    if (first) first.focus({ preventScroll: true });
    else if (popover.isConnected && popover !== leaving) window.requestAnimationFrame(() => enter(popover));
  }

  // Another may be open by then, which a click on its button has closed it for.
  function closed(popover) {
    const button = document.getElementById(popover.dataset.opener);
    button?.setAttribute("aria-expanded", "false");
    if (document.activeElement === document.body) button?.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#filter-more, #range-custom, #grid-columns-more");
    if (!button) return;
    opener = { id: button.id, byKey: event.detail === 0 };
    leaving = null;
  });

  new MutationObserver((changes) => {
    const nodes = (kind) => changes.flatMap((change) => [...change[kind]]).filter((node) => node.matches?.(POPOVER));
    nodes("removedNodes").forEach(closed);
    nodes("addedNodes").forEach(opened);
  }).observe(document.body, { childList: true });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.("#range-from, #range-to")) document.getElementById("range-apply").click();
  });

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
