// Keeps the shell of the runner's page on the phone, so that it opens without a network. `SHELL` is put
// in front by the hall. Data never goes through here: whatever is not in the shell goes to the network.

const NAME = `runner-${SHELL.version}`;

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(drop()));

async function keep() {
  const cache = await caches.open(NAME);
  await cache.addAll(SHELL.files.map((file) => new Request(file, { cache: "reload" })));
  await self.skipWaiting();
}

async function drop() {
  const others = (await caches.keys()).filter((name) => name.startsWith("runner-") && name !== NAME);
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin || !SHELL.files.includes(pathname)) return;
  event.respondWith(caches.open(NAME).then((cache) => cache.match(pathname)).then((kept) => kept ?? fetch(event.request)));
});
