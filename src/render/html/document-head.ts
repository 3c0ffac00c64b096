import { createHash } from "node:crypto";
import base from "./base.generated.json" with { type: "json" };

/** Page-specific head content. */
export interface OwnHead {
  /** HTML. */
  readonly title: string;
  /** Follows the style that all pages share. */
  readonly style: string;
  /** Starts before the page's content exists. */
  readonly script: string;
}

/**
 * Everything before the content of a page. The page loads nothing and sends nothing: its content security policy is
 * `'none'`, except for the style and the script in its head, by their hashes.
 */
export function documentHead({ title, style: own, script }: OwnHead): string {
  const style = `${base.style}${own}`;
  return `<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(style, script)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
<script>${script}</script>
</head>
<body>
`;
}

function contentPolicy(style: string, script: string): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
}
