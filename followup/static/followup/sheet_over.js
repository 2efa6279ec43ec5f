// The sheet of an audit that is closed: the device lets go of the page, and shows what was written here and never sent, to be taken care of elsewhere.
"use strict";

(async () => {
  const page = document.querySelector("[data-sheet]");
  const owner = `${document.body.dataset.reader}/${page.dataset.sheet}`;
  const left = document.getElementById("sheet-left");
  await sheetKept.drop(location.pathname);

  const written = async () => (await sheetStore.all("fields", owner)).filter((row) => row.state !== "sent" && row.text);
  const taken = async () => Promise.all((await sheetStore.keys("photos", owner)).map((id) => sheetStore.get("photos", id)));

  const asked = (question) => document.querySelector(`[data-question="${question}"] h3`)?.textContent.trim() || "";
  const link = (photo) => element("a", { className: "ds-link", href: URL.createObjectURL(photo.blob), download: photo.name, textContent: photo.name });

  function line(question, name, ...what) {
    return element("li", {}, element("p", { className: "muted", textContent: [asked(question), name].filter(Boolean).join(" – ") }), ...what);
  }

  function lines(fields, photos) {
    const names = left.dataset;
    const shown = fields.map((row) => line(row.question, names[row.part], element("p", { className: "quote", textContent: row.words || row.text })));
    return [...shown, ...photos.map((photo) => line(photo.question, names.photo, link(photo)))];
  }

  async function remove() {
    if (!confirm(left.dataset.sure)) return;
    await sheetStore.removeAll(owner);
    await show();
    Object.assign(document.querySelector("h1"), { tabIndex: -1 }).focus(); // what had the focus is gone
  }

  async function show() {
    const [fields, photos] = [await written(), await taken()];
    left.querySelector("ul").replaceChildren(...lines(fields, photos));
    left.hidden = !fields.length && !photos.length;
    const others = await sheetStore.ofOthers(owner, page.dataset.sheet);
    const told = document.getElementById("sheet-others");
    told.textContent = told.dataset.words.replace("{count}", others);
    told.hidden = !others;
  }

  left.querySelector("button").addEventListener("click", remove);
  await show();
  if (!left.hidden) Object.assign(left, { tabIndex: -1 }).focus(); // seen and heard, wherever the page was read last
})();
