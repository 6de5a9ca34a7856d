// The recording player: asks for a link only when play is pressed, renews it before it expires, keeps its place.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const RENEW_BEFORE_MS = 120000;
  const UNAVAILABLE = page.t("Recording not available");
  const SPEED = "session-history-speed";
  const VOLUME = "session-history-volume";
  let renewal = null;
  let retried = false;
  let viewed = null;

  const find = (id) => document.getElementById(id);
  const recordingOf = (video) => video.closest("[data-session]").dataset.session;

  async function link(session) {
    const response = await fetch(`/api/sessions/${encodeURIComponent(session)}/recording`);
    if (!response.ok) throw new Error(`recording: ${response.status}`);
    return response.json();
  }

  function tell(message) {
    const place = find("player-message");
    if (place) place.textContent = message;
  }

  function loaded(video) {
    return new Promise((resolve, reject) => {
      video.addEventListener("loadedmetadata", resolve, { once: true });
      video.addEventListener("error", () => reject(new Error("media")), { once: true });
    });
  }

  async function load(video, { at, play }) {
    const session = recordingOf(video);
    const given = await link(session);
    if (!video.isConnected || recordingOf(video) !== session) return;
    const ready = loaded(video);
    video.defaultPlaybackRate = speed();
    video.src = given.url;
    video.preload = "auto";
    video.load();
    await ready;
    if (at) video.currentTime = at;
    video.playbackRate = speed();
    schedule(video, new Date(given.expires_at));
    if (play) await video.play();
  }

  function schedule(video, expires) {
    window.clearTimeout(renewal);
    renewal = window.setTimeout(() => renew(video), Math.max(1000, expires - Date.now() - RENEW_BEFORE_MS));
    const place = find("player-link");
    const time = expires.toLocaleTimeString(page.locale, { timeZone: page.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    if (place) place.textContent = page.t("Link valid until {time}, renewed on its own while you watch", { time });
  }

  async function renew(video) {
    if (!video.isConnected) return;
    try {
      await load(video, { at: video.currentTime, play: !video.paused });
      retried = false;
    } catch {
      unavailable(video);
    }
  }

  function unavailable(video) {
    video.hidden = true;
    tell(UNAVAILABLE);
  }

  function volume() {
    const kept = page.kept(VOLUME);
    return kept === null ? 1 : Number(kept);
  }

  function speed() {
    return Number(page.kept(SPEED)) || 1;
  }

  function listen(video) {
    video.onerror = () => {
      if (!video.currentSrc || retried || video.currentTime === 0) return;
      retried = true;
      renew(video);
    };
    video.onratechange = () => {
      page.keep(SPEED, video.playbackRate);
      if (find("player-speed")) find("player-speed").value = String(video.playbackRate);
    };
    video.onvolumechange = () => page.keep(VOLUME, video.muted ? 0 : video.volume);
  }

  // The next session is drawn into the same elements: nothing of the one before may go on in them.
  function clear() {
    window.clearTimeout(renewal);
    const video = find("player-video");
    if (!video) return;
    video.onerror = null;
    video.pause();
    video.removeAttribute("src");
    video.hidden = true;
    find("player-play").hidden = false;
    find("player-link").textContent = "";
    find("player-speed").value = String(speed());
    tell("");
  }

  page.playRecording = async function (clicks) {
    const video = find("player-video");
    if (!clicks || !video) return;
    page.record("recording_played", { session_id: recordingOf(video) });
    find("player-play").hidden = true;
    page.keepFocus("#player-video:not([hidden])", "#player-play:not([hidden])", ".detail");
    tell(page.t("Loading…"));
    listen(video);
    video.volume = volume();
    find("player-speed").value = String(speed());
    retried = false;
    try {
      await load(video, { at: 0, play: false });
      video.hidden = false;
      tell("");
      await video.play();
    } catch (error) {
      if (!video.isConnected) return;
      unavailable(video);
      if (!(error instanceof TypeError)) return; // that is a network that is away: it may come back
      tell(page.t("Unable to load the recording."));
      find("player-play").hidden = false;
    }
  };

  // A click on a row's play button opens the session and plays it: the click was the wish.
  page.detailShown = function (children) {
    const body = children?.length === 0 ? null : children;
    clear();
    page.stepOn?.();
    if (body) page.showQueuePlace();
    const shown = document.querySelector(".detail [data-session]")?.dataset.session;
    if (body && shown && shown !== viewed) page.record("session_viewed", { session_id: shown });
    if (body && viewed && shown !== viewed) page.say(["detail-title", "detail-when"].map((id) => find(id)?.textContent).join(" · "));
    viewed = body ? shown : null;
    if (!body || !page.watchNext) return;
    page.watchNext = false;
    window.requestAnimationFrame(() => find("player-play")?.click());
  };

  page.stopRecording = function () {
    window.clearTimeout(renewal);
    find("player-video")?.pause();
  };

  document.addEventListener("change", (event) => {
    if (event.target.id !== "player-speed") return;
    page.keep(SPEED, event.target.value);
    const video = find("player-video");
    if (video) video.playbackRate = Number(event.target.value);
  });
})();
