import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/tools.ts";

const read = (file: string): string => readFileSync(join(root, "src/render/html/page", file), "utf8");

/** The style that all pages have alike as a module, as rendering reads no files and the bundle has none beside it. */
export function baseStyleFile(): string {
  return `// Generated from page/base.css by \`npm run generate\`.

export const BASE_STYLE = ${literal(read("base.css"))};
`;
}

/** Script and stylesheet of the HTML report as a module. */
export function reportPageFile(): string {
  return `// Generated from page/report.css and page/report.js by \`npm run generate\`.

export const STYLE = ${literal(read("report.css"))};

export const SCRIPT = ${literal(read("report.js"))};
`;
}

/** A text as a template literal, in which its lines stay lines. */
export function literal(text: string): string {
  return `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;
}
