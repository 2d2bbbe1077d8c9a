/**
 * Keeps pages of this site in the browser, for when there is no network; the only module that knows how.
 *
 * Pages and data come from the network as long as it answers, so that none is out of date; what it gave is kept. What
 * never changes under its name comes from what is kept. A new build is a new version of this file: it fetches the
 * shell and the pages of the path that the reader follows anew, and only then removes what the former one kept.
 *
 * @typedef {{version: string, shell: string[], apologies: Record<string, string>}} Build
 * @typedef {{keep?: string[], visited?: string}} Message
 */

/* global build */

const root = new URL("./", self.location.href);
const mine = `learnpath:${root.pathname}:`; // other sites on this host have caches too
const current = mine + build.version;
const list = `${mine}list`; // which pages to keep, over all versions
const AT_ONCE = 6;

const isFixed = (address) => /\/assets\/(vendor\/|.*\.[0-9a-f]{8}\.min\.(css|js)$)/.test(address);

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => event.waitUntil(hear(event.data)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !isOurs(request.url) || request.headers.has("range")) return;
  event.respondWith(isFixed(nameOf(request.url)) ? fromKept(request) : fromNetwork(event));
});

async function install() {
  const cache = await caches.open(current);
  await cache.addAll(build.shell.map((address) => new Request(new URL(address, root), { cache: "no-cache" })));
  await keep(cache, await wanted());
  await self.skipWaiting();
}

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith(mine) && name !== current && name !== list) await caches.delete(name);
  }
  await self.clients.claim();
}

/** @param {Message} message from `assets/offline.js` */
async function hear({ keep: addresses, visited }) {
  const cache = await caches.open(current);
  if (visited) await keep(cache, [visited]);
  if (!addresses) return;
  await (await caches.open(list)).put(root, new Response(JSON.stringify(addresses)));
  await keep(cache, addresses);
}

/** Gives the pages of the path that the reader follows. @returns {Promise<string[]>} */
async function wanted() {
  const found = await (await caches.open(list)).match(root);
  return found ? found.json() : [];
}

/** Keeps pages with all that they show, those that are not kept yet; one that cannot be had is left out. */
async function keep(cache, addresses) {
  const left = [...new Set(addresses.map(nameOf))].filter(isOurs);
  async function some() {
    for (let address = left.shift(); address; address = left.shift()) {
      if (await cache.match(address)) continue;
      const answer = await fetch(address, { cache: "no-cache" }).catch(() => null);
      if (!answer || !isWhole(answer)) continue;
      const isPage = answer.headers.get("content-type")?.includes("html");
      if (isPage) await Promise.all(partsOf(await answer.clone().text(), address).map((part) => keepPart(cache, part)));
      await cache.put(address, answer);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, some));
}

async function keepPart(cache, address) {
  if (!isOurs(address) || (await cache.match(nameOf(address)))) return;
  const answer = await fetch(address).catch(() => null);
  if (answer && isWhole(answer)) await cache.put(nameOf(address), answer);
}

/** Gives the addresses of the styles, scripts and pictures of a page. */
function partsOf(page, address) {
  const tags = page.match(/<(?:link rel="stylesheet"|script|img)\b[^>]*>/g) ?? [];
  return tags.flatMap((tag) => / (?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? []).map((each) => new URL(each, address).href);
}

async function fromKept(request) {
  const cache = await caches.open(current);
  const kept = await cache.match(nameOf(request.url));
  if (kept) return kept;
  const answer = await fetch(request);
  if (isWhole(answer)) await cache.put(nameOf(request.url), answer.clone());
  return answer;
}

async function fromNetwork(event) {
  const { request } = event;
  const name = nameOf(request.url);
  const cache = await caches.open(current);
  try {
    const answer = await fetch(request, { cache: "no-cache" });
    if (isWhole(answer)) event.waitUntil(cache.put(name, answer.clone()).catch(() => {})); // the disk may be full
    return answer;
  } catch (error) {
    const kept = await cache.match(name);
    if (kept) return kept;
    if (request.mode === "navigate") return apology(name);
    throw error;
  }
}

/** Says in the language of a page that it cannot be had. */
function apology(name) {
  const folders = Object.keys(build.apologies).sort((one, other) => other.length - one.length);
  const folder = folders.find((each) => name.startsWith(root.href + each)) ?? "";
  const page = build.apologies[folder].replace("{home}", new URL(folder, root).href);
  return new Response(page, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

/** Gives the name under which an address is kept: what stands behind `?` and `#` is read by scripts of the page. */
function nameOf(address) {
  return address.replace(/[?#].*$/, "").replace(/\/index\.html$/, "/");
}

function isOurs(address) {
  return address.startsWith(root.href);
}

/** Tells whether an answer is one to keep; one that came by a detour may not be given for a page. */
function isWhole(answer) {
  return answer.ok && answer.status === 200 && answer.type === "basic" && !answer.redirected;
}
