import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "../../../src/domain/change/comparison.ts";
import { severityRank } from "../../../src/domain/severity.ts";
import type { TargetVerdict } from "../../../src/domain/verdict.ts";
import { OUTCOMES } from "../../../src/render/html/findings.ts";
import { renderHtml } from "../../../src/render/html/html.ts";
import { visible } from "../../../src/render/shared/safe-text.ts";
import { statusOf } from "../../../src/render/shared/status.ts";
import type { View } from "../../../src/render/view.ts";
import { exception, finding, judged, target, view } from "../build.ts";
import { FACTS } from "../facts.ts";
import { HOSTILE } from "../hostile.ts";
import { SAMPLES, sample } from "../samples.ts";
import { strange } from "../strange.ts";
import { attribute, elements, groupsOf, html, mixed, packageTexts, parsed, textOf } from "./pages.ts";

/** A page without its style and script, which have their own tests. */
const bare = (text: string): string =>
  text
    .replace(/<style>.*?<\/style>/s, "<style>…</style>")
    .replace(/<script>.*?<\/script>/s, "<script>…</script>")
    .replaceAll(/'sha256-[^']+'/g, "'sha256-…'");

/** All findings of the targets that could be judged. */
const findingsOf = ({ verdict }: View) =>
  verdict.targets.flatMap((each) => (each.answer === "error" ? [] : each.findings));

test("the page as it was read and found good", () =>
  expect(bare(html(mixed()))).toMatchFileSnapshot("../golden/report.html"));

test("the image that a tar holds is alongside the tar's name, in the table of all targets", () => {
  const made = target([], { label: "out/a.tar", artifact: { claims: ["ghcr.io/acme/<b>web:1"] } });
  const tar: TargetVerdict = { ...made, target: { kind: "image", input: "out/a.tar", label: "out/a.tar" } };
  const page = [...renderHtml(view([tar, target([])]), FACTS)].join("");
  expect(page).toContain("<code>out/a.tar</code><br><code>ghcr.io/acme/&lt;b&gt;web:1</code></td>");
});

test("each of several lines of one file is named", () => {
  const at = (line: number) =>
    judged(finding({ kind: "misconfiguration", id: "DS-0002", package: undefined, path: "app/Dockerfile", line }));
  const page = html(view([target([at(3), at(9)])]));
  for (const place of ["Dockerfile:3<", "Dockerfile:9<"]) expect(page).toContain(place);
});

describe("of every sample", () => {
  const names = Object.keys(SAMPLES).filter((name) => name !== "huge");
  test.each(names)("%s: each finding is in one package, with its severity and status", (name) => {
    const of = sample(name);
    const groups = groupsOf(parsed(html(of)));
    const columns = of.verdict.targets.length > 1 ? 9 : 8;
    const said = groups.flatMap(({ cells, rows }) => {
      expect(cells).toHaveLength(columns);
      return rows.map((row) => {
        const [, id, , , status] = elements(row, "td").map(textOf);
        const [severity, outcome] = ["data-s", "data-o"].map((key) => Number(attribute(row, key)));
        return { id, severity, outcome, status };
      });
    });
    const wanted = findingsOf(of).map((each) => ({
      id: expect.stringContaining(visible(each.finding.id).slice(0, 60)),
      severity: severityRank(each.finding.severity),
      outcome: OUTCOMES.indexOf(each.outcome),
      status: expect.stringContaining(statusOf(each).slice(0, 8)),
    }));
    expect(said).toHaveLength(wanted.length);
    // Only rows with the finding's id are compared in full: comparing all pairs would take millions of comparisons.
    for (const [at, each] of findingsOf(of).entries()) {
      const id = visible(each.finding.id).slice(0, 60);
      expect(said.filter((one) => one.id?.includes(id))).toContainEqual(wanted[at]);
    }
  });

  test.each(names)(
    "%s: a parser finds nothing that acts, and links only to pages of ours that learn nothing",
    (name) => {
      const all = elements(parsed(html(sample(name))));
      const tags = all.map(({ tagName }) => tagName);
      for (const tag of ["script", "style"]) expect(tags.filter((each) => each === tag)).toHaveLength(1);
      for (const tag of ["img", "iframe", "object", "embed", "svg", "link", "base", "video", "math"])
        expect(tags).not.toContain(tag);
      for (const { name: attributeName } of all.flatMap(({ attrs }) => attrs))
        expect(attributeName).not.toMatch(/^on|^style$|^src$|^action$/);
      for (const link of all.filter((each) => each.tagName === "a" && attribute(each, "href") !== "#findings")) {
        expect(attribute(link, "href")).toMatch(
          /^https:\/\/(nvd\.nist\.gov\/vuln\/detail\/CVE-|github\.com\/acme\/|avd\.aquasec\.com\/misconfig\/ds-)/,
        );
        expect(attribute(link, "rel")).toBe("noreferrer noopener");
      }
    },
  );
});

describe("the policy in the page", () => {
  const page = parsed(html(mixed()));
  const [meta] = elements(page, "meta").filter((each) => attribute(each, "http-equiv") === "Content-Security-Policy");
  const rules = new Map(
    (meta === undefined ? "" : (attribute(meta, "content") ?? "")).split("; ").map((rule): [string, string] => {
      const [directive = "", ...rest] = rule.split(" ");
      return [directive, rest.join(" ")];
    }),
  );
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

  // Proves: html-report-runs-loads
  test("allows nothing but the page's own style and script, by the hash of what a parser finds in them", () => {
    const [style, script] = ["style", "script"].map((tag) => elements(page, tag).map(textOf).join());
    expect(Object.fromEntries(rules)).toEqual({
      "default-src": "'none'",
      "style-src": hash(style ?? ""),
      "script-src": hash(script ?? ""),
      "base-uri": "'none'",
      "form-action": "'none'",
    });
  });

  test("comes before anything that it is about", () => {
    const order = elements(page, "head").flatMap((each) => elements(each).map(({ tagName }) => tagName));
    expect(order.slice(0, 3)).toEqual(["head", "meta", "meta"]);
    expect(order.indexOf("script")).toBeGreaterThan(2);
  });

  test("is needed for nothing: the script makes no markup of text and runs no text", () => {
    const [script] = elements(page, "script").map(textOf);
    expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|fetch\(/);
  });
});

/** Tags with their attributes but for those whose value may be a stranger's. */
function skeleton(text: string): string[] {
  return elements(parsed(text)).map(({ tagName, attrs }) => `${tagName} ${attrs.map(({ name }) => name).join(" ")}`);
}

describe("text of strangers", () => {
  const ATTACKS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "</title></td></tr></table><h1>passed</h1>",
    "<!-- --!> <![CDATA[ x ]]>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "&lt;b&gt; &amp; &#x3c;b&#x3e;",
    "\u0000<\u0000script>",
    ...HOSTILE,
  ].filter((text) => text.trim() !== "");

  // Proves: html-report-runs-loads
  test.each(ATTACKS.map((text) => [text.slice(0, 60), text]))("%j makes no element and no attribute", (_, text) => {
    // Code between backticks, and lists, are elements of ours.
    const calm = text.replaceAll("`", "'").replaceAll(/[\r\n]+/g, " ");
    const expected = skeleton(html(strange("x".repeat(Math.min(calm.trim().length, 50)))));
    // In an explanation, empty lines separate paragraphs. An exception with a long text is not proposed.
    const same = (list: readonly string[]) =>
      list.filter((each) => !/^(?:wbr|li|ul|p|b|br|code|details|summary|pre) (?:class)?$/.test(each));
    expect(same(skeleton(html(strange(calm))))).toEqual(same(expected));
  });

  test("is in the page as it is, what cannot be seen as its code point", () => {
    for (const text of ["<script>", "</script>", '" onmouseover=', "a&lt;b", "a\u202Eb\u0000c\u200Bd"]) {
      const [row] = packageTexts(parsed(html(view([target([judged(finding({ package: { name: text } }))])]))));
      expect(row?.cells[1]).toBe(visible(text));
    }
  });

  test("has no character in it that changes how others are seen", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom(...HOSTILE)), (text) => {
        const page = bare(html(strange(text)));
        expect(page).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/,
        );
      }),
      { numRuns: 100 },
    );
  });

  test("is cut, however long", () => {
    expect(html(strange("<&\u202E".repeat(300_000))).length).toBeLessThan(400_000);
  });
});

const partOf = (of: View, tag: string) =>
  elements(parsed(html(of)), tag)
    .map(textOf)
    .join();
const main = (of: View) => partOf(of, "main");

test("the head says the verdict, the reason, where it comes from, and what `mode: warn` covers", () => {
  const top = (of: View) => partOf(of, "header");
  expect(top(sample("fail"))).toMatch(/ghcr\.io\/acme\/app must not run\s+4 CRITICAL \(limit 0\), 5 HIGH/);
  expect(top(sample("fail"))).toContain("policy .github/image-gate.yml · commit 3f1c9a7e5b2d · this run");
  expect(top(sample("pass"))).toContain("may run");
  expect(top(sample("error"))).toContain("could not be judged");
  expect(top(sample("warn"))).toMatch(
    /breaks the policy[\s\S]*mode: warn: this is only reported, the run does not fail/,
  );
  expect(top({ ...sample("error"), mode: "warn" })).toContain("does not cover this");
});

describe("what comment and summary say, the page says too", () => {
  test.each<[name: string, ...words: (string | RegExp)[]]>([
    // Limits, the whole digest, how the result came to be, and the exception that needs attention.
    [
      "fail",
      /CRITICAL\s*4\s*0\s*0\s*0/,
      /image sha256:9f2c41d07a55e{52} · linux\/amd64/,
      "Trivy 0.76.0 · database 5 h old",
      "line 12: CVE-2023-52425 on libexpat1 ended on 2026-11-23: 1 finding counts again · @acme/platform",
    ],
    // The numbers mean little.
    ["end-of-life", "debian 9.13 is past its end of life. It gets no security fixes"],
    ["no-packages", "Trivy recognised no packages in this image."],
    ["pass-accepted", "2 rows were suppressed by the scanner itself"],
    ["introduced", /count: introduced, and there is nothing to compare with/, "[exploit-data-unavailable]"],
    ["pass", "No findings."],
    ["error", "Nothing is known, as nothing could be judged."],
    // A loosened policy comes before all else.
    [
      "policy-change",
      /^\s*This pull request loosens the policy \(\.github\/image-gate\.yml\)\n+loosens: added exception CVE-2024-6119 on libssl3: until 2027-01-31 \(line 26\)\n+loosens: changed threshold HIGH: 0 → 20 \(line 4\)\n+removed exception CVE-2020-1234: was until 2026-12-31\n/,
    ],
    [
      "policy-unknown",
      "It is unknown if this pull request changes the policy: the token may not read the base branch (403)",
    ],
    // The changes, the baseline, and all fixed findings.
    [
      "compared",
      "+2 new, −2 fixed, 2 unchanged, 1 newly disclosed, compared with the report of main (commit 9b2d4c6f8091, 2 days old), run.",
      /1 CRITICAL, 1 HIGH fixed \(the package or its version is gone\), in 2 packages[\s\S]*CRITICAL\s*requests 2\.31\.0[\s\S]*HIGH\s*setuptools 65\.5\.0/,
    ],
    ["compared-with-nothing", /Not compared with a baseline: \S.*\w\./],
    // Steps of the plan, and packages without a fix.
    [
      "fix-plan",
      "qs 6.0.0 → 7.5.2",
      "brought in by express → body-parser: raise express 4.0.0",
      /No fix: .*gone 1\.0\.0 \(1 HIGH: end of life: no fix will come\)/,
      "r2 or r3 (unknown order)",
    ],
  ])("of the sample %s", (name, ...words) => {
    const text = main(sample(name));
    for (const each of words)
      if (typeof each === "string") expect(text).toContain(each);
      else expect(text).toMatch(each);
  });

  test("and nothing where there is nothing to say", () => {
    expect(main(sample("error"))).not.toContain("No findings");
    expect(main(view([target()], { policyChange: { changes: [] } }))).not.toContain("policy");
    expect(main(sample("compared-alike"))).not.toContain("fixed (the package");
    for (const quiet of ["compared-quietly", "pass"])
      expect(main(sample(quiet))).not.toMatch(/baseline|Exceptions that need attention|not matched/);
  });

  test("all of it where the comment shortens: changes of the policy, what went, and the plan, folded", () => {
    const about = `CVE-2021-44228 (paths ${"usr/local/lib/".repeat(12)}*.jar)`;
    const change = { what: "added", subject: "exception", about, loosens: true, line: 1 } as const;
    const of = view([target()], { policyChange: { changes: Array(1_700).fill(change) } });
    expect(main(of).split(`loosens: added exception ${about} (line 1)`)).toHaveLength(1_701);
    const one = target();
    const before = Array.from({ length: 1_700 }, (_, index) => finding({ id: `CVE-2024-${10_000 + index}` }));
    const source = { kind: "image", given: "app:main" } as const;
    const compared = compare([], { source, packages: [], findings: before, kinds: new Set(["vulnerability"]) });
    expect(main(view([one], { comparisons: new Map([[one.target, compared]]) }))).toContain("1,700 fixed");
    const many = Array.from({ length: 300 }, (_, at) => judged(finding({ package: { name: `p${at}` } })));
    const page = parsed(html(view([target(many)])));
    expect(elements(page, "summary").map(textOf)).toContain("And 292 more steps");
    expect(elements(page, "ol").flatMap((list) => elements(list, "li"))).toHaveLength(300);
  });

  test("a link to the run that it was compared with, images that the Dockerfile does not match, and data that are missing", () => {
    expect(html(sample("compared"))).toContain('<a href="https://github.com/acme/app/actions/runs/99"');
    const unmatched = [{ label: "app:1", why: "no-match" as const }];
    const made = view([target()], {
      dockerfile: { file: "Dockerfile", unmatched },
      notes: ["All is unknown.", "`a` is."],
    });
    expect(main(made)).toContain("Dockerfile was not matched with app:1: no RUN, COPY or ADD of it made a layer");
    expect(main(made)).toContain("All is unknown.a is.");
  });
});

test("an answer's sign is a dot in its colour, and others are left out: not every reader's fonts have them", () => {
  expect(html(mixed())).toContain('<td data-name=""><span class="answer fail">●</span> fail</td>');
  expect(html(mixed()).replace(/<script>.*?<\/script>/s, "")).not.toMatch(/✅|❌|⛔|⚠|🔥|⏳|\u{FE0F}/u);
});

describe("rows", () => {
  const rows = (of: View) => packageTexts(parsed(html(of)));
  test("of one target alone have no column for it, and no control", () => {
    const page = html(sample("fail"));
    expect(page).not.toMatch(/data-column="target"|by-target/);
    expect(html(mixed())).toMatch(/data-column="target"[\s\S]*|by-target/);
  });

  const of = (id: string, over: Parameters<typeof finding>[0] = {}, more: Parameters<typeof judged>[1] = {}) =>
    judged(finding({ id, title: id, ...over }), more);
  const group = (...findings: Parameters<typeof target>[0] & object) => {
    const made = target(findings);
    return rows(view([made]));
  };
  test("put the findings of a package below its heading, worst first", () => {
    expect(group(of("CVE-2024-2", { severity: "LOW" }), of("CVE-2024-1", { severity: "CRITICAL" }))).toEqual([
      {
        cells: ["", "libssl3", "3.0.11-1~deb12u2", "3.0.15-1~deb12u1", "2", "", "1 ADD rootfs.tar.xz /", ""],
        findings: [
          ["CRITICAL", "CVE-2024-1", "3.0.15-1~deb12u1", "", "open"],
          ["LOW", "CVE-2024-2", "3.0.15-1~deb12u1", "", "open"],
        ],
      },
    ]);
  });
  test("say of each finding its fix, place and status, and of the package the version that the plan names", () => {
    const reason = exception({ reason: "Not used." });
    const [row] = group(
      of("CVE-2024-1", { fixedVersions: ["3.0.12"], path: "a" }),
      of("CVE-2024-2", { fixedVersions: ["3.0.13"], path: "b" }, { outcome: "accepted", exceptions: [reason] }),
      of("CVE-2024-3", { fixedVersions: [], status: "affected", path: "b" }),
    );
    expect(row?.cells.slice(3)).toEqual(["3.0.12 for 1 of 3", "3", "", "1 ADD rootfs.tar.xz /", ""]);
    expect(row?.findings).toEqual([
      ["HIGH", "CVE-2024-1", "3.0.12", "a", "open"],
      ["HIGH", "CVE-2024-2", "3.0.13", "b", "accepted: Not used. until 2027-01-31, @acme/web"],
      ["HIGH", "CVE-2024-3", "no fix yet", "b", "open"],
    ]);
  });
  test("say of the worst finding why nothing clears it, and of each its own reason", () => {
    const [row] = group(
      of("CVE-2024-1", { fixedVersions: [], status: "affected" }),
      of("CVE-2024-2", { fixedVersions: [], status: "will_not_fix" }),
    );
    expect(row?.cells[3]).toBe("no fix yet");
    expect(row?.findings.map((cells) => cells[2])).toEqual(["no fix yet", "vendor will not fix it"]);
  });
  test("name no version that clears all if their order is unknown", () => {
    const about = { name: "odd", version: "r1", type: "conda-pkg" };
    const [row] = group(
      of("CVE-2024-1", { package: about, fixedVersions: ["r2"] }),
      of("CVE-2024-2", { package: about, fixedVersions: ["r3"] }),
    );
    expect(row?.cells[3]).toBe("r2 or r3");
  });
  test("are one group for the packages of a source, all of which are named, and each finding says which it is in", () => {
    const names = ["libblkid1", "libmount1", "mount"];
    const made = target(
      names.map((name, index) => of(`CVE-2024-${index}`, { package: { name, version: "2.38.1-5" } })),
    );
    const about = { version: "2.38.1-5", type: "debian", ecosystem: "debian", system: true } as const;
    const packages = names.map((name) => ({ ...about, name, source: { ...about, name: "util-linux" } }));
    const [row, ...others] = rows(view([{ ...made, scan: { ...made.scan, packages } }]));
    expect(others).toEqual([]);
    expect(row?.cells.slice(1, 3)).toEqual(["util-linux 3 packages: libblkid1, libmount1, mount", "2.38.1-5"]);
    expect(row?.findings.map((cells) => cells[1])).toEqual(names.map((name, index) => `CVE-2024-${index} ${name}`));
  });
  test("without a package say of what kind they are", () => {
    const names = rows(sample("kinds")).map(({ cells: [, name] }) => name);
    expect(names).toEqual(["Secret", "Misconfiguration", "ghostscript"]);
  });
  test("explain an advisory as plain text in one paragraph", () => {
    const description = "### One\nline,\twith `a<b>` and [a link](https://evil.example/x).\r\n\r\n \n* Two.\n\n";
    const page = html(view([target([of("CVE-2024-1", { description })])]));
    expect(page).toContain(
      "<summary>Description</summary><p>### One line, with `a&lt;b&gt;` and [a link](https://evil.example/x). * Two.</p></details>",
    );
    expect(html(view([target([of("CVE-2024-1", { description: " \n" })])]))).not.toContain("Description");
    const long = html(view([target([of("CVE-2024-1", { description: "word ".repeat(1_000) })])]));
    expect(long.match(/word /g)?.length).toBeLessThan(300);
  });
  test("of a report of thousands leave the explanations out, which would be most of it", () => {
    const one = (id: number) => judged(finding({ id: `CVE-2024-${id}`, description: "Explained." }));
    const described = (count: number) => view([target(Array.from({ length: count }, (_, id) => one(id)))]);
    expect(html(described(3_000)).match(/Explained\./g)).toHaveLength(3_000);
    expect(html(described(3_001))).not.toContain("Explained.");
  });
});

test("50,000 findings come in pieces, every one of them", () => {
  const of = sample("huge");
  let rows = 0;
  let longest = 0;
  for (const piece of renderHtml(of, FACTS)) {
    rows += piece.match(/<tr (?:class="later" )?data-s="/g)?.length ?? 0;
    longest = Math.max(longest, piece.length);
  }
  expect(rows).toBe(50_000);
  expect(longest).toBeLessThan(1_000_000);
});

describe("of several scanners", () => {
  const seen = (id: string, by: readonly string[], missedBy?: readonly string[]) => {
    const opinions = by.map((scanner) => ({ scanner, id: "CVE-1", severity: "HIGH", fixedVersions: [] }) as const);
    return judged(finding({ id, opinions, ...(missedBy && { missedBy }) }));
  };

  test("there is a column of who sees a finding, a line on their agreement, and a filter", () => {
    const made = target([
      seen("CVE-1", ["Trivy", "<b>Grype"]),
      seen("CVE-2", ["Trivy"], ["<b>Grype"]),
      seen("CVE-3", ["<b>Grype"], ["Trivy"]),
    ]);
    const opinions = ["Trivy", "<b>Grype"].map((scanner) => ({ scanner, findings: 1, sees: ["debian"] }));
    const text = html(view([{ ...made, scan: { ...made.scan, opinions } }]));
    const page = parsed(text);
    expect(text).not.toContain("<b>Grype");
    expect(textOf(page)).toContain("Trivy and <b>Grype agree on 1 of 3; 1 only Trivy, 1 only <b>Grype.");
    expect(elements(page, "th").map(textOf)).toContain("Scanners");
    const select = elements(page, "select").find((each) => attribute(each, "name") === "scanner");
    expect(select && elements(select, "option").map((each) => [attribute(each, "value"), textOf(each)])).toEqual([
      ["", "all"],
      ["0", "seen by Trivy"],
      ["1", "seen by <b>Grype"],
      ["-", "not seen by all that could"],
    ]);
    // The page's script filters by these attributes.
    const marks = elements(page, "tr").flatMap((each) => attribute(each, "data-w") ?? []);
    expect(marks.sort()).toEqual(["0 -", "0 1", "1 -"]);
  });

  test("of which there is one, there is nothing of that", () =>
    expect(html(view([target([judged()])]))).not.toMatch(/by-scanner|data-w=|<button type="button">Scanners/));
});
