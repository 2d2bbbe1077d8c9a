/** The colours of the page, as the browser works them out from its styles; the map is drawn with them. */

/** @param {HTMLElement} root what holds the legend */
export function coloursOf(root) {
  const probe = root.appendChild(document.createElement("span"));
  probe.style.forcedColorAdjust = "none"; // else a system with colours of its own makes all of them one
  const named = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    ground: named("--md-default-bg-color"),
    ink: named("--md-default-fg-color"),
    line: named("--map-line"),
    plain: named("--md-default-fg-color--light"),
    accent: named("--map-chain"),
  };
  probe.remove();
  for (const swatch of root.querySelectorAll(".marks-key .swatch")) {
    colours[swatch.classList[1]] = getComputedStyle(swatch).backgroundColor;
  }
  return colours;
}

/** Gives the colour of each area in the legend, by its id. @param {HTMLElement} root */
export function coloursOfAreas(root) {
  return new Map([...root.querySelectorAll(".areas label")].map((label) =>
    [label.querySelector("input").value, getComputedStyle(label.querySelector(".swatch")).backgroundColor]));
}

/** Calls `changed` whenever the page turns light or dark, or the system changes its colours. @param {() => void} changed */
export function watchTheme(changed) {
  new MutationObserver(changed).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme", "data-md-color-primary"] });
  for (const wish of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)"]) {
    matchMedia(wish).addEventListener("change", changed);
  }
}
