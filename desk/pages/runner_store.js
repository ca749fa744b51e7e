// What the phone keeps for its runner: the acts that wait to be sent, and what was shown last.

const NAME = "paotuan-runner";
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("acts", { keyPath: "turn", autoIncrement: true });
      request.result.createObjectStore("kept");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function work(store, mode, make) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const request = make(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const allActs = () => work("acts", "readonly", (store) => store.getAll());
export const addAct = (act) => work("acts", "readwrite", (store) => store.add(act));
export const dropAct = (turn) => work("acts", "readwrite", (store) => store.delete(turn));

/** Something kept under a name, or undefined. */
export const kept = (name) => work("kept", "readonly", (store) => store.get(name)).catch(() => undefined);
export const keep = (name, value) => work("kept", "readwrite", (store) => store.put(value, name)).catch(() => undefined);

/** Forget everything that was shown; acts that wait to be sent stay, they carry their runner's number. */
export const forgetKept = () => work("kept", "readwrite", (store) => store.clear()).catch(() => undefined);

/** Another runner's link was opened on this phone: what was kept of the one before is forgotten. */
export async function belongTo(runner) {
  if ((await kept("runner")) === runner) return;
  await forgetKept();
  await keep("runner", runner);
}
