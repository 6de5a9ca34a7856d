// Where the focus is, for whoever has no mouse: what bore it is drawn anew, or goes.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const DRAWN_MS = 3000;
  const CHOSEN_MS = 1000;
  const LAYERS = "dialog[open], .modal.show, .range-popover, .dash-dropdown-content, :popover-open";
  // A choice made by key: one of these, drawn anew, is known again by its words or by its place among the others.
  const CHOICES = [".tile-button", ".chip-remove", "#filter-reset", ".swap", ".grid-state [data-remove]", "[data-compare]"];
  // Where none of them is left.
  const INSTEAD = ["#filter-course", "#filter-open", ".view-tab[aria-current=page]"];
  let kept = null;
  let isDown = false;

  const isThere = (one) => one?.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]");
  const isLost = () => document.activeElement === document.body;

  // Whether something lies over the page.
  page.isBelow = () => Boolean(document.querySelector(LAYERS));

  // Scrolled once the row has the focus, which moves no more than it must.
  page.toTable = async function () {
    const isQueue = page.tabOf(page.params()) === "review";
    if (!page.isPhone() || isQueue) await (isQueue ? page.focusFirstReview() : page.focusFirstRow());
    document.getElementById(isQueue ? "grid-reviews" : "grid-sessions")?.scrollIntoView({ block: "start" });
  };

  // What has the focus may go, as a panel is drawn anew or the next session opens: the first of `selectors` that is there
  // has it then.
  page.keepFocus = function (...selectors) {
    const wanted = selectors.filter(Boolean);
    const until = Date.now() + DRAWN_MS;
    const settle = () => {
      if (kept !== wanted || Date.now() > until) return;
      const next = wanted.map((selector) => document.querySelector(selector)).find(Boolean);
      if (isLost() || document.activeElement?.matches(".modal")) next?.focus({ preventScroll: true });
      window.requestAnimationFrame(settle);
    };
    kept = wanted;
    settle();
  };

  for (const type of ["keydown", "keyup", "blur"]) window.addEventListener(type, () => (isDown = type === "keydown"), true);

  // Not before the key is up: the rest of its press is not meant for what has the focus then.
  function afterPress(then) {
    if (isDown) window.addEventListener("keyup", then, { capture: true, once: true });
    else then();
  }

  document.addEventListener("click", (event) => {
    const choice = event.detail === 0 && CHOICES.find((selector) => event.target.closest?.(selector));
    if (!choice) return;
    const pressed = event.target.closest(choice);
    const words = pressed.textContent;
    const index = [...document.querySelectorAll(choice)].indexOf(pressed);
    const next = () => {
      const there = [...document.querySelectorAll(choice)].filter(isThere);
      const same = there.filter((one) => one.textContent === words);
      const instead = () => INSTEAD.map((selector) => document.querySelector(selector)).find(isThere);
      return (same.length === 1 ? same[0] : there[Math.min(index, there.length - 1)]) || instead();
    };
    afterPress(() => {
      const until = Date.now() + CHOSEN_MS;
      const settle = () => {
        if (isLost()) next()?.focus({ preventScroll: true });
        if (Date.now() < until) window.requestAnimationFrame(settle);
      };
      settle();
    });
  });
})();
