// What a device keeps of the sheets of audits: fields and photos, each with the person who wrote them. Nothing here speaks to the server.
"use strict";

const sheetStore = (() => {
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

  const get = (store, key) => act(store, "readonly", (rows) => rows.get(key));
  const put = (store, row) => act(store, "readwrite", (rows) => rows.put(row));
  const remove = (store, key) => act(store, "readwrite", (rows) => rows.delete(key));
  const all = (store, owner) => act(store, "readonly", (rows) => rows.index("owner").getAll(owner));
  const keys = (store, owner) => act(store, "readonly", (rows) => rows.index("owner").getAllKeys(owner));

  // Reads, changes and writes in one transaction, so that what is typed meanwhile is not written over.
  async function change(store, key, make) {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, "readwrite", { durability: "strict" });
      const rows = transaction.objectStore(store);
      const read = rows.get(key);
      let made;
      read.onsuccess = () => {
        made = make(read.result);
        if (made) rows.put(made);
        else if (read.result) rows.delete(key);
      };
      transaction.oncomplete = () => resolve(made);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }

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
  const every = (store) => act(store, "readonly", (rows) => rows.getAll());
  const photosOf = (reader) => act("photos", "readonly", (rows) => rows.index("owner").getAllKeys(IDBKeyRange.bound(`${reader}/`, `${reader}/\uffff`)));

  // How many fields and photos of one person wait on this device, whatever the sheet.
  async function unsent(reader) {
    const fields = (await every("fields")).filter((row) => row.owner.startsWith(`${reader}/`) && isUnsent(row));
    return fields.length + (await photosOf(reader)).length;
  }

  // Everything that the server has; what has not been sent stays, whoever wrote it.
  async function removeSent() {
    for (const row of await every("fields")) await change("fields", row.key, (now) => (now && isUnsent(now) ? now : undefined));
  }

  return { get, put, remove, all, keys, change, device, ofOthers, unsent, removeSent, opened };
})();
