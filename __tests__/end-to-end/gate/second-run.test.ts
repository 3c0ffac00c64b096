import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { debian12, python, saveImage } from "../../support/images/images.ts";
import { releaseArchive, startReleaseServer } from "../../support/programs/releases.ts";
import { atMost } from "../../support/runs/patience.ts";
import { startAction } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { filesBelow, openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("second-run"));
const releases = await shared(startReleaseServer());
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), debian12());
saveImage(join(workspace, "jar.tar"), python({ withNopomJar: true }));
const ran = join(stage.folder, "ran");
const data = `#!/bin/sh
echo "$0" >> '${ran}'
if [ "$1" = version ]; then echo '{"Version":"0.76.0"}'; exit 0; fi
exec '${await ensureTrivy()}' "$@"
`;
/** A small program in Trivy's place: it prints its path, and passes everything else to the real one. */
const wrapper = await releaseArchive({ members: [{ path: "trivy", data, mode: 0o755 }] });
releases.add("0.76.0", wrapper);
beforeEach(() => {
  releases.requests.length = 0;
  stage.bed.registry.requests.length = 0;
  writeFileSync(ran, "");
});

let count = 0;
const freshTools = () => join(stage.folder, `tools-${++count}`);
const run = (toolCache: string, image = "app.tar") => {
  const hash = { "trivy-version": "0.76.0", "trivy-sha256": wrapper.sha256 };
  const trivy = { "trivy-binary": "", "trivy-mirror": releases.url, ...hash };
  return stage.run({ ...trivy, image }, { workspace, toolCache });
};
const asked = () => [...releases.requests, ...stage.bed.registry.requests].map(({ path }) => path);

describe("a second run on the same tool cache", () => {
  it("downloads nothing, neither Trivy nor a database, and comes to the same answer", async () => {
    const toolCache = freshTools();
    const first = await run(toolCache, "jar.tar");
    expect(asked().some((path) => path.includes("trivy_0.76.0"))).toBe(true);
    expect(asked().some((path) => path.includes("trivy-java-db"))).toBe(true);
    const kept = filesBelow(toolCache);
    releases.requests.length = 0;
    stage.bed.registry.requests.length = 0;
    const second = await run(toolCache, "jar.tar");
    expect(asked()).toEqual([]);
    expect(second.outputs.reason).toBe(first.outputs.reason);
    expect(second.outputs["db-updated-at"]).toBe(first.outputs["db-updated-at"]);
    expect(filesBelow(toolCache)).toEqual(kept);
  });

  it("takes nothing from one that a broken run left: leftovers of yesterday go, today's may be another run's", async () => {
    const toolCache = freshTools();
    await run(toolCache);
    const store = join(toolCache, "image-gate");
    for (const name of ["fresh-old", "fresh-young", "db-old", "db-young"]) {
      mkdirSync(join(store, name));
      writeFileSync(join(store, name, "trivy.db"), "half");
    }
    const longAgo = new Date(Date.now() - 3 * 86_400_000);
    for (const name of ["fresh-old", "db-old"]) utimesSync(join(store, name), longAgo, longAgo);
    // The link that names the current one.
    rmSync(join(store, "db"));
    expect((await run(toolCache)).outputs).toMatchObject({ verdict: "fail", critical: "3" });
    const left = (name: string) => existsSync(join(store, name));
    expect(["fresh-old", "db-old", "fresh-young", "db-young"].map(left)).toEqual([false, false, true, true]);
  });
});

describe("several runs at once on one empty tool cache", () => {
  it("one downloads, the others wait: one whole Trivy, one current database, all right", async () => {
    const toolCache = freshTools();
    const results = await Promise.all(Array.from({ length: 8 }, () => run(toolCache, "jar.tar")));
    for (const { outputs } of results) expect(outputs).toMatchObject({ verdict: "fail", high: "4" });
    const fetched = (match: RegExp) => asked().filter((path) => match.test(path)).length;
    expect([/\/trivy-db\/blobs\//, /\/trivy-java-db\/blobs\//].map(fetched)).toEqual([1, 1]);
    const kept = filesBelow(toolCache);
    expect(kept.filter((file) => /\.new-|\.old$|fresh-/.test(file))).toEqual([]);
    expect(kept.filter((file) => /\/db-\w+\/trivy\.db$/.test(file))).toHaveLength(1);
    releases.requests.length = 0;
    stage.bed.registry.requests.length = 0;
    expect((await run(toolCache, "jar.tar")).outputs.verdict).toBe("fail");
    expect(asked()).toEqual([]);
  }, 600_000);

  it("where the one that downloads is killed: the next takes over at once, and nothing of a lock stays", async () => {
    const toolCache = freshTools();
    const { registry } = stage.bed;
    registry.fault(/\/trivy-db\/blobs\//, { hang: true, times: 1 });
    const first = startAction({
      folder: stage.nextFolder(),
      toolCache,
      workspace,
      inputs: { ...stage.bed.inputs, image: "app.tar" },
    });
    const asksForBlob = () => registry.requests.some(({ path }) => path.includes("/trivy-db/blobs/"));
    await expect.poll(asksForBlob).toBe(true);
    const second = startAction({
      folder: stage.nextFolder(),
      toolCache,
      workspace,
      inputs: { ...stage.bed.inputs, image: "app.tar" },
    });
    let said = "";
    second.process.stdout?.on("data", (text: string) => {
      said += text;
    });
    const waiting = "Another run on this machine is downloading the vulnerability database; ";
    await expect.poll(() => said).toContain(waiting);
    first.process.kill("SIGKILL");
    const { outputs, milliseconds } = await second.result;
    expect(outputs).toMatchObject({ verdict: "fail", critical: "3" });
    expect(milliseconds).toBeLessThan(atMost(60_000));
    await first.result;
  });
});

describe("a tool cache that all may write to, as on GitHub's own runners", () => {
  it("is never run from: Trivy runs from a private folder, and the database is not left in it", async () => {
    const toolCache = freshTools();
    mkdirSync(toolCache);
    chmodSync(toolCache, 0o777);
    await run(toolCache);
    writeFileSync(ran, "");
    releases.requests.length = 0;
    const second = await run(toolCache);
    expect(second.outputs).toMatchObject({ verdict: "fail", critical: "3" });
    expect(releases.requests).toEqual([]);
    const places = readFileSync(ran, "utf8").trim().split("\n");
    expect(places.length).toBeGreaterThan(0);
    for (const place of places) expect(place.startsWith(second.temp)).toBe(true);
    expect(filesBelow(toolCache).filter((file) => file.endsWith("trivy.db"))).toEqual([]);
  });
});

it("what is kept belongs to us alone", async () => {
  const toolCache = freshTools();
  await run(toolCache);
  expect(statSync(join(toolCache, "image-gate")).mode & 0o777).toBe(0o700);
});
