// The sheet of an audit that is closed: the device lets go of the page, and shows what was written here and never sent, to be taken care of elsewhere.
"use strict";

(async () => {
  const page = document.querySelector("[data-sheet]");
  await sheetKept.drop(location.pathname);
  const owner = `${document.body.dataset.reader}/${page.dataset.sheet}`;
  const fields = (await sheetStore.all("fields", owner)).filter((row) => row.state !== "sent" && row.text);
  const photos = await Promise.all((await sheetStore.keys("photos", owner)).map((id) => sheetStore.get("photos", id)));
  if (!fields.length && !photos.length) return;
  const title = (question) => document.querySelector(`[data-question="${question}"] h3`)?.textContent || "";
  const link = (photo) => element("a", { className: "ds-link", href: URL.createObjectURL(photo.blob), download: photo.name, textContent: photo.name });
  const lines = [...fields.map((row) => [row, row.text]), ...photos.map((photo) => [photo, link(photo)])];
  const left = document.getElementById("sheet-left");
  left.querySelector("ul").replaceChildren(...lines.map(([row, what]) => element("li", {}, `${title(row.question)} `, what)));
  left.hidden = false;
})();
