"use strict";

// The small calculation that stands in for a riddle on forms which anyone may send: a number for which SHA-256 of
// "<challenge>:<number>" begins with so many zero bits. It begins with the first touch of the form and works in short
// pieces, so that typing never waits. SHA-256 is written out here: the browser's own is missing on plain http, and asking
// it once per number would take ten times as long. See submissions/guard.py.

const PIECE_MS = 10;
const BLOCK = 64;

// The fractions of the square roots of the first 8 primes, and of the cube roots of the first 64 (FIPS 180-4).
function primes(count) {
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    if (found.every((prime) => number % prime)) {
      found.push(number);
    }
  }
  return found;
}
const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
const START = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));
const ROUND = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
const words = new Int32Array(64);

// Works one block of bytes into the state.
function compress(state, bytes, offset) {
  for (let i = 0; i < 16; i += 1) {
    const at = offset + 4 * i;
    words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let i = 16; i < 64; i += 1) {
    const x = words[i - 15];
    const y = words[i - 2];
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16] + low + words[i - 7] + high) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const high = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + high + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
    const low = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

// Gives a function of a number: the first 32 bits of SHA-256 of "<challenge>:<number>".
function hasher(challenge) {
  const text = new TextEncoder().encode(`${challenge}:`);
  const whole = text.length - (text.length % BLOCK);
  const begun = START.slice();
  for (let offset = 0; offset < whole; offset += BLOCK) {
    compress(begun, text, offset);
  }
  const rest = text.subarray(whole);
  const state = new Int32Array(8);
  const tail = new Uint8Array(2 * BLOCK);
  return (number) => {
    const digits = String(number);
    const end = rest.length + digits.length;
    const length = end + 9 > BLOCK ? 2 * BLOCK : BLOCK;
    tail.fill(0, 0, length);
    tail.set(rest);
    for (let i = 0; i < digits.length; i += 1) {
      tail[rest.length + i] = digits.charCodeAt(i);
    }
    tail[end] = 0x80;
    new DataView(tail.buffer).setUint32(length - 4, 8 * (whole + end));
    state.set(begun);
    for (let offset = 0; offset < length; offset += BLOCK) {
      compress(state, tail, offset);
    }
    return state[0] >>> 0;
  };
}

function solve(challenge, bits) {
  const first = hasher(challenge);
  const limit = 2 ** (32 - bits);
  return new Promise((done) => {
    let number = 0;
    function piece() {
      const until = performance.now() + PIECE_MS;
      while (performance.now() < until) {
        for (let tries = 0; tries < 64; tries += 1, number += 1) {
          if (first(number) < limit) {
            done(number);
            return;
          }
        }
      }
      setTimeout(piece, 0);
    }
    piece();
  });
}

function prove(form) {
  const { challenge, proof } = form.elements;
  const status = form.querySelector("[data-proof-status]");
  let work = null;
  let sending = false;

  function begin() {
    work ??= solve(challenge.value, Number(form.dataset.proofBits)).then((number) => {
      proof.value = String(number);
    });
    return work;
  }

  form.addEventListener("focusin", begin, { once: true });
  form.addEventListener("submit", (event) => {
    if (proof.value || sending) {
      // A second press while the first waits for the calculation sends nothing twice.
      if (!proof.value) {
        event.preventDefault();
      }
      return;
    }
    event.preventDefault();
    sending = true;
    const { submitter } = event;
    status.textContent = status.dataset.proofStatus;
    begin().then(() => {
      status.textContent = "";
      sending = false;
      form.requestSubmit(submitter);
    });
  });
}

document.querySelectorAll("form[data-proof-bits]").forEach(prove);
