"use strict";

// Practices that look similar, below the title while it is typed. Where this fails or is late, the button that leads to
// the same list still works. Texts come translated from the page.

const PAUSE = 600;
const PATIENCE = 5000;
const FEWEST = 5;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

function lookFrom(box) {
  const texts = box.dataset;
  const { title, lead_city: city } = box.closest("form").elements;
  const list = box.querySelector("[data-found]");
  const status = box.querySelector("[role=status]");
  let waiting = 0;
  let question = new AbortController();
  let asked = "";

  function item(practice) {
    const link = element("a", { href: practice.url, target: "_blank", rel: "noopener", lang: practice.language, dir: "auto" }, practice.title);
    const made = element("li", {}, link, element("span", { class: "c-soft" }, ` ${practice.place} ${texts.newTab}`));
    if (practice.may_change) {
      made.append(element("p", {}, element("a", { href: `${practice.url}#change`, target: "_blank", rel: "noopener" }, texts.change)));
    }
    return made;
  }

  function draw(results) {
    list.replaceChildren(...results.map(item));
    box.classList.toggle("c-similar-box--found", results.length > 0);
    status.textContent = results.length ? texts.heading.replace("{}", results.length) : "";
  }

  async function ask() {
    const params = new URLSearchParams({ title: title.value, city: city?.value ?? "" });
    if (String(params) === asked) {
      return;
    }
    asked = String(params);
    question.abort();
    question = new AbortController();
    const { signal } = question;
    const late = setTimeout(() => question.abort(), PATIENCE);
    try {
      const response = await fetch(`${texts.similar}?${params}`, { signal, headers: { Accept: "application/json" } });
      const answer = response.ok ? await response.json() : null;
      if (answer && !signal.aborted) {
        draw(answer.results);
      }
    } catch {
      // Nothing is shown; the button leads to the same list.
    } finally {
      clearTimeout(late);
    }
  }

  function wait() {
    clearTimeout(waiting);
    if (title.value.trim().length < FEWEST) {
      question.abort();
      asked = "";
      draw([]);
    } else {
      waiting = setTimeout(ask, PAUSE);
    }
  }

  title.addEventListener("input", wait);
  city?.addEventListener("change", wait);
  // What was typed before this file had arrived, or stands there from before.
  wait();
}

document.querySelectorAll("[data-similar]").forEach(lookFrom);
