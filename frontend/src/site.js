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

// What was typed into a form that records something survives a lost network, a closed session and a wrong click back,
// until the server has answered. Kept in this tab only; gone when its writer signs out, or somebody else signs in.
const DRAFTED = "form[data-draft], form.sheetform[method='post']:not([hx-post])";
const kept = new WeakMap(); // form → whether it was filled from a draft

const draftKey = (form) => `shidai-draft:${location.pathname}${location.search}:${form.dataset.draft ?? form.action}`;
const readDraft = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null");
const isTyped = (field) => field.name && !["hidden", "file", "password", "submit", "button", "fieldset"].includes(field.type);
const isTicked = (field) => ["radio", "checkbox"].includes(field.type);

function valuesOf(form) {
  const values = {};
  for (const field of [...form.elements].filter(isTyped)) {
    if (!isTicked(field)) values[field.name] = [field.value];
    else values[field.name] = [...(values[field.name] ?? []), ...(field.checked ? [field.value] : [])];
  }
  return values;
}

function isUntouched(form, field) {
  if (isTicked(field)) return [...form.elements].filter((one) => one.name === field.name).every((one) => one.checked === one.defaultChecked);
  if (field.type?.startsWith("select")) return [...field.options].every((one) => one.selected === one.defaultSelected) || field.selectedIndex === 0;
  return field.value === field.defaultValue;
}

function fillIn(form, values) {
  const filled = [];
  for (const field of [...form.elements].filter((one) => isTyped(one) && values[one.name] && isUntouched(form, one))) {
    const ticks = isTicked(field);
    if (ticks ? field.checked === values[field.name].includes(field.value) : field.value === values[field.name][0]) continue;
    filled.push([field, ticks]);
  }
  for (const [field, ticks] of filled) {
    if (ticks) field.checked = values[field.name].includes(field.value);
    else field.value = values[field.name][0];
  }
  return filled.map(([field]) => field);
}

function tellIn(form, name) {
  const notice = document.getElementById(name)?.content.firstElementChild.cloneNode(true);
  form.querySelector("[data-told]")?.remove();
  if (!notice) return;
  notice.dataset.told = name;
  const buttons = form.querySelector(".submit");
  if (buttons) buttons.before(notice);
  else form.append(notice);
}

// The page that answers a form was asked for by the form's page; one that says "not done" leaves the draft unsent.
function forgetAnswered() {
  const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (back || !document.referrer) return;
  const { pathname, search } = new URL(document.referrer);
  const undone = document.querySelector("[data-undone]");
  for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith(`shidai-draft:${pathname}${search}:`))) {
    const draft = readDraft(key);
    if (!draft?.sent) continue;
    if (undone) sessionStorage.setItem(key, JSON.stringify({ ...draft, sent: false }));
    else sessionStorage.removeItem(key);
  }
}

function keepDrafts(scope) {
  for (const form of scope.querySelectorAll(DRAFTED)) {
    const key = draftKey(form);
    const draft = readDraft(key);
    const first = !kept.has(form);
    if (draft && (first || kept.get(form))) {
      const filled = fillIn(form, draft.values);
      if (draft.sent && draft.id && form.elements.id?.type === "hidden") form.elements.id.value = draft.id; // sent twice is recorded once
      if (first && filled.length) {
        tellIn(form, "draft-back");
        addEventListener("load", () => filled.at(-1).dispatchEvent(new Event("change", { bubbles: true })));
      }
      if (first) kept.set(form, filled.length > 0);
    }
    if (!first) continue;
    if (!kept.has(form)) kept.set(form, false);
    const save = (sent) => {
      const values = { ...readDraft(key)?.values, ...valuesOf(form) };
      sessionStorage.setItem(key, JSON.stringify({ values, sent, id: form.elements.id?.value }));
    };
    form.addEventListener("input", () => save(false));
    form.addEventListener("submit", (event) => {
      save(true);
      if (!navigator.onLine) {
        tellIn(form, "no-network");
        form.querySelector("[data-told]")?.focus();
        return event.preventDefault();
      }
      if (form.dataset.sent) event.preventDefault(); // two clicks are one
      form.dataset.sent = "1";
      setTimeout(() => delete form.dataset.sent, 4000); // the answer may be a file, or never come
    });
  }
}

addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll(DRAFTED)) delete form.dataset.sent;
});
addEventListener("online", () => { for (const told of document.querySelectorAll("[data-told=no-network]")) told.remove(); });
document.addEventListener("submit", (event) => {
  if (new URL(event.target.action).pathname === "/logout/") sessionStorage.clear();
});
function forgetOthers({ who }) {
  if (!who || sessionStorage.getItem("shidai-who") === who) return;
  sessionStorage.clear();
  sessionStorage.setItem("shidai-who", who);
}
forgetOthers(document.body.dataset);
forgetAnswered();

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
