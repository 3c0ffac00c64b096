import { describe, expect, it } from "vitest";
import type { InstalledPackage, ScanResult, Target } from "../../src/domain/target.ts";
import type { JudgedTarget } from "../../src/domain/verdict.ts";
import type { PackagePage, Submission } from "../../src/forge/forge.ts";
import type { Snapshot } from "../../src/render/formats/dependency-snapshot.ts";
import type { View } from "../../src/render/view.ts";
import { submitPackages } from "../../src/reports/submit-packages.ts";
import { fakePlatform } from "../job/fake-platform.ts";
import { failed, target, view } from "../render/build.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const ABOUT = { sha: "a".repeat(40), ref: "refs/heads/main" };
const JAR: InstalledPackage = {
  name: "org.acme:lib",
  version: "1.0",
  type: "jar",
  ecosystem: "maven",
  listedIn: "own-file",
  purl: "pkg:maven/org.acme/lib@1.0",
  path: "app/lib.jar",
};

/** An image with these packages. `how` changes the image and its scan. */
function image(
  label: string,
  packages: readonly InstalledPackage[] = [JAR],
  how: { kind?: Target["kind"]; scanners?: readonly string[] | undefined; build?: ScanResult["build"] } = {},
): JudgedTarget {
  const scanners = "scanners" in how ? how.scanners : ["vuln"];
  const made = target([], { label, provenance: { scanners } });
  return {
    ...made,
    target: { ...made.target, kind: how.kind ?? "image" },
    scan: { ...made.scan, packages, build: how.build },
  };
}

/** The sent data and the log. */
async function submitted(shown: View, given: Partial<PackagePage> = {}) {
  using folder = temporaryFolder("submit");
  const world = testWorld(folder.path);
  const sent: Submission[] = [];
  const packages: PackagePage = {
    about: ABOUT,
    jobFor: (name) => ({ id: "1", correlator: `job ${name}` }),
    send: async (submissions) => void sent.push(...submissions),
    ...given,
  };
  await submitPackages(shown, { packages }, fakePlatform(), world);
  const snapshots = sent.map(({ snapshot }) => snapshot as Snapshot);
  return { sent, snapshots, lines: world.lines };
}

describe("packages for the dependency graph", () => {
  it("are sent of each judged image, under its own name and job", async () => {
    const shown = view([
      image("ghcr.io/acme/app:1"),
      image("ghcr.io/acme/web:2", [JAR, { ...JAR, path: "web/lib.jar" }]),
    ]);
    const { sent, snapshots, lines } = await submitted(shown);
    expect(lines).toEqual([]);
    expect(sent.map(({ what }) => what)).toEqual([
      "1 package of ghcr.io/acme/app",
      expect.stringContaining("acme/web"),
    ]);
    expect(snapshots.map(({ job }) => job.correlator)).toEqual(["job ghcr.io/acme/app", "job ghcr.io/acme/web"]);
    for (const snapshot of snapshots) {
      expect(snapshot).toMatchObject({ ...ABOUT, scanned: "2026-11-24T15:00:00.000Z", detector: { version: "1.2.3" } });
    }
  });

  it("leave out what is not an image, or was not judged", async () => {
    const shown = view([
      image("src", [JAR], { kind: "path" }),
      image("sbom.json", [JAR], { kind: "sbom" }),
      // A report about a target that is not an image says nothing about a build.
      image("report.json", [JAR], { kind: "trivy-report" }),
      image("image-report.json", [JAR], { kind: "trivy-report", scanners: undefined, build: { instructions: [] } }),
      failed({}, "ghcr.io/acme/gone:1"),
    ]);
    const { sent } = await submitted(shown);
    expect(sent.map(({ what }) => what)).toEqual([expect.stringContaining("image-report.json")]);
  });

  it.each(["info", "warning"] as const)(
    "are not sent if the platform decides so: why is a line of its level, %s",
    async (level) => {
      const about = { level, why: "the token may not write" };
      const { sent, lines } = await submitted(view([image("app:1")]), { about });
      expect(sent).toEqual([]);
      expect(lines).toEqual([`${level}: Nothing is sent to the dependency graph: the token may not write.`]);
    },
  );

  it("are not sent of an image whose packages are not all known, as that would take them out of the graph", async () => {
    const partly = [
      image("jarless:1", [JAR], { scanners: ["secret"] }),
      image("empty-report.json", [], { kind: "trivy-report", build: { instructions: [] } }),
    ];
    const { sent, lines } = await submitted(view([...partly, image("whole:1")]));
    expect(sent.map(({ what }) => what)).toEqual(["1 package of whole"]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^warning: \[packages-not-listed\] .*jarless:1 \(`scanners` has no `vuln`.*empty-report\.json \(it lists no/,
    );
  });

  it("are not even made if there is no image whose packages are all known", async () => {
    const many = Array.from({ length: 7 }, (_, index) => image(`app-${index}:1`, [JAR], { scanners: ["secret"] }));
    const { sent, lines } = await submitted(view(many), { send: () => Promise.reject(new Error("asked")) });
    expect(sent).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("app-4:1");
    expect(lines[0]).not.toContain("app-5:1");
    expect(lines[0]).toContain("and 2 more");
  });

  it("of an image without any are sent too: that clears what an earlier build had", async () => {
    const { sent, snapshots } = await submitted(view([image("app:1", [])]));
    expect(sent.map(({ what }) => what)).toEqual(["0 packages of app"]);
    expect(snapshots[0]?.manifests).toEqual({});
  });

  it("name the Dockerfile only if it is one of the repository", async () => {
    const places = async (file: string) => {
      const { snapshots } = await submitted(view([image("app:1")], { dockerfile: { file } }));
      return Object.values(snapshots[0]?.manifests ?? {}).map((manifest) => manifest.file?.source_location);
    };
    expect(await places("docker/Dockerfile")).toEqual(["docker/Dockerfile"]);
    expect(await places("/tmp/Dockerfile")).not.toContain("/tmp/Dockerfile");
    expect(await places("../Dockerfile")).not.toContain("../Dockerfile");
  });

  it("that are too many are not sent, and a warning says how many there are", async () => {
    const packages = Array.from({ length: 20_003 }, (_, at) => {
      return { ...JAR, name: `org.acme:lib${at}`, purl: `pkg:maven/org.acme/lib${at}@1.0`, path: `lib${at}.jar` };
    });
    const { sent, lines } = await submitted(view([image("app:1", packages)]));
    expect(sent).toEqual([]);
    expect(lines).toEqual([
      expect.stringMatching(/^warning: \[dependency-snapshot-cut\] app:1 has 20,003 packages .* nothing was sent\. /),
    ]);
  });
});
