// The sheet of an audit on a device: keeps what is written at once, sends it when there is a net, and shows what became of it.
// Without scripts, or where the browser keeps nothing, the page is an ordinary form for each question.
"use strict";

(() => {
  if (!window.isSecureContext || !window.indexedDB) return;

  const { page, texts, article, base } = sheetPage;
  const reader = document.body.dataset.reader;
  const place = { api: page.dataset.api, reader, owner: `${reader}/${page.dataset.sheet}` };
  const device = { id: "", name: deviceName() };
  const SOON = 1_200, RENEWED_EVERY = 60_000, PAUSES = [30_000, 60_000, 120_000, 300_000], MOST_BYTES = Number(page.dataset.mostBytes);

  const keyOf = (question, part) => `${place.owner}/${question}/${part}`;

  function deviceName() {
    const agent = navigator.userAgent;
    const browser = ["Edg", "OPR", "Firefox", "Chrome", "Safari"].find((name) => agent.includes(`${name}/`)) || "";
    const system = ["iPhone", "iPad", "Android", "Windows", "Mac OS", "Linux"].find((name) => agent.includes(name)) || "";
    return [browser.replace("Edg", "Edge").replace("OPR", "Opera"), system].filter(Boolean).join(", ");
  }

  // Keeping --------------------------------------------------------------------------------------------------

  const well = (text) => (text.toWellFormed ? text.toWellFormed() : text).replaceAll("\u0000", "");

  // What is written before the device has answered is kept as soon as it has.
  const early = new Map();

  function written({ target }) {
    const [root, part] = sheetPage.fieldOf(target);
    if (!part) return;
    if (part === "answer" && sheetPage.read(root, part) === "no") sheetPage.unfold(root, "finding");
    keepWhenReady(root, part);
    if (part === "severity" && sheetPage.beginFinding(root)) keepWhenReady(root, "finding");
  }

  function keepWhenReady(root, part) {
    if (device.id) keep(root, part);
    else early.set(keyOf(root.dataset.question, part), [root, part]);
  }

  const strokes = new Map(); // how often each field was written in on this page

  async function keep(root, part) {
    const { question } = root.dataset, key = keyOf(question, part);
    strokes.set(key, (strokes.get(key) || 0) + 1);
    const row = {
      key, owner: place.owner, question, part, text: well(sheetPage.read(root, part)), words: sheetPage.words(root, part),
      state: "waiting", reason: "", id: crypto.randomUUID(), writtenAt: new Date().toISOString(), base: Number(base(root, part).value),
    };
    await sheetStore.change("fields", row.key, (known) => ({ ...row, base: known ? Math.max(known.base, row.base) : row.base }));
    sheetPage.mark(root, part, "");
    await tell();
    soon();
  }

  let toRead = 0; // photos that are chosen and not kept yet

  async function keepPhotos(question, files) {
    const root = article(question);
    root.querySelectorAll('[data-refused=""]').forEach((alert) => alert.remove());
    const faults = [];
    toRead += files.length;
    for (const chosen of files) { // a large one takes a second or two to be made smaller
      const { fault, ...photo } = await sheetPhoto.read(chosen, MOST_BYTES);
      if (fault) faults.push(`${chosen.name}: ${texts[fault]}`);
      else await sheetStore.put("photos", { id: crypto.randomUUID(), owner: place.owner, question, state: "waiting", reason: "", ...photo });
      toRead -= 1;
      await tell();
    }
    await showPhotos();
    faults.forEach((fault) => sheetPage.alertAt(root, fault));
    if (faults.length) say(faults.join(" "));
    soon();
  }

  async function removePhoto(id) {
    await sheetStore.remove("photos", id);
    await showPhotos();
    await tell();
  }

  // What is kept, put into the page --------------------------------------------------------------------------

  async function lay() {
    const before = new Map(strokes);
    for (const row of await sheetStore.all("fields", place.owner)) {
      const root = article(row.question);
      if (!root || !base(root, row.part)) continue;
      const shown = Number(base(root, row.part).value);
      if (row.state === "sent" && row.base <= shown) {
        await sheetStore.change("fields", row.key, (now) => (now && now.id === row.id ? undefined : now)); // the page has it
        continue;
      }
      if (strokes.get(row.key) !== before.get(row.key)) continue; // written in anew while this was read
      sheetPage.write(root, row.part, row.text);
      if (row.state === "sent") base(root, row.part).value = row.base;
      sheetPage.mark(root, row.part, row.state === "refused" ? row.reason || texts.tooMuch : "");
    }
    await showPhotos();
  }

  async function showPhotos() {
    const shown = [];
    for (const id of await sheetStore.keys("photos", place.owner)) {
      const { blob, ...photo } = (await sheetStore.get("photos", id)) || {}; // what it weighs is not held
      if (photo.id) shown.push(photo);
    }
    sheetPage.showPhotos(shown, removePhoto);
  }

  async function unsent() {
    return (await sheetStore.all("fields", place.owner)).filter((row) => row.state !== "sent");
  }

  async function waiting() {
    return { fields: (await unsent()).length, photos: (await sheetStore.keys("photos", place.owner)).length };
  }

  async function tell(report = null) {
    const rest = report ? await atRest() : [];
    const left = await waiting(); // last: what is written meanwhile is counted
    document.getElementById("sheet-forget").disabled = left.fields + left.photos > 0 && !sheetPage.isOver(stop);
    sheetPage.tell({ left, report, stop, isFull: sheetStore.isFull(), rest });
  }

  // What there is to say when everything is sent.
  async function atRest() {
    const others = await sheetStore.ofOthers(place.owner, page.dataset.sheet);
    if (others) return ["warning", texts.others.replace("{count}", others)];
    if ((await otherSheets()).length) return ["warning", texts.elsewhere];
    if (!isKept) return ["neutral", texts.reported];
    return opensHere ? ["neutral", texts.ready] : ["warning", texts.notKept];
  }

  // Sending --------------------------------------------------------------------------------------------------

  let timer, laterTimer, isSending = false, isAskedAgain = false, isKept = true, opensHere = true;
  let stop = null; // the report of sending that got no further; null once it has got through again
  let failures = 0, restsUntil = 0, renewedAt = -Infinity;

  function soon(after = SOON) {
    clearTimeout(timer);
    timer = setTimeout(send, Math.max(after, restsUntil - performance.now()));
  }

  // What is written meanwhile need not wait for it.
  function later(after) {
    clearTimeout(laterTimer);
    laterTimer = setTimeout(send, after);
  }

  // Something is different: the net is back, or the page is looked at again.
  function now() {
    [failures, restsUntil] = [0, 0];
    soon(0);
  }

  async function send() {
    if (isSending) { isAskedAgain = true; return; }
    isSending = true;
    clearTimeout(laterTimer);
    try {
      const left = await waiting();
      if (left.fields + left.photos && !stop && navigator.onLine) sheetPage.show("info", texts.sending); // else what kept it stands until it gets through
      const shows = { progress: sheetPage.progress, gone: (id) => document.querySelector(`[data-photo="${id}"]`)?.remove() };
      const report = await sheetSend.everything(place, device, shows);
      if (!report.stopped) await goOn(report);
      await lay();
      stop = report.stopped ? report : null;
      await tell(report);
      if (stop) pause();
      else [failures, restsUntil] = [0, 0];
    } finally {
      isSending = false;
      if (isAskedAgain) { isAskedAgain = false; soon(); }
    }
  }

  // Tried again by itself where that helps, after longer and longer. Without a net each thing that is written is a try too: it costs nobody anything.
  function pause() {
    if (sheetPage.isOver(stop)) return;
    const after = Math.max(PAUSES[Math.min(failures, PAUSES.length - 1)], 1000 * stop.seconds);
    failures += 1;
    if (stop.stopped !== "offline") restsUntil = performance.now() + after;
    later(after);
  }

  async function goOn(report) {
    await sendOtherSheets();
    const next = renewedAt + RENEWED_EVERY - performance.now();
    if (report.isNews || next <= 0) await renew(report);
    else later(next);
  }

  const otherSheets = async () => (await sheetStore.sheetsOf(reader)).filter((sheet) => sheet !== page.dataset.sheet);

  // What waits in the other sheets on this device need not wait until each is opened.
  async function sendOtherSheets() {
    for (const sheet of await otherSheets()) {
      const there = { api: place.api.replace(page.dataset.sheet, sheet), reader, owner: `${reader}/${sheet}` };
      await sheetSend.everything(there, device, { progress: () => {}, gone: () => {} });
    }
  }

  // The page as the server has it now: kept for the next time without a net, and what others wrote is put into this one.
  async function renew(report) {
    const answer = await sheetKept.read(location.pathname);
    if (!answer) return;
    if (!answer.ok) {
      report.stopped = sheetSend.whyOf(answer);
      if (sheetPage.isOver(report)) await letGo();
      return;
    }
    const copy = answer.clone();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    renewedAt = performance.now();
    isKept = sheetKept.mayKeep(fresh);
    opensHere = isKept && (await sheetKept.keep(location.pathname, copy, fresh));
    if (!isKept) await letGo();
    const waits = new Set((await unsent()).map((row) => row.key));
    sheetPage.take(fresh, (question, part) => waits.has(keyOf(question, part)));
  }

  // Installing -----------------------------------------------------------------------------------------------

  // The audit is reported: the sheet needs no place here any more. What has not been sent stays.
  async function letGo() {
    await sheetKept.drop(location.pathname);
    document.getElementById("sheet-device").hidden = true;
  }

  // What has not been sent goes only where it cannot be sent any more, and only when the person says so.
  async function forget() {
    const left = await waiting();
    if (left.fields + left.photos && !confirm(texts.sure)) return;
    await sheetStore.removeAll(place.owner);
    await sheetKept.drop(location.pathname);
    location.assign(page.dataset.audit);
  }

  function listen() {
    document.addEventListener("change", (event) => {
      const input = event.target;
      if (input.type !== "file" || !input.closest("[data-sheet-form]")) return;
      event.stopImmediatePropagation(); // kept here at once, not chosen for a form
      const files = [...input.files];
      input.value = "";
      keepPhotos(input.closest("[data-question]").dataset.question, files);
    }, { capture: true });
    document.addEventListener("submit", (event) => {
      const isSheet = event.target.matches("[data-sheet-form]");
      if (!isSheet && (navigator.onLine || !page.contains(event.target))) return;
      event.preventDefault();
      if (isSheet) send();
      else tell(); // choosing and logging need a net
    });
    addEventListener("beforeunload", (event) => { if (sheetStore.isFull() || toRead) event.preventDefault(); });
    document.getElementById("sheet-forget").addEventListener("click", forget);
    addEventListener("online", now);
    addEventListener("offline", () => tell());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) lay().then(now); // another page of this device may have written meanwhile
    });
  }

  async function begin() {
    document.addEventListener("input", written);
    try {
      device.id = await sheetStore.device();
    } catch {
      document.removeEventListener("input", written);
      return; // private browsing: the page stays an ordinary form
    }
    for (const [root, part] of early.values()) await keep(root, part);
    sheetPage.hideForms();
    sheetPage.show("neutral", texts.kept);
    document.getElementById("sheet-device").hidden = false;
    await lay();
    listen();
    navigator.storage?.persist?.();
    try {
      await navigator.serviceWorker?.register(page.dataset.worker, { scope: "/audits/" });
      await navigator.serviceWorker?.ready;
    } catch { /* answers are kept all the same; the page only opens with a net */ }
    await send();
    page.dataset.ready = "";
    await sheetKept.tidy();
  }

  begin();
})();
