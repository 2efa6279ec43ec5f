// A photo before it is kept on the device: large ones are made smaller, so that they get through a thin net and fill no telephone.
"use strict";

const sheetPhoto = (() => {
  const LARGE = 3_000_000; // octets; what is smaller is kept as it is
  const LONGEST = 3000; // pixels: small print on a notice board can still be read
  const QUALITY = 0.85;

  // Many browsers do not know HEIC, and say nothing of its kind.
  function kindOf(file) {
    return file.type || (/\.hei[cf]$/i.test(file.name) ? "image/heic" : "");
  }

  // What a browser cannot draw (HEIC, mostly) and what does not get smaller is kept as it came.
  async function fit(file) {
    if (file.size <= LARGE || !window.createImageBitmap) return file;
    try {
      const drawn = await draw(file);
      return drawn && drawn.size < file.size ? new File([drawn], named(file.name), { type: drawn.type, lastModified: file.lastModified }) : file;
    } catch {
      return file;
    }
  }

  async function draw(file) {
    const picture = await createImageBitmap(file); // turned as the camera says
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
    const brush = canvas.getContext("2d");
    brush.imageSmoothingQuality = "high";
    brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
    canvas.width = canvas.height = 0; // its memory goes now, not when it suits the browser
    return made;
  }

  const named = (name) => `${name.replace(/\.[^.]*$/, "")}.jpg`;

  async function checksum(content) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // What is kept of a chosen file, or its `fault`: no picture, too large, or not to be read (it lies in a cloud, mostly).
  async function read(chosen, most) {
    const kind = kindOf(chosen);
    if (!kind.startsWith("image/") || kind === "image/svg+xml") return { fault: "noPicture" };
    try {
      const file = await fit(chosen);
      const content = await file.arrayBuffer();
      if (!content.byteLength) return { fault: "unread" };
      if (content.byteLength > most) return { fault: "tooLarge" };
      const takenAt = new Date(file.lastModified || Date.now()).toISOString();
      return { name: file.name, blob: new Blob([content], { type: file.type || kind }), size: content.byteLength, sha256: await checksum(content), takenAt };
    } catch {
      return { fault: "unread" };
    }
  }

  return { read };
})();
