/**
 * `npm run preview` draws the README's pictures again: what the bundle of now writes about a real scan, as Chromium
 * shows it. `npm run preview -- SAMPLE…` (or `all`) renders samples of the tests into `out/preview` to look at:
 * comment, summary, HTML report, log and annotations.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { renderComment, renderSummary } from "../__tests__/render/fitted.ts";
import { SAMPLES } from "../__tests__/render/samples.ts";
import { annotationsOf } from "../src/render/annotations.ts";
import { renderHtml } from "../src/render/html/html.ts";
import { renderLog } from "../src/render/log/log.ts";
import { gitHubPage } from "./preview/github-page.ts";
import { drawPictures } from "./preview/pictures.ts";
import { root } from "./setup/tools.ts";

const OUT = join(root, "out/preview");
const FACTS = {
  tool: { name: "Image Gate", version: "0.1.0", url: "https://github.com/acme/image-gate" },
  endedAt: new Date("2026-11-24T15:00:01Z"),
};

function renderSample(name: string, make: (typeof SAMPLES)[string]): void {
  const view = make();
  const write = (ending: string, text: string) => writeFileSync(join(OUT, `${name}.${ending}`), text);
  for (const [kind, text] of [["comment", renderComment(view)] as const, ["summary", renderSummary(view)] as const]) {
    write(`${kind}.md`, text);
    write(`${kind}.html`, gitHubPage(text));
  }
  write("report.html", [...renderHtml(view, FACTS)].join(""));
  write("log.txt", `${renderLog(view)}\n`);
  write("annotations.json", `${JSON.stringify(annotationsOf(view), null, 2)}\n`);
  console.log(`${name}: ${relative(root, join(OUT, `${name}.comment.html`))}`);
}

const wanted = process.argv.slice(2);
if (wanted.length === 0) {
  for (const file of await drawPictures()) console.log(`Drawn: ${relative(root, file)}`);
} else {
  const unknown = wanted.filter((name) => name !== "all" && !Object.hasOwn(SAMPLES, name));
  if (unknown.length > 0) {
    console.error(`There is no sample ${unknown.join(", ")}. Samples: ${Object.keys(SAMPLES).join(", ")}.`);
    process.exit(1);
  }
  mkdirSync(OUT, { recursive: true });
  for (const [name, make] of Object.entries(SAMPLES))
    if (wanted.includes("all") || wanted.includes(name)) renderSample(name, make);
}
