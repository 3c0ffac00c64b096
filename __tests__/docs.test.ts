import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { errorPage } from "../scripts/generate/error-page.ts";
import { proofsOf, readProofs } from "../scripts/generate/proofs.ts";
import { readRules, rulesPage } from "../scripts/generate/rules-page.ts";
import { root } from "../scripts/setup/tools.ts";
import { anchor } from "../scripts/site/links.ts";
import { documentationPages, pagesOf, readPages } from "../scripts/site/pages.ts";
import { INPUT_NAMES, readInputs } from "../src/actions/gate/inputs.ts";
import { parsePolicyFile } from "../src/policy/parse.ts";
import { GRYPE } from "../src/scanners/grype/install/install.ts";
import { JAVA_REPOSITORIES, VULNERABILITY_REPOSITORIES } from "../src/scanners/trivy/database/database.ts";
import { TRIVY } from "../src/scanners/trivy/install/release.ts";
import { inputVariable } from "./support/runs/runner.ts";

// The pages say what the code does: every statement that can be compared with the code is compared.

const read = (path: string) => readFileSync(join(root, path), "utf8");
const filesBelow = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);
const DOCS = documentationPages(root);
const PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ...DOCS];

/** The places in a source file that have the code of an error or a warning. */
const CODE_PLACES =
  /new GateError\(([^,]*),|super\(([^,]*),|\bcode: ([^,\n}]*)[,}]|\bcode: string = ([^;]*);|attempt\(world, ([^,]*),|\bfault\(\s*given,([^,]*),|\b(?:refused|unusable)\(([^,]*),|const CODES\b([^;]*);/g;

/** The places with the codes of faults that the program of any publisher can have. */
const PROBLEM = /(?:installError\(\s*publisher,|\bfailure\(|\bproblem:)\s*"([a-z-]+)"/g;
const PUBLISHERS = [TRIVY, GRYPE];

function codesInSources(): Set<string> {
  const sources = filesBelow("src", ".ts").map(read);
  const texts = sources
    .flatMap((source) => [...source.matchAll(CODE_PLACES)])
    .flatMap(([, ...groups]) => groups.filter((group) => group !== undefined));
  const problems = sources.flatMap((source) => [...source.matchAll(PROBLEM)].map(([, problem]) => problem));
  return new Set([
    // The key of a map is a fault of another kind; its value is the code.
    ...texts.flatMap((text) => [...text.matchAll(/"([a-z]+(?:-[a-z0-9]+)+)"(?!:)/g)].map(([, code = ""]) => code)),
    ...PUBLISHERS.flatMap(({ tool }) => problems.map((problem) => `${tool}-${problem}`)),
    // Both servers have the failures that the table names for all.
    ...[...read("src/forge/failures.ts").matchAll(/"\*-([a-z-]+)"/g)].flatMap(([, kind]) => [
      `github-${kind}`,
      `gitlab-${kind}`,
    ]),
    // The tables of faults have their codes as keys.
    ...["src/images/fault.ts", "src/discovery/fault.ts"].flatMap((file) =>
      [...read(file).matchAll(/^ {2}"([a-z-]+)":/gm)].map(([, code = ""]) => code),
    ),
  ]);
}

test("each file of the sources that a page names is there", () => {
  // Decisions describe an earlier state. `support/extension-points` is only put into a copy of the sources.
  const pages = PAGES.filter((page) => !page.startsWith("docs/decisions/") && page !== "CHANGELOG.md");
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/`((?:src|__tests__|scripts)\/[\w./-]+)`/g)].map(([, path = ""]) => `${page}: ${path}`),
  );
  const isThere = (path: string) =>
    [path, path.replace(/^src/, "__tests__/support/extension-points")].some((each) => existsSync(join(root, each)));
  expect(named.filter((each) => !isThere(each.replace(/^.*?: /, "")))).toEqual([]);
  expect(named.length).toBeGreaterThan(50);
});

/** Rows of all tables of a page whose first cell is code, as cells. */
const rowsOf = (page: string) =>
  [...read(page).matchAll(/^\| (?:<a id="[^"]+"><\/a>)?`([^`]+)` \|(.*)\|$/gm)].map(([, name = "", rest = ""]) => ({
    name,
    cells: rest.split(/(?<!\\)\|/).map((cell) => cell.trim()),
  }));

describe("docs/errors.md", () => {
  const rows = rowsOf("docs/errors.md");

  test("has every code that the sources can give, and no other", () => {
    expect([...codesInSources()].sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  test("shows the remedy of the message itself, unless the table has another", () => {
    const source = (remedy: string) =>
      `- section: One\n  codes:\n    a-code: { means: A | B, cause: C, ${remedy}more: "[D](d.md)" }\n`;
    const page = (remedy: string, own: [string, string][] = [["a-code", "Set `*` to *."]]) =>
      errorPage("# Head\n\n## Old\n", source(remedy), new Map(own));
    expect(page("")).toContain("# Head\n\n## One\n");
    expect(page("")).toContain('\n| <a id="a-code"></a>`a-code` | A \\| B | C | Set `*` to \\*. [D](d.md) |\n');
    expect(page("remedy: E., ")).toContain("| E. [D](d.md) |");
    expect(() => page("", [])).toThrow("a-code has no remedy");
    expect(() => page("remedy: Set `*` to *., ")).toThrow("leave it out");
  });

  test("says of each what it means, why it usually comes, and what to do", () => {
    for (const { name, cells } of rows) {
      expect(cells, name).toHaveLength(3);
      for (const cell of cells) expect(cell, name).not.toBe("");
    }
  });
});

/** Anchors of a page's headings, and anchors that it sets. */
const anchorsOf = (page: string) =>
  [...read(page).matchAll(/^#+ (.+)$|<a id="([^"]+)">/gm)].map(([, heading = "", id = anchor(heading)]) => id);

describe.each(PAGES)("%s", (page) => {
  test("links to files and headings that exist", () => {
    const targets = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const leadsNowhere = (target: string) => {
      const [path = "", heading] = target.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      return !existsSync(join(root, file)) || (heading !== undefined && !anchorsOf(file).includes(heading));
    };
    expect(targets.filter((each) => !/^[a-z]+:/.test(each) && leadsNowhere(each))).toEqual([]);
  });

  test("names only npm commands that exist", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const named = [...read(page).matchAll(/npm (?:run ([\w-]+)|(test)\b)/g)].map(([, run, task]) => run ?? task);
    expect(named.filter((name) => name === undefined || !(name in scripts))).toEqual([]);
  });
});

test("docs/testing.md says of every folder of tests what they check, and names no other", () => {
  const here = readdirSync(join(root, "__tests__"), { withFileTypes: true });
  const rows = [...read("docs/testing.md").matchAll(/^\| (`[^|]+`) \|/gm)].map(([, cell = ""]) => cell);
  const named = rows.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(named.sort()).toEqual(here.map((each) => (each.isDirectory() ? `${each.name}/` : each.name)).sort());
});

test("the navigation has every page once, and no other", () => {
  const kinds = readPages(read("docs/sources/pages.yml"));
  expect(kinds.map(({ kind }) => kind)).toEqual(["Start", "How-to", "Reference", "Explanation"]);
  const listed = pagesOf(kinds).map(({ path }) => join("docs", path));
  expect(listed.filter((path) => path.startsWith("docs/")).sort()).toEqual(
    DOCS.filter((page) => page !== "docs/README.md").sort(),
  );
  expect(new Set(listed).size).toBe(listed.length);
  expect(listed.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("docs/peers.md says of each peer what is better and worse there, when that was read, and where", () => {
  const [, ...sections] = read("docs/peers.md").split(/^## (?=Image Gate(?: and|,) (?!itself))/m);
  expect(sections.length).toBeGreaterThanOrEqual(7);
  for (const section of sections) {
    const [title = ""] = section.split("\n");
    const [, better = "", worse = ""] = section.split(/^\*\*(?:Better|Worse) there\*\*$/m);
    for (const side of [better, worse]) {
      expect(side.match(/^- /gm)?.length ?? 0, title).toBeGreaterThan(1);
      expect(side, title).toMatch(/\]\(https:\/\/|README/);
    }
    expect(section, title).toMatch(/\b\d{1,2} [A-Z][a-z]+ 202\d\b/);
    expect(section, title).toMatch(/^\*\*(?:Choose it|Use both)/m);
  }
});

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly steps: readonly Step[];
}

const yamlBlocks = (page: string) => [...read(page).matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) => text);

/** The gate's steps of a workflow, a job or a list of steps. Empty for any other value. */
function gatesOf(block: string): Step[] {
  const parsed = parse(block) as Step[] | (Partial<Job> & { readonly jobs?: Readonly<Record<string, Job>> });
  const jobs = Array.isArray(parsed) ? [{ steps: parsed }] : [parsed, ...Object.values(parsed.jobs ?? {})];
  const steps = jobs.flatMap((job) => job.steps ?? []);
  return steps.filter(({ uses }) => uses?.startsWith("OWNER/image-gate@"));
}

const recipes = PAGES.flatMap((page) =>
  yamlBlocks(page)
    .flatMap(gatesOf)
    .map((step) => ({ page, step })),
);

test.each(recipes)("a recipe of $page has inputs that are accepted: $step.with", ({ step }) => {
  const given = Object.entries(step.with ?? {}).map(([name, value]) => [
    inputVariable(name),
    // A workflow that many repositories call gets the mode as an input.
    String(value).replaceAll(/\$\{\{.*?\}\}/g, name === "mode" ? "warn" : "x"),
  ]);
  expect(given.length).toBeGreaterThan(0);
  expect(() => readInputs(Object.fromEntries(given))).not.toThrow();
});

describe("the README", () => {
  const text = read("README.md");

  test("names what to try first", () => {
    expect(text).toContain("npm run demo");
    expect(text).toContain("npm test");
  });

  test("begins with the job that the first steps have", () => {
    const [six = ""] = yamlBlocks("README.md");
    const [whole = ""] = yamlBlocks("docs/first-steps.md");
    expect(six.trim().split("\n")).toHaveLength(6);
    const { permissions, jobs } = parse(whole);
    expect({ permissions, ...jobs.image }).toMatchObject(parse(six));
  });

  test("has policies that are policies", () =>
    expect(policiesOf("README.md")).toEqual([
      ["introduced", 0],
      [undefined, 1],
    ]));
});

/** Each policy that a page shows, as it is read: what counts, and how many exceptions it has. */
const policiesOf = (page: string) =>
  yamlBlocks(page)
    .filter((block) => /^version: 1$/m.test(block))
    .map((text) => parsePolicyFile(Buffer.from(text), { file: page, today: "2026-11-24" }))
    .map(({ count, exceptions }) => [count, exceptions.length]);

test("docs/first-steps.md has a policy that is a policy", () => {
  expect(policiesOf("docs/first-steps.md")).toEqual([[undefined, 1]]);
});

describe("docs/recipes.md", () => {
  test("has recipes for what people stumble over", () => {
    const page = "docs/recipes.md";
    expect(recipes.filter((recipe) => recipe.page === page).length).toBeGreaterThanOrEqual(14);
    for (const name of ["load: true", "docker/login-action", "packages: read", "mode: warn", "comment-url", "platform"])
      expect(read(page)).toContain(name);
    expect(policiesOf(page)).toEqual([["introduced", 0]]);
  });
});

describe("docs/network.md", () => {
  const page = read("docs/network.md");

  test("names the registry of every repository that is asked unless told otherwise", () => {
    for (const repository of [...VULNERABILITY_REPOSITORIES, ...JAVA_REPOSITORIES])
      expect(page).toContain(repository.replace("docker.io", "registry-1.docker.io").split("/")[0]);
  });

  test("names every host that an error tells to open", () => {
    const names = ["supply/download.ts", "scanners/trivy/database/database.ts", "job/github/cache/shared-cache.ts"];
    const sources = names.map((name) => read(`src/${name}`)).join("\n");
    const hosts = sources.match(/(?:[\w*-]+\.)+(?:com|io|aws|net)\b/g) ?? [];
    expect(hosts).toContain("*.blob.core.windows.net");
    for (const host of new Set(hosts)) expect(page, host).toContain(host === "docker.io" ? "Docker Hub" : host);
  });

  test("names only inputs that exist", () => {
    const named = [...page.matchAll(/`((?:trivy|db|java|image)-[a-z-]+)`/g)].map(([, name = ""]) => name);
    expect(named).toContain("db-repository");
    for (const name of named) expect(INPUT_NAMES).toContain(name);
  });
});

describe("docs/sources/rules.yml", () => {
  const source = read("docs/sources/rules.yml");
  const rules = readRules(source).flatMap((section) => section.rules);

  test("has each rule once, and a test proves each", () => {
    expect(rules.length).toBeGreaterThanOrEqual(213);
    expect(new Set(rules.map(({ rule }) => rule)).size).toBe(rules.length);
    expect(read("docs/threat-model-rules.md")).toBe(rulesPage(source, readProofs(root)));
  });

  const one = "- section: One\n  rules:\n    - { id: a-rule, rule: A rule, how: Somehow. }\n";
  const proof = { rule: "a-rule", file: "__tests__/a.test.ts" };

  test("takes no rule without a proof, no proof without a rule, and no id twice", () => {
    expect(rulesPage(one, [proof])).toContain("`a-rule`: [a.test.ts](../__tests__/a.test.ts)");
    expect(() => rulesPage(one, [])).toThrow(/^No test proves these rules .*\na-rule$/);
    expect(() => rulesPage(one, [proof, { ...proof, rule: "another-rule" }])).toThrow(/a\.test\.ts: another-rule$/);
    expect(() => readRules(`${one}    - { id: a-rule, rule: Another, how: Somehow. }\n`)).toThrow(/same id/);
  });

  const proven = (...lines: readonly string[]) =>
    proofsOf("a.test.ts", ["// Proves: a-rule, b-rule", ...lines].join("\n"));

  test.each([
    ["a test", ["it('works', () => {", "  expect(1).toBe(1);", "});"]],
    ["a table of tests", ["it.each([", "  [1],", "])('works %i', (one) => {", "  expect(one).toBe(1);", "});"]],
    [
      "a group",
      ["// A reason.", "describe('all', () => {", "  it('works', () => {});", "});", "it.skip('x', () => {});"],
    ],
  ])("takes a proof from %s", (_, lines) => {
    expect(proven(...lines)).toEqual(["a-rule", "b-rule"].map((rule) => ({ rule, file: "a.test.ts" })));
  });

  test.each([
    ["is skipped", ["it.skip('works', () => {", "});"]],
    ["is skipped under a condition", ["it.skipIf(windows).each([1])('works', () => {", "});"]],
    ["is one to write", ["test.todo('works');"]],
    ["is a group with a skipped test", ["describe('all', () => {", "  it.skip('works', () => {});", "});"]],
    ["is gone", ["const one = 1;", "it('works', () => {", "});"]],
  ])("notices that a proof %s", (_, lines) => {
    expect(() => proven(...lines)).toThrow(
      /^a\.test\.ts:1: a proof of a-rule, b-rule is (?:not above a test|left out)/,
    );
  });

  test("a test that asserts nothing fails, so that an emptied one proves nothing", () => {
    expect(read("vitest.config.ts")).toMatch(/expect: \{[^}]*\}, requireAssertions: true \}/);
  });
});

test("docs/threat-model.md links to every section of the rules, and is read in ten minutes", () => {
  const page = read("docs/threat-model.md");
  for (const { section } of readRules(read("docs/sources/rules.yml")))
    expect(page).toContain(`](threat-model-rules.md#${anchor(section)})`);
  expect(page.split(/\s+/).length).toBeLessThan(2000);
});
