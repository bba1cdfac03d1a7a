"use strict";

// Counts the characters of a long text while somebody types, as the server counts them: code points, a line break as
// one, without the white space around. Without this file the count stands as it was when the page was made.

const PAUSE = 1000;
// What Python takes for white space; `trim()` differs in six characters.
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");

// The value of a text area has its line breaks as one character each, whatever is sent.
const lengthOf = (text) => [...text.replaceAll("\0", "").replace(AROUND, "")].length;

function countBelow(shown) {
  const input = document.getElementById(shown.dataset.countOf);
  const { limit, count } = shown.dataset;
  // The figure changes at once for the eye; it is read out when the typing pauses.
  const spoken = document.createElement("p");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  shown.after(spoken);
  let waiting = 0;

  function show() {
    const typed = lengthOf(input.value);
    shown.textContent = count.replace("{}", typed);
    shown.classList.toggle("c-count--over", typed > Number(limit));
  }

  input.addEventListener("input", () => {
    show();
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      spoken.textContent = shown.textContent;
    }, PAUSE);
  });
  // A browser that goes back fills the text in again without a word.
  window.addEventListener("pageshow", show);
  show();
}

document.querySelectorAll("[data-count-of]").forEach(countBelow);
