// The script that every page loads: htmx, the theme switch, search by '/', tables that become cards, drafts that survive.
import "htmx.org";

const root = document.documentElement;

function setTheme(theme) {
  root.dataset.bsTheme = theme;
  localStorage.setItem("shidai-theme", theme);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-switch]");
  if (button) setTheme(root.dataset.bsTheme === "dark" ? "light" : "dark");
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing) {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

// On a phone each row becomes a card: every cell carries its column's title.
const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

function labelCells(scope) {
  for (const table of scope.querySelectorAll("table.rows")) {
    const heads = [...table.querySelectorAll("thead th")];
    const titles = heads.map((cell) => capital(cell.textContent.trim()));
    const unseen = heads.map((cell) => cell.childElementCount === 1 && cell.firstElementChild.matches(".visually-hidden"));
    for (const row of table.tBodies[0]?.rows ?? []) {
      [...row.cells].forEach((cell, i) => {
        if (unseen[i] && cell.querySelector("a, button")) cell.dataset.acts = ""; // links say themselves what they do
        else if (titles[i]) cell.dataset.title = titles[i];
        if (["–", "—"].includes(cell.textContent.trim())) cell.dataset.none = ""; // a card leaves out what isn't there
      });
    }
  }
}

// A form with data-draft keeps what was typed through a lost network or a closed tab, until it is sent.
function keepDrafts(scope) {
  for (const form of scope.querySelectorAll("form[data-draft]")) {
    const key = `shidai-draft:${location.pathname}:${form.dataset.draft}`;
    const saved = JSON.parse(sessionStorage.getItem(key) ?? "{}");
    for (const field of form.elements) {
      if (field.name && field.type !== "hidden" && !field.value && saved[field.name]) field.value = saved[field.name];
    }
    form.addEventListener("input", () => {
      const values = {};
      for (const field of form.elements) if (field.name && field.type !== "hidden") values[field.name] = field.value;
      sessionStorage.setItem(key, JSON.stringify(values));
    });
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault(); // two clicks are one
      form.dataset.sent = "1";
      sessionStorage.removeItem(key);
    });
  }
}

// A field with data-scan takes a hand scanner, which types and presses Enter; the button beside it does so by camera.
function offerCamera(scope) {
  for (const button of scope.querySelectorAll("[data-scan-script]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-scan-script]");
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  if (!button) return;
  const dialog = button.parentElement.querySelector("dialog");
  const field = button.parentElement.querySelector("[data-scan]");
  const { scan } = await import(button.dataset.scanScript);
  const text = await scan(dialog, button.dataset.scanReader);
  if (!text) return field.focus();
  field.value = text;
  field.form.requestSubmit();
});

function prepare(scope) { labelCells(scope); keepDrafts(scope); offerCamera(scope); }
prepare(document);
document.addEventListener("htmx:after:swap", () => prepare(document));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  const { form, dataset: { tickAll } } = event.target;
  if (tickAll) for (const box of form.querySelectorAll(`[name="${tickAll}"]`)) box.checked = event.target.checked;
  for (const all of form?.querySelectorAll("[data-tick-all]") ?? []) {
    all.checked = [...form.querySelectorAll(`[name="${all.dataset.tickAll}"]`)].every((box) => box.checked);
  }
});
