// Finds are written down on the phone first and sent from there: in a dead spot nothing is lost, nothing comes twice.
import { framed } from "./frame.js";
import { owner } from "./phone.js";
import { smaller } from "./shrink.js";

const outbox = self.MapleOutbox;
const form = document.getElementById("find");
const kept = document.getElementById("kept");
const pick = form.elements.photos;
const send = form.querySelector(".go");
const MINUTE_MS = 60000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const mine = owner();
let pictures = [];

// -- the form

function show(file) {
  pictures.push(file);
  const frame = framed(file, file.name, pick.dataset.remove, () => { pictures = pictures.filter((other) => other !== file); });
  pick.closest(".photos").insertBefore(frame, pick.closest("label"));
}

let reading = Promise.resolve();
pick.addEventListener("change", () => {
  const files = [...pick.files];
  pick.value = "";
  reading = reading.then(async () => {
    for (const file of files.slice(0, Number(pick.dataset.pictures) - pictures.length)) show(await smaller(file).catch(() => file));
  });
});

function clear() {
  form.reset();
  delete form.dataset.found;
  for (const name of ["lon", "lat", "accuracy_m"]) form.elements[name].value = "";
  form.elements.token.value = newToken();
  form.querySelectorAll(".photos div.photo").forEach((frame) => frame.remove());
  pictures = [];
  const position = form.querySelector("[data-position]");
  position.querySelector("span").textContent = position.dataset.plain;
}

const newToken = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = async (file) => ({ name: file.name, type: file.type, bytes: await file.arrayBuffer() });

async function written() {
  const find = { owner: owner(), state: "waiting", notes: [], found_at: form.dataset.found || new Date().toISOString() };
  for (const name of ["token", "words", "place", "lon", "lat", "accuracy_m", "datum"]) find[name] = form.elements[name].value;
  return { ...find, photos: await Promise.all(pictures.map(bytesOf)) };
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!owner()) { say(kept.dataset.nobody); return; }
  send.disabled = true;
  try {
    await reading;
    await outbox.keep(await written());
    clear();
    say("");
    window.scrollTo({ top: 0 });
    wakeLater();
    sendAll();
  } catch (problem) {
    say(kept.dataset.full);
  } finally { send.disabled = false; }
});

async function edit(find) {
  if (form.elements.words.value || pictures.length) { say(kept.dataset.busy); return; }
  clear();
  say("");
  form.dataset.found = find.found_at;
  for (const name of ["token", "words", "place", "lon", "lat", "accuracy_m", "datum"]) form.elements[name].value = find[name];
  find.photos.forEach((photo) => show(new File([photo.bytes], photo.name, { type: photo.type })));
  form.elements.words.focus();
}

// -- what waits

function say(words) {
  const line = kept.querySelector("[data-said]");
  line.textContent = words;
  line.hidden = !words;
}

const filled = (words, values) => words.replace(/{(\w+)}/g, (_, name) => values[name]);
const bytesIn = (find) => find.photos.reduce((sum, photo) => sum + photo.bytes.byteLength, new Blob([find.words, find.place]).size);

function sizeOf(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function ageOf(find) {
  const since = new Date(find.found_at);
  const minutes = Math.floor((Date.now() - since) / MINUTE_MS);
  if (minutes < 1) return kept.dataset.just;
  if (minutes < 60) return filled(kept.dataset.minutes, { n: minutes });
  if (minutes < 24 * 60) return filled(kept.dataset.hours, { n: Math.floor(minutes / 60) });
  return since.toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
}

function aboutOf(find) {
  if (find.state === "sent") return ageOf(find);
  const photos = find.photos.length ? [filled(kept.dataset.photos, { n: find.photos.length })] : [];
  return [ageOf(find), ...photos, sizeOf(bytesIn(find))].join(" · ");
}

const DOES = { waiting: ["retry", "delete"], sending: [], refused: ["edit", "delete"], sent: ["clear"] };

function itemOf(find) {
  const item = kept.querySelector("[data-item]").content.cloneNode(true).firstElementChild;
  item.dataset.token = find.token;
  item.querySelector("[data-badge]").replaceWith(kept.querySelector(`[data-state=${find.state}]`).content.cloneNode(true));
  item.querySelector("[data-about]").textContent = aboutOf(find);
  item.querySelector(".said").textContent = find.state === "sent" ? filled(kept.dataset.number, find) : find.words;
  const notes = find.state === "refused" ? [kept.dataset.mend, ...find.notes] : find.notes;
  item.querySelector("[data-notes]").replaceChildren(...notes.map((words) => Object.assign(document.createElement("p"), { textContent: words })));
  item.querySelectorAll("[data-do]").forEach((button) => { button.hidden = !DOES[find.state].includes(button.dataset.do); });
  return item;
}

// A receipt is of use for a day.
async function finds() {
  const all = await outbox.of(owner());
  const stale = all.filter((find) => find.state === "sent" && Date.now() - new Date(find.found_at) > DAY_MS);
  for (const find of stale) await outbox.remove(find.token);
  return all.filter((find) => !stale.includes(find));
}

async function render() {
  const shown = await finds();
  kept.querySelector("[data-list]").replaceChildren(...shown.map(itemOf));
  const open = shown.filter((find) => find.state !== "sent");
  kept.querySelector("[data-empty]").hidden = shown.length > 0 || !owner();
  const total = kept.querySelector("[data-total]");
  total.hidden = !open.length;
  total.textContent = filled(kept.dataset.sum, { n: open.length, size: sizeOf(open.reduce((sum, find) => sum + bytesIn(find), 0)) });
}

function tell(trouble) {
  kept.querySelectorAll("[data-trouble]").forEach((note) => { note.hidden = note.dataset.trouble !== trouble; });
}

kept.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  const { token } = button.closest("[data-token]").dataset;
  const doing = button.dataset.do;
  if (doing === "retry") sendAll();
  if (doing === "edit") edit(await outbox.get(token));
  if (doing === "clear" || (doing === "delete" && window.confirm(kept.dataset.delete))) await outbox.remove(token);
});

// -- when to send, and what other tabs did

function heard(trouble) {
  if (trouble === "forgotten") clear();
  render();
}

// Asking the worker to send is only a second way: this page sends by itself while it is open.
async function wakeLater() {
  navigator.storage?.persist?.();
  const worker = await navigator.serviceWorker?.getRegistration(kept.dataset.page);
  await worker?.sync?.register("patrol").catch(() => {});
}

async function sendAll() {
  if (!navigator.onLine) { tell("offline"); return; }
  tell(await outbox.send());
}

self.addEventListener("outbox", (event) => { if (event.detail) tell(event.detail); heard(event.detail); });
outbox.channel.addEventListener("message", (event) => heard(event.data));
// Another person on this phone: nothing of the one before stays on the page.
window.addEventListener("storage", (event) => {
  if (event.key !== "maplegrid-person") return;
  if (event.newValue !== mine) clear();
  render();
});
// The page of the dead spot has no way to anywhere else: with the network the whole page comes back.
async function backOnline() {
  await sendAll();
  if ("shell" in form.dataset && !form.elements.words.value && !pictures.length) location.reload();
}

window.addEventListener("online", backOnline);
window.addEventListener("offline", () => tell("offline"));
document.addEventListener("visibilitychange", () => { if (!document.hidden) sendAll(); });
window.addEventListener("pageshow", (event) => { if (event.persisted) { clear(); render(); sendAll(); } });
setInterval(() => { render(); if (!document.hidden) sendAll(); }, MINUTE_MS);

if (!form.elements.token.value) form.elements.token.value = newToken();
render().then(sendAll);
navigator.serviceWorker?.register(kept.dataset.worker, { scope: kept.dataset.page })
  .then((worker) => worker.active?.postMessage("shell")).catch(() => {});
