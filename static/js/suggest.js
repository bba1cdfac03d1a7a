"use strict";

// Suggestions below a search box, as an ARIA combobox. Without them, and whenever they fail or are late, the box is a
// plain form. Texts come translated from the page and marked from this site's own API.

const DELAY = 150;
const PATIENCE = 3000;
const FEWEST = 2;
const KINDS = ["concepts", "cities", "practices"];

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

// `label.highlight` is escaped by the server; <mark> is its only element.
function labelled(name, attributes, label) {
  const made = element(name, { ...attributes, lang: label.language, dir: "auto" });
  made.innerHTML = label.highlight;
  return made;
}

function suggestBelow(input) {
  const texts = input.dataset;
  const list = element("div", { id: `${input.id}-suggestions`, class: "c-suggest", role: "listbox" });
  const status = element("p", { class: "govuk-visually-hidden", role: "status" });
  list.setAttribute("aria-label", texts.label);
  list.hidden = true;
  input.closest(".c-search__row").append(list, status);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }

  let options = [];
  let active = -1;
  let waiting = 0;
  let question = new AbortController();

  function activate(place) {
    options[active]?.node.setAttribute("aria-selected", "false");
    active = place;
    if (active < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    const { node } = options[active];
    node.setAttribute("aria-selected", "true");
    node.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", node.id);
  }

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    activate(-1);
  }

  // Also forgets what was asked: an answer that comes later opens nothing.
  function close() {
    clearTimeout(waiting);
    question.abort();
    status.textContent = "";
    show(false);
  }

  function choose({ kind, suggestion }) {
    close();
    if (kind === "concepts") {
      input.value = suggestion.text;
      input.form.requestSubmit();
    } else {
      const { pathname, search } = new URL(suggestion.url);
      window.location.assign(pathname + search);
    }
  }

  function option(kind, suggestion) {
    const node = element("div", { id: `${list.id}-${options.length}`, class: "c-suggest__o", role: "option", "aria-selected": "false" });
    const chosen = { kind, suggestion, node };
    node.append(labelled("span", {}, suggestion));
    if (suggestion.matched) {
      node.append(labelled("span", { class: "c-suggest__also" }, suggestion.matched));
    }
    node.addEventListener("click", () => choose(chosen));
    options.push(chosen);
    return node;
  }

  function group(kind, suggestions) {
    const id = `${list.id}-${kind}`;
    const head = element("div", { id, class: "c-suggest__h", role: "presentation" }, texts[kind]);
    return element("div", { role: "group", "aria-labelledby": id }, head, ...suggestions.map((suggestion) => option(kind, suggestion)));
  }

  function draw(answer) {
    activate(-1);
    options = [];
    list.replaceChildren(...KINDS.filter((kind) => answer[kind].length).map((kind) => group(kind, answer[kind])));
    show(options.length > 0);
    status.textContent = options.length ? texts.found.replace("{}", options.length) : texts.nothing;
  }

  async function ask() {
    question = new AbortController();
    const { signal } = question;
    const late = setTimeout(() => question.abort(), PATIENCE);
    const params = new URLSearchParams({ q: input.value, lang: document.documentElement.lang });
    try {
      const response = await fetch(`${texts.suggest}?${params}`, { signal, credentials: "omit" });
      const answer = response.ok ? await response.json() : null;
      if (answer && !signal.aborted) {
        draw(answer);
      }
    } catch {
      // Nothing is suggested; the form works as ever.
    } finally {
      clearTimeout(late);
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    question.abort();
    activate(-1);
    if (input.value.trim().length < FEWEST) {
      close();
    } else {
      waiting = setTimeout(ask, DELAY);
    }
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) {
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      event.preventDefault();
      if (list.hidden) {
        show(true);
      }
      // Between the last and the first stands the box itself.
      const places = options.length + 1;
      activate(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(options[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      // The box keeps what was typed; the next Escape is the browser's.
      event.preventDefault();
      close();
    } else if (event.key === "Enter") {
      close();
    }
  });

  // A press on the list must not take the focus from the box.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("blur", close);
}

document.querySelectorAll("input[data-suggest]").forEach(suggestBelow);
