/**
 * Runs cells in a kernel on the reader's own machine: the only module that speaks with Jupyter Server.
 *
 * A kernel is started, interrupted, restarted and ended by HTTP requests, which carry the token in a header; code goes to
 * it and outputs come back by a WebSocket, for which the token is named as a protocol. Each page has one kernel; it ends
 * with the page, and the server ends it too when the WebSocket is closed.
 *
 * Messages: https://jupyter-client.readthedocs.io/en/stable/messaging.html
 * Their frames: https://jupyter-server.readthedocs.io/en/latest/developers/websocket-protocols.html
 */

import { connected, forget, session, takeToken } from "./session.js";
import { Screen } from "./screen.js";

export { connected, takeToken };

/** @typedef {import("./screen.js").Output} Output */
/** @typedef {"ok" | "error" | "stopped"} Result */
/** @typedef {{id: string, outputs: Screen, done: (result: Result) => void, result?: Result, isIdle?: boolean}} Run */

const FRAMES = "v1.kernel.websocket.jupyter.org";
const REST = 300; // milliseconds after which a request that failed was not broken off by the page itself

export class KernelEngine {
  /** @type {Promise<void> | null} */
  #started = null;
  /** @type {WebSocket | null} */
  #socket = null;
  #kernel = "";
  /** @type {Run | null} */
  #run = null;
  #isStopping = false;
  /** @type {((message: any) => void)[]} */
  #waiting = [];
  #words;
  #leave = () => void this.end();

  /** @param {Record<string, string>} words the labels of the page that begin with `kernel-` */
  constructor(words) {
    this.#words = words;
  }

  /**
   * Starts the kernel, unless there is one.
   *
   * @param {(words: string) => void} tell
   */
  start(tell) {
    return this.#started ?? this.#begin(this.#start(tell));
  }

  /**
   * Runs code, one at a time; its outputs are shown as they come.
   *
   * @param {string} code @param {(output: Output) => void} show @returns {Promise<Result>}
   */
  async run(code, show) {
    await this.start(() => {});
    this.#isStopping = false;
    return new Promise((done) => {
      const asked = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true };
      this.#run = { id: this.#send("execute_request", asked), outputs: new Screen(show), done };
    });
  }

  /** Interrupts what runs. */
  async stop() {
    if (!this.#run) return;
    this.#isStopping = true;
    await this.#ask("POST", "/interrupt");
  }

  /** Ends what runs, and forgets all that has run. */
  async restart() {
    this.#finish("stopped");
    if (this.#started) await this.#begin(this.#restart(this.#started));
  }

  /** Ends the kernel. */
  async end() {
    const kernel = this.#kernel;
    this.#finish("stopped");
    this.#putAway();
    if (kernel) await this.#call("DELETE", `/${kernel}`).catch(() => {}); // the server ends it by itself as well
  }

  /** @param {(words: string) => void} tell */
  async #start(tell) {
    tell(this.#words["kernel-starting"]);
    const answer = await this.#call("POST", "");
    this.#kernel = (await answer.json()).id;
    addEventListener("pagehide", this.#leave);
    await this.#join();
    tell("");
  }

  /** @param {Promise<void>} started */
  async #restart(started) {
    await started;
    await this.#ask("POST", "/restart");
    await this.#join();
  }

  /** Lets runs wait for what begins the kernel. @param {Promise<void>} work @returns {Promise<void>} */
  #begin(work) {
    this.#started = work.catch((error) => {
      this.#started = null;
      throw error;
    });
    return this.#started;
  }

  /**
   * Connects with the kernel and waits for its answer: before it the server may not hear yet what the kernel says. After
   * a restart a new connection is needed, as the former one misses what the new kernel says first.
   */
  async #join() {
    const former = this.#socket;
    await this.#connect();
    former?.close();
    this.#send("kernel_info_request", {});
    await new Promise((resolve, reject) => {
      this.#waiting.push((message) => (message ? resolve(message) : reject(new Error(this.#words["kernel-lost"]))));
    });
  }

  /** @returns {Promise<void>} */
  #connect() {
    const { port, token } = found(session(), this.#words["kernel-gone"]);
    const address = `ws://127.0.0.1:${port}/api/kernels/${this.#kernel}/channels`;
    const socket = new WebSocket(address, [FRAMES, `v1.token.websocket.jupyter.org.${token}`]);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#hear(unpacked(data));
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onclose = () => {
        reject(new Error(this.#words["kernel-lost"]));
        if (this.#socket === socket) this.#lose("kernel-lost");
      };
    });
  }

  /** Sends a message to the kernel, and gives its id. @param {string} type @param {object} content */
  #send(type, content) {
    const id = crypto.randomUUID();
    const header = { msg_id: id, msg_type: type, session: id, username: "", date: new Date().toISOString(), version: "5.4" };
    this.#socket?.send(packed("shell", [header, {}, {}, content]));
    return id;
  }

  /** Takes in a message of the kernel. */
  #hear({ type, parent, content }) {
    if (type === "kernel_info_reply") for (const tell of this.#waiting.splice(0)) tell(content);
    if (type === "status" && content.execution_state === "dead") this.#lose("kernel-died");
    const run = this.#run;
    if (!run || parent !== run.id) return;
    const { outputs } = run;
    if (type === "stream") outputs.print(content.name, content.text);
    else if (type === "display_data" || type === "execute_result") {
      outputs.add({ output_type: type, data: texts(content.data) }, content.transient?.display_id);
    } else if (type === "update_display_data") outputs.change(texts(content.data), content.transient?.display_id);
    else if (type === "clear_output") outputs.clear(content.wait);
    else if (type === "error" && !this.#isStopped(content)) outputs.add(failure(content));
    else if (type === "status" && content.execution_state === "idle") run.isIdle = true;
    else if (type === "execute_reply") {
      run.result = content.status === "ok" ? "ok" : this.#isStopped(content) ? "stopped" : "error";
    }
    if (run.isIdle && run.result) this.#finish(run.result); // the two come by different ways, in any order
  }

  #isStopped({ ename, status }) {
    return this.#isStopping && (ename === "KeyboardInterrupt" || status === "aborted");
  }

  /** @param {Result} result @param {string} [words] what went wrong besides the code */
  #finish(result, words) {
    const run = this.#run;
    this.#run = null;
    if (!run) return;
    if (words) run.outputs.add({ output_type: "error", ename: "", evalue: words, traceback: [words] });
    run.outputs.flush();
    run.done(result);
  }

  /** The kernel is gone; the next run starts another one. @param {"kernel-died" | "kernel-lost"} why */
  #lose(why) {
    this.#putAway();
    this.#finish("error", this.#words[why]);
  }

  #putAway() {
    const socket = this.#socket;
    removeEventListener("pagehide", this.#leave);
    this.#socket = null;
    this.#started = null;
    this.#kernel = "";
    for (const tell of this.#waiting.splice(0)) tell(null);
    socket?.close();
  }

  /** Asks for something that is done to the kernel. @param {string} method @param {string} action */
  #ask(method, action) {
    return this.#call(method, `/${this.#kernel}${action}`);
  }

  /**
   * @param {string} method @param {string} path
   * @throws {Error} with words for the reader
   */
  async #call(method, path) {
    const { port, token } = found(session(), this.#words["kernel-gone"]);
    let answer;
    try {
      answer = await fetch(`http://127.0.0.1:${port}/api/kernels${path}`, {
        method,
        headers: { Authorization: `token ${token}` },
        credentials: "omit",
        referrerPolicy: "no-referrer",
        keepalive: method === "DELETE", // it is sent while the page is left
      });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, REST)); // a page that is being left fails too, and gets no further
      forget();
      throw new Error(this.#words["kernel-gone"]);
    }
    if (answer.status === 403) forget();
    if (!answer.ok) throw new Error(this.#words[answer.status === 403 ? "kernel-gone" : "kernel-lost"]);
    return answer;
  }
}

/** Gives what was found, or says that it was not. @template T @param {T | null} value @param {string} words @returns {T} */
function found(value, words) {
  if (value === null) throw new Error(words);
  return value;
}

/** @returns {Output} */
function failure({ ename, evalue, traceback }) {
  const plain = traceback.map((line) => line.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, ""));
  return { output_type: "error", ename, evalue, traceback: plain };
}

/** Gives the forms of a display as texts. @param {Record<string, unknown>} data */
function texts(data) {
  const written = ([type, value]) => [type, typeof value === "string" ? value : JSON.stringify(value)];
  return Object.fromEntries(Object.entries(data).map(written));
}

/** Puts a message into a frame: the number of offsets, the offsets, then the parts. @param {string} channel */
function packed(channel, parts) {
  const encoder = new TextEncoder();
  const all = [channel, ...parts.map((part) => JSON.stringify(part))].map((part) => encoder.encode(part));
  const head = 8 * (all.length + 2);
  const size = all.reduce((sum, part) => sum + part.length, head);
  const frame = new Uint8Array(size);
  const view = new DataView(frame.buffer);
  view.setBigUint64(0, BigInt(all.length + 1), true);
  let offset = head;
  all.forEach((part, number) => {
    view.setBigUint64(8 * (number + 1), BigInt(offset), true);
    frame.set(part, offset);
    offset += part.length;
  });
  view.setBigUint64(8 * (all.length + 1), BigInt(offset), true);
  return frame;
}

/** Takes a message out of a frame. @param {ArrayBuffer} frame */
function unpacked(frame) {
  const view = new DataView(frame);
  const decoder = new TextDecoder();
  const offset = (number) => Number(view.getBigUint64(8 * (number + 1), true));
  const part = (number) => JSON.parse(decoder.decode(new Uint8Array(frame, offset(number), offset(number + 1) - offset(number))));
  const [header, parent, , content] = [1, 2, 3, 4].map(part);
  return { type: header.msg_type, parent: parent.msg_id, content };
}
