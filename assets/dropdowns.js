// What Dash's dropdowns say to a screen reader and do for the keyboard, put right: their button takes the focus itself,
// what opens has a name, and its options are the checkboxes that they look like.
(function () {
  function mend(choice) {
    const label = choice.getAttribute("aria-label");
    const set = (selector, attributes) =>
      choice.querySelectorAll(selector).forEach((one) => {
        for (const [name, value] of Object.entries(attributes)) {
          if (value === null) one.removeAttribute(name);
          else if (one.getAttribute(name) !== value) one.setAttribute(name, value);
        }
      });
    set(".dash-dropdown-focus-target", { tabindex: "-1" });
    set("button.dash-dropdown[tabindex]", { tabindex: "0" });
    set(".dash-dropdown-content:not([aria-label])", { "aria-label": label });
    set(".dash-dropdown-options", { role: "group", "aria-label": label });
    set(".dash-dropdown-option", { role: null, "aria-selected": null });
    set(".dash-dropdown-search:not([aria-label])", { "aria-label": label });
  }

  window.dash_clientside.sessionHistory.mendDropdowns = function () {
    document.querySelectorAll("main :is(.choice, .creator-choice)").forEach((choice) => {
      mend(choice);
      const watching = { childList: true, subtree: true, attributeFilter: ["role", "aria-selected", "tabindex"] };
      new MutationObserver(() => mend(choice)).observe(choice, watching);
    });
  };
})();
