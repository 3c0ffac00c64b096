/**
 * Renders every sample to `out/preview`, as Markdown, as a page that looks much like GitHub's, and, where Chromium is
 * installed, as a picture; and as the HTML report: `node scripts/preview.ts [sample…]`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { SAMPLES } from "../__tests__/render/samples.ts";
import { annotationsOf } from "../src/render/annotations.ts";
import { renderComment } from "../src/render/documents/comment.ts";
import { renderSummary } from "../src/render/documents/summary.ts";
import { renderHtml } from "../src/render/html/html.ts";
import { renderLog } from "../src/render/log/log.ts";
import { ensureChromium } from "./setup/system.ts";

const chromium = await ensureChromium();
const OUT = resolve(import.meta.dirname, "..", "out", "preview");
const CSS = `
body { font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; color: #1f2328; width: 860px; margin: 24px; }
h2 { font-size: 1.5em; border-bottom: 1px solid #d1d9e0b3; padding-bottom: .3em; margin: 0 0 16px; }
h3 { font-size: 1.25em; margin: 24px 0 16px; } h4 { margin: 24px 0 16px; }
table { border-collapse: collapse; margin: 0 0 16px; display: block; overflow: auto; width: max-content; max-width: 100%; }
th, td { border: 1px solid #d1d9e0; padding: 6px 13px; } tr:nth-child(2n) td { background: #f6f8fa; }
code { font: 85% "DejaVu Sans Mono", monospace; background: #818b981f; padding: .2em .4em; border-radius: 6px; }
pre { background: #f6f8fa; padding: 16px; border-radius: 6px; overflow: auto; } pre code { background: none; padding: 0; }
a { color: #0969da; text-decoration: none; } p, ul, ol, details { margin: 0 0 16px; } sub { font-size: 75%; }
blockquote { margin: 0 0 16px; padding: 8px 16px; border-left: 4px solid #d1d9e0; } blockquote p { margin: 0; }
.CAUTION { border-color: #d1242f; } .WARNING { border-color: #9a6700; } .NOTE { border-color: #0969da; }
`;

/** A page that looks much like GitHub's. */
function page(markdown: string): string {
  const body = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const alerts = body.replace(/<blockquote>\n<p>\[!([A-Z]+)\]/g, '<blockquote class="$1">\n<p><b>$1</b><br>');
  return `<!doctype html><meta charset="utf-8"><title>Preview</title><style>${CSS}</style>${alerts}`;
}

function picture(html: string, png: string): void {
  if (chromium === undefined) return;
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
  ];
  try {
    execFileSync(
      chromium,
      [...flags, "--hide-scrollbars", "--window-size=920,1800", `--screenshot=${png}`, `file://${html}`],
      {
        stdio: "ignore",
      },
    );
  } catch {
    console.log(`No picture of ${html}: chromium did not run.`);
  }
}

const FACTS = {
  tool: { name: "Image Gate", version: "0.1.0", url: "https://github.com/acme/image-gate" },
  endedAt: new Date("2026-11-24T15:00:01Z"),
};

mkdirSync(OUT, { recursive: true });
const wanted = process.argv.slice(2);
for (const [name, make] of Object.entries(SAMPLES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const view = make();
  for (const [kind, text] of [["comment", renderComment(view)] as const, ["summary", renderSummary(view)] as const]) {
    const file = join(OUT, `${name}.${kind}`);
    writeFileSync(`${file}.md`, text);
    writeFileSync(`${file}.html`, page(text));
    if (kind === "comment") picture(`${file}.html`, `${file}.png`);
  }
  writeFileSync(join(OUT, `${name}.report.html`), [...renderHtml(view, FACTS)].join(""));
  writeFileSync(join(OUT, `${name}.log.txt`), `${renderLog(view)}\n`);
  writeFileSync(join(OUT, `${name}.annotations.json`), `${JSON.stringify(annotationsOf(view), null, 2)}\n`);
  console.log(`${name}: ${join(OUT, `${name}.comment.html`)}`);
}
