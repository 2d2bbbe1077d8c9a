/** Tells about the chosen concept beside the map: what it is, what it needs, what it opens. */

import { addressOf, button, element, row, say, time, told } from "../guide/page.js";
import { json } from "../guide/reader.js";

export class About {
  /**
   * @param {HTMLElement} root
   * @param {import("./chart.js").Chart} chart
   * @param {import("../planner/knowledge.js").Knowledge} knowledge
   * @param {{choose: (concept: number) => void, end: () => void}} page
   */
  constructor(root, chart, knowledge, page) {
    Object.assign(this, { root, chart, knowledge, page });
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") page.end();
    });
  }

  /** @param {number | null} concept */
  show(concept) {
    this.root.hidden = concept === null;
    if (concept === null) return this.root.replaceChildren();
    const { knowledge } = this, summary = element("p", { class: "summary" });
    this.root.replaceChildren(
      button("×", () => this.page.end(), { class: "guide-button close", "aria-label": say("map-close") }),
      element("h2", { id: "map-chosen" }, element("a", { href: knowledge.href(concept) }, knowledge.title(concept))),
      element("p", { class: "facts" }, ...row(knowledge.area(concept), this.timeOf(concept))),
      summary,
      ...this.list(say("needs"), this.needs(concept), say("needs-nothing")),
      ...this.list(say("opens"), this.chart.opens[concept].map((each) => [this.wayTo(each)]), say("opens-nothing")),
      element("p", {}, element("a", { href: `${addressOf("plan/index")}?goals=${knowledge.ids[concept]}` }, say("plan-the-way"))),
    );
    this.root.scrollTop = 0;
    this.tell(concept, summary);
  }

  timeOf(concept) {
    const minutes = this.knowledge.minutes[concept];
    return this.knowledge.ongoing.has(concept) ? say("ongoing") : minutes ? time(minutes) : "";
  }

  /** Gives what each need says: of several, one is enough. */
  needs(concept) {
    return this.knowledge.graph.prerequisites[concept].map((need) => {
      const ways = [need].flat().flatMap((each, number) => (number ? [" · ", this.wayTo(each)] : [this.wayTo(each)]));
      return ways.length > 1 ? [say("one-of"), " ", ...ways] : ways;
    });
  }

  list(title, entries, nothing) {
    const found = entries.length
      ? element("ul", {}, ...entries.map((parts) => element("li", {}, ...parts)))
      : element("p", {}, nothing);
    return [element("h3", {}, title), found];
  }

  wayTo(concept) {
    return button(this.knowledge.title(concept), () => this.page.choose(concept), { class: "guide-button quiet" });
  }

  /** Puts the summary in, which is fetched with the first concept that is chosen; without it, the rest holds. */
  async tell(concept, place) {
    this.words ??= json(`${told.folder}concepts/previews.json`);
    const words = await this.words.catch(() => {
      this.words = null;
      return {};
    });
    place.textContent = words[this.knowledge.ids[concept]]?.summary ?? "";
    place.hidden = !place.textContent;
  }
}
