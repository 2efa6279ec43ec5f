// Sending what a device kept: fields in batches, photos one by one, large ones in pieces. Everything may be cut off anywhere and sent again: the server knows each by its id.
"use strict";

const sheetSend = (() => {
  const BATCH = 50;
  const LONGEST_WAIT = 180_000; // a net that says nothing is no net; half a megabyte may take this long
  const WHY = { 401: "signedOut", 403: "notYours", 404: "gone", 409: "closed", 429: "busy" };
  const OF_ONE = [400, 413, 415]; // something is wrong with what was sent, and only with that

  class Stop extends Error {
    constructor(why, detail = "", seconds = 0) { super(why); Object.assign(this, { why, detail, seconds }); }
  }

  // Why nothing more can be sent when the server answers with this; "" where it can. What we do not know is trouble: it is tried again.
  function whyOf({ status, ok }) {
    if (ok || OF_ONE.includes(status)) return "";
    return WHY[status] || "trouble";
  }

  const cookie = (name) => document.cookie.split("; ").find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) || "";

  async function ask(address, options = {}) {
    const headers = { "X-CSRFToken": cookie("csrftoken"), ...options.headers };
    let answer;
    try {
      answer = await fetch(address, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout?.(LONGEST_WAIT), ...options, headers });
    } catch {
      throw new Stop("offline");
    }
    if (answer.ok && !answer.headers.get("Content-Type")?.includes("json")) throw new Stop("offline"); // the sign-in page of somebody's net
    const why = whyOf(answer);
    if (why) throw new Stop(why, why === "closed" ? (await problem(answer)).detail : "", Number(answer.headers.get("Retry-After")) || 0);
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

  // Who is signed in must be who wrote it.
  async function mustBe(reader) {
    const { id } = await (await ask("/api/v1/me/")).json();
    if (id !== reader) throw new Stop("other");
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
    } else if (rows.length > 1) {
      for (const row of rows) await merge(place, device, [row], report); // one that cannot be read stops none of the others
    } else {
      await settle(rows[0], { outcome: "refused", reason: (await problem(answer)).detail }, report);
    }
  }

  async function settle(sent, result, report) {
    report[result.outcome === "conflict" ? "conflicts" : result.outcome === "refused" ? "refused" : "fields"] += 1;
    report.isNews ||= result.outcome === "conflict" || ["finding", "severity"].includes(sent.part);
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
      report.isNews = true;
      await sheetStore.remove("photos", photo.id);
      return;
    }
    const { detail, code } = await problem(answer);
    if (["not_whole", "cut_off", "unreadable"].includes(code)) throw new Stop("offline");
    report.refused += 1;
    await sheetStore.put("photos", { ...photo, state: "refused", reason: detail });
  }

  function inOne(place, said, photo) {
    const body = sheetPieces.form(said);
    body.append("file", photo.blob, photo.name);
    return ask(`${place.api}photos/`, { method: "POST", body });
  }

  // Everything that waits. `shows` has `progress(number, count, share)` of the photos and `gone(id)` of each that is sent.
  // Answers what was sent, whether the server's page now shows something that this one does not (`isNews`), and if it stopped before the
  // end why, in whose words (`detail`) and for how long at least (`seconds`).
  async function everything(place, device, shows) {
    const report = { fields: 0, photos: 0, conflicts: 0, refused: 0, isNews: false, stopped: "", detail: "", seconds: 0 };
    try {
      await mustBe(place.reader);
      await fields(place, device, report);
      await photos(place, device, report, shows);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      Object.assign(report, { stopped: error.why, detail: error.detail, seconds: error.seconds });
    }
    return report;
  }

  return { everything, whyOf };
})();
