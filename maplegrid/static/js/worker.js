// The service worker of the patrol page. It keeps the empty page and its files, never an answer with anybody's data.
const KEPT = `maplegrid-shell-${self.SHELL.version}`;
const SLOW_MS = 4000;

async function keepShell() {
  const cache = await caches.open(KEPT);
  await cache.addAll([self.SHELL.empty, ...self.SHELL.files].map((address) => new Request(address, { cache: "reload" })));
}

async function dropOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("maplegrid-shell-") && name !== KEPT).map((name) => caches.delete(name)));
  await self.clients.claim();
}

// The network first; in a dead spot, or when it takes too long, what the phone has.
async function freshOr(request, kept) {
  const fresh = fetch(request);
  fresh.catch(() => {});
  const slow = new Promise((done) => { setTimeout(done, SLOW_MS); });
  const first = await Promise.race([fresh.catch(() => null), slow]);
  return first || (await caches.match(kept, { ignoreSearch: true })) || fresh;
}

self.addEventListener("install", (event) => { self.skipWaiting(); event.waitUntil(keepShell()); });
self.addEventListener("activate", (event) => event.waitUntil(dropOlder()));
self.addEventListener("message", (event) => { if (event.data === "shell") event.waitUntil(keepShell().catch(() => {})); });

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && pathname === self.SHELL.page) event.respondWith(freshOr(event.request, self.SHELL.empty));
  else if (self.SHELL.files.includes(pathname)) event.respondWith(freshOr(event.request, pathname));
});

// Background Sync: the browser wakes us when the network is back, and again while it is not.
self.addEventListener("sync", (event) => {
  if (event.tag === "patrol") event.waitUntil(self.MapleOutbox.send().then((trouble) => { if (["offline", "later"].includes(trouble)) throw new Error(trouble); }));
});
