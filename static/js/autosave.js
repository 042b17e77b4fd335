// Saves each field by itself. What cannot be sent stays in IndexedDB, survives reload, expiry and a dropped line,
// and is sent when it can be. Two people in one field: both texts are shown, nothing is lost.
const form = document.querySelector("form[data-autosave]");
const text = form.dataset;
const person = document.documentElement.dataset.person;
const csrf = document.querySelector("meta[name=csrf-token]");
const drafts = await openDrafts();

// Where the browser gives no IndexedDB (private window, full disk), saving still works; only the safety net is gone.
async function openDrafts() {
  try {
    const { openDB } = await import(text.idb);
    return await openDB("ruraldx-drafts", 1, {
      upgrade(database) { database.createObjectStore("drafts"); },
      // Signing out in another tab deletes the database: do not stand in its way.
      blocking(_now, _wanted, event) { event.target.close(); },
    });
  } catch {
    return { get: async () => undefined, put: async () => {}, delete: async () => {}, getAllKeys: async () => [] };
  }
}

const prefix = `${person}|${text.autosave}|`;
const groupOf = (name) => form.querySelector(`[data-field="${CSS.escape(name)}"]`);
const versionOf = (name) => form.elements.namedItem(`v-${name}`);
const valueOf = (name) => form.elements.namedItem(name).value ?? "";
const keep = (name) => drafts.put("drafts", { value: valueOf(name), version: Number(versionOf(name).value) }, prefix + name).catch(() => {});
const forget = (name) => drafts.delete("drafts", prefix + name).catch(() => {});

function put(name, value) {
  const item = form.elements.namedItem(name);
  if (item instanceof RadioNodeList) { for (const radio of item) radio.checked = radio.value === value; }
  else item.value = value;
}

// One polite voice for the whole form: a live region in every field would talk over itself.
const voice = document.createElement("p");
voice.className = "visually-hidden";
voice.setAttribute("role", "status");
form.append(voice);

function say(name, sentence, { wrong = false, aloud = true } = {}) {
  const group = groupOf(name);
  const state = group.querySelector("[data-state]");
  state.textContent = sentence;
  state.classList.toggle("error-text", wrong);
  group.classList.toggle("form-group-error", wrong);
  for (const input of group.querySelectorAll("input:not([type=hidden]), textarea")) {
    if (wrong) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  }
  if (aloud && sentence) voice.textContent = `${group.querySelector("label, legend").firstChild.textContent}: ${sentence}`;
}

const typing = new Map();   // field → timer of a pause in typing
const outbox = new Set();   // fields that could not be sent
let sending = Promise.resolve();
let patience = 2000;
let retry;

function save(name) {
  clearTimeout(typing.get(name));
  // One after the other: the version a field returns is the one the next save of it must name.
  sending = sending.then(() => send(name)).catch(() => postpone(name));
  return sending;
}

function postpone(name) {
  outbox.add(name);
  say(name, text.local);
  clearTimeout(retry);
  retry = setTimeout(flush, patience);
  patience = Math.min(patience * 2, 60000);
}

async function flush() {
  for (const name of [...outbox]) { outbox.delete(name); await save(name); }
}

function post(body) {
  return fetch(text.autosave, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf.content },
    body: JSON.stringify(body),
  });
}

async function send(name) {
  const value = valueOf(name);
  const body = { field: name, value, version: Number(versionOf(name).value) };
  await keep(name);
  say(name, text.saving, { aloud: false });
  let response = await post(body);
  // The session may have ended and begun again in another tab: the token of this page is then an old one.
  if ([400, 401, 403].includes(response.status) && await renew()) response = await post(body);
  await understand(name, value, response);
}

// Ask for this page again and take over its token, if it is still the same person's page.
async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("meta[name=csrf-token]")?.content;
  if (!person || page.documentElement.dataset.person !== person || !token || token === csrf.content) return false;
  csrf.content = token;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  return true;
}

async function understand(name, value, response) {
  const body = await response.json().catch(() => ({}));
  if (response.ok) {
    patience = 2000;
    document.querySelector("[data-why-old]")?.removeAttribute("hidden");
    versionOf(name).value = body.version;
    if (valueOf(name) === value) await forget(name); else await keep(name);
    if (body.state === "needs_fix") say(name, `${text.fix} ${body.message}`, { wrong: true });
    else say(name, `${text.saved} ${body.saved_at}${body.reading === body.value ? "" : `, ${text.reading} ${body.reading}`}`);
  } else if (response.status === 409 && "theirs" in body) {
    showConflict(name, body);
  } else if ([400, 401, 403].includes(response.status)) {
    outbox.add(name);
    say(name, text.signedOut, { wrong: true });
  } else if (response.status === 429 || response.status >= 500) {
    postpone(name);
  } else {
    say(name, body.detail ?? text.locked, { wrong: true });
  }
}

// What a person sees for a stored value: the words of a choice, the text itself, or "empty".
function shown(name, value) {
  const item = form.elements.namedItem(name);
  const radio = item instanceof RadioNodeList ? [...item].find((each) => each.value === value) : undefined;
  return radio?.labels[0]?.textContent || value || text.empty;
}

function showConflict(name, body) {
  const group = groupOf(name);
  group.querySelector(".collision")?.remove();
  const panel = document.createElement("div");
  panel.className = "collision";
  panel.setAttribute("role", "group");
  panel.tabIndex = -1;
  const head = document.createElement("p");
  head.textContent = `${body.theirs_by} ${text.conflict} ${body.theirs_at}.`;
  panel.setAttribute("aria-label", head.textContent);
  const line = (label, value) => {
    const paragraph = document.createElement("p");
    const quote = document.createElement("q");
    quote.textContent = shown(name, value);
    paragraph.append(label, " ", quote);
    return paragraph;
  };
  const choose = (label, value) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-secondary";
    button.textContent = label;
    button.addEventListener("click", async () => {
      versionOf(name).value = body.version;
      put(name, value);
      panel.remove();
      group.querySelector("input:not([type=hidden]), textarea").focus();
      await save(name);
    });
    return button;
  };
  const row = document.createElement("p");
  row.className = "button-row";
  row.append(choose(text.keep, body.yours), choose(text.take, body.theirs));
  panel.append(head, line(text.theirs, body.theirs), line(text.yours, body.yours), row);
  group.append(panel);
  say(name, head.textContent, { wrong: true });
}

form.addEventListener("change", (event) => {
  const group = event.target.closest("[data-field]");
  if (group) save(group.dataset.field);
});
form.addEventListener("input", (event) => {
  const group = event.target.closest("[data-field]");
  if (!group || event.target.type === "radio") return;
  const name = group.dataset.field;
  clearTimeout(typing.get(name));
  // The text is on this machine at once; it is sent when typing pauses.
  keep(name);
  typing.set(name, setTimeout(() => save(name), 1500));
});
form.addEventListener("submit", () => { for (const timer of typing.values()) clearTimeout(timer); });
addEventListener("online", flush);
document.addEventListener("visibilitychange", () => { if (!document.hidden && outbox.size) flush(); });

async function restore() {
  const restored = new Set();
  for (const key of await drafts.getAllKeys("drafts")) {
    const name = key.startsWith(prefix) ? key.slice(prefix.length) : "";
    if (!name || !form.elements.namedItem(name)) continue;
    const draft = await drafts.get("drafts", key);
    if (draft.value === valueOf(name)) { await forget(name); continue; }
    put(name, draft.value);
    // The draft names the version it was typed on: if somebody changed the field since, both texts are shown.
    versionOf(name).value = draft.version;
    restored.add(name);
    await save(name);
  }
  return restored;
}

// On a slow line people type before this script is there: what differs from the page as it came is theirs, too.
// (The form says autocomplete=off, so the browser itself puts nothing back.)
async function catchUp(known) {
  for (const group of form.querySelectorAll("[data-field]")) {
    if (known.has(group.dataset.field)) continue;
    const inputs = [...group.querySelectorAll("input:not([type=hidden]), textarea")];
    const typed = inputs.some((input) => input.type === "radio" ? input.checked !== input.defaultChecked : input.value !== input.defaultValue);
    if (typed) await save(group.dataset.field);
  }
}
await catchUp(await restore());
document.documentElement.dataset.autosave = "ready";
