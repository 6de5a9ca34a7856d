// Elements without React. Text is only ever set as text.
(function () {
  const page = window.dash_clientside.sessionHistory;
  const COPIED_MS = 1500;

  // Attributes that begin with `on`, and className, are properties; a value of null or false leaves one out.
  page.make = function (tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "className" || name.startsWith("on")) element[name] = value;
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  };
  // For whoever listens to the page. It is there from the start: only what appears in such a place is read out.
  const said = page.make("div", { className: "visually-hidden said", role: "status" });
  document.body.append(said);
  page.say = (words) => (said.textContent = words);

  // Copies, and says on the button whether it may.
  page.copy = async function (text, button) {
    button.dataset.words ??= button.textContent; // pressed twice, they are still those of before
    const isCopied = await window.navigator.clipboard.writeText(text).then(() => true, () => false);
    button.textContent = isCopied ? page.t("Copied") : page.t("Not allowed here");
    page.say(button.textContent);
    window.setTimeout(() => (button.textContent = button.dataset.words), COPIED_MS);
  };

  // Whether its keys are letters of a text, or a list's own. The choice of speed begins with digits: keys go past it.
  page.isTyping = (target) => target.closest?.("input, select:not(#player-speed), textarea, [contenteditable]");
})();
