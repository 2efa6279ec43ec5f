// Sending what a device kept: fields in batches, photos one by one, large ones in pieces. Everything may be cut off anywhere and sent again: the server knows each by its id.
"use strict";

const sheetSend = (() => {
  const BATCH = 50;
  const TRY_AGAIN = new Set([408, 425, 429, 500, 502, 503, 504, 507]);

  class Stop extends Error {
    constructor(why, detail = "") { super(why); this.why = why; this.detail = detail; }
  }

  const cookie = (name) => document.cookie.split("; ").find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) || "";

  async function ask(address, options = {}) {
    let answer;
    try {
      answer = await fetch(address, { credentials: "same-origin", cache: "no-store", ...options, headers: { "X-CSRFToken": cookie("csrftoken"), ...options.headers } });
    } catch {
      throw new Stop("offline");
    }
    if (answer.status === 401) throw new Stop("signedOut");
    if (TRY_AGAIN.has(answer.status)) throw new Stop("offline");
    return answer;
  }

  async function problem(answer) {
    try {
      const said = await answer.json();
      return { detail: said.errors?.[0]?.detail || said.detail || said.title || "", code: said.errors?.[0]?.code || "" };
    } catch {
      return { detail: "", code: "" };
    }
  }

  // The audit is closed, in the server's words; or it is no longer this person's, which the page says.
  async function closed(answer) {
    return new Stop("closed", [403, 404].includes(answer.status) ? "" : (await problem(answer)).detail);
  }

  // Who is signed in must be who wrote it.
  async function mustBe(reader) {
    const answer = await ask("/api/v1/me/");
    if (!answer.ok) throw new Stop("offline");
    if ((await answer.json()).id !== reader) throw new Stop("other");
  }

  async function fields(place, device, report) {
    const waiting = (await sheetStore.all("fields", place.owner)).filter((row) => row.state === "waiting");
    for (let from = 0; from < waiting.length; from += BATCH) await merge(place, device, waiting.slice(from, from + BATCH), report);
  }

  async function merge(place, device, rows, report) {
    const entries = rows.map((row) => ({ id: row.id, question: row.question, part: row.part, text: row.text, base: row.base, written_at: row.writtenAt }));
    const body = JSON.stringify({ device: device.id, device_name: device.name, entries });
    const answer = await ask(`${place.api}merge/`, { method: "POST", body, headers: { "Content-Type": "application/json" } });
    if (answer.ok) {
      const { results } = await answer.json();
      for (const [index, result] of results.entries()) await settle(rows[index], result, report);
    } else if ([400, 413].includes(answer.status) && rows.length > 1) {
      for (const row of rows) await merge(place, device, [row], report); // one that cannot be read stops none of the others
    } else if ([400, 413].includes(answer.status)) {
      await settle(rows[0], { outcome: "refused", reason: (await problem(answer)).detail }, report);
    } else {
      throw await closed(answer);
    }
  }

  async function settle(sent, result, report) {
    report[result.outcome === "conflict" ? "conflicts" : result.outcome === "refused" ? "refused" : "fields"] += 1;
    await sheetStore.change("fields", sent.key, (row) => {
      if (!row) return row;
      const isLatest = row.id === sent.id;
      if (result.outcome === "refused") return isLatest ? { ...row, state: "refused", reason: result.reason } : row;
      if (isLatest) return { ...row, state: "sent", text: result.text, base: result.revision, reason: "" };
      return result.outcome === "conflict" ? row : { ...row, base: result.revision };
    });
  }

  async function photos(place, device, report, shows) {
    const ids = await sheetStore.keys("photos", place.owner);
    for (const [before, id] of ids.entries()) {
      const photo = await sheetStore.get("photos", id); // one in memory at a time
      if (!photo || photo.state !== "waiting") continue;
      await onePhoto(place, device, photo, report, (octets) => shows.progress(before + 1, ids.length, octets / photo.size || 0));
      if (!(await sheetStore.get("photos", id))) shows.gone(id);
    }
  }

  async function onePhoto(place, device, photo, report, told) {
    told(0);
    const said = { id: photo.id, question: photo.question, device: device.id, taken_at: photo.takenAt, sha256: photo.sha256 };
    const answer = photo.size > sheetPieces.LARGE ? await sheetPieces.send(ask, `${place.api}pieces/`, said, photo, told) : await inOne(place, said, photo);
    if (answer.ok) {
      report.photos += 1;
      await sheetStore.remove("photos", photo.id);
      return;
    }
    const { detail, code } = await problem(answer.clone());
    if (["not_whole", "cut_off"].includes(code)) throw new Stop("offline");
    if (![400, 413, 415].includes(answer.status)) throw await closed(answer);
    report.refused += 1;
    await sheetStore.put("photos", { ...photo, state: "refused", reason: detail });
  }

  function inOne(place, said, photo) {
    const body = sheetPieces.form(said);
    body.append("file", photo.blob, photo.name);
    return ask(`${place.api}photos/`, { method: "POST", body });
  }

  // Everything that waits. `shows` has `progress(number, count, share)` of the photos and `gone(id)` of each that is sent. Answers what was sent, and why it stopped before the end if it did.
  async function everything(place, device, shows) {
    const report = { fields: 0, photos: 0, conflicts: 0, refused: 0, stopped: "", detail: "" };
    try {
      await mustBe(place.reader);
      await fields(place, device, report);
      await photos(place, device, report, shows);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      Object.assign(report, { stopped: error.why, detail: error.detail });
    }
    return report;
  }

  return { everything };
})();
