// A large photo is sent piece by piece: cut off, it goes on where the server says that it has come to.
"use strict";

const sheetPieces = (() => {
  const LARGE = 1_000_000; // octets; what is smaller is sent in one
  const PIECE = 512 * 1024; // on a thin net half a minute
  const MOST = 8 * PIECE;
  const QUICK = 3_000; // ms: where a piece takes less, the next is twice as large

  function form(said) {
    const body = new FormData();
    for (const [name, value] of Object.entries(said)) body.append(name, value);
    return body;
  }

  // The answer to the piece that made it whole, or the first that refuses. `told` hears how many octets are there.
  async function send(ask, address, said, photo, told) {
    const about = { ...said, name: photo.name, size: photo.size };
    let answer = await ask(address, { method: "POST", body: form(about) });
    let size = PIECE;
    while (answer.ok) {
      const { arrived, photo: whole } = await answer.clone().json();
      told(arrived);
      if (whole) return answer;
      const body = form({ ...about, start: arrived });
      body.append("file", photo.blob.slice(arrived, arrived + size), photo.name);
      const began = performance.now();
      answer = await ask(address, { method: "POST", body });
      size = performance.now() - began < QUICK ? Math.min(2 * size, MOST) : PIECE;
    }
    return answer;
  }

  return { LARGE, form, send };
})();
