import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { describe, expect, it } from "vitest";
import { SEVERITIES } from "../../../src/domain/severity.ts";
import { renderGitlab } from "../../../src/render/formats/gitlab.ts";
import type { View } from "../../../src/render/view.ts";
import { gitlabMistakes } from "../../support/gitlab/gitlab-rules.ts";
import { glfmDeeds, HOSTILE_ON_GITLAB } from "../../support/gitlab/glfm-rules.ts";
import { exception, failed, finding, judged, target, view } from "../build.ts";
import { FACTS, whole } from "../facts.ts";
import { HOSTILE } from "../hostile.ts";
import { SAMPLES, sample } from "../samples.ts";

interface GitlabReport {
  readonly scan: Readonly<Record<string, unknown>> & { readonly messages?: { level: string; value: string }[] };
  readonly vulnerabilities: readonly (Readonly<Record<string, unknown>> & {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly solution?: string;
    readonly location: { readonly image: string; readonly operating_system: string };
    readonly identifiers: readonly unknown[];
  })[];
}

const rendered = (of: View) => whole(renderGitlab(of, FACTS));

function report(of: View): GitlabReport {
  const parsed = JSON.parse(rendered(of));
  expect(gitlabMistakes(parsed)).toEqual([]);
  return parsed;
}

const image = (input: string, as?: string) => {
  const made = target([judged()], { label: input, artifact: { claims: ["claimed:1"] } });
  return report(view([{ ...made, target: { ...made.target, as } }])).vulnerabilities[0]?.location.image;
};

describe("GitLab's container-scanning report", () => {
  it.each(Object.keys(SAMPLES).filter((name) => name !== "huge"))(
    "of %s is valid by GitLab's rules, with all that is open",
    (name) => {
      const of = sample(name);
      const open = of.verdict.targets
        .flatMap((each) => (each.answer === "error" ? [] : each.findings))
        .filter((each) => each.outcome === "open" && each.finding.kind === "vulnerability");
      expect(report(of).vulnerabilities).toHaveLength(open.length);
    },
  );

  it.each(["fail", "several-targets", "hostile"])("of %s is as in its golden file", async (name) => {
    await expect(rendered(sample(name))).toMatchFileSnapshot(`../golden/gitlab-${name}.json`);
  });

  it("names the scanner of a report, and all scanners of several opinions", () => {
    const of = (scanner: string) => report(view([target([judged()], { provenance: { scanner } })])).scan.scanner;
    expect(of("Trivy")).toMatchObject({ id: "trivy", name: "Trivy", vendor: { name: "Aqua Security" } });
    expect(of("Grype")).toMatchObject({ id: "grype", name: "Grype" });
    expect(of("Trivy and Grype")).toMatchObject({ id: "trivy-and-grype", name: "Trivy and Grype" });
  });

  it("of a tool without a page has no address of it", () => {
    const { url: _, ...tool } = FACTS.tool;
    const parsed = JSON.parse(whole(renderGitlab(view(), { ...FACTS, tool })));
    expect(gitlabMistakes(parsed)).toEqual([]);
    expect(parsed.scan.analyzer).not.toHaveProperty("url");
  });

  it("has the scanner's explanation before what was found", () => {
    const one = finding({ path: "usr/lib/x.so", description: "Issue summary: a long story." });
    const [found] = report(view([target([judged(one)])])).vulnerabilities;
    expect(found?.description).toBe(
      "Issue summary: a long story.\n\nFound: `libssl3` `3.0.11-1~deb12u2` in `usr/lib/x.so`",
    );
  });

  it.each<[string, string | undefined, string]>([
    ["that the user says it is", "ghcr.io/acme/app:1", "ghcr.io/acme/app:1"],
    ["by its digest", `app@sha256:${"0".repeat(64)}`, `app@sha256:${"0".repeat(64)}`],
    ["else the report's path and what it says", undefined, "api (r/x.json)"],
  ])("of a given report names the image %s", (_, as, image) => {
    const label = "api (r/x.json)";
    const made = target([judged(finding())], { label, artifact: { claims: ["claimed:1"] } });
    const given = { ...made, target: { kind: "trivy-report", input: "r/x.json", as, label } as const };
    expect(report(view([given])).vulnerabilities.map(({ location }) => location.image)).toEqual([image]);
  });

  it.each([
    ["the lowest that is newer", "jar", "2.14.1", ["2.15.0", "2.12.2", "2.3.1"], "Upgrade `x` to `2.15.0`"],
    ["all whose order is not known", "other", "r1", ["r2", "r3"], "Upgrade `x` to one of `r2`, `r3`"],
    ["none that is older", "npm", "2.0.0", ["1.9.0", "1.8.1"], undefined],
    ["none where there is none", "npm", "2.0.0", [], undefined],
    ["a hostile one as code", "other", "r1", ["1`2\n@acme"], "Upgrade `x` to `` 1`2\\u{A}@acme ``"],
  ])("advises %s", (_, type, installed, fixedVersions, solution) => {
    const one = finding({ package: { name: "x", type, version: installed }, fixedVersions });
    expect(report(view([target([judged(one)])])).vulnerabilities[0]?.solution).toBe(solution);
  });

  it("has GitLab's word for each severity", () => {
    const all = SEVERITIES.map((severity) => judged(finding({ severity, id: `CVE-2024-${severity}` })));
    const { vulnerabilities } = report(view([target(all)]));
    expect(vulnerabilities.map((each) => each.severity)).toEqual(["Critical", "High", "Medium", "Low", "Unknown"]);
  });

  it.each([
    ["GHSA-jfh8-c2jp-5v3q", "ghsa"],
    ["DSA-5532-1", "dsa"],
    ["RHSA-2023:1234", "rhsa"],
    ["weird", "other"],
    ["", "other"],
  ])("names the kind of the advisory %s", (id, type) => {
    expect(report(view([target([judged(finding({ id }))])])).vulnerabilities[0]?.identifiers[0]).toMatchObject({
      type,
    });
  });

  it("leaves out what is accepted, not counted, or no vulnerability, and says how much that is", () => {
    const findings = [
      judged(),
      judged(finding({ id: "CVE-2024-1" }), { outcome: "accepted", exceptions: [exception()] }),
      judged(finding({ id: "CVE-2024-2" }), { outcome: "not-counted", spared: "unfixed" }),
      judged(finding({ kind: "secret", id: "aws", package: undefined })),
      judged(finding({ kind: "misconfiguration", id: "DS-0002", package: undefined })),
      judged(finding({ kind: "misconfiguration", id: "DS-0001", package: undefined })),
      judged(finding({ kind: "license", id: "GPL-3.0" })),
    ];
    const { scan, vulnerabilities } = report(view([target(findings)]));
    expect(vulnerabilities.map((each) => each.name)).toEqual([expect.stringContaining("CVE-2024-6119")]);
    expect(scan.messages).toEqual([
      { level: "warn", value: "Not in this report, which is about vulnerabilities: 4 other findings." },
      { level: "info", value: "Left out: 1 accepted, 1 not counted." },
    ]);
  });

  it("says failure, and why, where a target could not be scanned, and still has the others", () => {
    const { scan, vulnerabilities } = report(view([failed({}, "gone:1"), target([judged()])]));
    expect(scan.status).toBe("failure");
    expect(scan.messages).toEqual([
      { level: "fatal", value: expect.stringMatching(/^gone:1: \[image-not-found\] gone:1 was found neither/) },
    ]);
    expect(vulnerabilities).toHaveLength(1);
  });

  it("tells alike findings apart: at two places, in two versions, in two targets; and gives each the same id again", () => {
    const findings = [
      judged(finding({ path: "a" })),
      judged(finding({ path: "b" })),
      judged(finding({ path: "b", package: { version: "3.0.12" } })),
    ];
    const sample = view([target(findings), target(findings, { label: "ghcr.io/acme/app:2" })]);
    const ids = report(sample).vulnerabilities.map(({ id }) => id);
    expect(new Set(ids).size).toBe(6);
    expect(report(sample).vulnerabilities.map(({ id }) => id)).toEqual(ids);
  });

  it("names the image with a tag", () => {
    expect(image("ghcr.io/acme/app:1.4.2")).toBe("ghcr.io/acme/app:1.4.2");
    expect(image("localhost:5000/app")).toBe("localhost:5000/app:latest");
    expect(image(`app@sha256:${"a".repeat(64)}`)).toBe(`app@sha256:${"a".repeat(64)}`);
    expect(image("build/app.tar", "acme/app:7")).toBe("acme/app:7");
    expect(image("build/app.tar", "acme/app")).toBe("acme/app:latest");
    expect(image("./layout")).toBe("./layout");
  });

  it("calls the system of a target without one unknown", () => {
    const made = target([judged()], { artifact: { os: undefined } });
    expect(report(view([made])).vulnerabilities[0]?.location.operating_system).toBe("Unknown");
  });

  it.each([...HOSTILE, "a milestone %1, a label ~2, a merge request !3, an epic &4"])(
    "is valid, and its Markdown dead, whatever an image holds: %j",
    (text) => {
      const one = finding({
        id: text,
        title: text,
        description: text,
        url: text,
        package: { name: text, version: text },
        path: text,
        fixedVersions: Array(30).fill(text),
      });
      const made = target([judged(one)], {
        label: text || "x",
        artifact: { os: { family: text, name: text, endOfLife: false } },
      });
      const { vulnerabilities } = report(view([made, failed({ what: text, remedy: text }, text)]));
      for (const { description, solution = "" } of vulnerabilities) {
        const html = micromark(`${description}\n\n${solution}`, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
        const live = html.replaceAll(/<(code|pre)[^>]*>.*?<\/\1>/gs, "");
        expect(live).not.toMatch(/@(?:acme|octocat)|<a |<img|#26|[~%!]\d|&lt;script/);
      }
    },
  );

  it.each(HOSTILE_ON_GITLAB)("does nothing as an issue that is made of it: %j", (text) => {
    const one = finding({ title: text, description: text, package: { name: text, version: text }, path: text });
    const { vulnerabilities } = report(view([target([judged({ ...one, fixedVersions: [text] })])]));
    for (const { description, solution = "" } of vulnerabilities)
      expect(glfmDeeds(`${description}\n\n${solution}`)).toEqual([]);
  });

  it("stays small whatever a package calls itself", () => {
    const text = "x".repeat(1_000_000);
    const made = target([judged(finding({ id: text, title: text, package: { name: text, version: text } }))]);
    expect(rendered(view([made])).length).toBeLessThan(100_000);
  });
});
