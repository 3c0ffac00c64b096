import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensurePodman } from "../../../scripts/setup/system.ts";
import type { FoundImage } from "../../../src/domain/history/running.ts";
import { clean, debian12, saveImage } from "../../support/images/images.ts";
import { createAuthority } from "../../support/network/tls.ts";
import { type Podman, startPodman } from "../../support/programs/podman.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { type RunningBed, runningBed } from "./bed.ts";

const hasPodman = (await ensurePodman()) !== undefined;
if (!hasPodman) console.warn("There is no Podman here: the tests of images that only a daemon has are skipped.");

// A socket's path must be short.
const folder = temporaryFolder("run");
const name = "localhost/acme/app:1.0";
let bed: RunningBed;
let podman: Podman | undefined;

beforeAll(async () => {
  bed = await runningBed();
  podman = await startPodman(folder.path);
  await podman?.load(saveImage(join(folder.path, "app.tar"), debian12(), [name]));
});
afterAll(async () => {
  await podman?.close();
  await bed[Symbol.asyncDispose]();
  folder.remove();
});

const imageId = `sha256:${createHash("sha256").update(debian12().config).digest("hex")}`;
const local = (id: string, host = podman?.dockerHost ?? ""): FoundImage => ({
  reference: name,
  local: { imageId: id, daemon: { engine: "podman", host } },
  at: { source: "docker", name: "host web" },
});

describe.skipIf(!hasPodman)("an image that no registry has", () => {
  it("is scanned from the daemon that runs it, by its ImageID, although its tag has moved; no SBOM is stored", async () => {
    await podman?.load(saveImage(join(folder.path, "newer.tar"), clean(), [name]));
    const { scanned, sboms } = await bed.run([local(imageId)]);
    const [only] = scanned;
    expect([only?.way, only?.image.imageId, sboms.size]).toEqual(["image", imageId, 0]);
    expect(only?.outcome).toMatchObject({
      scan: { artifact: { names: [name], imageId }, provenance: { source: "the Podman that runs it" } },
    });
    expect(only?.outcome && "scan" in only.outcome && only.outcome.scan.findings.length).toBe(16);
  });

  it("is an error if the daemon does not have it any more", async () => {
    const { scanned } = await bed.run([local(`sha256:${"1".repeat(64)}`)]);
    expect(scanned[0]?.outcome).toMatchObject({ error: { code: "image-not-found" } });
  });
});

/** The result for the image of a daemon that these variables name. */
async function scannedBy(env: Readonly<Record<string, string>>) {
  const world = { ...bed.world, env: { ...bed.world.env, ...env } };
  const { scanned } = await bed.run([local(imageId, env.DOCKER_HOST)], {}, world);
  const outcome = scanned[0]?.outcome;
  return outcome !== undefined && "scan" in outcome ? outcome.scan.findings.length : outcome?.error.code;
}

describe.skipIf(!hasPodman)("the daemon of such an image is asked as it was asked what runs", () => {
  const socket = () => (podman?.dockerHost ?? "").replace("unix://", "");

  // Proves: way-gives-another-image
  it("over ssh, by the runner's ssh: Trivy itself would speak plain HTTP with a host of the internet", async () => {
    const programs = join(folder.path, "programs");
    mkdirSync(programs);
    const bridge = `exec ${process.execPath} -e 'const s = require("net").connect("${socket()}"); process.stdin.pipe(s).pipe(process.stdout)'`;
    writeProgram(join(programs, "ssh"), bridge);
    const PATH = `${programs}:/usr/bin:/bin`;
    expect(await scannedBy({ DOCKER_HOST: "ssh://me@box.test", PATH })).toBe(16);
    writeProgram(join(programs, "ssh"), "exit 255");
    expect(await scannedBy({ DOCKER_HOST: "ssh://me@box.test", PATH })).toBe("daemon-unreachable");
  });

  // Proves: way-gives-another-image
  it("with TLS, even if only Docker's folder has the certificate: Trivy itself would leave it out", async () => {
    const authority = await createAuthority(folder.path, "authority");
    const stranger = await createAuthority(folder.path, "stranger");
    const { certificate, key } = await authority.issue(["127.0.0.1"]);
    let refused = 0;
    const server = createServer({ cert: certificate, key }, (client) => {
      const engine = connect(socket());
      client
        .on("error", () => {})
        .pipe(engine.on("error", () => {}))
        .pipe(client);
    });
    server.on("tlsClientError", () => {
      refused += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: "1" };
    const trusting = (name: string, ca: string) => {
      mkdirSync(join(folder.path, name));
      writeFileSync(join(folder.path, name, "ca.pem"), ca);
      return { ...env, DOCKER_CONFIG: join(folder.path, name) };
    };
    expect(await scannedBy(trusting("right", authority.certificate))).toBe(16);
    expect(refused).toBe(0);
    expect(await scannedBy(trusting("wrong", stranger.certificate))).toBe("daemon-unreachable");
    server.close();
  });

  // Proves: way-gives-another-image
  it("and only so: without its own ssh there is no other way", async () => {
    const { scanned } = await bed.run([local(imageId, "ssh://me@box.test")]);
    expect(scanned[0]?.outcome).toMatchObject({ error: { code: "daemon-unreachable" } });
  });
});
