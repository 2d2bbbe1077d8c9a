/** The words of the page: those of labels.yaml, filled in; times and lists as the language of the page has them. */

export class Words {
  /**
   * @param {Record<string, string>} labels
   * @param {string} language
   */
  constructor(labels, language) {
    this.labels = labels;
    this.language = Intl.DateTimeFormat.supportedLocalesOf([language].filter(isLanguage))[0] ?? "en";
  }

  /**
   * Fills in a label; of `one|other` the first stands for one.
   *
   * @param {string} name
   * @param {Record<string, string | number>} values
   */
  say(name, values = {}) {
    return this.parts(name, values).join("");
  }

  /**
   * The same, as a list of texts and of the elements that were given as values.
   *
   * @param {string} name
   * @param {Record<string, string | number | Node>} values
   * @returns {(string | Node)[]}
   */
  parts(name, values) {
    const [one, other] = this.labels[`plan-${name}`].split("|");
    return (values.n === 1 || other === undefined ? one : other)
      .split(/\{(\w+)\}/)
      .map((part, number) => (number % 2 === 0 ? part : values[part] instanceof Node ? values[part] : String(values[part])));
  }

  /** Says how long something takes, in the words of `Views.time`. @param {number} minutes */
  time(minutes) {
    if (minutes < 90) return this.labels["about-minutes"].replace("{n}", String(minutes));
    const tenths = Math.floor((minutes + 3) / 6);
    return this.labels["about-hours"].replace("{n}", String(tenths / 10));
  }

  /** Says how many steps there are. @param {number} n */
  steps(n) {
    const [one, other] = this.labels.steps.split("|");
    return (n === 1 || other === undefined ? one : other).replace("{n}", String(n));
  }

  get ongoing() {
    return this.labels.ongoing;
  }

  /** Enumerates texts or elements. @param {(string | Node)[]} items @returns {(string | Node)[]} */
  list(items) {
    const form = new Intl.ListFormat(this.language, { type: "conjunction" });
    const places = items.map((_, number) => String(number));
    return form.formatToParts(places).map(({ type, value }) => (type === "element" ? items[Number(value)] : value));
  }

  /** Says a day. @param {Date} day in the time of UTC */
  day(day) {
    return new Intl.DateTimeFormat(this.language, { dateStyle: "long", timeZone: "UTC" }).format(day);
  }

  /** Gives the names of the days of the week, from Monday on. */
  weekdays() {
    const form = new Intl.DateTimeFormat(this.language, { weekday: "short", timeZone: "UTC" });
    return [...Array(7).keys()].map((day) => form.format(Date.UTC(2024, 0, 1 + day))); // that day was a Monday
  }
}

/** Tells whether a code can be that of a language, as one of an author's own need not be. */
function isLanguage(code) {
  try {
    return Intl.getCanonicalLocales(code).length > 0;
  } catch {
    return false;
  }
}
