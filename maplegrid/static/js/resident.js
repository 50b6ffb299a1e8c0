// Small kindnesses of the resident's pages; without scripts they are whole too.
import { framed } from "./frame.js";
import { smaller } from "./shrink.js";

const DRAFT = "maplegrid-draft";

// Words survive a closed tab, and are forgotten once they were sent.
const words = document.querySelector("[data-draft]");
if (words) {
  if (!words.value) words.value = localStorage.getItem(DRAFT) || "";
  words.addEventListener("input", () => localStorage.setItem(DRAFT, words.value));
}
if (document.querySelector("[data-sent]")) localStorage.removeItem(DRAFT);

// Photos are made smaller on the phone and shown before they are sent.
document.querySelectorAll("[data-photos]").forEach((input) => {
  const chosen = new Map(); // by the original's name and size, so that nothing is taken twice
  const rewrite = () => {
    const files = new DataTransfer();
    chosen.forEach((picture) => files.items.add(picture));
    input.files = files.files;
  };
  input.addEventListener("change", async () => {
    for (const file of [...input.files]) {
      const key = `${file.name} ${file.size}`;
      if (chosen.size >= Number(input.dataset.photos) || chosen.has(key)) continue;
      const picture = await smaller(file).catch(() => file);
      chosen.set(key, picture);
      const frame = framed(picture, file.name, input.dataset.remove || "×", () => { chosen.delete(key); rewrite(); });
      input.closest(".photos").insertBefore(frame, input.closest("label"));
    }
    rewrite();
  });
});

// Where am I? Asked for only on a tap.
document.querySelectorAll("[data-here]").forEach((button) => {
  button.hidden = !("geolocation" in navigator);
  button.addEventListener("click", () => {
    const form = button.closest("form");
    navigator.geolocation.getCurrentPosition((found) => {
      form.elements.lon.value = found.coords.longitude.toFixed(6);
      form.elements.lat.value = found.coords.latitude.toFixed(6);
      form.elements.accuracy_m.value = Math.round(found.coords.accuracy);
      form.elements.datum.value = "wgs84";
      button.textContent = button.dataset.done;
      if ("send" in button.dataset) form.requestSubmit();
    }, () => { button.textContent = button.dataset.failed; }, { enableHighAccuracy: true, timeout: 10000 });
  });
});

// Suggestions while typing a place.
const place = document.querySelector("[data-places]");
if (place) {
  const list = document.getElementById(place.getAttribute("list"));
  let waiting;
  place.addEventListener("input", () => {
    clearTimeout(waiting);
    if (place.value.length < 2) return;
    waiting = setTimeout(async () => {
      const answer = await fetch(`${place.dataset.places}?q=${encodeURIComponent(place.value)}`);
      if (!answer.ok) return;
      list.replaceChildren(...(await answer.json()).places.map((found) => {
        const option = document.createElement("option");
        option.value = found.name;
        option.label = found.area;
        return option;
      }));
    }, 250);
  });
}

// Without a network nothing is sent, and that is said; what was written is kept above.
document.querySelectorAll("form").forEach((form) => form.addEventListener("submit", (event) => {
  const warning = form.querySelector("[data-offline]");
  if (!warning) return;
  warning.hidden = navigator.onLine;
  if (!navigator.onLine) { event.preventDefault(); event.stopImmediatePropagation(); }
}));

// One tap sends once.
document.querySelectorAll("form[data-once]").forEach((form) => form.addEventListener("submit", () => {
  form.querySelectorAll("button:not([type=button])").forEach((button) => { button.setAttribute("aria-disabled", "true"); });
}));
// Coming back with the browser's own button: the form may be sent again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-once] [aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
});

document.querySelectorAll("[data-needs-script]").forEach((button) => { button.hidden = !navigator.clipboard; });
document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => { copy.textContent = copy.dataset.copied; });
});
