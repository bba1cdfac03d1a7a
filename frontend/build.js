// Writes ../static/css/cmise.css and cmise.rtl.css: the govuk-frontend subset, then our tokens, then our own layer.
// Only the first part is mirrored for right-to-left languages: our own layer uses logical properties throughout.
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import rtlcss from "rtlcss";
import { compile, compileString } from "sass";

const LIMIT = 20_000;
const source = (name) => new URL(`src/${name}`, import.meta.url);
const target = (name) => new URL(`../static/css/${name}`, import.meta.url);

const system = compile(source("govuk.scss").pathname, {
  style: "compressed",
  charset: false,
  loadPaths: [new URL("node_modules/govuk-frontend/dist/govuk", import.meta.url).pathname],
  quietDeps: true,
}).css;
const own = ["tokens.css", "interface.css", "pages.css"]
  .map((name) => compileString(readFileSync(source(name), "utf8"), { syntax: "css", style: "compressed", charset: false }).css)
  .join("");

const licence = "/*! C-MISE practice registry. Contains parts of govuk-frontend 6.6.0, MIT: see LICENSE-govuk-frontend.txt */\n";
for (const [name, base] of [["cmise.css", system], ["cmise.rtl.css", rtlcss.process(system)]]) {
  const css = `@charset "UTF-8";${licence}${base}\n${own}\n`;
  const size = gzipSync(css, { level: 9 }).length;
  writeFileSync(target(name), css);
  console.log(`${name}: ${css.length} bytes, ${size} gzip`);
  if (size > LIMIT) {
    throw new Error(`${name} is larger than ${LIMIT} bytes gzip`);
  }
}
