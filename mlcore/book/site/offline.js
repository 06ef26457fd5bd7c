// @ts-check
// Keeps the pages and their Python in the browser, so that they are there without a network.
// What this version does not have yet comes from the network, or from an older version.
/** @type {any} */
const worker = self;

// Written in when the site is built.
/** @type {any} */
const VERSION = null;
/** @type {any} */
const FILES = null;
/** @type {any} */
const PYTHON = null;

const CACHE = `mlcore ${VERSION}`;
const addresses = new Set(FILES.map((/** @type {string} */ file) => new URL(file, worker.location.href).href));
const python = new URL(PYTHON, worker.location.href).href;

/**
 * From here, or else from the network, and then it is kept while it is read.
 * @param {any} event
 * @param {string} address
 */
async function find(event, address) {
  const cache = await caches.open(CACHE), here = await cache.match(address);
  if (here) return here;
  try {
    const response = await fetch(address);
    if (response.ok) event.waitUntil(cache.put(address, response.clone()));
    return response;
  } catch (error) {
    const older = await caches.match(address);
    if (older) return older;
    throw error;
  }
}

/** Keep all that is not kept yet, and then let go of what is older. */
async function keepAll() {
  const cache = await caches.open(CACHE);
  for (const address of addresses) {
    if (await cache.match(address)) continue;
    const response = await fetch(address);
    if (response.ok) await cache.put(address, response);
  }
  for (const name of await caches.keys()) {
    if (name.startsWith("mlcore ") && name !== CACHE) await caches.delete(name);
  }
}

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (/** @type {any} */ event) =>
  event.waitUntil(keepAll().then(() => event.source.postMessage("kept"), () => {})));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const address = event.request.url.replace(/[?#].*$/, "");
  const isPython = address.startsWith(python), known = addresses.has(address);
  if (event.request.method !== "GET" || !(isPython || known)) return;
  // With what the browser itself keeps of Python it keeps what it has compiled; ours is for when
  // that is lost and there is no network.
  const now = () => find(event, address);
  event.respondWith(isPython && known ? fetch(event.request).catch(now) : now());
});
