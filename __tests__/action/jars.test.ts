import { createHash } from "node:crypto";
import { appendFileSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../scripts/setup/tools.ts";
import { debian12, python, saveImage } from "../support/images.ts";
import { processesOf, program } from "./fake-trivy.ts";
import { openStage, type Stage, type Told } from "./stage.ts";

let stage: Stage;
let workspace: string;
/** A small program in Trivy's place: it notes each scan, and leaves all else to the real one. */
let trivy: { readonly path: string; readonly sha256: string };
let scans: string;
/** If this file exists, a scan without a Java database that meets a jar does not end by itself. */
let hang: string;
/** If this file exists, a scan that has read everything fails. */
let failing: string;

beforeAll(async () => {
  stage = await openStage("jars");
  workspace = join(stage.folder, "workspace");
  saveImage(join(workspace, "app.tar"), debian12());
  saveImage(join(workspace, "jar.tar"), python({ withNopomJar: true }));
  scans = join(stage.folder, "scans");
  hang = join(stage.folder, "hang");
  failing = join(stage.folder, "failing");
  const real = await ensureTrivy();
  const text = `#!/bin/sh
# Not the version, and not the plan's second scan.
if [ "$1" != image ]; then exec '${real}' "$@"; fi
case "$*" in *--download-*) exec '${real}' "$@";; esac
echo scan >> '${scans}'
if [ -e '${hang}' ]; then
  rm '${hang}'
  '${real}' "$@"
  exec sleep 600
fi
if [ -e '${failing}' ]; then
  '${real}' "$@"
  sleep 1
  exit 1
fi
exec '${real}' "$@"
`;
  const path = program(join(stage.folder, "trivy"), text);
  trivy = { path, sha256: createHash("sha256").update(text).digest("hex") };
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => {
  stage.bed.registry.requests.length = 0;
  for (const file of [hang, failing]) rmSync(file, { force: true });
  stage.bed.registry.clearFaults();
});

let count = 0;
const freshTools = () => join(stage.folder, `tools-${++count}`);

/** The run, how often Trivy scanned, and whether the Java database was downloaded. */
async function run(toolCache: string, image = "jar.tar") {
  writeFileSync(scans, "");
  stage.bed.registry.requests.length = 0;
  const told = await stage.run(
    { "trivy-binary": trivy.path, "trivy-sha256": trivy.sha256, image },
    { workspace, toolCache },
  );
  const fetched = stage.bed.registry.requests.some(({ path }) => path.includes("trivy-java-db"));
  return { told, found: idsOf(told), scans: readFileSync(scans, "utf8").split("\n").length - 1, fetched };
}
const idsOf = ({ report }: Told) => report.findings.map(({ id, path }) => `${id} ${path ?? ""}`).sort();
const storedJava = (toolCache: string) => join(realpathSync(join(toolCache, "image-gate/java-db")), "trivy-java.db");

describe("an image with jars", () => {
  it("is read once if the machine has kept the Java database, and the findings are the same", async () => {
    const toolCache = freshTools();
    const first = await run(toolCache);
    expect(first).toMatchObject({ scans: 2, fetched: true });
    expect(first.found.some((each) => each.startsWith("CVE-2099-5001 "))).toBe(true);
    const second = await run(toolCache);
    expect(second).toMatchObject({ scans: 1, fetched: false });
    expect(second.found).toEqual(first.found);
    expect(second.told.log).not.toContain("scanned once more");
  });

  // Proves: java-database-checked-before
  it("is scanned again if the kept Java database is not the one that was downloaded, whatever it said", async () => {
    const toolCache = freshTools();
    const { found } = await run(toolCache);
    const database = new DatabaseSync(storedJava(toolCache));
    database.exec("UPDATE indices SET sha1 = x'00'");
    database.close();
    const again = await run(toolCache);
    expect(again).toMatchObject({ scans: 2, fetched: true });
    expect(again.found).toEqual(found);
    expect(await run(toolCache)).toMatchObject({ scans: 1, fetched: false });
  });

  it("ends the Trivy that met a jar without a Java database, and does not wait for its end", async () => {
    const toolCache = freshTools();
    writeFileSync(hang, "");
    const first = await run(toolCache);
    expect(first).toMatchObject({ scans: 2, fetched: true });
    expect(first.told.outputs.verdict).toBe("fail");
    expect(first.found.some((each) => each.startsWith("CVE-2099-5001 "))).toBe(true);
  });
});

// Proves: download-waits-ends-run
it("a scan that fails while the Java database is fetched leaves no process, and no half of a database", async () => {
  const toolCache = freshTools();
  await run(toolCache);
  appendFileSync(storedJava(toolCache), "x");
  stage.bed.registry.fault(/trivy-java-db\/blobs/, { hang: true });
  writeFileSync(failing, "");
  const before = readdirSync(join(toolCache, "image-gate")).sort();
  const { told, fetched } = await run(toolCache);
  expect(told.outputs.reason).toContain("[trivy-failed]");
  expect(fetched).toBe(true);
  expect(processesOf(told.temp)).toEqual([]);
  expect(readdirSync(join(toolCache, "image-gate")).sort()).toEqual(before);
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
