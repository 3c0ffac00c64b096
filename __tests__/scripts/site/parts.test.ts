import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { pageWithExamples } from "../../../scripts/generate/page-examples.ts";
import { pageWithIndex } from "../../../scripts/generate/page-index.ts";
import { anchor, siteLink } from "../../../scripts/site/links.ts";
import { navigation } from "../../../scripts/site/navigation.ts";
import { readPages } from "../../../scripts/site/pages.ts";
import { sectionsOf } from "../../../scripts/site/search-index.ts";
import { workflowsOf } from "../../../scripts/site/workflows.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("site-parts");
afterAll(() => folder.remove());

describe("a link of a page, on the site", () => {
  it.each([
    ["policy.md#every-key", "index.md", "policy.md#every-key"],
    ["../evidence/README.md", "decisions/0004-locks.md", "../evidence/index.md"],
    ["#here", "policy.md", "#here"],
    ["https://trivy.dev", "policy.md", "https://trivy.dev"],
    ["./pictures/a.png", "rescan.md", "./pictures/a.png"],
    ["../CHANGELOG.md#breaking", "policy.md", "https://github.com/OWNER/image-gate/blob/main/CHANGELOG.md#breaking"],
    ["examples/matrix.yml", "matrix.md", "https://github.com/OWNER/image-gate/blob/main/docs/examples/matrix.yml"],
    ["../../issues/new", "policy.md", "https://github.com/OWNER/image-gate/issues/new"],
  ])("%s of %s leads to %s", (href, page, expected) => expect(siteLink(href, page)).toBe(expected));
});

it("the anchor of a heading is GitHub's", () => {
  expect(anchor("A matrix, or several gates: what's `new`?")).toBe("a-matrix-or-several-gates-whats-new");
});

describe("the list of pages", () => {
  const source = `- kind: Start
  for: The first minutes.
  groups:
    - name: Here
      pages:
        - [a.md, The \`a\`, what it is]
        - [../CHANGELOG.md, Changes]
`;

  it("makes navigation and index", () => {
    const kinds = readPages(source);
    expect(navigation(kinds)[0]?.groups[0]?.entries).toEqual([
      { text: "The a", link: "/a", page: "a.md" },
      { text: "Changes", link: "https://github.com/OWNER/image-gate/blob/main/CHANGELOG.md", page: "../CHANGELOG.md" },
    ]);
    const page = "<!-- pages: generated from docs/sources/pages.yml by npm run generate -->\n<!-- /pages -->\n";
    expect(pageWithIndex(page, kinds)).toContain(
      "## Start\n\nThe first minutes.\n\n- [The `a`](a.md): what it is\n- [Changes](../CHANGELOG.md)\n",
    );
  });

  it("must be whole", () => {
    expect(() => readPages(source.replace("Changes", '""'))).toThrow();
    expect(() => readPages(source.replace("name: Here", "title: Here"))).toThrow(/title|name/);
  });
});

it("an example is in its page as it is in its file, and a page without the markers is refused", () => {
  const page =
    "# A\n\n<!-- a.yml: generated from docs/examples/a.yml by npm run generate -->\nold\n<!-- /a.yml -->\n\nEnd.\n";
  expect(pageWithExamples(page, ["a.yml"], () => "on: push\n")).toBe(page.replace("old", "\n```yaml\non: push\n```\n"));
  expect(() => pageWithExamples("# A\n", ["a.yml"], () => "")).toThrow("lacks the markers");
});

it("the search knows the parts of a page by their headings, and neither buttons nor the names of languages", () => {
  const html = `<div><h1 id="a">A</h1><p>One <code>two</code>.</p><h2 id="b">B</h2><ul><li>x</li><li>y</li></ul>
<h3 id="c">C</h3><div class="language-yaml"><button class="copy"></button><span class="lang">yaml</span><pre>on: push</pre></div>
<h2 id="d">D</h2><table><tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>`;
  expect(sectionsOf(html, "a.html")).toEqual([
    { address: "a.html", titles: ["A"], text: "One two." },
    { address: "a.html#b", titles: ["A", "B"], text: "x y" },
    { address: "a.html#c", titles: ["A", "B", "C"], text: "on: push" },
    { address: "a.html#d", titles: ["A", "D"], text: "1 2" },
  ]);
});

describe("workflows of a page", () => {
  const found = (...blocks: readonly string[]) => {
    const page = `# Top\n\n${blocks.map((block) => `\`\`\`yaml\n${block}\`\`\`\n`).join("\n## Next\n\n")}`;
    mkdirSync(join(folder.path, "docs"), { recursive: true });
    writeFileSync(join(folder.path, "docs/page.md"), page);
    return workflowsOf(folder.path, "docs/page.md");
  };
  const USES = "uses: OWNER/image-gate@<commit>";

  it.each([
    ["steps", `- ${USES}\n`],
    ["steps that read an earlier one", `- ${USES}\n  with:\n    image: a@\${{ steps.build.outputs.digest }}\n`],
    ["steps of a matrix", `- ${USES}\n  with:\n    image: \${{ matrix.service }}\n`],
    ["a job", `permissions: {}\nsteps:\n  - ${USES}\n`],
    ["jobs", `deploy:\n  runs-on: ubuntu-24.04\n  steps:\n    - ${USES}\n`],
  ])("%s becomes one that has a trigger and jobs with a runner", (kind, text) => {
    const { on, jobs } = parse(found(text)[0]?.whole ?? "");
    expect(on).toBe("pull_request");
    const [job] = Object.values(jobs) as {
      "runs-on": string;
      steps: { uses?: string; id?: string }[];
      strategy?: object;
    }[];
    expect(job?.["runs-on"]).toMatch(/^ubuntu/);
    expect(job?.steps.at(-1)?.uses).toBe("OWNER/image-gate@<commit>");
    expect(job?.steps.some(({ id }) => id === "build")).toBe(kind === "steps that read an earlier one");
    expect(job?.strategy !== undefined).toBe(kind === "steps of a matrix");
  });

  it("a whole workflow stays as it is", () => {
    const whole = `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - ${USES}\n`;
    expect(found(whole)[0]?.whole).toBe(whole);
  });

  it("are named by their headings, not by comments in other blocks, and a policy is not one", () => {
    const names = found(`- ${USES}\n# a comment\n`, "version: 1\n", `- ${USES}\n`, `- ${USES}\n`);
    expect(names.map(({ name, line }) => [name, line])).toEqual([
      ["Top", 3],
      ["Next", 16],
      ["Next 2", 22],
    ]);
  });
});
