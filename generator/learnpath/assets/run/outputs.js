/** What a cell gave, shown below it: texts, pictures and errors, in Jupyter's form. */

import { element } from "../elements.js";

/** Of several forms of one output, the first here is shown. */
const PICTURES = {
  "image/svg+xml": (data) => `data:image/svg+xml,${encodeURIComponent(data)}`,
  "image/png": (data) => `data:image/png;base64,${data}`,
};

/**
 * Adds an output to those of a cell.
 *
 * @param {HTMLElement} place @param {any} output
 * @param {{alt: (picture: number) => string}} words what to say of the so manieth picture
 */
export function add(place, output, { alt }) {
  if (output.output_type === "clear") {
    place.replaceChildren();
  } else if (output.output_type === "stream") {
    const last = place.lastElementChild;
    if (last instanceof HTMLElement && last.dataset.stream === output.name) last.append(output.text);
    else place.append(text(output.text, { "data-stream": output.name }));
  } else if (output.output_type === "error") {
    place.append(text(output.traceback.join("\n"), { class: "said failed" }));
  } else {
    const kind = Object.keys(PICTURES).find((each) => each in output.data);
    if (!kind) place.append(text(output.data["text/plain"] ?? ""));
    else {
      const picture = element("img", { src: PICTURES[kind](output.data[kind]) });
      picture.alt = alt(place.querySelectorAll("img").length);
      place.append(element("figure", {}, picture));
    }
  }
}

/** Makes a text that can be scrolled with the keys. @param {string} words @param {Record<string, string>} settings */
function text(words, settings = {}) {
  return element("pre", { class: "said", tabindex: "0", ...settings }, words);
}
