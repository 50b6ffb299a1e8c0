// Keyboard, selection and dialogs of the staff's pages. Everything works without it, only slower.
import "./phone.js";

const rows = () => [...document.querySelectorAll("[data-row]")];
let cursor = -1;

function move(step) {
  const all = rows();
  if (!all.length) return;
  cursor = Math.max(0, Math.min(all.length - 1, cursor + step));
  all.forEach((row, index) => row.classList.toggle("cursor", index === cursor));
  all[cursor].scrollIntoView({ block: "nearest" });
}

function chosen() {
  return [...document.querySelectorAll("[data-row] input[type=checkbox]:checked")];
}

function showBulk() {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const count = chosen().length;
  bar.hidden = count === 0;
  const words = bar.querySelector("[data-bulk-words]");
  words.textContent = words.dataset.words.replace("{n}", count);
  rows().forEach((row) => row.setAttribute("aria-selected", row.querySelector("input")?.checked ? "true" : "false"));
}

// A letter takes the ticked rows, or the one under the cursor, to that action's preview.
function bulk(key) {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  if (!chosen().length) keys.x();
  if (chosen().length) bar.querySelector(`[data-key=${key}]`)?.click();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  o: () => rows()[cursor]?.querySelector("[data-open]")?.click(),
  x: () => { const box = rows()[cursor]?.querySelector("input"); if (box) { box.checked = !box.checked; showBulk(); } },
  "/": () => document.querySelector("[data-find]")?.focus(),
  g: () => { location.href = "/cases/"; },
  a: () => bulk("a"),
  c: () => bulk("c"),
  h: () => bulk("h"),
  t: () => bulk("t"),
  e: () => document.querySelector("[form=export]")?.click(),
  v: () => { const more = document.querySelector("[data-save-view]")?.parentElement; if (more) { more.open = true; more.querySelector("input[name=name]").focus(); } },
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const doing = keys[event.key];
  if (doing) { event.preventDefault(); doing(); }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) {
    document.querySelectorAll("[data-row] input").forEach((box) => { box.checked = event.target.checked; });
  }
  if (event.target.matches(".tick")) showBulk();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-bulk-clear]")) { chosen().forEach((box) => { box.checked = false; }); showBulk(); }
  if (event.target.closest("[data-print]")) window.print();
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => { copy.textContent = copy.dataset.copied; });
  const here = event.target.closest("[data-position]");
  if (here) fillPosition(here);
});

// Position is asked for only when somebody taps the button.
function fillPosition(button) {
  const form = button.closest("form");
  const words = button.querySelector("span") || button;
  navigator.geolocation?.getCurrentPosition((found) => {
    form.elements.lon.value = found.coords.longitude;
    form.elements.lat.value = found.coords.latitude;
    form.elements.accuracy_m.value = Math.round(found.coords.accuracy);
    words.textContent = button.dataset.done;
  }, () => { words.textContent = button.dataset.failed; }, { enableHighAccuracy: true, timeout: 10000 });
}

// After a refresh of the list, what was ticked stays ticked.
let ticked = new Set();
document.addEventListener("htmx:beforeSwap", () => { ticked = new Set(chosen().map((box) => box.value)); });
document.addEventListener("htmx:afterSwap", () => {
  document.querySelectorAll("[data-row] input").forEach((box) => { box.checked = ticked.has(box.value); });
  showBulk();
  move(0);
});

// A link to #do-return opens that action.
function openTarget() {
  const target = location.hash.startsWith("#do-") && document.querySelector(location.hash);
  if (target) { target.closest("details.more")?.setAttribute("open", ""); target.open = true; target.scrollIntoView({ block: "center" }); target.querySelector("textarea, input:not([type=hidden])")?.focus(); }
}
window.addEventListener("hashchange", openTarget);
openTarget();
cursor = rows().length ? 0 : -1;

// On a phone the floating button makes room while one reads on, and comes back at the top.
const floating = document.querySelector(".fab");
if (floating) document.addEventListener("scroll", () => floating.classList.toggle("small", window.scrollY > 40), { passive: true });
