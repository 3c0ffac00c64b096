import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureGrype } from "../../scripts/setup/go-tools.ts";
import type { FindingRecord, ImageRecord } from "../../src/domain/history/record.ts";
import { type GrypeAdvisory, grypeDatabaseArchive } from "../support/grype-database.ts";
import { debian12, python } from "../support/images.ts";
import { openWeeks, type Weeks } from "./weeks.ts";

// `rescan/` as a runner starts it, with the real Trivy and the real Grype: weeks in which scanners come and go.

let weeks: Weeks;
let grype: Readonly<Record<string, string>>;
beforeAll(async () => {
  weeks = await openWeeks("rescan-grype");
  // Trivy's database has the first one as CVE-2099-1001, and knows nothing of the others.
  const advisories: GrypeAdvisory[] = [
    {
      id: "CVE-2099-1001",
      severity: "critical",
      ecosystem: "deb",
      package: "openssl",
      fixed: "3.0.15-1~deb12u1",
      release: "debian:12",
    },
    {
      id: "CVE-2099-0001",
      severity: "high",
      ecosystem: "deb",
      package: "openssl",
      fixed: "3.0.99-1",
      release: "debian:12",
    },
    { id: "GHSA-aaaa-bbbb-cccc", severity: "critical", ecosystem: "python", package: "requests", fixed: "2.99.0" },
  ];
  const { bytes, sha256 } = grypeDatabaseArchive({ advisories });
  const archive = join(weeks.folder.path, "db.tar.zst");
  writeFileSync(archive, bytes);
  grype = { "grype-binary": await ensureGrype(), "grype-db": `${archive}@sha256:${sha256}` };
});
afterAll(() => weeks[Symbol.asyncDispose]());

const both = () => ({ "scan-with": "trivy, grype", ...grype });

function recordIn(name: string): ImageRecord {
  const folder = join(weeks.state(name), "images");
  const [only] = readdirSync(folder);
  return JSON.parse(readFileSync(join(folder, only ?? ""), "utf8"));
}

const there = ({ findings }: ImageRecord): FindingRecord[] =>
  findings.filter(({ episodes }) => episodes.at(-1)?.closed === undefined);

describe("two scanners, week after week", () => {
  it("read the image, then its SBOM with the same answer, and each finding is recorded once", async () => {
    weeks.bed.registry.add("both/app", "1.0", debian12());
    const inputs = { discover: "file:images.txt", "state-dir": weeks.state("both"), ...both() };
    const files = { "images.txt": `${weeks.bed.registry.host}/both/app:1.0\n` };
    const first = await weeks.week(inputs, files);
    expect(first.results[0], first.log).toMatchObject({ verdict: "fail", way: "image" });
    const record = recordIn("both");
    expect(there(record)).toHaveLength(18);
    const second = await weeks.week(inputs, files);
    expect(second.results[0], second.log).toMatchObject({ verdict: "fail", way: "sbom" });
    expect(second.results[0]?.counts).toEqual(first.results[0]?.counts);
    const again = there(recordIn("both"));
    expect(again.map(({ id, package: about }) => [id, about])).toEqual(
      there(record).map(({ id, package: about }) => [id, about]),
    );
    expect(again.map(({ "seen-by": by }) => by)).toEqual(there(record).map(({ "seen-by": by }) => by));
  });
});

describe("an image in which Grype sees more than Trivy lists", () => {
  it("is read each week", async () => {
    weeks.bed.registry.add("more/app", "1.0", python());
    const inputs = { discover: "file:images.txt", "state-dir": weeks.state("more"), ...both() };
    const files = { "images.txt": `${weeks.bed.registry.host}/more/app:1.0\n` };
    const first = await weeks.week(inputs, files);
    expect(first.results[0]?.way, first.log).toBe("image");
  });
});
