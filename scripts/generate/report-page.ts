import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/tools.ts";

const read = (file: string): string => readFileSync(join(root, "src/render/html/page", file), "utf8");

/** The style that all pages have alike, as JSON: rendering reads no files, and the bundle has none alongside it. */
export function baseStyleFile(): string {
  return jsonFile({ style: read("base.css") });
}

/** Script and stylesheet of the HTML report as JSON. */
export function reportPageFile(): string {
  return jsonFile({ style: read("report.css"), script: read("report.js") });
}

/** A file that TypeScript, tests and the bundle import alike. */
export function jsonFile(texts: object): string {
  return `${JSON.stringify(texts, null, 2)}\n`;
}
