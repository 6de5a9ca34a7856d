// Links that a calendar program subscribes to: made, copied and revoked here.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const FEEDS = "/api/calendar-feeds";
  const make = (...given) => page.make(...given);
  let made = null;

  async function ask(method, path = FEEDS) {
    const response = await fetch(path, { method, headers: { Accept: "application/json" } }).catch(() => new Response(null, { status: 503 }));
    if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail || page.t("That did not work."));
    return response.status === 204 ? null : response.json();
  }

  const day = (iso) => page.dayOf(iso, page.zone);

  function feedLine(feed) {
    const used = feed.last_used_at ? page.t("last read {day}", { day: day(feed.last_used_at) }) : page.t("never read");
    return make("li", {}, make("span", {}, page.t("Made {day}", { day: day(feed.created_at) }) + ", " + used),
      make("button", { className: "link", onclick: () => act("DELETE", `${FEEDS}/${encodeURIComponent(feed.id)}`) }, page.t("Revoke")));
  }

  function newLink() {
    if (!made) return [];
    const field = make("input", { readonly: true, value: made.url, "aria-label": page.t("Link"), onfocus: (event) => event.target.select() });
    const copy = make("button", { className: "btn-plain", onclick: () => page.copy(made.url, copy) }, page.t("Copy"));
    return [make("p", { className: "mute" }, page.t("Copy it now: it is not shown again. Who has it sees your coming sessions until you revoke it.")), field, copy];
  }

  async function draw(problem) {
    const dialog = document.querySelector(".feed");
    const { feeds } = await ask("GET").catch((error) => ((problem ??= error.message), { feeds: [] }));
    const live = feeds.filter((feed) => !feed.revoked_at && new Date(feed.expires_at) > Date.now());
    dialog.replaceChildren(
      make("h2", {}, page.t("Subscribe in your calendar")),
      make("p", { className: "mute" }, page.t("A calendar program that reads this link shows your coming sessions and keeps them up to date.")),
      problem ? make("p", { className: "state-error", role: "alert" }, problem) : "",
      ...newLink(),
      make("ul", {}, live.map(feedLine)),
      make("div", { className: "actions" },
        make("button", { className: "btn-accent", onclick: () => act("POST") }, page.t("Make a link")),
        make("button", { className: "btn-plain", onclick: () => dialog.close() }, page.t("Close")))
    );
  }

  async function act(method, path) {
    document.querySelectorAll(".feed button").forEach((button) => (button.disabled = true)); // one at a time
    try {
      const answer = await ask(method, path);
      made = method === "POST" ? answer : null;
      await draw();
    } catch (error) {
      await draw(error.message);
    }
    document.querySelector(".feed :is(input, .btn-accent)")?.focus();
  }

  page.openFeed = async function () {
    const dialog = document.querySelector(".feed") || document.body.appendChild(make("dialog", { className: "feed", "aria-label": page.t("Subscribe") }));
    made = null;
    dialog.replaceChildren(page.t("Loading…"));
    dialog.showModal();
    await draw();
  };
})();
