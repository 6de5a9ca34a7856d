// What a first visit does without is a second bundle, assets/later: it is read at the first touch of the page, or as soon
// as something of it is called. Nothing is lost meanwhile: a call waits for it, and so do clicks and keys.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const root = document.documentElement;
  const TOUCHES = ["pointermove", "pointerdown", "keydown", "focusin", "touchstart"];
  const FIRST_PAUSE_MS = 1000;
  const LONGEST_PAUSE_MS = 60_000;
  const MOST_LATE_MS = 10_000; // what was pressed longer ago nobody waits for any more
  // What is called from the first bundle, and defined in assets/later.
  const CALLED = [
    "chooseOtherSide",
    "decideSelected",
    "drawReview",
    "focusFirstReview",
    "focusReview",
    "loadReviews",
    "loadReviewsAgain",
    "showKeys",
    "showOtherSide",
    "showQueuePlace",
    "showReviewChoice",
    "toggleReason",
    "turnReviews",
  ];
  const listeners = [];
  let missed = [];
  let loading = null;
  let isRun = false;

  function read(element) {
    return new Promise((resolve, reject) => {
      element.onload = resolve;
      element.onerror = () => {
        element.remove();
        reject(new Error("later"));
      };
      if (!element.isConnected) document.head.append(element);
    });
  }

  function readStyle() {
    const link = document.querySelector(".later-style");
    return link?.sheet ? null : read(link || page.laterStyle());
  }

  // To run it again would double all that it listens for.
  function runScript() {
    const script = () => Object.assign(document.createElement("script"), { src: root.dataset.laterScript });
    return isRun ? null : read(script()).then(() => (isRun = true));
  }

  function pause(ms) {
    return new Promise((resolve) => {
      window.setTimeout(resolve, ms);
      window.addEventListener("online", resolve, { once: true });
    });
  }

  // A network that is away for a moment is not worth a word.
  async function load(pauseMs) {
    try {
      await Promise.all([readStyle(), runScript()]);
    } catch {
      root.toggleAttribute("data-later-failed", pauseMs > FIRST_PAUSE_MS);
      await pause(pauseMs);
      return load(Math.min(pauseMs * 2, LONGEST_PAUSE_MS));
    }
    root.removeAttribute("data-later-failed");
    begin();
  }

  // Resolves once all of assets/later is there. It never rejects: what fails is tried again.
  page.later = () => (loading ??= load(FIRST_PAUSE_MS));

  for (const name of CALLED) page[name] = (...given) => page.later().then(() => page[name](...given));

  // Scripts of assets/later listen for clicks and keys by this, once their style is there too. Of those that came before,
  // they are told while the page still shows what they were meant for.
  page.listen = (type, heard) => void listeners.push([type, heard]);

  const keep = (event) => missed.push({ event, at: Date.now(), address: window.location.href });
  const touched = () => void page.later();

  function begin() {
    for (const type of TOUCHES) window.removeEventListener(type, touched, true);
    for (const type of ["click", "keydown"]) document.removeEventListener(type, keep);
    const meant = missed.filter(({ at, address, event }) => Date.now() - at < MOST_LATE_MS && address === window.location.href && event.target.isConnected);
    for (const { event } of meant) for (const [type, heard] of listeners) if (type === event.type) heard(event);
    missed = [];
    for (const [type, heard] of listeners) document.addEventListener(type, heard);
  }

  for (const type of TOUCHES) window.addEventListener(type, touched, { capture: true, passive: true });
  for (const type of ["click", "keydown"]) document.addEventListener(type, keep);
  if (page.needsLater(new URLSearchParams(window.location.search))) page.later();
})();
