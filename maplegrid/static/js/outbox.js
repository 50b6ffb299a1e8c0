// Finds stay on the phone until the district has them. One file for the page and for its service worker.
(() => {
  const [NAME, STORE] = ["maplegrid-patrol", "finds"];
  const [DOOR, ME] = ["/cases/patrol", "/cases/patrol/me"];
  const PATIENCE_MS = 300000; // photos over a thin line take their time
  const channel = new BroadcastChannel(NAME);

  function opened() {
    return new Promise((done, failed) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "token" });
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  }

  async function inStore(mode, work) {
    const base = await opened();
    try {
      return await new Promise((done, failed) => {
        const change = base.transaction(STORE, mode);
        const asked = work(change.objectStore(STORE));
        change.oncomplete = () => done(asked && asked.result);
        change.onabort = () => failed(change.error);
      });
    } finally { base.close(); }
  }

  const everything = () => inStore("readonly", (store) => store.getAll());
  const get = (token) => inStore("readonly", (store) => store.get(token));

  // One person's finds, the oldest first. Nobody is ever shown somebody else's.
  async function of(owner) {
    const finds = owner ? (await everything()).filter((find) => find.owner === owner) : [];
    return finds.sort((a, b) => a.found_at.localeCompare(b.found_at));
  }

  async function keep(find) { await inStore("readwrite", (store) => store.put(find)); say(""); }
  async function remove(token) { await inStore("readwrite", (store) => store.delete(token)); say(""); }

  // What was deleted meanwhile stays deleted.
  async function change(token, news) {
    await inStore("readwrite", (store) => {
      const asked = store.get(token);
      asked.onsuccess = () => { if (asked.result) store.put({ ...asked.result, ...news }); };
    });
    say("");
  }

  const waiting = async () => (await everything()).filter((find) => find.state !== "sent").length;

  async function forget() {
    await new Promise((done) => {
      const asked = indexedDB.deleteDatabase(NAME);
      asked.onsuccess = asked.onerror = asked.onblocked = done;
    });
    if (self.caches) await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
    say("forgotten");
  }

  function say(trouble) { channel.postMessage(trouble); self.dispatchEvent?.(new CustomEvent("outbox", { detail: trouble })); }

  // Only our own server answers in JSON; a hotel's sign-in page does not, and counts as no network.
  async function answerOf(address, options) {
    const answer = await fetch(address, {
      ...options,
      headers: { Accept: "application/json", ...options.headers },
      credentials: "same-origin", cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.type === "opaqueredirect" || answer.status === 401) throw new Trouble("signed_out");
    if (answer.status === 403 || answer.status === 409) throw new Trouble("forbidden");
    if (answer.status === 429 || answer.status >= 500) throw new Trouble("later");
    const json = (answer.headers.get("Content-Type") || "").includes("application/json");
    if (answer.ok && !json) throw new Trouble("offline");
    return { status: answer.status, ...(json ? await answer.json() : {}) };
  }

  class Trouble extends Error {}

  async function sendOne(find, me) {
    const form = new FormData();
    for (const name of ["token", "words", "place", "lon", "lat", "accuracy_m", "datum", "owner"]) form.append(name, find[name] ?? "");
    form.append("found", find.found_at);
    for (const photo of find.photos) form.append("photos", new File([photo.bytes], photo.name, { type: photo.type }));
    await change(find.token, { state: "sending" });
    try {
      const answer = await answerOf(DOOR, { method: "POST", body: form, headers: { "X-CSRFToken": me.csrf } });
      // What has arrived is no longer kept: only its number, as a receipt.
      const sent = { state: "sent", number: answer.number, notes: answer.notes, words: "", place: "", lon: "", lat: "", photos: [] };
      await change(find.token, answer.number ? sent : { state: "refused", notes: answer.notes || [] });
    } catch (problem) {
      await change(find.token, { state: "waiting" });
      throw problem;
    }
  }

  async function sendEach() {
    const open = (await everything()).filter((find) => find.state === "waiting" || find.state === "sending");
    if (!open.length) return "";
    const me = await answerOf(ME, {});
    for (const find of open.filter((one) => one.owner === me.person)) await sendOne(find, me);
    return "";
  }

  // One tab at a time sends; the page's token makes a second time harmless where there are no locks.
  async function send() {
    let trouble = "";
    try {
      const locks = self.navigator.locks;
      await (locks ? locks.request(NAME, sendEach) : sendEach());
    } catch (problem) {
      trouble = problem instanceof Trouble ? problem.message : "offline";
    }
    say(trouble);
    return trouble;
  }

  self.MapleOutbox = { of, get, keep, remove, change, waiting, forget, send, channel };
})();
