import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { exception, finding, judged, target, view } from "../build.ts";
import { fingerprintsOf, runOf, sarifOf } from "./bed.ts";

const resultsOf = (...findings: Parameters<typeof judged>[0][]) =>
  runOf(target(findings.map((each) => judged(each)))).results;

const PIP = "usr/lib/python3/site-packages";
const urllib = (version: string, over: Partial<Finding> = {}) =>
  finding({
    id: "CVE-2021-33503",
    package: { name: "urllib3", version, type: "python-pkg", purl: `pkg:pypi/urllib3@${version}` },
    path: `${PIP}/urllib3-${version}.dist-info/METADATA`,
    ...over,
  } as Parameters<typeof finding>[0]);
const openssl = (version: string, release: string) =>
  finding({ package: { version, purl: `pkg:deb/debian/libssl3@${version}?arch=amd64&distro=debian-${release}` } });

describe("a result", () => {
  test("says in which image it is, without the tag that the next build changes, and of what is not an image the label", () => {
    const secret = judged(finding({ kind: "secret", id: "aws", title: "AWS key", package: undefined, path: ".env" }));
    const folder = target([secret], { label: "src/app" });
    const image = target([judged()], { label: "ghcr.io/acme/worker:2 (linux/arm64)" });
    const { runs } = sarifOf(
      view([
        target([judged()]),
        { ...image, target: { ...image.target, platform: "linux/arm64" } },
        { ...folder, target: { ...folder.target, kind: "path" } },
        target([judged()], { label: "out/app.tar", artifact: { claims: ["ghcr.io/acme/tar:7"] } }),
        target([judged()], { label: "out/bare.tar", artifact: { names: ["out/bare.tar"] } }),
      ]),
    );
    expect(runs.map(({ results }) => results[0]?.message.text.split(" has ")[0])).toEqual([
      "libssl3 3.0.11-1~deb12u2 in ghcr.io/acme/app",
      "libssl3 3.0.11-1~deb12u2 in ghcr.io/acme/worker (linux/arm64)",
      "src/app",
      "libssl3 3.0.11-1~deb12u2 in out/app.tar (ghcr.io/acme/tar)",
      "libssl3 3.0.11-1~deb12u2 in out/bare.tar",
    ]);
  });

  test("has one place in the repository, its address encoded, and the place in the image alongside it", () => {
    const source = { file: "docker/my app/Dockerfile#1", line: 7 };
    const [result] = resultsOf(urllib("1.26.4", { layer: { diffId: "sha256:1", number: 2, source } }));
    expect(result?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: "docker/my%20app/Dockerfile%231", uriBaseId: "%SRCROOT%" },
          region: { startLine: 7 },
        },
        logicalLocations: [{ fullyQualifiedName: `${PIP}/urllib3-1.26.4.dist-info/METADATA`, kind: "resource" }],
      },
    ]);
    expect(result?.properties.layer).toBe("sha256:1");
  });
});

describe("an endless name", () => {
  test("makes no endless result", () => {
    const endless = "x".repeat(100_000);
    const [result] = resultsOf(
      finding({
        id: endless,
        title: endless,
        package: { name: endless, version: endless },
        fixedVersions: Array.from({ length: 1000 }, () => endless),
        status: endless,
        path: endless,
        layer: { diffId: "sha256:1", number: 1, instruction: endless },
      }),
    );
    expect(JSON.stringify(result).length).toBeLessThan(20_000);
    expect(result?.message.text.length).toBeLessThan(1500);
  });
});

describe("suppressions", () => {
  test("carry the exception's reason, owner and last day, the VEX document, or the rule that exempts", () => {
    const { results } = runOf(
      target([
        judged(finding({ id: "CVE-2024-0001" }), { outcome: "accepted", exceptions: [exception()] }),
        judged(finding({ id: "CVE-2024-0002" }), {
          outcome: "accepted",
          vex: { status: "not_affected", justification: "code_not_reachable", author: "Acme", document: "a.json" },
        }),
        judged(finding({ id: "CVE-2024-0003" }), { outcome: "not-counted", spared: "unfixed" }),
        judged(finding({ id: "CVE-2024-0004" }), { outcome: "not-counted", spared: "grace", countsFrom: "2026-12-01" }),
        judged(finding({ id: "CVE-2024-0005" })),
      ]),
    );
    const suppressed = (justification: string) => [{ kind: "external", status: "accepted", justification }];
    expect(results.map(({ suppressions }) => suppressions)).toEqual([
      suppressed("The parser sees only our own addresses; owner: @acme/web; until 2027-01-31"),
      suppressed("VEX not affected: code_not_reachable; author: Acme; a.json"),
      suppressed("not counted: without a fix"),
      suppressed("not counted: in their grace period; counts from 2026-12-01"),
      [],
    ]);
  });

  test("are on no result where all count, and then no result is said to be reviewed", () => {
    expect(resultsOf(finding()).map((result) => "suppressions" in result)).toEqual([false]);
  });
});

describe("fingerprints", () => {
  const label = (tag: string) => ({ label: `ghcr.io/acme/app:${tag}` });

  test("stay over a rebuild: another tag, layer, package version and point release", () => {
    const before = runOf(target([judged(urllib("1.26.4")), judged(openssl("3.0.11-1", "12.7"))], label("1.0")));
    const after = runOf(
      target(
        [
          judged(urllib("1.26.5", { layer: { diffId: "sha256:9", number: 9 } })),
          judged(openssl("3.0.12-1", "12.8")),
          judged(finding({ id: "CVE-2026-1" })),
        ],
        label("2.0"),
      ),
    );
    expect(fingerprintsOf(after)).toMatchObject(fingerprintsOf(before));
    expect(Object.keys(fingerprintsOf(before))).toHaveLength(2);
    expect(after.automationDetails).toEqual(before.automationDetails);
    for (const value of Object.values(fingerprintsOf(after))) expect(value).toMatch(/^[0-9a-f]{64}:1$/);
  });

  test("are other ones for another advisory, package, path and image", () => {
    const all = sarifOf(
      view([
        target(
          [
            judged(finding()),
            judged(finding({ id: "CVE-2024-0001" })),
            judged(finding({ package: { name: "openssl" } })),
            judged(finding({ path: "a" })),
            judged(finding({ path: "b" })),
          ],
          label("1"),
        ),
        target([judged(finding())], { label: "ghcr.io/acme/other:1" }),
        target([judged(finding())], { label: "ghcr.io/acme/app/nested:1" }),
      ]),
    ).runs.flatMap(({ results }) => results);
    expect(new Set(all.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash)).size).toBe(7);
  });

  test("count findings of one identity, and accepting one leaves the others' as they are", () => {
    const secrets = [3, 9].map((line) =>
      finding({ kind: "secret", id: "aws", package: undefined, path: "etc/key", line }),
    );
    const [first, second] = runOf(target(secrets.map((each) => judged(each)))).results;
    const hashes = [first, second].map((result) => result?.partialFingerprints.primaryLocationLineHash ?? "");
    expect(hashes.map((each) => each.slice(-2))).toEqual([":1", ":2"]);
    expect(hashes[0]?.slice(0, -2)).toBe(hashes[1]?.slice(0, -2));
    const accepting = runOf(
      target(
        secrets.map((each, index) =>
          judged(each, index === 0 ? { outcome: "accepted", exceptions: [exception()] } : {}),
        ),
      ),
    ).results;
    expect(accepting.map((result) => result.partialFingerprints.primaryLocationLineHash)).toEqual(hashes);
  });
});
