import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { releaseNotes, sectionOf } from "../../../scripts/release/notes.ts";
import { root } from "../../../scripts/setup/tools.ts";

const CHANGELOG =
  "# Changes\n\n## 1.2.3 (2026-12-01)\n\nText.\n\n### Breaking\n\n- It is fast.\n\n## 1.2.2 (2026-11-01)\n\n- Old.\n";

it("the notes of a release are its section of the changelog, with its headings, and how to check it", () => {
  const section = sectionOf(CHANGELOG, "1.2.3");
  expect(section).toEqual({ date: "2026-12-01", text: "Text.\n\n### Breaking\n\n- It is fast." });
  const notes = releaseNotes(section, { repository: "acme/image-gate", tag: "v1.2.3", commit: "a".repeat(40) });
  expect(notes).toContain("- It is fast.\n\n## Check it\n");
  expect(notes).toContain(`uses: acme/image-gate@${"a".repeat(40)} # v1.2.3`);
  expect(notes).toContain("sh scripts/verify-dist.sh v1.2.3 https://github.com/acme/image-gate\n");
  expect(notes).not.toContain("Old");
});

it("a section with Windows' line ends is the same", () => {
  expect(sectionOf(CHANGELOG.replaceAll("\n", "\r\n"), "1.2.3").text).toBe("Text.\n\n### Breaking\n\n- It is fast.");
});

it("this repository's changelog has a section for each version that is out, and the next one without a date", () => {
  const text = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  const titles = [...text.matchAll(/^## (.*)$/gm)].map(([, title = ""]) => title);
  for (const title of titles) {
    if (title.startsWith("Unreleased: ")) continue;
    expect(sectionOf(text, title.split(" ")[0] ?? "").date).toMatch(/^\d{4}/);
  }
  expect(titles.length).toBeGreaterThan(0);
});
