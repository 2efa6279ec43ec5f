// What stands on the page of a sheet: its fields, what was refused of them, the photos that wait, and the line that says how it is.
// Nothing here is kept or sent.
"use strict";

const sheetPage = (() => {
  const page = document.querySelector("[data-sheet]");
  const status = document.getElementById("sheet-status");
  const texts = status.dataset;
  const bar = status.querySelector("[data-sending-photos]");
  const PARTS = ["answer", "note", "finding", "severity"];

  const questions = () => document.querySelectorAll("[data-question]");
  const article = (question) => document.querySelector(`[data-question="${question}"]`);

  // Fields: `root` is the article of a question, or the same one of a fresh page ------------------------------

  const controls = (root, part) => [...root.querySelectorAll(`[data-sheet-form] [name$="-${part}"]:not([type=hidden])`)];
  const base = (root, part) => root.querySelector(`[name$="-base_${part}"]`);

  function fieldOf(target) {
    const part = target.closest("[data-sheet-form]") && PARTS.find((each) => target.name?.endsWith(`-${each}`));
    return part ? [target.closest("[data-question]"), part] : [];
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

  // What differs only in the space around it is left as it is: somebody may be writing there.
  function write(root, part, text) {
    const found = controls(root, part);
    if (found[0]?.type === "radio") found.forEach((each) => { each.checked = each.value === text; });
    else if (found[0] && found[0].value.trim() !== text.trim()) found[0].value = text;
    if (text) unfold(root, part);
  }

  // A finding begins with what stands in the note. Answers whether it did.
  function beginFinding(root) {
    const note = read(root, "note");
    if (!note || !read(root, "severity") || read(root, "finding")) return false;
    write(root, "finding", note);
    return true;
  }

  // What is noted as a finding is not hidden, and neither are its fields where the answer is no.
  function unfold(root, part) {
    const fold = root.querySelector("[data-note-finding]");
    if (fold && (part === "finding" || part === "severity")) fold.open = true;
  }

  function mark(root, part, reason) {
    root.querySelector(`[data-refused="${part}"]`)?.remove();
    if (reason) alertAt(root, reason, part);
  }

  function alertAt(root, text, part = "") {
    const alert = element("p", { className: "ds-validation-message", textContent: text });
    alert.dataset.refused = part;
    root.querySelector("[data-sheet-form]").append(alert);
  }

  // What the server has of a fresh page, but for what waits here (`isWaiting`) and what is being written.
  function take(fresh, isWaiting) {
    for (const id of ["sheet-head", "sheet-story"]) document.getElementById(id)?.replaceWith(document.importNode(fresh.getElementById(id), true));
    for (const root of questions()) takeOne(root, fresh.querySelector(`[data-question="${root.dataset.question}"]`), isWaiting);
  }

  function takeOne(root, fresh, isWaiting) {
    if (!fresh) return;
    for (const name of ["noted", "conflicts", "photos"]) {
      const [here, there] = [root.querySelector(`[data-${name}]`), fresh.querySelector(`[data-${name}]`)];
      if (here && there && here.innerHTML !== there.innerHTML) here.replaceWith(document.importNode(there, true));
    }
    for (const part of PARTS) {
      if (!base(fresh, part) || isWaiting(root.dataset.question, part) || controls(root, part).includes(document.activeElement)) continue;
      base(root, part).value = base(fresh, part).value;
      write(root, part, read(fresh, part));
    }
  }

  // Photos that wait -----------------------------------------------------------------------------------------

  function showPhotos(photos, remove) {
    const lists = new Map();
    for (const photo of photos) lists.set(photo.question, [...(lists.get(photo.question) || []), photoLine(photo, remove)]);
    for (const root of questions()) root.querySelector("[data-waiting]")?.replaceChildren(...(lists.get(root.dataset.question) || []));
  }

  function photoLine(photo, remove) {
    const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(photo.size / 1e6);
    const state = photo.state === "refused" ? photo.reason || texts.tooMuch : texts.waits;
    const button = element("button", { type: "button", className: "ds-link", textContent: texts.remove });
    button.setAttribute("aria-label", `${texts.remove} ${photo.name}`);
    button.addEventListener("click", () => remove(photo.id));
    const line = element("li", { className: "files__file" }, element("div", {}, `${photo.name} (${size} MB) – ${state} `, button));
    line.dataset.photo = photo.id;
    return line;
  }

  // How it is ------------------------------------------------------------------------------------------------

  function show(colour, ...parts) {
    status.hidden = false;
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

  // Nothing more of this sheet can be sent, however often it is tried.
  const isOver = (stop) => ["closed", "notYours", "gone"].includes(stop?.stopped);

  // What became of sending (`report`, null when nothing was sent just now), what waits (`left`) and what keeps it from being sent (`stop`,
  // the report that got no further). `isFull`: some of it is nowhere but here. `rest` is how it is, colour and words, when all is sent.
  function tell({ left, report, stop, isFull, rest }) {
    if (report) bar.hidden = true;
    const some = left.fields + left.photos > 0;
    const what = some ? counted(texts.waiting, left.fields, left.photos) : "";
    const why = stop?.stopped || (navigator.onLine ? "" : "offline");
    if (isOver(stop)) return show("danger", stop.detail || texts[why], what, why === "closed" && some ? link(location.pathname, texts.see) : "");
    if (why || isFull) return show(isFull ? "danger" : "warning", isFull ? texts.noRoom : texts[why], what, ["signedOut", "other"].includes(why) ? signIn(isFull) : "");
    if (report?.refused) return show("danger", texts.refused, what);
    if (some) return show("info", what);
    if (!report) return undefined;
    const sent = counted(texts.sent, report.fields, report.photos);
    if (report.conflicts) return show("warning", sent, texts.conflicts.replace("{count}", report.conflicts));
    if (report.fields + report.photos) return show("success", sent);
    return show(...rest);
  }

  const link = (href, textContent, target = "") => element("a", { className: "ds-link", href, textContent, target });

  // Where this page holds what the device did not take, it stays open.
  const signIn = (isFull) => link(`${page.dataset.login}?next=${encodeURIComponent(location.pathname)}`, texts.signIn, isFull ? "_blank" : "");

  // The ordinary way of saving, which is there until the device keeps what is written.
  const hideForms = () => document.querySelectorAll("[data-without-script]").forEach((each) => { each.hidden = true; });

  return { page, texts, article, base, fieldOf, read, words, write, beginFinding, unfold, mark, alertAt, take, showPhotos, show, progress, isOver, tell, hideForms };
})();
