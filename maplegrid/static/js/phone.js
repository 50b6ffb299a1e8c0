// Whose phone this is now, and forgetting everything when they sign out.
import "./outbox.js";

const PERSON = "maplegrid-person";
const outbox = self.MapleOutbox;
const signedIn = document.querySelector("meta[name=maplegrid-person]");

if (signedIn) localStorage.setItem(PERSON, signedIn.content);
if (document.querySelector("[data-sign-in]")) localStorage.removeItem(PERSON);

export const owner = () => localStorage.getItem(PERSON) || "";

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-sign-out]");
  if (!form) return;
  event.preventDefault();
  const left = await outbox.waiting().catch(() => 0);
  if (left && !window.confirm(form.dataset.signOut.replace("{n}", left))) return;
  localStorage.removeItem(PERSON);
  await outbox.forget().catch(() => {});
  form.submit();
});
