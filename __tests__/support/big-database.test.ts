import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import { ensureTrivy } from "../../scripts/setup/tools.ts";
import { bigDatabase } from "./big-database.ts";
import { vulnerabilityDatabase, writeDatabases } from "./database.ts";
import { debian12, saveImage } from "./images.ts";
import { startRegistry } from "./registry.ts";
import { sharedFolder } from "./shared.ts";

const now = new Date();
const folder = sharedFolder("big-database");
const big = await bigDatabase(now);

async function trivy(...args: string[]): Promise<string> {
  const quiet = ["--skip-version-check", "--disable-telemetry", "--no-progress"];
  const env = { PATH: "/usr/bin:/bin", HOME: folder.path };
  const { code, stdout, stderr } = await finish(await ensureTrivy(), ["image", ...args, ...quiet], { env });
  expect(code, stderr).toBe(0);
  return stdout;
}

/** The ids that a scan of Debian 12 finds with this cache folder's database. */
async function findings(cache: string): Promise<string[]> {
  const image = saveImage(join(folder.path, "image.tar"), debian12());
  const flags = ["--skip-db-update", "--scanners=vuln", "--format=json", "--cache-backend=memory"];
  const report = JSON.parse(await trivy(`--cache-dir=${cache}`, ...flags, `--input=${image}`));
  const rows: { VulnerabilityID: string }[] = report.Results.flatMap(
    (one: { Vulnerabilities?: [] }) => one.Vulnerabilities ?? [],
  );
  return rows.map((row) => row.VulnerabilityID).sort();
}

describe("the big database", () => {
  it("is as big as a real one: some 90 MB packed, hundreds unpacked", () => {
    const layer = Math.max(...[...big.artifact.blobs.values()].map((blob) => blob.length));
    expect(layer).toBeGreaterThan(80e6);
    expect(layer).toBeLessThan(100e6);
    expect(statSync(big.file).size).toBeGreaterThan(300e6);
  });

  it("is downloaded by Trivy from a registry, and finds exactly what the small one finds", async () => {
    await using registry = await startRegistry();
    registry.add("trivy-db", "2", big.artifact);
    const cache = join(folder.path, "cache");
    await trivy("--download-db-only", `--cache-dir=${cache}`, `--db-repository=${registry.host}/trivy-db:2`);
    expect(statSync(join(cache, "db/trivy.db")).size).toBe(statSync(big.file).size);
    const small = join(folder.path, "small");
    writeDatabases(small, { vulnerability: vulnerabilityDatabase({ now }) });
    const found = await findings(cache);
    expect(found).toEqual(await findings(small));
    expect(found).toHaveLength(16);
  });

  it("is unpacked for who has no registry", async () => {
    const cache = join(folder.path, "linked");
    mkdirSync(join(cache, "db"), { recursive: true });
    symlinkSync(big.file, join(cache, "db/trivy.db"));
    writeFileSync(join(cache, "db/metadata.json"), vulnerabilityDatabase({ now }).metadata);
    expect(await findings(cache)).toHaveLength(16);
  });
});
