import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensurePodman } from "../../../scripts/setup/system.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { saveImage } from "../../support/images/images.ts";
import { type Podman, startPodman } from "../../support/programs/podman.ts";
import { sleeper } from "../../support/programs/sleeper.ts";
import { type Bed, startTestBed } from "../../support/runs/bed.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { type ActionResult, runAction } from "../../support/runs/runner.ts";

// The committed bundle alongside a real engine with real containers. The program in their image is for x64.
const hasPodman = process.arch === "x64" && (await ensurePodman()) !== undefined;
// A socket's path must be short.
const folder = temporaryFolder("daemon");
let bed: Bed;
let podman: Podman;
let run: ActionResult;

describe.skipIf(!hasPodman)("the containers of a real Podman (needs podman)", () => {
  beforeAll(async () => {
    bed = await startTestBed();
    podman = (await startPodman(folder.path)) as Podman;
    const { registry } = bed;
    const [pulled, built, named] = ["pulled", "built", "named"].map(sleeper) as [never, never, never];
    registry.add("team/app", "1", pulled);
    await podman.command("pull", "--quiet", "--tls-verify=false", `${registry.host}/team/app:1`);
    await podman.load(saveImage(join(folder.path, "built.tar"), built, ["localhost/mine:1"]));
    await podman.load(saveImage(join(folder.path, "named.tar"), named, [`${registry.host}/team/unpushed:1`]));
    await podman.start("web", `${registry.host}/team/app:1`);
    await podman.start("mine", "localhost/mine:1");
    await podman.start("unpushed", `${registry.host}/team/unpushed:1`);
    const at = join(folder.path, "run");
    mkdirSync(join(at, "workspace"), { recursive: true });
    run = await runAction({
      folder: at,
      workspace: join(at, "workspace"),
      action: join(root, "rescan"),
      toolCache: join(folder.path, "tools"),
      env: { HOME: folder.path, DOCKER_HOST: podman.dockerHost },
      inputs: { ...bed.inputs, discover: "docker", "state-dir": join(folder.path, "state") },
    });
  });
  afterAll(async () => {
    await podman?.close();
    await bed?.close();
    folder.remove();
  });

  it("are judged by what runs: by the digest of a registry, otherwise from the engine", () => {
    expect(run.outputs, run.log).toMatchObject({ verdict: "pass", images: "3", failing: "0" });
    const { host } = bed.registry;
    const results = JSON.parse(run.outputs.results ?? "") as { target: string; digest: string; where: object[] }[];
    expect(results.map(({ target, digest, where }) => [target, digest === "", where])).toEqual([
      [`${host}/team/app:1`, false, [{ source: "docker", name: "this host web" }]],
      [`${host}/team/unpushed:1`, true, [{ source: "docker", name: "this host unpushed" }]],
      ["localhost/mine:1", true, [{ source: "docker", name: "this host mine" }]],
    ]);
  });

  it("are said to come from the engine if no registry has them, whatever their name is", () => {
    const { host } = bed.registry;
    const text = run.summary.replaceAll("`", "");
    expect(text).toContain(`known by the ImageID: ${host}/team/unpushed:1 (its registry does not have it)`);
    expect(text).toContain("known by the ImageID: localhost/mine:1");
  });
});
