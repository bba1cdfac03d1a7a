"use strict";

// A form that saves itself while somebody types. What the server has not acknowledged is kept in this browser, under
// the person, the draft and the page that typed it, and sent again until it is; the server merges field by field, so
// a text that is sent twice or late overwrites nothing. Without this file every button saves as ever.

const PAUSE = 1500;
const LONGEST_WAIT = 5000;
const PATIENCE = 20000;
const FIRST_RETRY = 2000;
const LAST_RETRY = 30000;
const ONE_PRESS = 10000;
const KEPT_DAYS = 30;
const LARGEST_FAREWELL = 60000;
const NOT_SENT = new Set(["csrfmiddlewaretoken", "base"]);

const person = document.body.dataset.person ?? "";
const form = document.querySelector("form[data-autosave]");

// --- What this browser keeps ---

function storage(action) {
  try {
    return action(window.localStorage);
  } catch {
    return null; // Full, or switched off: the page says so when a text depends on it.
  }
}

const keysOf = (store) => Object.keys(store).filter((key) => key.startsWith("draft:"));

function forgetOthers() {
  const oldest = Date.now() - KEPT_DAYS * 86400000;
  storage((store) => {
    for (const key of keysOf(store)) {
      if (!key.startsWith(`draft:${person}:`) || JSON.parse(store.getItem(key)).at < oldest) {
        store.removeItem(key);
      }
    }
  });
}

// --- One press, one sending ---

const pressed = new Map();
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") {
    return;
  }
  if (performance.now() - (pressed.get(event.target) ?? -ONE_PRESS) < ONE_PRESS) {
    event.preventDefault();
  } else {
    pressed.set(event.target, performance.now());
  }
});
window.addEventListener("pageshow", () => pressed.clear());

// --- The form ---

function saveWhileTyping() {
  const { autosave: address, draft, state, resumed } = form.dataset;
  const prefix = `draft:${person}:${draft}:`;
  const key = prefix + Math.random().toString(36).slice(2);
  const base = form.elements.base;
  const token = form.elements.csrfmiddlewaretoken;
  const status = form.querySelector("[data-saving]");
  const texts = status.dataset;
  let clean = state ? null : typed();
  let outstanding = null; // Sent, and not known to have arrived: it is sent again as it is, before anything newer.
  let disputed = state === "conflict";
  let closed = false;
  let signedOut = false;
  let running = null;
  let waiting = 0;
  let since = 0;
  let retry = FIRST_RETRY;
  let focused = "";

  function typed() {
    const pairs = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_SENT.has(name));
    return new URLSearchParams(pairs).toString();
  }

  const withBase = (text, from) => `${text}&${new URLSearchParams({ base: from })}`;
  const isDirty = () => typed() !== clean;

  // True if it is safe in this browser.
  function keep() {
    const newer = isDirty() || disputed ? withBase(typed(), base.value) : null;
    return storage((store) => {
      if (outstanding === null && newer === null) {
        store.removeItem(key);
      } else {
        store.setItem(key, JSON.stringify({ at: Date.now(), sent: outstanding, typed: newer }));
      }
      return true;
    });
  }

  function say(text, link) {
    if (status.dataset.shown === text + (link?.href ?? "")) {
      return; // A screen reader hears what is new.
    }
    status.dataset.shown = text + (link?.href ?? "");
    status.replaceChildren(text);
    if (link) {
      const made = document.createElement("a");
      Object.assign(made, { href: link.href, textContent: link.text });
      status.append(" ", made);
    }
  }

  function placeNow() {
    return { draft, id: focused, at: document.getElementById(focused)?.selectionStart ?? null };
  }

  function rememberPlace(place) {
    try {
      sessionStorage.setItem("draft-place", JSON.stringify(place));
    } catch {
      // Then the person finds the place again.
    }
  }

  function returnToPlace() {
    try {
      const place = JSON.parse(sessionStorage.getItem("draft-place"));
      sessionStorage.removeItem("draft-place");
      if (place?.draft !== draft) {
        return null;
      }
      const control = document.getElementById(place.id);
      control?.focus();
      if (control && place.at !== null) {
        control.setSelectionRange(place.at, place.at);
      }
      return place;
    } catch {
      return null; // A control without a caret, or nothing remembered.
    }
  }

  // --- Talking to the server. An answer is {ok, result, ...}; result names the text that the status shows. ---

  async function request(method, payload) {
    const options = { method, credentials: "same-origin", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PATIENCE) };
    if (method === "POST") {
      const body = new URLSearchParams(payload);
      body.set("csrfmiddlewaretoken", token.value);
      body.set("at", focused);
      options.body = body;
      options.keepalive = body.toString().length < LARGEST_FAREWELL;
    }
    const response = await fetch(address, options);
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    if (answer.token) {
      token.value = answer.token;
    }
    return { ...answer, code: response.status };
  }

  async function post(payload) {
    try {
      let answer = await request("POST", payload);
      if (answer.code === 403) {
        // Signed in again elsewhere, or the cookie is gone: a fresh token, and once more.
        answer = await request("GET");
        answer = answer.code === 200 ? await request("POST", payload) : answer;
      }
      const result = { 200: "saved", 401: "signedOut", 404: "closed", 409: "closed" }[answer.code] ?? "failed";
      return { ...answer, result, ok: result === "saved" && typeof answer.base === "string" };
    } catch {
      return { ok: false, result: "offline" };
    }
  }

  function showConflicts(conflicts) {
    for (const { name, place, html } of conflicts) {
      const made = document.createElement("template");
      made.innerHTML = html; // Escaped by the server, as in a page.
      const box = made.content.firstElementChild;
      const shown = document.getElementById(box.id);
      if (shown?.dataset.fingerprint === box.dataset.fingerprint) {
        continue; // The choice in it stays.
      }
      shown?.remove();
      (form.querySelector(`[data-place="${CSS.escape(place)}"]`) ?? form).prepend(box);
    }
  }

  function acknowledge(payload, answer) {
    const sent = new URLSearchParams(payload);
    sent.delete("base");
    clean = sent.toString();
    outstanding = null;
    signedOut = false;
    base.value = answer.base;
    disputed = answer.conflicts.length > 0;
    retry = FIRST_RETRY;
    showConflicts(answer.conflicts);
    keep();
    form.querySelector("[data-unsaved]")?.remove();
    const time = texts.saved.replace("{}", answer.saved);
    const outdated = answer.outdated.length ? ` ${texts.outdated.replace("{}", answer.outdated.join(", "))}` : "";
    if (disputed) {
      say(texts.conflict, { href: `#conflict-${answer.conflicts[0].name}`, text: texts.choose });
    } else {
      say(time + outdated);
    }
  }

  function failed(answer) {
    const safe = keep();
    clearTimeout(waiting);
    if (answer.result === "closed") {
      closed = true;
      say(texts.closed);
    } else if (answer.result === "signedOut") {
      signedOut = true;
      say(safe ? texts.signedOut : texts.fragile, { href: answer.login, text: texts.signIn });
    } else {
      say(safe ? texts[answer.result] : texts.fragile);
      waiting = setTimeout(save, retry);
      retry = Math.min(retry * 2, LAST_RETRY);
    }
  }

  async function sendAll() {
    let fresh = false;
    // What is outstanding, then what was typed meanwhile; what is typed while that is on its way waits its turn.
    while (!fresh && !closed && (outstanding !== null || isDirty())) {
      fresh = outstanding === null;
      const payload = outstanding ?? withBase(typed(), base.value);
      outstanding = payload;
      keep();
      const slow = setTimeout(() => say(texts.saving), 700);
      const answer = await post(payload);
      clearTimeout(slow);
      if (!answer.ok) {
        failed(answer);
        return answer.result;
      }
      acknowledge(payload, answer);
    }
    return closed ? "closed" : disputed ? "disputed" : "saved";
  }

  function save() {
    clearTimeout(waiting);
    waiting = since = 0;
    running ??= sendAll().then((result) => {
      running = null;
      if (result === "saved" || result === "disputed") {
        changed();
      }
      return result;
    });
    return running;
  }

  // Everything that stands in the form now, however much of it is on its way already.
  async function flush() {
    await running;
    return save();
  }

  function changed() {
    if (closed || !isDirty()) {
      return;
    }
    keep();
    since ||= performance.now();
    clearTimeout(waiting);
    waiting = setTimeout(save, Math.max(0, Math.min(PAUSE, LONGEST_WAIT - (performance.now() - since))));
  }

  // --- What was typed into a page that is gone ---

  function showBothTexts(payload, entry) {
    const carrier = document.createElement("form");
    Object.assign(carrier, { method: "post", action: form.action, hidden: true });
    for (const [name, value] of [...new URLSearchParams(payload), ["csrfmiddlewaretoken", token.value], ["resume", entry]]) {
      const input = document.createElement("textarea");
      Object.assign(input, { name, value });
      carrier.append(input);
    }
    document.body.append(carrier);
    carrier.submit();
  }

  async function resume(entry) {
    const kept = storage((store) => JSON.parse(store.getItem(entry)));
    let from = null;
    let conflicts = 0;
    let last = null;
    for (const payload of [kept?.sent, kept?.typed].filter(Boolean)) {
      const body = new URLSearchParams(payload);
      body.set("base", from ?? body.get("base"));
      const answer = await post(body.toString());
      if (!answer.ok) {
        say(texts[answer.result], answer.login && { href: answer.login, text: texts.signIn });
        return false;
      }
      from = answer.base;
      body.set("base", from);
      conflicts = answer.conflicts.length;
      last = body.toString();
    }
    if (conflicts) {
      showBothTexts(last, entry);
      return false;
    }
    storage((store) => store.removeItem(entry));
    return last !== null;
  }

  async function resumeAll(place) {
    let changedHere = false;
    for (const entry of storage((store) => keysOf(store).filter((each) => each.startsWith(prefix) && each !== key)) ?? []) {
      if (!navigator.locks) {
        changedHere = (await resume(entry)) || changedHere;
        continue;
      }
      try {
        // A page that is still open holds its lock, and sends what is its own.
        const options = { signal: AbortSignal.timeout(1000) };
        changedHere = (await navigator.locks.request(entry, options, () => resume(entry))) || changedHere;
      } catch {
        continue;
      }
    }
    if (changedHere) {
      rememberPlace(place ?? placeNow());
      window.location.replace(form.action);
    }
  }

  // --- Events ---

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("focusin", (event) => {
    focused = event.target.id || focused;
  });

  // A button saves first what is not saved, so that no answer to an earlier saving arrives after its page; without a
  // connection the page and everything in it stay.
  let passing = false;
  let busy = false;
  form.addEventListener("submit", async (event) => {
    if (passing || closed || (running === null && outstanding === null && !disputed && !isDirty())) {
      passing = false;
      return;
    }
    event.preventDefault();
    if (busy) {
      return;
    }
    busy = true;
    const { submitter } = event;
    const result = await flush();
    // A form is not submitted while it is being submitted.
    await new Promise((after) => setTimeout(after));
    busy = false;
    if (result === "offline" || result === "failed") {
      status.scrollIntoView({ block: "nearest" });
    } else if (result === "disputed") {
      form.querySelector(".c-conflict")?.focus();
    } else {
      passing = true;
      form.requestSubmit(submitter);
    }
  });

  window.addEventListener("online", save);
  window.addEventListener("focus", () => {
    if (outstanding !== null && !closed) {
      save();
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && isDirty() && !closed) {
      save();
    }
  });
  window.addEventListener("pagehide", () => {
    if (signedOut) {
      rememberPlace(placeNow());
    }
    if (closed || !isDirty()) {
      return;
    }
    if (outstanding === null) {
      save();
    }
    keep();
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) {
      return;
    }
    if (outstanding === null && !isDirty()) {
      window.location.replace(form.action); // It may have changed since, or be sent.
    } else {
      save();
    }
  });

  navigator.locks?.request(key, () => new Promise(() => {}));
  if (state) {
    keep();
  }
  if (resumed) {
    storage((store) => store.removeItem(resumed));
  }
  const place = returnToPlace();
  if (state === "unsaved") {
    save().then((result) => (result === "saved" ? resumeAll(place) : null));
  } else if (!state) {
    resumeAll(place);
  }
}

if (person) {
  forgetOthers();
  if (form) {
    saveWhileTyping();
  }
}
