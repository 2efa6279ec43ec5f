// What a device keeps of the sheets of audits: fields and photos, each with the person who wrote them. Nothing here speaks to the server.
// What a full device does not take is held by the page, so that it can still be sent.
"use strict";

const sheetStore = (() => {
  const held = { fields: new Map(), photos: new Map(), device: new Map() };
  const keyOf = (row) => row.key || row.id;

  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("audit-sheets", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("fields", { keyPath: "key" }).createIndex("owner", "owner");
      asked.result.createObjectStore("photos", { keyPath: "id" }).createIndex("owner", "owner");
      asked.result.createObjectStore("device", { keyPath: "key" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  opened.catch(() => {}); // who asks for something is told

  // Done when it is on the disk, not before.
  async function act(store, mode, work) {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const asked = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(asked && asked.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }

  function hold(store, row) { held[store].set(keyOf(row), row); }

  async function put(store, row) {
    try {
      await act(store, "readwrite", (rows) => rows.put(row));
      held[store].delete(keyOf(row));
    } catch {
      hold(store, row);
    }
  }

  async function remove(store, key) {
    held[store].delete(key);
    await act(store, "readwrite", (rows) => rows.delete(key));
  }

  const heldOf = (store, owner) => [...held[store].values()].filter((row) => row.owner === owner);
  const get = async (store, key) => held[store].get(key) || act(store, "readonly", (rows) => rows.get(key));

  async function all(store, owner) {
    const kept = await act(store, "readonly", (rows) => rows.index("owner").getAll(owner));
    return [...kept.filter((row) => !held[store].has(keyOf(row))), ...heldOf(store, owner)];
  }

  async function keys(store, owner) {
    const kept = await act(store, "readonly", (rows) => rows.index("owner").getAllKeys(owner));
    return [...new Set([...kept, ...heldOf(store, owner).map(keyOf)])];
  }

  // Reads, changes and writes in one transaction, so that what is typed meanwhile is not written over.
  async function change(store, key, make) {
    const database = await opened;
    let known;
    let made;
    try {
      await new Promise((resolve, reject) => {
        const transaction = database.transaction(store, "readwrite", { durability: "strict" });
        const rows = transaction.objectStore(store);
        const read = rows.get(key);
        read.onsuccess = () => {
          known = held[store].get(key) || read.result;
          made = make(known);
          if (made) rows.put(made);
          else if (read.result) rows.delete(key);
        };
        transaction.oncomplete = resolve;
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
      if (held[store].get(key) === known) held[store].delete(key);
    } catch {
      made = make(held[store].get(key) || known);
      if (made) hold(store, made);
      else held[store].delete(key);
    }
    return made;
  }

  // Something is nowhere but on this page.
  const isFull = () => [...held.fields.values(), ...held.photos.values()].some(isUnsent);

  async function device() {
    const fresh = { key: "id", id: crypto.randomUUID() };
    return (await change("device", "id", (known) => known || fresh)).id;
  }

  // How many things of other people's wait on this device for the same sheet.
  async function ofOthers(owner, sheet) {
    const database = await opened;
    const count = (store) => new Promise((resolve, reject) => {
      let found = 0;
      const cursor = database.transaction(store).objectStore(store).openCursor();
      cursor.onerror = () => reject(cursor.error);
      cursor.onsuccess = () => {
        if (!cursor.result) return resolve(found);
        const row = cursor.result.value;
        if (row.owner.endsWith(`/${sheet}`) && row.owner !== owner && row.state !== "sent") found += 1;
        cursor.result.continue();
      };
    });
    return (await count("fields")) + (await count("photos"));
  }

  const isUnsent = (row) => row.state !== "sent";
  const every = async (store) => {
    const kept = await act(store, "readonly", (rows) => rows.getAll());
    return [...kept.filter((row) => !held[store].has(keyOf(row))), ...held[store].values()];
  };
  const mine = (reader) => IDBKeyRange.bound(`${reader}/`, `${reader}/\uffff`);

  async function photosOf(reader) {
    const kept = await act("photos", "readonly", (rows) => rows.index("owner").getAllKeys(mine(reader)));
    return new Set([...kept, ...[...held.photos.values()].map(keyOf)]);
  }

  const fieldsOf = async (reader) => (await every("fields")).filter((row) => row.owner.startsWith(`${reader}/`) && isUnsent(row));

  // How many fields and photos of one person wait on this device, whatever the sheet.
  async function unsent(reader) {
    return (await fieldsOf(reader)).length + (await photosOf(reader)).size;
  }

  // The sheets in which something of one person waits.
  async function sheetsOf(reader) {
    const owners = new Set((await fieldsOf(reader)).map((row) => row.owner));
    for (const key of await photosOf(reader)) owners.add((await get("photos", key))?.owner);
    return [...owners].filter(Boolean).map((owner) => owner.split("/")[1]);
  }

  // Everything that the server has; what has not been sent stays, whoever wrote it.
  async function removeSent() {
    for (const row of await every("fields")) await change("fields", row.key, (now) => (now && isUnsent(now) ? now : undefined));
  }

  // All of one sheet, also what was never sent: only when its person says so.
  async function removeAll(owner) {
    for (const store of ["fields", "photos"]) for (const key of await keys(store, owner)) await remove(store, key);
  }

  return { get, put, all, keys, remove, change, device, ofOthers, unsent, sheetsOf, removeSent, removeAll, isFull };
})();
