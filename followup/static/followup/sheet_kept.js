// The pages of sheets that a device keeps, so that they open without a net; and what makes it let go of them again.
"use strict";

const sheetKept = (() => {
  const CACHE = "audit-sheets";
  const SHEET = /^\/audits\/[0-9a-f-]{36}\/sheet\/$/;
  const mayKeep = (page) => Boolean(page.querySelector("[data-sheet][data-keeps]"));

  // What the server answers for a page; nothing where there is no net, or another page comes in its place.
  async function read(path) {
    try {
      const answer = await fetch(path, { credentials: "same-origin" });
      return answer.redirected ? undefined : answer;
    } catch {
      return undefined;
    }
  }

  // Whether the page opens here without a net from now on. A full device keeps none. `page` is what is in the answer.
  async function keep(path, answer, page) {
    if (!window.caches) return false;
    try {
      await put(path, answer, page);
      return true;
    } catch {
      return false;
    }
  }

  async function put(path, answer, page) {
    localStorage.setItem("sheets-of", document.body.dataset.reader); // whoever signs in next does not see it (core/app.js)
    const cache = await caches.open(CACHE);
    await cache.put(path, answer);
    const named = [...page.querySelectorAll("link[href][rel~=stylesheet], link[rel=icon], script[src]")].map((each) => each.href || each.src);
    const drawn = performance.getEntriesByType("resource").map((each) => each.name);
    for (const address of new Set([...named, ...drawn])) {
      const { origin, pathname } = new URL(address, location.href);
      if (origin !== location.origin || !pathname.startsWith("/static/") || (await cache.match(pathname, { ignoreVary: true }))) continue;
      try {
        await cache.add(pathname);
      } catch (error) {
        if (error.name === "QuotaExceededError") throw error; // the rest is kept all the same
      }
    }
  }

  async function drop(path) {
    if (window.caches && (await caches.has(CACHE))) await (await caches.open(CACHE)).delete(path);
  }

  // The other sheets on this device: those of audits that are reported, and those that are not this person's to open, go when all is sent.
  async function tidy() {
    if (!window.caches || !(await caches.has(CACHE)) || (await sheetStore.unsent(document.body.dataset.reader))) return;
    for (const { url } of await (await caches.open(CACHE)).keys()) {
      const { pathname } = new URL(url);
      if (!SHEET.test(pathname) || pathname === location.pathname) continue;
      const answer = await read(pathname);
      if (!answer) return; // another time
      if ([403, 404].includes(answer.status)) await drop(pathname);
      else if (answer.ok && !mayKeep(new DOMParser().parseFromString(await answer.text(), "text/html"))) await drop(pathname);
    }
  }

  return { read, keep, drop, tidy, mayKeep };
})();
