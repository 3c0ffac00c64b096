import { appendFileSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Target } from "../../../../src/domain/target.ts";
import { beginImageCheck } from "../../../../src/scanners/trivy/scan/check-image.ts";
import { chosenInLayout } from "../../../../src/scanners/trivy/scan/layout.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { hex } from "../../../support/image-files.ts";
import { clean, debian12, saveImage } from "../../../support/images.ts";
import { writeLayout } from "../../../support/oci.ts";
import { type TestWorld, testWorld } from "../world.ts";

const folder = temporaryFolder("check-image");
afterAll(() => folder.remove());

let world: TestWorld;
let tests = 0;
beforeEach(() => {
  world = testWorld(join(folder.path, String(tests++)));
});

const target: Target = { kind: "image", input: "app.tar", label: "app.tar" };
const id = `sha256:${hex(clean().config)}`;
const saved = () => saveImage(join(world.workspace, "app.tar"), clean());
const begin = (tar: string, timeoutMs = 60_000) => beginImageCheck(target, { file: { tar }, timeoutMs }, world);

describe("the check of an image's file beside the scan", () => {
  it("lets the scan of this image through, and no other's", async () => {
    const tar = saved();
    expect(await begin(tar).finish(id)).toEqual([]);
    for (const other of [`sha256:${hex(debian12().config)}`, undefined])
      await expect(begin(tar).finish(other)).rejects.toMatchObject({ code: "image-inconsistent" });
  });

  it("is an error where the file was changed meanwhile, were it to the same bytes or in its times alone", async () => {
    const changes: ((tar: string) => void)[] = [
      (tar) => writeFileSync(tar, readFileSync(tar)),
      (tar) => utimesSync(tar, new Date(1), new Date(1)),
    ];
    for (const change of changes) {
      const tar = saved();
      utimesSync(tar, new Date(0), new Date(0));
      const check = begin(tar);
      change(tar);
      await expect(check.finish(id)).rejects.toMatchObject({ code: "image-changed" });
    }
  });

  it("sees that a blob of a layout was changed meanwhile", async () => {
    const layout = join(world.workspace, "layout");
    writeLayout(layout, clean());
    const choice = chosenInLayout(layout, undefined);
    if (choice === undefined) throw new Error("no image");
    const check = beginImageCheck(target, { file: { layout: choice }, timeoutMs: 60_000 }, world);
    const blob = join(layout, "blobs/sha256", hex(clean().config));
    writeFileSync(blob, readFileSync(blob));
    await expect(check.finish(id)).rejects.toMatchObject({ code: "image-changed" });
  });

  it("follows a blob's link within the workspace, as Bazel makes them", async () => {
    const [layout, store] = [join(world.workspace, "layout"), join(world.workspace, "store")];
    writeLayout(store, clean());
    mkdirSync(join(layout, "blobs"), { recursive: true });
    symlinkSync(join(store, "blobs/sha256"), join(layout, "blobs/sha256"));
    writeFileSync(join(layout, "index.json"), readFileSync(join(store, "index.json")));
    const choice = chosenInLayout(layout, undefined);
    if (choice === undefined) throw new Error("no image");
    expect(await beginImageCheck(target, { file: { layout: choice }, timeoutMs: 60_000 }, world).finish(id)).toEqual(
      [],
    );
  });

  it("ends at the deadline, and when the run is cancelled", async () => {
    const tar = saved();
    await expect(begin(tar, 1).finish(id)).rejects.toMatchObject({ code: "scan-timeout" });
    const check = begin(tar);
    world.abort();
    await expect(check.finish(id)).rejects.toMatchObject({ code: "run-cancelled" });
  });

  it("says what is wrong with the file if the scan has failed, and else nothing", async () => {
    const tar = saved();
    await begin(tar).abort();
    appendFileSync(tar, "x");
    await expect(begin(tar).abort()).rejects.toThrow("behind its end");
  });
});
