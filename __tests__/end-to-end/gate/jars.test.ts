import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { debian12, python, saveImage } from "../../support/images/images.ts";
import { processesOf, program } from "../../support/programs/fake-trivy.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("jars"));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), debian12());
saveImage(join(workspace, "jar.tar"), python({ withNopomJar: true }));
mkdirSync(join(workspace, "folder"));
writeFileSync(join(workspace, "folder", "requirements.txt"), "requests==2.33.0\n");
const scans = join(stage.folder, "scans");
const real = await ensureTrivy();
const text = `#!/bin/sh
# Not the version, and not the plan's second scan.
if [ "$1" != image ] && [ "$1" != fs ]; then exec '${real}' "$@"; fi
echo scan >> '${scans}'
if [ "$1" = fs ]; then
  for each in "$@"; do case "$each" in --cache-dir=*) cache="\${each#*=}";; esac; done
  if [ ! -e "$cache/java-db/trivy-java.db" ]; then
    printf 'now\\tERROR\\t[javadb] The first run cannot skip downloading Java DB\\n' >&2
    exit 1
  fi
fi
exec '${real}' "$@"
`;
const path = program(join(stage.folder, "trivy"), text);
/** A small program in Trivy's place: it records each scan, and passes everything else to the real one. */
const trivy = { path, sha256: createHash("sha256").update(text).digest("hex") };
beforeEach(() => {
  stage.bed.registry.requests.length = 0;
  stage.bed.registry.clearFaults();
});

let count = 0;
const freshTools = () => join(stage.folder, `tools-${++count}`);

/** The run, how often Trivy scanned, and whether the Java database was downloaded. */
async function run(toolCache: string, image = "jar.tar", more: Record<string, string> = {}) {
  writeFileSync(scans, "");
  stage.bed.registry.requests.length = 0;
  const told = await stage.run(
    { "trivy-binary": trivy.path, "trivy-sha256": trivy.sha256, image, ...more },
    { workspace, toolCache },
  );
  const fetched = stage.bed.registry.requests.some(({ path }) => path.includes("trivy-java-db"));
  return { told, found: idsOf(told), scans: readFileSync(scans, "utf8").split("\n").length - 1, fetched };
}
const idsOf = ({ report }: GateResult) => report.findings.map(({ id, path }) => `${id} ${path ?? ""}`).sort();
const storedJava = (toolCache: string) => join(realpathSync(join(toolCache, "image-gate/java-db")), "trivy-java.db");

describe("an image with jars", () => {
  it("is read once, with the Java database, be that kept or not", async () => {
    const toolCache = freshTools();
    const first = await run(toolCache);
    expect(first).toMatchObject({ scans: 1, fetched: true });
    expect(first.found.some((each) => each.startsWith("CVE-2099-5001 "))).toBe(true);
    const second = await run(toolCache);
    expect(second).toMatchObject({ scans: 1, fetched: false });
    expect(second.found).toEqual(first.found);
    expect(second.told.log).not.toContain("scanned once more");
  });

  // Proves: java-database-checked-before
  it("gets another Java database if the kept one is not the one that was downloaded", async () => {
    const toolCache = freshTools();
    const { found } = await run(toolCache);
    const database = new DatabaseSync(storedJava(toolCache));
    database.exec("UPDATE indices SET sha1 = x'00'");
    database.close();
    const again = await run(toolCache);
    expect(again).toMatchObject({ scans: 1, fetched: true });
    expect(again.found).toEqual(found);
    expect(await run(toolCache)).toMatchObject({ scans: 1, fetched: false });
  });
});

// Proves: download-waits-ends-run
it("a run that ends while the Java database is fetched leaves no process, and no half of a database", async () => {
  const toolCache = freshTools();
  await run(toolCache);
  appendFileSync(storedJava(toolCache), "x");
  stage.bed.registry.fault(/trivy-java-db\/blobs/, { hang: true });
  const before = readdirSync(join(toolCache, "image-gate")).sort();
  const { told, fetched } = await run(toolCache, "jar.tar", { timeout: "3s" });
  expect(told.outputs.reason).toContain("[database-timeout]");
  expect(fetched).toBe(true);
  expect(processesOf(told.temp)).toEqual([]);
  expect(readdirSync(join(toolCache, "image-gate")).sort()).toEqual(before);
});

describe("a folder with jars", () => {
  it("has no inventory: Trivy asks for the Java database, and is started a second time", async () => {
    const toolCache = freshTools();
    const first = await run(toolCache, "", { path: "folder" });
    expect(first).toMatchObject({ scans: 2, fetched: true });
    expect(first.told.outputs.verdict).toBe("pass");
    expect(first.told.log).toContain("scanned once more");
  });
});

describe("an image without jars", () => {
  it("is read once, and pays nothing for a Java database, be there one or not", async () => {
    const toolCache = freshTools();
    expect(await run(toolCache, "app.tar")).toMatchObject({ scans: 1, fetched: false });
    await run(toolCache);
    // If it were read, it would be found damaged, and downloaded again.
    writeFileSync(storedJava(toolCache), "not a database");
    expect(await run(toolCache, "app.tar")).toMatchObject({ scans: 1, fetched: false });
  });
});
