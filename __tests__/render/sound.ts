import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { expect } from "vitest";

/** The HTML by another Markdown parser. Raw HTML is let through, so that a test sees what reaches GitHub. */
export function githubHtml(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

/** Checks a document for everything that could do harm: comment, summary and the whole report. */
export function expectSound(markdown: string): void {
  const rendered = githubHtml(markdown);
  const links = [...rendered.matchAll(/<a href="([^"]*)"/g)].map((found) => found[1]);
  expect(rendered.match(/<a/g) ?? []).toHaveLength(links.length);
  for (const url of links)
    expect(url).toMatch(
      /^https:\/\/(nvd\.nist\.gov|github\.com\/(advisories|acme\/app\/(?:actions\/runs|issues))|avd\.aquasec\.com)\//,
    );
  const seen = rendered.replace(/<code[^>]*>[\s\S]*?<\/code>/g, " ").replace(/<a [^>]*>[^<]*<\/a>/g, " ");
  expect(seen.replace(/<!-- image-gate v1 [0-9a-f]{32} -->/, "")).not.toMatch(
    /<(?!\/?(?:p|h[2-4]|ul|ol|li|table|thead|tbody|tr|th|td|strong|em|blockquote|details|details open|summary|sub|pre)>|t[hd] align="(?:right|left)">|ol start="\d+">|br>)/,
  );
  expect(seen).not.toMatch(/@[\p{L}\p{N}]|#\d|:[a-z_]+:|www\.|:\/\//iu);
  expect(rendered.match(/<details(?: open)?>/g)?.length).toBe(rendered.match(/<\/details>/g)?.length);
  for (const line of markdown.split("\n").filter((one) => one.startsWith("| "))) {
    expect([3, 4, 5, 6, 8]).toContain(line.split(/(?<!\\)\|/).length - 2);
  }
}
