/**
 * What one cell has shown so far, as a screen would show it: a progress bar that is written over itself stays one line,
 * and a display can be changed. What only adds to it is passed on as it comes; anything else is cleared and shown anew.
 */

/** @typedef {{output_type: "stream", name: "stdout" | "stderr", text: string}
 *   | {output_type: "display_data" | "execute_result", data: Record<string, string>}
 *   | {output_type: "error", ename: string, evalue: string, traceback: string[]}
 *   | {output_type: "clear", wait: boolean}} Output */

/** @typedef {{name: "stdout" | "stderr", lines: string, line: string, at: number, held: string}} Stream */

const REST = 50; // milliseconds between two times that all is shown anew
const MOST = 200_000; // characters kept of what is printed in one go: more slows a page down, and nobody reads it

const ESCAPE = /\u001b\[[0-9;?]*[A-Za-z]/g; // a colour or a move of the cursor
const ESCAPE_BEGUN = /\u001b(\[[0-9;?]*)?$/;

export class Screen {
  /** @type {{output?: Output, stream?: Stream, id?: string}[]} */
  #all = [];
  #clearNext = false;
  /** @type {number | undefined} */
  #timer;
  #show;

  /** @param {(output: Output) => void} show */
  constructor(show) {
    this.#show = show;
  }

  /** @param {"stdout" | "stderr"} name @param {string} text */
  print(name, text) {
    this.#clearIfAsked();
    let stream = this.#all.at(-1)?.stream;
    if (stream?.name !== name) {
      stream = { name, lines: "", line: "", at: 0, held: "" };
      this.#all.push({ stream });
    }
    const added = type(stream, text);
    if (added === null) this.#showAnew();
    else if (added && this.#timer === undefined) this.#show({ output_type: "stream", name, text: added });
  }

  /** @param {Output} output @param {string} [id] the name by which it is changed later */
  add(output, id) {
    this.#clearIfAsked();
    this.#all.push({ output, id });
    if (this.#timer === undefined) this.#show(output);
  }

  /** Changes displays that are here. @param {Record<string, string>} data @param {string} id */
  change(data, id) {
    const named = this.#all.filter((each) => each.id === id && each.output);
    for (const each of named) each.output = { ...each.output, data };
    if (named.length) this.#showAnew();
  }

  /** Clears all; to `wait` is to leave it there until something else comes. @param {boolean} wait */
  clear(wait) {
    this.flush();
    this.#clearNext = wait;
    if (!wait) this.#clear(false);
  }

  /** Shows now what waits to be shown. */
  flush() {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#show({ output_type: "clear", wait: true });
    for (const { output, stream } of this.#all) {
      this.#show(output ?? { output_type: "stream", name: stream.name, text: stream.lines + stream.line });
    }
  }

  #showAnew() {
    this.#timer ??= setTimeout(() => this.flush(), REST);
  }

  #clearIfAsked() {
    if (!this.#clearNext) return;
    this.#clearNext = false;
    this.#clear(true);
  }

  #clear(wait) {
    this.#all = [];
    this.#show({ output_type: "clear", wait });
  }
}

/**
 * Types a text where the cursor of a stream is.
 *
 * @param {Stream} stream @param {string} text
 * @returns {string | null} what it added at the end; null where it wrote over something
 */
function type(stream, text) {
  const whole = stream.held + text;
  stream.held = whole.match(ESCAPE_BEGUN)?.[0] ?? "";
  const plain = whole.slice(0, whole.length - stream.held.length).replace(ESCAPE, "").replace(/\r+\n/g, "\n");
  let isAdded = true;
  for (const part of plain.split(/([\r\n\b])/)) {
    if (part === "\n") {
      stream.lines += `${stream.line}\n`;
      stream.line = "";
      stream.at = 0;
    } else if (part === "\r") stream.at = 0;
    else if (part === "\b") stream.at = Math.max(0, stream.at - 1);
    else if (part) {
      isAdded &&= stream.at === stream.line.length;
      stream.line = stream.line.slice(0, stream.at) + part + stream.line.slice(stream.at + part.length);
      stream.at += part.length;
    }
  }
  if (stream.lines.length > MOST) {
    stream.lines = `…\n${stream.lines.slice(-MOST / 2)}`;
    isAdded = false;
  }
  return isAdded ? plain.replace(/[\r\b]/g, "") : null;
}
