import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { judgeAgain } from "../../../src/actions/sign/sign-report.ts";
import type { GateReport } from "../../../src/domain/evidence/gate-report.ts";
import { sha256OfBytes } from "../../../src/system/store/hashing.ts";
import { reportOf, scanned } from "../../domain/evidence/reports.ts";
import { finding, judged } from "../../render/build.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/folder.ts";

const folder = temporaryFolder("judge-again");
const LOOSE = "version: 1\nthresholds: {high: 3}\n";

/** The report of a gate that let one HIGH pass by such a policy file. */
function reported(path: string): GateReport {
  const target = scanned("a", [judged(finding())], {});
  const rows = target.rows.map((row) => (row.severity === "HIGH" ? { ...row, limit: 3, broken: false } : row));
  const policy = { path, sha256: sha256OfBytes(Buffer.from(LOOSE)), from: "workspace" } as const;
  return reportOf([{ ...target, answer: "pass", rows }], { policy });
}

function world(file?: string, text = LOOSE) {
  const made = testWorld(join(folder.path, Math.random().toString(36).slice(2)));
  mkdirSync(join(made.workspace, ".github"), { recursive: true });
  if (file !== undefined) writeFileSync(join(made.workspace, file), text);
  return made;
}

const DEFAULT = ".github/image-gate.yml";

it("takes the workspace's policy file if the report names its hash", async () => {
  await expect(judgeAgain(reported(DEFAULT), world(DEFAULT))).resolves.toBeUndefined();
});

// Proves: report-without-checksum-judged
it.each([
  ["is not there", () => world()],
  ["has changed since", () => world(DEFAULT, `${LOOSE}# later\n`)],
  ["is another file, which an edited report could name", () => world("lax.yml")],
])("takes none that %s", async (_, made) => {
  await expect(judgeAgain(reported("lax.yml"), made())).rejects.toMatchObject({ code: "report-unsealed" });
});

it("follows no link out of the workspace", async () => {
  const made = world();
  writeFileSync(join(folder.path, "outside.yml"), LOOSE);
  symlinkSync(join(folder.path, "outside.yml"), join(made.workspace, DEFAULT));
  await expect(judgeAgain(reported(DEFAULT), made)).rejects.toMatchObject({ code: "file-outside-workspace" });
});
