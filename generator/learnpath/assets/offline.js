/** Lets the site be read without a network: the only module of a page that speaks with the worker that keeps pages. */

const root = new URL("../", import.meta.url);

const worker = started();

/** Keeps pages and data of this site for later, in place of those named before. @param {string[]} addresses */
export async function keepOffline(addresses) {
  (await worker)?.postMessage({ keep: addresses });
}

/** Starts the worker; none where the site offers none, or where the browser allows it only by https. */
async function started() {
  if (!document.querySelector('link[rel="manifest"]') || !("serviceWorker" in navigator)) return null;
  const { serviceWorker } = navigator;
  try {
    await serviceWorker.register(new URL("service-worker.js", root), { scope: root.pathname, updateViaCache: "none" });
  } catch {
    return null; // a reader may forbid it; then the site works as before
  }
  const isFirstVisit = !serviceWorker.controller;
  const { active } = await serviceWorker.ready;
  if (isFirstVisit) active?.postMessage({ visited: location.href }); // it was loaded before the worker was there
  return active;
}
