/**
 * The engine for NumPy snippets: Python in this browser, from files of this site, in one worker for all its pages.
 *
 * A run is stopped by revoking the address of a blob, at which the worker looks while Python computes. Where that does
 * not help, as within one long step of NumPy, the worker is given up and a new one forgets all.
 */

const GRACE = 3000; // milliseconds for Python to stop by itself
const script = new URL("pyodide-worker.js", import.meta.url);

/** @type {{port: any, end: () => void} | undefined} */
let worker;
/** @type {Map<number, {show: (output: object) => void, settle: (how: string) => void}>} the runs that go on */
const runs = new Map();
/** @type {Set<(said: any) => void>} who waits for the worker to be ready */
const waiting = new Set();
let last = 0;

export class Pyodide {
  /** @param {(name: string, values?: Record<string, string | number>) => string} say some words of the page */
  constructor(say) {
    this.say = say;
    this.session = crypto.randomUUID();
    /** Whether all that was defined is gone, without anybody having asked for it. */
    this.forgot = false;
    this.run_ = 0;
    this.leave = "";
  }

  /** @param {(words: string) => void} tell */
  start(tell) {
    return new Promise((settle, fail) => {
      const heard = (said) => {
        if (said.told) tell(this.say(said.told, said.values));
        if (!said.ready && !said.failed) return;
        waiting.delete(heard);
        if (said.ready) settle();
        else fail(new Error(`${this.say("no-python")} ${said.failed}`));
      };
      waiting.add(heard);
      this.tell = tell;
      connected().port.postMessage({ do: "start" });
    });
  }

  /** @param {string} code @param {(output: object) => void} show @param {string} name what tracebacks call the cell */
  run(code, show, name = "cell") {
    const id = ++last;
    this.run_ = id;
    this.leave = URL.createObjectURL(new Blob(["go on"]));
    const heard = (said) => said.told && this.tell?.(this.say(said.told, said.values));
    waiting.add(heard); // plots may have to be loaded first
    return new Promise((settle) => {
      runs.set(id, { show, settle });
      connected().port.postMessage({ do: "run", id, session: this.session, code, name, leave: this.leave });
    }).finally(() => {
      runs.delete(id);
      waiting.delete(heard);
      URL.revokeObjectURL(this.leave);
    });
  }

  async stop() {
    URL.revokeObjectURL(this.leave);
    const id = this.run_;
    for (let waited = 0; runs.has(id) && waited < GRACE; waited += 50) await new Promise((go) => setTimeout(go, 50));
    if (!runs.has(id)) return;
    worker?.end();
    worker = undefined;
    this.forgot = true;
    for (const each of runs.values()) each.settle("stopped");
  }

  async restart() {
    worker?.port.postMessage({ do: "forget", session: this.session });
    this.forgot = false;
  }

  async end() {
    await this.restart();
  }
}

function connected() {
  worker ??= typeof SharedWorker === "undefined" ? ownWorker() : sharedWorker();
  return worker;
}

function ownWorker() {
  const made = new Worker(script, { type: "module" });
  made.onmessage = ({ data }) => hear(data);
  made.onerror = () => hear({ failed: "" });
  return { port: made, end: () => made.terminate() };
}

/** A worker that hangs cannot be ended from a page, so the next one has another name: a count kept for all pages. */
function sharedWorker() {
  const counted = `learnpath.run:${script.pathname}`;
  const count = Number(read(counted) ?? 0);
  // Newer browsers keep the worker for a while when its last page is left for the next.
  const made = new SharedWorker(script, { type: "module", name: `python-${count}`, extendedLifetime: true });
  made.port.onmessage = ({ data }) => hear(data);
  made.onerror = () => hear({ failed: "" });
  return {
    port: made.port,
    end() {
      made.port.postMessage({ do: "end" }); // heard once what it computes has come to its end
      write(counted, String(count + 1));
    },
  };
}

/** @param {any} said by the worker */
function hear(said) {
  const run = runs.get(said.id);
  if (said.output) run?.show(said.output);
  else if (said.done) run?.settle(said.done);
  else for (const each of [...waiting]) each(said);
  if (said.failed === undefined) return;
  for (const each of runs.values()) {
    each.show({ output_type: "error", ename: "", evalue: said.failed, traceback: [] });
    each.settle("error");
  }
}

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // the browser keeps nothing for this site
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // as above
  }
}
