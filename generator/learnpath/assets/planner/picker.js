/**
 * A field in which concepts are picked by typing: a combobox with its list, and what was picked as chips before it.
 *
 * Arrow keys go through the list, Enter picks, Escape closes it, and Backspace in an empty field takes the last chip.
 */

import { button, element, find, say } from "../guide/page.js";

/**
 * @typedef {import("./knowledge.js").Knowledge} Knowledge
 */

const LISTED = 12; // more is no help
const CHIPS = 12; // more hide the rest of the page; they are shown on demand

export class Picker {
  /**
   * @param {HTMLElement} root
   * @param {Knowledge} knowledge
   * @param {(picked: number[]) => void} changed is told what is picked from now on
   */
  constructor(root, knowledge, changed) {
    Object.assign(this, { root, knowledge, changed });
    this.chips = find(root, ".chips");
    this.input = /** @type {HTMLInputElement} */ (find(root, "input"));
    this.list = find(root, ".found");
    this.told = find(root, ".told");
    this.picked = [];
    this.allShown = false;
    this.close();
    this.input.addEventListener("input", () => this.open());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.close());
    find(root, ".box").addEventListener("click", (event) => {
      if (event.target === event.currentTarget) this.input.focus();
    });
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // or the field would lose the focus
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.pick(Number(option.dataset.concept));
    });
  }

  /** Shows what is picked. @param {number[]} picked */
  show(picked) {
    this.picked = picked;
    const shown = this.allShown ? picked : picked.slice(0, CHIPS);
    const chips = shown.map((concept) => {
      const title = this.knowledge.title(concept);
      return element("li", { class: "chip" },
        element("span", {}, title),
        button("×", () => this.remove(concept), { "aria-label": say("plan-remove", { title }), class: "remove" }));
    });
    if (shown.length < picked.length) {
      const more = say("plan-show-all", { n: picked.length - shown.length });
      chips.push(element("li", {}, button(more, () => this.showAll())));
    }
    this.chips.replaceChildren(...chips);
    this.chips.hidden = !picked.length;
  }

  showAll() {
    this.allShown = true;
    this.show(this.picked);
    (this.chips.children[CHIPS]?.querySelector("button") ?? this.input).focus();
  }

  pick(concept) {
    this.input.value = "";
    this.close();
    this.changed([...this.picked, concept]);
  }

  remove(concept) {
    const place = this.picked.indexOf(concept);
    this.changed(this.picked.filter((each) => each !== concept));
    (this.chips.children[place]?.querySelector("button") ?? this.input).focus();
  }

  press(event) {
    if (event.isComposing) return; // the keys belong to whoever writes Chinese
    const options = this.list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.open();
      else if (options) this.point((this.at + (event.key === "ArrowDown" ? 1 : options - 1)) % options);
    } else if (event.key === "Enter" && !this.list.hidden && options) {
      event.preventDefault();
      this.pick(Number(this.list.children[this.at].dataset.concept));
    } else if (event.key === "Escape") {
      if (this.list.hidden) this.input.value = "";
      this.close();
    } else if (event.key === "Backspace" && !this.input.value && this.picked.length) {
      if (this.picked.length > CHIPS && !this.allShown) this.showAll(); // nothing goes that is not seen
      else this.changed(this.picked.slice(0, -1));
    }
  }

  open() {
    const found = this.knowledge.search(this.input.value, new Set(this.picked));
    const options = found.slice(0, LISTED).map((concept, number) =>
      element("li", { role: "option", id: `${this.list.id}-${number}`, "data-concept": concept, "aria-selected": "false" },
        element("span", {}, this.knowledge.title(concept)),
        element("span", { class: "facts" }, this.about(concept))));
    this.list.replaceChildren(...options);
    this.list.hidden = !options.length;
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    this.told.textContent = found.length > LISTED
      ? say("plan-found-more", { n: found.length, shown: LISTED })
      : found.length ? say("plan-found", { n: found.length }) : say("plan-found-none");
    if (options.length) this.point(0);
  }

  /** Gives what tells concepts of similar titles apart, and the other name by which one was found. */
  about(concept) {
    return [this.knowledge.aliasLike(this.input.value, concept), this.knowledge.area(concept)].filter(Boolean).join(" · ");
  }

  point(number) {
    this.at = number;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === number)));
    this.list.children[number].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", this.list.children[number].id);
  }

  close() {
    this.at = 0;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.told.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
