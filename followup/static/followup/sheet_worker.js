// Opens the sheets of audits where there is no net. The pages themselves put what they need into the cache (sheet.js); this only looks there.
"use strict";

const CACHE = "audit-sheets";
const PATIENCE = 5000; // a net that says nothing is no net
const SHEET = /^\/audits\/[0-9a-f-]{36}\/sheet\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" ? SHEET.test(pathname) : pathname.startsWith("/static/")) event.respondWith(netFirst(request, pathname));
});

async function netFirst(request, pathname) {
  const kept = await caches.match(pathname, { cacheName: CACHE, ignoreVary: true, ignoreSearch: true }); // opening a cache would make one
  const net = fetch(request).then((answer) => {
    if (kept && answer.ok && !answer.redirected && pathname.startsWith("/static/")) renew(pathname, answer.clone());
    return answer;
  });
  if (!kept) return net;
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  return Promise.race([net.then((answer) => (isUsable(answer, request) ? answer : kept), () => kept), late]);
}

// A server that is in trouble is no net either. Who may not open the sheet any more is told so.
function isUsable({ status }, { mode }) {
  return status < 400 || (mode === "navigate" && [403, 404].includes(status));
}

// Not where the page has let go of its cache meanwhile.
async function renew(pathname, answer) {
  if (await caches.has(CACHE)) await (await caches.open(CACHE)).put(pathname, answer);
}
