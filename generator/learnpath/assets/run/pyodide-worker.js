/**
 * Python in the browser: one interpreter for all pages of the site, each snippet with names of its own.
 *
 * It runs as a shared worker, or as that of one page where there are none. While Python computes, nothing that a page
 * says is heard; so each run comes with the address of a blob, and Python is interrupted once the page has revoked it.
 *
 * @typedef {{do: "start"} | {do: "forget", session: string} | {do: "end"}
 *   | {do: "run", id: number, session: string, code: string, name: string, leave: string}} Asked
 * @typedef {{told: string, values?: Record<string, string>} | {ready: true} | {failed: string} | {id: number, output: object}
 *   | {id: number, done: "ok" | "error" | "stopped"}} Said
 */

const files = new URL("../vendor/pyodide/", import.meta.url).href;
const PATIENCE = 100; // milliseconds between two looks at whether to go on

/** @type {Promise<{pyodide: any, runner: any}> | undefined} */
let python;
/** @type {Promise<unknown>} */
let queue = Promise.resolve();
let leave = "";
let looked = 0;

/** What Python takes for the signal that came in: 2 is an interrupt. */
const signal = {
  get 0() {
    const now = performance.now();
    if (!leave || now - looked < PATIENCE) return 0;
    looked = now;
    return isRevoked(leave) ? 2 : 0;
  },
  set 0(_) {},
};

if ("onconnect" in self) self.onconnect = ({ ports: [port] }) => listen(port);
else listen(self);

/** @param {MessagePort} port of one page */
function listen(port) {
  /** @param {Said} said */
  const say = (said) => port.postMessage(said);
  port.onmessage = ({ data }) => {
    if (data.do === "end") self.close();
    queue = queue.then(() => heed(data, say)).catch((error) => say({ failed: String(error?.message ?? error) }));
  };
}

/** @param {Asked} asked @param {(said: Said) => void} say */
async function heed(asked, say) {
  if (asked.do === "end") return;
  python ??= started(say);
  const { pyodide, runner } = await python.catch((error) => {
    python = undefined; // the next click may have a network
    throw error;
  });
  if (asked.do === "start") say({ ready: true });
  else if (asked.do === "forget") runner.forget(asked.session);
  else {
    const { id, session, code, name } = asked;
    for (const each of runner.wanted(code).split(",").filter((name) => name && !(name in pyodide.loadedPackages))) {
      say({ told: "loading-more", values: { name: each } });
      await loaded(pyodide, each);
    }
    leave = asked.leave;
    const done = runner.run(session, code, name, (text) => say({ id, output: JSON.parse(text) }));
    leave = "";
    say({ id, done });
  }
}

/** @param {(said: Said) => void} say */
async function started(say) {
  say({ told: "loading" });
  const { loadPyodide } = await import(`${files}pyodide.mjs`);
  const source = fetch(new URL("runner.py", import.meta.url)).then((answer) => answer.text());
  const settings = { indexURL: files, packageBaseUrl: files, env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" } };
  const pyodide = await loadPyodide({ ...settings, packages: ["numpy"] }); // loads both at once
  if (!pyodide.loadedPackages.numpy) await loaded(pyodide, "numpy"); // which says what is wrong
  const runner = pyodide.runPython(await source, { filename: "runner.py", globals: pyodide.toPy({ __name__: "runner" }) });
  pyodide.setInterruptBuffer(signal);
  return { pyodide, runner };
}

/** Loads a package and what it needs; each file is held against the hash in Pyodide's lock. */
async function loaded(pyodide, name) {
  const wrong = [];
  const quiet = { messageCallback() {}, errorCallback: (words) => wrong.push(words), checkIntegrity: true };
  await pyodide.loadPackage(name, quiet);
  if (!(name in pyodide.loadedPackages)) throw new Error(wrong.join(" "));
}

function isRevoked(address) {
  try {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    request.send();
    return false;
  } catch {
    return true;
  }
}
