import { readFileSync } from "node:fs";
import { join } from "node:path";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { ownFonts } from "../../__tests__/support/programs/fonts.ts";

const STYLE = readFileSync(join(import.meta.dirname, "github.css"), "utf8");

/** A page that shows a comment's Markdown much as GitHub does. */
export function gitHubPage(markdown: string): string {
  const body = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const withAlerts = body.replace(
    /<blockquote>\n<p>\[!([A-Z])([A-Z]+)\]/g,
    (_, first: string, rest: string) =>
      `<blockquote class="${first}${rest}">\n<p><b>${first}${rest.toLowerCase()}</b><br>`,
  );
  return `<!doctype html>
<meta charset="utf-8">
<title>A comment</title>
<style>${ownFonts()}
${STYLE}</style>
<div class="comment">
<header><b>github-actions</b> <i>bot</i> commented</header>
<article>${withAlerts}</article>
</div>
`;
}
