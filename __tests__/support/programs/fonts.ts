import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/setup/tools.ts";

/** A stylesheet with the fonts of the development packages, so that a page looks alike on every machine. */
export function ownFonts(): string {
  const sans = [400, 600, 700].map((weight) =>
    face("Own Sans", `@fontsource/noto-sans/files/noto-sans-latin-${weight}-normal.woff2`, weight),
  );
  const mono = face("Own Mono", "@fontsource/noto-sans-mono/files/noto-sans-mono-latin-400-normal.woff2");
  return [...sans, mono, face("Own Emoji", "twemoji-colr-font/twemoji.woff2")].join("\n");
}

function face(family: string, file: string, weight = 400): string {
  const data = readFileSync(join(root, "node_modules", file)).toString("base64");
  return `@font-face { font-family: "${family}"; font-weight: ${weight}; src: url(data:font/woff2;base64,${data}); }`;
}
