// Help on top of pages that work without it: keys, files, drafts, and saying aloud what a partial update changed.
"use strict";

const announcer = () => document.getElementById("announcer");
const words = (name) => announcer().dataset[`text${name}`];

function say(text) {
  announcer().textContent = "";
  setTimeout(() => { announcer().textContent = text; }, 50); // emptied first, or the same words twice are read once
}

function element(tag, attributes, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
}

// Keys -----------------------------------------------------------------------------------------------------

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return focusSearch(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") return moveInList(event);
  if (!("shortcuts" in document.body.dataset)) return;
  if (event.key === "/") focusSearch(event);
  else pressInItem(event);
});

function focusSearch(event) {
  const search = document.getElementById("site-search");
  if (!search) return;
  event.preventDefault();
  if (!search.checkVisibility()) document.getElementById("site-menu").showPopover();
  search.focus();
  search.select();
}

const ROW_LINKS = ".table-scroll tbody th a, .rows__title a";

function moveInList(event) {
  if (!event.target.matches(ROW_LINKS)) return;
  const links = [...document.querySelectorAll(ROW_LINKS)];
  const next = links[links.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

// Single letters act only while the focus is inside an item.
function pressInItem(event) {
  const item = event.target.closest("[data-review-item]");
  if (!item) return;
  const key = event.key.toLowerCase();
  const target = key === "n" ? nextItem(item) : item.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (key === "n") focusOn(target);
  else if (target.matches("summary")) openFold(target);
  else if (target.matches("button, a")) target.click();
  else target.focus();
}

function openFold(summary) {
  summary.click();
  const field = summary.parentElement.querySelector("select, textarea, input:not([type=hidden])");
  if (summary.parentElement.open && field) focusOnceDrawn(field);
}

// A fold draws what it hid some frames after it is opened, and nothing takes focus before.
function focusOnceDrawn(field, frames = 60) {
  field.focus();
  if (document.activeElement !== field && frames) requestAnimationFrame(() => focusOnceDrawn(field, frames - 1));
}

function nextItem(item) {
  const items = [...document.querySelectorAll("[data-review-item]")];
  return items[items.indexOf(item) + 1] || items[0];
}

function focusOn(target) {
  if (!target.matches("a, button, input, select, textarea, summary, [tabindex]")) target.tabIndex = -1;
  target.focus();
}

// Partial updates ------------------------------------------------------------------------------------------

let focused; // what a swap may take away under the reader's hands

document.addEventListener("htmx:beforeSwap", () => { focused = document.activeElement; });

document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
  const current = (target.id && document.getElementById(target.id)) || target;
  if (current.id === "messages") {
    current.scrollIntoView({ block: "center" });
    return focusOn(current);
  }
  const news = current.matches("[data-announce]") ? current : current.querySelector("[data-announce]");
  if (news) say(news.textContent.trim());
  if (focused && !focused.isConnected && document.activeElement === document.body) {
    focusOn((focused.id && document.getElementById(focused.id)) || current);
  }
});

document.addEventListener("htmx:sendError", ({ target }) => {
  target.querySelector?.(".upload-progress")?.remove();
  const alert = element("div", { className: "ds-alert", role: "alert", textContent: words("NoContact") });
  alert.dataset.color = "danger";
  document.getElementById("messages").replaceChildren(alert);
  alert.scrollIntoView({ block: "center" });
});

// Uploads --------------------------------------------------------------------------------------------------

document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  if (!target.matches("[data-upload]") || !detail.lengthComputable || !hasFiles(target)) return;
  const percent = Math.floor((100 * detail.loaded) / detail.total);
  const area = target.querySelector(".upload-progress") || addProgress(target);
  const text = percent < 100 ? `${words("Sent")} ${percent}` : words("Checking");
  area.querySelector("progress").value = percent;
  area.querySelector("p").textContent = text;
  if (percent >= Number(area.dataset.said) + 25) {
    area.dataset.said = percent;
    say(text);
  }
});

document.addEventListener("htmx:afterRequest", ({ target }) => target.querySelector?.(".upload-progress")?.remove());

const hasFiles = (form) => [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);

function addProgress(form) {
  const bar = element("progress", { max: 100, value: 0, ariaLabel: words("Sent") });
  const area = element("div", { className: "upload-progress" }, element("p", {}), bar);
  area.dataset.said = 0;
  form.append(area);
  return area;
}

const chosen = new WeakMap(); // what was chosen before, so that a second choice adds instead of replacing

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-upload-field] input[type=file]")) takeFiles(target);
  if (target.matches("[data-select-all]")) {
    for (const box of target.form.querySelectorAll("tbody input[type=checkbox]")) box.checked = target.checked;
  }
});

function takeFiles(input) {
  const most = Number(input.dataset.maxSize) || Infinity;
  const tooBig = [...input.files].filter((file) => file.size > most);
  const fresh = [...input.files].filter((file) => file.size <= most);
  const before = input.multiple && fresh.length ? chosen.get(input) || [] : [];
  const isNew = (file) => !before.some((old) => old.name === file.name && old.size === file.size);
  setFiles(input, [...before, ...fresh.filter(isNew)]);
  const names = fresh.map((file) => file.name).join(", ");
  if (input.files.length) input.dispatchEvent(new CustomEvent("files-taken", { bubbles: true })); // what wants to send them at once listens
  say(tooBig.length ? `${words("TooBig")} ${tooBig.map((file) => file.name).join(", ")}` : `${words("Chosen")} ${names}`);
}

function setFiles(input, files) {
  const transfer = new DataTransfer();
  files.forEach((file) => transfer.items.add(file));
  input.files = transfer.files;
  chosen.set(input, files);
  const list = input.closest("[data-upload-field]").querySelector("[data-chosen]");
  list.replaceChildren(...files.map((file) => fileLine(input, file)));
  list.hidden = !files.length;
}

function fileLine(input, file) {
  const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(file.size / 1e6);
  const remove = element("button", { type: "button", className: "ds-button", textContent: words("Remove") });
  remove.dataset.variant = "tertiary";
  remove.setAttribute("aria-label", `${words("Remove")} ${file.name}`);
  remove.addEventListener("click", () => {
    setFiles(input, chosen.get(input).filter((other) => other !== file));
    say(`${words("Removed")} ${file.name}`);
    input.focus();
  });
  return element("li", {}, element("span", { textContent: `${file.name} (${size} MB)` }), remove);
}

for (const [name, isOver] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, ({ target }) => target.closest?.(".ds-file-upload")?.classList.toggle("is-over", isOver));
}

// Drafts: text of a long form, kept in this browser while it is written. The server keeps what is sent. ------

const WRITTEN = "textarea[name], input[name]:not([type=hidden], [type=file], [type=password], [type=checkbox], [type=radio])";
const draftKey = (form) => `draft:${document.body.dataset.reader}:${location.pathname}:${form.dataset.draft}`; // never another person's

function readDraft(form) {
  try { return JSON.parse(localStorage.getItem(draftKey(form))) || {}; } catch { return {}; }
}

function writeDraft(form) {
  const fields = {};
  for (const field of form.querySelectorAll(WRITTEN)) if (field.value !== field.defaultValue) fields[field.name] = field.value;
  try { localStorage.setItem(draftKey(form), JSON.stringify(fields)); } catch { return; } // private browsing: no help, no harm
  const note = form.querySelector(".draft-note") || form.appendChild(element("p", { className: "draft-note" }));
  note.textContent = words("Saved");
}

function offerDraft(form) {
  const draft = readDraft(form);
  const lost = [...form.querySelectorAll(WRITTEN)].filter((field) => draft[field.name] && field.value === field.defaultValue && field.value !== draft[field.name]);
  if (!lost.length || form.querySelector("[aria-invalid]")) return;
  const before = lost.map((field) => field.value);
  lost.forEach((field) => { field.value = draft[field.name]; });
  const discard = element("button", { type: "button", className: "ds-link", textContent: words("Discard") });
  const note = element("p", { className: "draft-note" }, `${words("Restored")} `, discard);
  discard.addEventListener("click", () => {
    lost.forEach((field, index) => { field.value = before[index]; });
    localStorage.removeItem(draftKey(form));
    note.remove();
    lost[0].focus();
  });
  form.prepend(note);
}

let writing;

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-draft]");
  if (!form) return;
  clearTimeout(writing);
  writing = setTimeout(() => writeDraft(form), 800);
});

document.addEventListener("submit", ({ target }) => {
  clearTimeout(writing);
  if (target.matches("form[data-draft]")) try { localStorage.removeItem(draftKey(target)); } catch { /* nothing was kept */ }
});

// Paper is white, whatever colours the reader chose for the screen.
let colours;
addEventListener("beforeprint", () => { colours = document.documentElement.dataset.colorScheme; document.documentElement.dataset.colorScheme = "light"; });
addEventListener("afterprint", () => { document.documentElement.dataset.colorScheme = colours; });

// Signing out -----------------------------------------------------------------------------------------------

// What a device keeps for its person is put away first, by scripts that the form names. Signing out never fails for it.
async function mayLeave(form) {
  try {
    if (!(await indexedDB.databases()).length) return true;
    for (const address of form.dataset.signOut.split(" ")) await script(address);
    return await window.putAway(form);
  } catch {
    return true;
  }
}

// A page that one person keeps for when there is no net is not shown to the next who signs in. What was written stays, and is only its writer's.
function removeOthersPages() {
  try {
    const [keeper, { reader }] = [localStorage.getItem("sheets-of"), document.body.dataset];
    if (!keeper || !reader || keeper === reader) return;
    caches.delete("audit-sheets");
    localStorage.removeItem("sheets-of");
  } catch { /* a browser that keeps nothing */ }
}

removeOthersPages();

function script(address) {
  if (document.querySelector(`script[src="${address}"]`)) return undefined;
  return new Promise((resolve, reject) => {
    document.head.append(element("script", { src: address, onload: resolve, onerror: reject }));
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-sign-out]") || !window.indexedDB?.databases || !window.caches) return;
  event.preventDefault();
  mayLeave(form).then((goes) => { if (goes) form.submit(); });
});

function begin() {
  document.querySelectorAll("form[data-draft]:not([data-begun])").forEach((form) => {
    form.dataset.begun = "";
    offerDraft(form);
  });
}

begin();
document.addEventListener("htmx:load", begin);
