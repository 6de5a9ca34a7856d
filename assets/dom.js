// Elements without React. Text is only ever set as text.
(function () {
  const page = window.dash_clientside.sessionHistory;

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
  // Whether its keys are letters of a text, or a list's own. The choice of speed begins with digits: keys go past it.
  page.isTyping = (target) => target.closest?.("input, select:not(#player-speed), textarea, [contenteditable]");
})();
