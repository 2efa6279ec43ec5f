// Signing out on a device that keeps sheets (asked by core/app.js): what has been sent is removed, and who has not sent everything is told before.
"use strict";

window.putAway = async (form) => {
  const unsent = await sheetStore.unsent(document.body.dataset.reader);
  if (unsent && !confirm(form.dataset.unsent.replace("{count}", unsent))) return false;
  await sheetStore.removeSent();
  await caches.delete("audit-sheets");
  return true;
};
