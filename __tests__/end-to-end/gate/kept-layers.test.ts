import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { clean, debian12 } from "../../support/images/images.ts";
import { layerDigests } from "../../support/images/lying-images.ts";
import { shared } from "../../support/runs/shared.ts";
import { openStage } from "../../support/runs/stage.ts";

let toolCache = "";
let count = 0;
const stage = await shared(openStage("kept-layers"));
stage.bed.registry.add("acme/app", "1", debian12());
stage.bed.registry.add("acme/clean", "1", clean());
const image = `${stage.bed.registry.host}/acme/app:1`;
beforeEach(() => {
  toolCache = join(stage.folder, `tools-${++count}`);
});

const run = (more = {}) => stage.run({ image, "image-source": "remote", ...more }, { toolCache });
const [layer = ""] = layerDigests(debian12());
const folder = () => join(toolCache, "image-gate/layers");
const hex = layer.slice("sha256:".length);
const kept = () => join(folder(), readdirSync(folder()).find((name) => name.startsWith(hex)) ?? "");
/** How often the layer is fetched meanwhile. */
async function fetched(work: () => Promise<unknown>): Promise<number> {
  const before = stage.bed.registry.requests.length;
  await work();
  return stage.bed.registry.requests.slice(before).filter(({ path }) => path.endsWith(`/blobs/${layer}`)).length;
}

describe("a layer that a run has fetched", () => {
  it("is not fetched by the next one, which comes to the same answer; it is where only this user can change it", async () => {
    const first = await run();
    expect(statSync(kept()).mode & 0o7777).toBe(0o600);
    expect(statSync(folder()).mode & 0o7777).toBe(0o700);
    let second = first;
    expect(
      await fetched(async () => {
        second = await run();
      }),
    ).toBe(0);
    expect(second.outputs.reason).toBe(first.outputs.reason);
    expect(second.report.findings).toEqual(first.report.findings);
  });

  // Proves: kept-layers-held-their
  it("is hashed again: other bytes in its place are never read, and it is fetched again", async () => {
    const first = await run();
    writeFileSync(kept(), clean().layers[0] ?? "");
    let second = first;
    expect(
      await fetched(async () => {
        second = await run();
      }),
    ).toBe(1);
    expect(second.report.findings).toEqual(first.report.findings);
    expect(readFileSync(kept()).equals(debian12().layers[0] ?? Buffer.alloc(0))).toBe(true);
  });

  it("is not kept without a cache", async () => {
    await run({ cache: "false" });
    expect(() => readdirSync(folder())).toThrow("ENOENT");
    expect(await fetched(() => run({ cache: "false" }))).toBe(1);
  });
});
