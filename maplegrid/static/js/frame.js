// One chosen photo with a way to take it off again.
export function framed(picture, name, words, remove) {
  const frame = document.createElement("div");
  frame.className = "photo";
  const image = document.createElement("img");
  image.alt = name;
  image.src = URL.createObjectURL(picture);
  const off = document.createElement("button");
  off.type = "button";
  off.className = "off";
  off.setAttribute("aria-label", `${words} ${name}`);
  off.append(Object.assign(document.createElement("span"), { textContent: "×" }));
  off.addEventListener("click", () => { frame.remove(); remove(); });
  frame.append(image, off);
  return frame;
}
