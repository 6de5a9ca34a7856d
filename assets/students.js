// Offers the creator's own students while one types; the search itself is a filter like the others.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const LEAST = 2;
  const PAUSE_MS = 120;
  let pause = null;
  let asked = 0;

  async function suggest(typed) {
    const mine = ++asked;
    const place = document.getElementById("filter-students");
    if (!place || typed.trim().length < LEAST || !page.question) return;
    const creator = encodeURIComponent(page.question.creator);
    const response = await fetch(`/api/creators/${creator}/students?${new URLSearchParams({ q: typed.trim(), limit: 12 })}`);
    if (!response.ok || mine !== asked) return;
    const students = await response.json();
    place.replaceChildren(...students.map((student) => {
      const option = document.createElement("option");
      option.value = student.name;
      option.label = `${student.name} (${page.number(student.sessions)})`;
      return option;
    }));
  }

  document.addEventListener("input", (event) => {
    if (event.target.id !== "filter-student") return;
    // Dash puts the caret back where it stood a letter ago: whoever types faster than it draws would have letters change places.
    event.target.setSelectionRange = () => {};
    window.clearTimeout(pause);
    pause = window.setTimeout(() => suggest(event.target.value).catch(() => {}), PAUSE_MS);
  });
})();
