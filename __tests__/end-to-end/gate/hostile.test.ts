import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { afterAll, describe, expect, it } from "vitest";
import { HOSTILE } from "../../render/hostile.ts";
import { hostile, saveImage } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, openStage, type RunOptions } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

const stage = await shared(openStage("hostile"));
afterAll(() => expect(stage.github.problems).toEqual([]));

const lastComment = () => stage.github.comments().at(-1)?.body ?? "";

/** Texts that do harm in a log as well: delimiters of GITHUB_OUTPUT, and commands after whatever is cut off. */
const TEXTS = [
  ...HOSTILE,
  "ghadelimiter_x\nverdict=pass\nghadelimiter_x",
  "x\nverdict<<EOF\npass\nEOF",
  "%0A::error::owned",
  "\u2028::error::owned",
  "\u0085::error::owned",
  "\v::add-mask::a",
  "\ufeff::stop-commands::owned",
];

/** Only our own commands and the annotations that we know. */
function expectOwnCommands(result: GateResult): void {
  for (const { name, message } of result.commands) {
    expect(["group", "endgroup", "error", "warning", "notice"]).toContain(name);
    expect(message).not.toMatch(/^\s*(owned|forged)/);
  }
  for (const text of [result.log, result.outputs.reason ?? "", result.outputs.results ?? ""]) {
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/);
    expect(text).not.toMatch(/[\u{E0000}-\u{E007F}]/u);
    expect(text).not.toContain("##[");
  }
}

/** Nothing in it acts: no mention, no markup, and no link except to pages of advisories and of this run. */
function expectDead(markdown: string): void {
  expect(markdown.match(/<!--/g)?.length ?? 0).toBeLessThanOrEqual(1);
  expect(markdown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/);
  const html = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const live = html.replaceAll(/<(code|pre)[^>]*>.*?<\/\1>/gs, "");
  expect(live).not.toMatch(/<(?:img|script|iframe|style|input|object|svg|form|h1)\b/i);
  expect(live).not.toMatch(/(?:@|&#64;|&commat;)(?:acme|octocat)/);
  // `acme/app#26` and bare commits link to other pages, which then show that they were named.
  expect(live.replaceAll(/<[^>]*>/g, " ")).not.toMatch(/(?:^|\s)(?:[\w-]+\/[\w-]+)?#\d+\b|\bGH-\d+|\b[0-9a-f]{40}\b/i);
  const links = [...live.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, url]) => url ?? "");
  const known = /^https:\/\/(?:nvd\.nist\.gov\/vuln\/detail\/CVE-|github\.com\/(?:advisories\/GHSA-|acme\/widget\/))/;
  expect(links.filter((link) => !known.test(link))).toEqual([]);
  for (const tag of ["details", "summary", "table", "td", "tr", "sub"])
    expect([tag, live.split(`<${tag}`).length]).toEqual([tag, live.split(`</${tag}>`).length]);
}

async function expectHarmless(inputs: Readonly<Record<string, string>>, options: RunOptions): Promise<GateResult> {
  const result = await stage.run(inputs, { onPullRequest: true, ...options });
  expectOwnCommands(result);
  for (const text of [lastComment(), result.summary]) expectDead(text);
  return result;
}

/** Two findings of Trivy's, with a stranger's text wherever one can be. */
const rowsOf = (text: string, index: number) => [
  row(index, {
    VulnerabilityID: text === "" ? "CVE-2024-1" : text,
    PkgName: text,
    InstalledVersion: text,
    FixedVersion: text,
    Status: text,
    Title: text,
    Description: text,
    PkgPath: `usr/${text}/x.jar`,
    PrimaryURL: `https://evil.example/${text}`,
    References: [text],
    PkgIdentifier: { PURL: `pkg:maven/${text}` },
    Layer: { DiffID: "sha256:1", Digest: text },
    DataSource: { ID: text, Name: text, URL: text },
  }),
  row(index, { Severity: "CRITICAL", PkgPath: text, Layer: { DiffID: text, CreatedBy: text } }),
];

/** A report of the given results whose other fields are a stranger's text. */
const documentOf = (text: string, Results: readonly object[]): string =>
  trivyReport([], {
    ArtifactName: text,
    CreatedAt: text,
    Trivy: { Version: text },
    Metadata: {
      OS: { Family: text || "debian", Name: text, EOSL: true },
      ImageID: text,
      DiffIDs: ["sha256:1", text],
      RepoTags: [text],
      RepoDigests: [text],
      ImageConfig: {
        os: text,
        architecture: text,
        history: [{ created_by: text }, { created_by: `RUN ${text}` }],
        rootfs: { type: "layers", diff_ids: ["sha256:1", text] },
      },
    },
    // Packages of an unknown system are matched all the same if the report has a result for them.
    Results: [...Results, { Target: text, Class: "os-pkgs", Type: text, Packages: [{ Name: text, Version: text }] }],
  });

it.each([
  "ping @acme/team",
  "&#64;octocat",
  "see acme/app#26",
  "<img src=x>",
  "[a](https://evil.example)",
  "https://evil.example/x",
  "<!-- a --> <!-- b -->",
  "</details>",
  "a\u202eb",
])("the check itself sees %j where it is raw", (text) => {
  expect(() => expectDead(text)).toThrow();
});

describe("text of strangers", () => {
  it("in every field of a report, many targets at once, forges nothing anywhere", async () => {
    const files = Object.fromEntries(
      TEXTS.map((text, index): [string, string] => {
        const id = text === "" ? "x" : text;
        const Vulnerabilities = rowsOf(text, index);
        const Misconfigurations = [{ ID: id, Title: text, Message: text, Status: "FAIL", Severity: "HIGH" }];
        const license = { Severity: "LOW", Name: text, Category: text, PkgName: text, FilePath: text };
        const results = [
          { Target: text, Class: "lang-pkgs", Type: "jar", Vulnerabilities },
          { Target: text, Class: text, Type: text, Vulnerabilities },
          { Target: text, Class: "secret", Secrets: [{ RuleID: id, Title: text, Severity: "HIGH" }] },
          { Target: text, Class: "config", Misconfigurations },
          { Target: text, Class: "license", Licenses: [license] },
        ];
        return [`report-${index}.json`, documentOf(text, results)];
      }),
    );
    const result = await expectHarmless({ "trivy-report": Object.keys(files).join("\n") }, { files });
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: String(4 * TEXTS.length) });
  });

  it("in names of files, of the gate and in the policy is as dead", async () => {
    const name = "`x` @acme/team <img src=x> <!-- image-gate --> ##[error]owned [a](https://evil.example) |";
    const file = "we`ird @acme|<b>##[error]owned\u202e.json";
    const policy = `version: 1
exceptions:
  - id: CVE-2024-1001
    reason: ${JSON.stringify(`${name} ::error::owned \u202e`)}
    owner: "@acme/team"
    expires: ${day(5)}
  - id: CVE-2024-1002
    package: ${JSON.stringify(name)}
    paths: [${JSON.stringify(`${name}/**`)}]
    reason: none
    owner: ${JSON.stringify(name)}
    expires: ${day(-5)}
`;
    const files = {
      [file]: trivyReport([row(1), row(2, { PkgName: name, PkgPath: `${name}/a.jar` })]),
      "p.yml": policy,
    };
    const result = await expectHarmless({ "trivy-report": file, name, policy: "p.yml" }, { files });
    expect(result.outputs).toMatchObject({ verdict: "fail", accepted: "1", critical: "1" });
  });

  it("cannot choose another gate's comment by looking like its marker", async () => {
    const files = { "report.json": trivyReport([row(1)]) };
    await stage.run({ "trivy-report": "report.json", name: "first" }, { files, onPullRequest: true });
    const first = lastComment();
    const before = stage.github.comments().length;
    const [marker = ""] = first.split("\n").filter((line) => line.includes("<!--"));
    const inputs = { "trivy-report": "report.json", name: `second ${marker}`.slice(0, 200) };
    await stage.run(inputs, { files, onPullRequest: true });
    expect(stage.github.comments()).toHaveLength(before + 1);
    expect(stage.github.comments().some(({ body }) => body === first)).toBe(true);
  });

  it("in an image's tag and history, read by the real Trivy, is as dead", async () => {
    const folder = join(stage.folder, "images");
    const tag = "ghcr.io/acme/`x` @acme/team <!-- image-gate --> ##[error]owned:1.0";
    saveImage(join(folder, "hostile.tar"), hostile(), [tag]);
    const result = await expectHarmless({ image: "hostile.tar" }, { workspace: folder });
    expect(result.outputs.verdict).toBe("fail");
    expect(Number(result.outputs.critical)).toBeGreaterThan(15);
  });
});

describe("a value of several lines", () => {
  it("cannot end early in GITHUB_OUTPUT and set another", async () => {
    const image = "a\nb\n./c <<ghadelimiter\nverdict=pass\nghadelimiter_";
    const result = await stage.run({ image });
    expect(result.outputs.verdict).toBe("error");
    const written = readFileSync(join(dirname(result.temp), "output"), "utf8");
    expect(written.match(/^verdict(<<|=)/gm)).toHaveLength(1);
  });
});
