import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/setup/tools.ts";

/** A stylesheet with the fonts of the development packages, so that a page looks alike on every machine. */
export function ownFonts(): string {
  const sans = [400, 600, 700].map((weight) => face("Own Sans", weight, `noto-sans/files/noto-sans-latin-${weight}`));
  const mono = face("Own Mono", 400, "noto-sans-mono/files/noto-sans-mono-latin-400");
  return [...sans, mono].join("\n");
}

function face(family: string, weight: number, file: string): string {
  const data = readFileSync(join(root, "node_modules/@fontsource", `${file}-normal.woff2`)).toString("base64");
  return `@font-face { font-family: "${family}"; font-weight: ${weight}; src: url(data:font/woff2;base64,${data}); }`;
}
