// Small kindnesses of the resident's pages; without scripts they are whole too.
const DRAFT = "maplegrid-draft";
const LONGEST = 2000;

// Words survive a closed tab, and are forgotten once they were sent.
const words = document.querySelector("[data-draft]");
if (words) {
  if (!words.value) words.value = localStorage.getItem(DRAFT) || "";
  words.addEventListener("input", () => localStorage.setItem(DRAFT, words.value));
}
if (document.querySelector("[data-sent]")) localStorage.removeItem(DRAFT);

// Photos are made smaller on the phone and shown before they are sent.
async function smaller(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  if (scale === 1) return file;
  const canvas = document.createElement("canvas");
  canvas.width = image.width * scale;
  canvas.height = image.height * scale;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.86));
  return new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" });
}

document.querySelectorAll("[data-photos]").forEach((input) => {
  const shelf = input.closest(".photos");
  const kept = new DataTransfer();
  input.addEventListener("change", async () => {
    const max = Number(input.dataset.photos);
    for (const file of [...input.files]) {
      if (kept.files.length >= max || [...kept.files].some((old) => old.name === file.name && old.size === file.size)) continue;
      const picture = await smaller(file).catch(() => file);
      kept.items.add(picture);
      const frame = document.createElement("div");
      frame.className = "photo";
      const image = document.createElement("img");
      image.alt = file.name;
      image.src = URL.createObjectURL(picture);
      frame.append(image);
      shelf.insertBefore(frame, input.closest("label"));
    }
    input.files = kept.files;
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

// One tap sends once.
document.querySelectorAll("form[data-once]").forEach((form) => form.addEventListener("submit", () => {
  form.querySelectorAll("button:not([type=button])").forEach((button) => { button.setAttribute("aria-disabled", "true"); });
}));
document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => { copy.textContent = copy.dataset.copied; });
});
