// An open session by keyboard: on through the queue, play, decide. Each button says which key presses it.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const make = (...given) => page.make(...given);
  const AT_ONCE = ["under_review", "undo"];
  let isBusy = false;

  const opened = () => page.params().get("session");
  const inQueue = () => page.tabOf(page.params()) === "review";
  const panel = () => [...document.querySelectorAll("#review-panel [data-session]")].find((box) => box.dataset.session === opened());

  async function choose(button) {
    const { session, version, evidence, dispute } = button.closest("[data-session]").dataset;
    const { decide: action, assignee } = button.dataset;
    const items = [{ session_id: session, version: Number(version), evidence }];
    if (!AT_ONCE.includes(action) && !assignee) return page.openDecision(action, items, { openDispute: dispute === "open" });
    if (isBusy) return null;
    isBusy = true;
    try {
      return await page.decide(assignee ? { action, assignee } : { action }, items);
    } finally {
      isBusy = false;
    }
  }

  page.listen("click", (event) => {
    const button = event.target.closest?.("#review-panel [data-decide]");
    if (button) choose(button);
  });

  function play() {
    const video = document.getElementById("player-video");
    if (!video) return;
    if (video.hidden) document.getElementById("player-play")?.click();
    else if (video.paused) video.play();
    else video.pause();
  }

  function openNext() {
    const next = inQueue() ? page.queue?.nextOpen(opened()) : null;
    if (next) page.openSession(next);
    else if (inQueue()) page.tell(page.t("Nothing is left to review here."));
  }

  // Where the session stands in the queue, which only the queue knows: it says so whenever it has changed.
  page.showQueuePlace = function () {
    const place = document.querySelector(".detail .queue-steps");
    if (!place) return;
    const found = page.queue?.place(opened());
    const step = (name, words, key, id) =>
      make("button", { className: "btn-plain", disabled: !id, title: page.t("{key} on the keyboard", { key }), "data-step": name, "data-open": id || "" }, words);
    place.replaceChildren(...(found ? [
      make("span", { className: "mute num" }, page.t("{position} of {total}", { position: page.number(found.position), total: page.number(found.total) })),
      step("previous", "↑ " + page.t("Previous"), "K", found.previous),
      step("next", "↓ " + page.t("Next"), "J", found.next),
    ] : []));
  };

  function keysHere() {
    const buttons = [...(panel()?.querySelectorAll("[aria-keyshortcuts]") || [])];
    return [
      ["J, K", page.t("Next and previous session")],
      ...(inQueue() ? [["N", page.t("Next that is not decided")]] : []),
      ...(document.getElementById("player-video") ? [[page.t("Space, P"), page.t("Play or pause the recording")]] : []),
      ...buttons.map((button) => [button.getAttribute("aria-keyshortcuts"), button.textContent]),
      ["Esc", page.t("Back to the list")],
      ["?", page.t("These keys")],
    ];
  }

  page.showKeys = function () {
    const dialog = document.querySelector(".keys") || document.body.appendChild(make("dialog", { className: "keys", "aria-labelledby": "keys-title" }));
    dialog.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "?") dialog.close();
    };
    dialog.replaceChildren(make("h2", { id: "keys-title" }, page.t("Keys")),
      make("dl", {}, keysHere().flatMap(([key, does]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, does)])),
      make("button", { className: "btn-plain", onclick: () => dialog.close() }, page.t("Close")));
    dialog.showModal();
  };

  const pressesItself = (target) => target.closest?.("button, a, summary, video, select");

  const keys = { N: openNext, P: play, "?": () => page.showKeys() };

  page.listen("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || page.isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.toUpperCase();
    if (key === "Z" && page.canUndo()) return void page.undoDecision();
    if (!opened() || !document.querySelector(".detail")) return;
    if (key === " " && !pressesItself(event.target)) {
      event.preventDefault();
      return play();
    }
    const button = /^[A-Z]$/.test(key) && panel()?.querySelector(`[aria-keyshortcuts=${key}]`);
    if (button) {
      event.preventDefault(); // or it would be the first letter of the note
      button.click();
    } else keys[key]?.();
  });
})();
