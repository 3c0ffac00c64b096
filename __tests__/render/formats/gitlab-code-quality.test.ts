import { describe, expect, it } from "vitest";
import { SEVERITIES } from "../../../src/domain/severity.ts";
import { renderCodeQuality } from "../../../src/render/formats/gitlab-code-quality.ts";
import type { View } from "../../../src/render/view.ts";
import { codeQualityMistakes } from "../../support/gitlab/gitlab-rules.ts";
import { exception, failed, finding, judged, target, view } from "../build.ts";
import { whole } from "../facts.ts";
import { HOSTILE } from "../hostile.ts";
import { SAMPLES, sample } from "../samples.ts";
import { factsOf } from "../sarif/bed.ts";

interface Entry {
  readonly description: string;
  readonly check_name: string;
  readonly severity: string;
  readonly fingerprint: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

function entries(of: View): readonly Entry[] {
  const parsed = JSON.parse(whole(renderCodeQuality(of, factsOf(of))));
  expect(codeQualityMistakes(parsed)).toEqual([]);
  return parsed;
}

describe("GitLab's code-quality report", () => {
  it.each(Object.keys(SAMPLES).filter((name) => name !== "huge"))(
    "of %s has each open finding, and each error",
    (name) => {
      const of = sample(name);
      const expected = of.verdict.targets.map((each) =>
        each.answer === "error" ? 1 : each.findings.filter(({ outcome }) => outcome === "open").length,
      );
      expect(entries(of)).toHaveLength(expected.reduce((sum, count) => sum + count, 0));
    },
  );

  it("says what is open, where, and what fixes it", () => {
    expect(entries(view([target([judged()])]))).toMatchObject([
      {
        check_name: "CVE-2024-6119",
        description:
          "HIGH CVE-2024-6119 in libssl3 3.0.11-1~deb12u2: openssl: Possible denial of service in X.509 name checks (fixed in 3.0.15-1~deb12u1) [ghcr.io/acme/app:1.4.2]",
        severity: "critical",
      },
    ]);
  });

  it("has no words that the merge request takes for a style", () => {
    const [entry] = entries(view([target([judged(finding({ title: "%{strong_start}safe%{strong_end}" }))])]));
    expect(entry?.description).toContain("%\\u{7B}strong_start}safe");
    expect(entry?.description).not.toContain("%{");
  });

  it("has its own word for each severity, the worst first", () => {
    const all = SEVERITIES.map((severity) => judged(finding({ severity, id: `CVE-2024-${severity}` })));
    const words = entries(view([target(all)])).map(({ severity }) => severity);
    expect(words).toEqual(["blocker", "critical", "major", "minor", "info"]);
  });

  it("points at the Dockerfile's line, otherwise at the path in the image, otherwise at a file of the repository", () => {
    const source = { file: "Dockerfile", line: 7 };
    const layer = { diffId: `sha256:${"a".repeat(64)}`, number: 1, source };
    const places = entries(
      view([
        target([
          judged(finding({ id: "CVE-1", layer, path: "opt/x.jar" })),
          judged(finding({ id: "CVE-2", path: "opt/x.jar" })),
          judged(finding({ id: "CVE-3", layer: undefined })),
        ]),
      ]),
    ).map(({ location: { path, lines } }) => `${path}:${lines.begin}`);
    expect(places).toEqual(["Dockerfile:7", "opt/x.jar:1", ".github/workflows/ci.yml:1"]);
  });

  it("gives a finding the same fingerprint in the next build, under another tag, version and digest", () => {
    const build = (tag: string, version: string) =>
      entries(view([target([judged(finding({ package: { version } }))], { label: `ghcr.io/acme/app:${tag}` })]));
    expect(build("2", "3.0.12")[0]?.fingerprint).toBe(build("1", "3.0.11")[0]?.fingerprint);
  });

  it("tells alike findings of two images apart", () => {
    const two = ["ghcr.io/acme/a:1", "ghcr.io/acme/b:1"].map((label) => target([judged(), judged()], { label }));
    expect(new Set(entries(view(two)).map(({ fingerprint }) => fingerprint)).size).toBe(4);
  });

  it("leaves out what is accepted or not counted, and is an empty list where nothing is open", () => {
    const spared = [
      judged(finding({ id: "CVE-1" }), { outcome: "accepted", exceptions: [exception()] }),
      judged(finding({ id: "CVE-2" }), { outcome: "not-counted", spared: "unfixed" }),
    ];
    expect(entries(view([target(spared)]))).toEqual([]);
  });

  it("never looks resolved where nothing was looked at: an error is a blocker", () => {
    expect(entries(view([failed({}, "gone:1")]))).toMatchObject([
      {
        severity: "blocker",
        check_name: "image-not-found",
        description: expect.stringMatching(/^gone:1 could not be judged: \[image-not-found\]/),
      },
    ]);
  });

  it.each(HOSTILE)("is one visible line, whatever an image holds: %j", (text) => {
    const one = finding({
      id: text,
      title: text,
      package: { name: text, version: text },
      path: text,
      fixedVersions: [text],
    });
    for (const { description, location, check_name } of entries(view([target([judged(one)], { label: text || "x" })])))
      for (const shown of [description, check_name, location.path]) {
        expect(shown).not.toMatch(/[\p{Cc}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u);
        expect(shown.length).toBeLessThan(2_000);
      }
  });
});
