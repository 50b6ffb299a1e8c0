// @somebody in a comment: a list of those who may see the case, with arrow keys. Typing the whole name works without it.
const AT = /(^|[^A-Za-z0-9._-])@([^@，。；,;]{0,20})$/u;

for (const field of document.querySelectorAll("[data-mentions]")) mentions(field);

function mentions(field) {
  const list = document.createElement("ul");
  list.id = "mention-list";
  list.className = "mention-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.mentionsLabel);
  list.hidden = true;
  field.parentElement.classList.add("mention-box");
  field.after(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  let active = 0;
  let asked = 0;

  const options = () => [...list.children];
  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    active = (index + options().length) % options().length;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    field.setAttribute("aria-activedescendant", options()[active].id);
  };
  const choose = (name) => {
    const end = field.selectionStart;
    const before = field.value.slice(0, end).replace(AT, `$1@${name} `);
    field.value = before + field.value.slice(end);
    field.setSelectionRange(before.length, before.length);
    field.focus();
    close();
  };
  const show = (people) => {
    list.replaceChildren(...people.map((name, at) => {
      const option = document.createElement("li");
      option.id = `mention-${at}`;
      option.setAttribute("role", "option");
      option.textContent = name;
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(name); });
      return option;
    }));
    if (!people.length) return close();
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    mark(0);
  };

  field.addEventListener("input", async () => {
    const typed = AT.exec(field.value.slice(0, field.selectionStart));
    const turn = ++asked;
    if (!typed) return close();
    const answer = await fetch(`${field.dataset.mentions}?q=${encodeURIComponent(typed[2])}`);
    if (turn === asked && answer.ok) show((await answer.json()).people);
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const doing = {
      ArrowDown: () => mark(active + 1),
      ArrowUp: () => mark(active - 1),
      Enter: () => choose(options()[active].textContent),
      Tab: () => choose(options()[active].textContent),
      Escape: close,
    }[event.key];
    if (doing) { event.preventDefault(); doing(); }
  });
  field.addEventListener("blur", close);
}
