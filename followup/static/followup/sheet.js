// The sheet of an audit on a device: keeps what is written at once, sends it when there is a net, and shows what became of it.
// Without scripts, or where the browser keeps nothing, the page is an ordinary form for each question.
"use strict";

(() => {
  const page = document.querySelector("[data-sheet]");
  if (!page || !window.isSecureContext || !window.indexedDB) return;

  const reader = document.body.dataset.reader;
  const place = { api: page.dataset.api, reader, owner: `${reader}/${page.dataset.sheet}` };
  const device = { id: "", name: deviceName() };
  const status = document.getElementById("sheet-status");
  const texts = status.dataset;
  const bar = status.querySelector("[data-sending-photos]");
  const PARTS = ["answer", "note", "finding", "severity"];
  const TRY_AGAIN_AFTER = 30_000, SOON = 1_200, MOST_BYTES = Number(page.dataset.mostBytes);

  const questions = () => document.querySelectorAll("[data-question]");
  const article = (question) => document.querySelector(`[data-question="${question}"]`);
  const keyOf = (question, part) => `${place.owner}/${question}/${part}`;
  const controls = (root, part) => [...root.querySelectorAll(`[data-sheet-form] [name$="-${part}"]:not([type=hidden])`)];
  const base = (root, part) => root.querySelector(`[name$="-base_${part}"]`);

  function deviceName() {
    const agent = navigator.userAgent;
    const browser = ["Edg", "OPR", "Firefox", "Chrome", "Safari"].find((name) => agent.includes(`${name}/`)) || "";
    const system = ["iPhone", "iPad", "Android", "Windows", "Mac OS", "Linux"].find((name) => agent.includes(name)) || "";
    return [browser.replace("Edg", "Edge").replace("OPR", "Opera"), system].filter(Boolean).join(", ");
  }

  function read(root, part) {
    const found = controls(root, part);
    return found[0]?.type === "radio" ? found.find((each) => each.checked)?.value || "" : found[0]?.value || "";
  }

  // As the page says it, for whoever can only read it later: a radio button and a list hold codes.
  function words(root, part) {
    const chosen = controls(root, part).find((each) => each.checked || each.selectedOptions);
    return (chosen?.selectedOptions?.[0]?.text || chosen?.labels?.[0]?.textContent || "").trim();
  }

  function write(root, part, text) {
    const found = controls(root, part);
    if (found[0]?.type === "radio") found.forEach((each) => { each.checked = each.value === text; });
    else if (found[0] && found[0].value !== text) found[0].value = text;
  }

  // What is noted as a finding is not hidden, and neither are its fields where the answer is no.
  function unfold(root, part) {
    const fold = root.querySelector("[data-note-finding]");
    if (fold && (part === "finding" || part === "severity")) fold.open = true;
  }

  const well = (text) => (text.toWellFormed ? text.toWellFormed() : text).replaceAll("\u0000", "");

  // Writing --------------------------------------------------------------------------------------------------

  async function keep(question, part) {
    const root = article(question);
    const row = {
      key: keyOf(question, part), owner: place.owner, question, part, text: well(read(root, part)), words: words(root, part), state: "waiting", reason: "",
      id: crypto.randomUUID(), writtenAt: new Date().toISOString(), base: Number(base(root, part).value),
    };
    await guarded(() => sheetStore.change("fields", row.key, (known) => ({ ...row, base: known ? Math.max(known.base, row.base) : row.base })));
    mark(root, part, "");
    await tell();
    soon();
  }

  async function keepPhotos(question, files) {
    for (const chosen of files) {
      const file = chosen.type.startsWith("image/") ? await sheetPhoto.fit(chosen) : chosen;
      if (!file.type.startsWith("image/") || file.size > MOST_BYTES) {
        alertAt(article(question), `${file.name}: ${file.size > MOST_BYTES ? texts.tooLarge : texts.noPicture}`);
        continue;
      }
      const content = await file.arrayBuffer();
      const row = {
        id: crypto.randomUUID(), owner: place.owner, question, name: file.name, blob: new Blob([content], { type: file.type }), size: file.size,
        sha256: await sheetPhoto.checksum(content), takenAt: new Date(file.lastModified || Date.now()).toISOString(), state: "waiting", reason: "",
      };
      await guarded(() => sheetStore.put("photos", row));
    }
    await showPhotos();
    await tell();
    soon();
  }

  // A full device must say so: then the ordinary way of saving is there again.
  async function guarded(work) {
    try {
      await work();
    } catch (error) {
      document.querySelectorAll("[data-without-script]").forEach((each) => { each.hidden = false; });
      show("danger", texts.noRoom);
      throw error;
    }
  }

  // Showing --------------------------------------------------------------------------------------------------

  function mark(root, part, reason) {
    root.querySelector(`[data-refused="${part}"]`)?.remove();
    if (reason) alertAt(root, reason, part);
  }

  function alertAt(root, text, part = "") {
    const alert = element("p", { className: "ds-validation-message", textContent: text });
    alert.dataset.refused = part;
    root.querySelector("[data-sheet-form]").append(alert);
  }

  async function lay() {
    for (const row of await sheetStore.all("fields", place.owner)) {
      const root = article(row.question);
      if (!root || !base(root, row.part)) continue;
      const shown = Number(base(root, row.part).value);
      if (row.state === "sent" && row.base <= shown) {
        await sheetStore.change("fields", row.key, (now) => (now && now.id === row.id ? undefined : now)); // the page has it
        continue;
      }
      write(root, row.part, row.text);
      if (row.text) unfold(root, row.part);
      if (row.state === "sent") base(root, row.part).value = row.base;
      mark(root, row.part, row.state === "refused" ? row.reason : "");
    }
    await showPhotos();
  }

  async function showPhotos() {
    const lists = new Map();
    for (const id of await sheetStore.keys("photos", place.owner)) {
      const photo = await sheetStore.get("photos", id);
      if (photo) lists.set(photo.question, [...(lists.get(photo.question) || []), photoLine(photo)]);
    }
    for (const root of questions()) root.querySelector("[data-waiting]")?.replaceChildren(...(lists.get(root.dataset.question) || []));
  }

  function photoLine(photo) {
    const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(photo.size / 1e6);
    const state = photo.state === "refused" ? photo.reason : texts.waits;
    const remove = element("button", { type: "button", className: "ds-link", textContent: texts.remove });
    remove.setAttribute("aria-label", `${texts.remove} ${photo.name}`);
    remove.addEventListener("click", async () => {
      await sheetStore.remove("photos", photo.id);
      await showPhotos();
      await tell();
    });
    const line = element("li", { className: "files__file" }, element("div", {}, `${photo.name} (${size} MB) – ${state} `, remove));
    line.dataset.photo = photo.id;
    return line;
  }

  function show(colour, ...parts) {
    status.dataset.color = colour;
    const said = parts.map((part) => part.textContent || part).join(" ");
    if (status.dataset.said === said) return; // said once
    status.dataset.said = said;
    status.querySelector("[data-words]").replaceChildren(...parts.flatMap((part) => [part, " "]));
  }

  // Seen and not read out: a screen reader hears that it is sent, and when all is.
  function progress(number, count, share) {
    show("info", texts.sending);
    bar.hidden = false;
    bar.querySelector("span").textContent = texts.photoOf.replace("{number}", number).replace("{count}", count);
    bar.querySelector("progress").value = (number - 1 + share) / count;
  }

  const counted = (text, fields, photos) => text.replace("{fields}", fields).replace("{photos}", photos);

  async function waiting() {
    const fields = (await sheetStore.all("fields", place.owner)).filter((row) => row.state !== "sent").length;
    return { fields, photos: (await sheetStore.keys("photos", place.owner)).length };
  }

  async function tell(report = null) {
    const left = await waiting();
    const some = left.fields + left.photos > 0;
    const what = counted(texts.waiting, left.fields, left.photos);
    const stopped = report?.stopped || (navigator.onLine ? "" : "offline");
    document.getElementById("sheet-forget").disabled = some;
    if (stopped === "signedOut") return show("warning", texts.signedOut, some ? what : "", signIn());
    if (stopped === "other") return show("warning", texts.other, some ? what : "", signIn());
    if (stopped === "closed") return show("danger", report.detail, some ? what : "");
    if (stopped === "offline") return show("warning", texts.offline, some ? what : "");
    if (report?.refused) return show("danger", texts.refused, what);
    if (some) return show("info", what);
    if (report && report.fields + report.photos + report.conflicts) {
      return show(report.conflicts ? "warning" : "success", counted(texts.sent, report.fields, report.photos), report.conflicts ? texts.conflicts.replace("{count}", report.conflicts) : "");
    }
    if (!report) return undefined;
    const others = await sheetStore.ofOthers(place.owner, page.dataset.sheet);
    return show(others ? "warning" : "neutral", others ? texts.others.replace("{count}", others) : isKept ? texts.ready : texts.reported);
  }

  function signIn() {
    return element("a", { className: "ds-link", href: `${page.dataset.login}?next=${encodeURIComponent(location.pathname)}`, textContent: texts.signIn });
  }

  // Sending --------------------------------------------------------------------------------------------------

  let timer, isSending = false, isAskedAgain = false, isKept = true;

  function soon(after = SOON) {
    clearTimeout(timer);
    timer = setTimeout(send, after);
  }

  async function send() {
    if (isSending) { isAskedAgain = true; return; }
    isSending = true;
    try {
      const left = await waiting();
      if (left.fields + left.photos) show("info", texts.sending);
      const report = await sheetSend.everything(place, device, { progress, gone: (id) => document.querySelector(`[data-photo="${id}"]`)?.remove() });
      bar.hidden = true;
      if (!report.stopped) await renew();
      await tell(report);
      if (report.stopped && report.stopped !== "closed") soon(TRY_AGAIN_AFTER);
    } finally {
      isSending = false;
      if (isAskedAgain) { isAskedAgain = false; soon(); }
    }
  }

  // The page as the server has it now: kept for the next time without a net, and what others wrote is put into this one.
  async function renew() {
    let answer;
    try {
      answer = await fetch(location.pathname, { credentials: "same-origin" });
    } catch {
      return;
    }
    if (!answer.ok || answer.redirected) return;
    const copy = answer.clone();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    isKept = sheetKept.mayKeep(fresh);
    await (isKept ? sheetKept.keep(location.pathname, copy) : letGo());
    for (const id of ["sheet-head", "sheet-story"]) document.getElementById(id)?.replaceWith(document.importNode(fresh.getElementById(id), true));
    const kept = new Set((await sheetStore.all("fields", place.owner)).filter((row) => row.state !== "sent").map((row) => row.key));
    for (const root of questions()) take(root, fresh.querySelector(`[data-question="${root.dataset.question}"]`), kept);
    await lay();
  }

  function take(root, fresh, kept) {
    if (!fresh) return;
    for (const name of ["noted", "conflicts", "photos"]) {
      const [here, there] = [root.querySelector(`[data-${name}]`), fresh.querySelector(`[data-${name}]`)];
      if (here && there && here.innerHTML !== there.innerHTML) here.replaceWith(document.importNode(there, true));
    }
    for (const part of PARTS) {
      if (!base(fresh, part) || kept.has(keyOf(root.dataset.question, part)) || controls(root, part).includes(document.activeElement)) continue;
      base(root, part).value = base(fresh, part).value;
      write(root, part, read(fresh, part));
      if (read(fresh, part)) unfold(root, part);
    }
  }

  // Installing -----------------------------------------------------------------------------------------------

  // The audit is reported: the sheet needs no place here any more. What has not been sent stays.
  async function letGo() {
    await sheetKept.drop(location.pathname);
    document.getElementById("sheet-device").hidden = true;
  }

  async function forget() {
    for (const row of await sheetStore.all("fields", place.owner)) if (row.state === "sent") await sheetStore.remove("fields", row.key);
    await sheetKept.drop(location.pathname);
    location.assign(page.dataset.audit);
  }

  function listen() {
    document.addEventListener("input", ({ target }) => {
      const part = target.closest("[data-sheet-form]") && PARTS.find((each) => target.name?.endsWith(`-${each}`));
      if (!part) return;
      const root = target.closest("[data-question]");
      if (part === "answer" && read(root, part) === "no") unfold(root, "finding");
      keep(root.dataset.question, part);
    });
    document.addEventListener("change", (event) => {
      const input = event.target;
      if (input.type !== "file" || !input.closest("[data-sheet-form]")) return;
      event.stopImmediatePropagation(); // kept here at once, not chosen for a form
      const files = [...input.files];
      input.value = "";
      keepPhotos(input.closest("[data-question]").dataset.question, files);
    }, { capture: true });
    document.addEventListener("submit", (event) => {
      if (!navigator.onLine && page.contains(event.target) && !event.target.matches("[data-sheet-form]")) {
        event.preventDefault(); // choosing and logging need a net
        tell();
        return;
      }
      if (!event.target.matches("[data-sheet-form]") || !event.target.querySelector("[data-without-script]").hidden) return;
      event.preventDefault();
      send();
    });
    document.getElementById("sheet-forget").addEventListener("click", forget);
    addEventListener("online", () => soon(0));
    addEventListener("offline", () => tell());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(0); });
  }

  async function begin() {
    try {
      device.id = await sheetStore.device();
    } catch {
      return; // private browsing: the page stays an ordinary form
    }
    document.querySelectorAll("[data-without-script]").forEach((each) => { each.hidden = true; });
    show("neutral", texts.kept);
    status.hidden = false;
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
