import { mkdirSync, renameSync, rmSync } from "node:fs";
import { request as ask, createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ensurePodman } from "../../../scripts/setup/system.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { clean, distroless, saveImage } from "../../support/images/images.ts";
import { withConfigOf } from "../../support/images/lying-images.ts";
import type { Artifact } from "../../support/images/oci.ts";
import { KEY_PASSWORD, startSignedImages } from "../../support/images/signed-images.ts";
import type { KeyPair } from "../../support/programs/cosign-keys.ts";
import { type Podman, startPodman } from "../../support/programs/podman.ts";
import { bundleThenInProcess } from "../../support/runs/run-in-process.ts";
import { runAction } from "../../support/runs/runner.ts";
import { shared, sharedFolder } from "../../support/runs/shared.ts";
import { type GateResult, type Inputs, messages, openStage } from "../../support/runs/stage.ts";

// A signature in a registry, and images that come into the registry only after the scan.

const stage = await shared(openStage("sign-registry"));

const folder = sharedFolder("sign-reg");
const images = await shared(startSignedImages(folder.path));

/** A registry that can be read, and answers every write with this status. */
async function readOnly(host: string, status: number): Promise<Server> {
  const server = createServer((incoming, response) => {
    const { method = "", url = "", headers } = incoming;
    if (method !== "GET" && method !== "HEAD") {
      incoming.resume().on("end", () => response.writeHead(status).end());
      return;
    }
    const [hostname, port] = host.split(":");
    const forwarded = ask({ hostname, port, method, path: url, headers: { ...headers, host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    forwarded.end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

describe.skipIf(!images.isThere)("signing (needs docker-registry and skopeo)", () => {
  let keys: KeyPair;
  let number = 0;
  let repository = "";
  beforeAll(async () => {
    keys = images.keyPair("release");
  });
  beforeEach(() => {
    repository = `acme/app-${++number}`;
  });
  const push = (artifact: Artifact, tag = "1.0") => images.push(repository, tag, artifact);
  const run = bundleThenInProcess();
  const sign = (told: GateResult, inputs: Inputs = {}) =>
    run({
      folder: dirname(told.temp),
      workspace: told.workspace,
      action: join(root, "sign"),
      env: { HOME: stage.home },
      inputs: {
        report: told.outputs.report ?? "",
        "report-digest": told.outputs["report-digest"] ?? "",
        "cosign-key": keys.private,
        "cosign-password": KEY_PASSWORD,
        "cosign-binary": images.cosign,
        tlog: "false",
        ...inputs,
      },
    });
  const verify = (image: string) => images.run("verify", "--key", keys.public, "--insecure-ignore-tlog", image);

  it.each([
    [403, "registry-refused"],
    [413, "evidence-too-large"],
    [500, "registry-unavailable"],
  ])("is an error if the registry answers %i to every write", async (status, code) => {
    const image = await push(clean());
    const proxy = await readOnly(images.host, status);
    try {
      const { port } = proxy.address() as AddressInfo;
      const told = await stage.run({ image: image.replace(images.host, `127.0.0.1:${port}`) });
      expect(told.outputs.verdict).toBe("pass");
      const result = await sign(told);
      expect(result.code).toBe(1);
      expect(messages(result, "error")[0]).toContain(`[${code}]`);
      expect(result.outputs).toEqual({ image: "", digest: "", signed: "", promoted: "" });
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
    expect((await verify(image)).code).not.toBe(0);
  });

  it("finds the gate's files alongside the report, if another job has handed on the folder", async () => {
    const image = await push(clean());
    const told = await stage.run({ image, reports: "cyclonedx: sbom.json" }, { writes: ["sbom.json"] });
    const report = told.outputs.report ?? "";
    const moved = join(told.workspace, "artifact");
    renameSync(dirname(report), moved);
    renameSync(join(told.workspace, "sbom.json"), join(moved, "sbom.json"));
    const path = join("artifact", basename(report));
    expect((await sign(told, { report: path })).code).toBe(0);
    rmSync(join(moved, "sbom.json"));
    expect(messages(await sign(told, { report: path }), "error")[0]).toContain("[evidence-missing]");
  });

  it("signs each image of a report, and only the named one if one is named", async () => {
    const [one, two] = [await push(clean()), await images.push(`${repository}-b`, "1.0", distroless())];
    const told = await stage.run({ image: `${one}\n${two}` });
    expect(told.outputs.verdict).toBe("pass");
    const ambiguous = await sign(told, { "promote-to": `${images.host}/golden/x:1` });
    expect(messages(ambiguous, "error")[0]).toContain("[promotion-ambiguous]");
    expect((await verify(one)).code).not.toBe(0);
    const named = await sign(told, { image: two });
    expect(named.outputs).toMatchObject({ image: two, signed: two });
    expect((await verify(one)).code).not.toBe(0);
    expect((await sign(told)).outputs.image?.split("\n").sort()).toEqual([one, two].sort());
  });

  it("refuses an image that is not in the registry any more, and one that was not judged", async () => {
    const image = await push(clean());
    const told = await stage.run({ image });
    const other = await images.push(`${repository}-other`, "1.0", distroless());
    for (const [named, code] of [
      [other, "image-not-judged"],
      [`${images.host}/${repository}:nope`, "image-not-found"],
      [`127.0.0.1:1/${repository}:1.0`, "registry-unreachable"],
    ] as const) {
      const result = await sign(told, { image: named });
      expect(messages(result, "error")[0], named).toContain(`[${code}]`);
      expect(result.outputs.signed).toBe("");
    }
    expect((await verify(other)).code).not.toBe(0);
  });
});

const hasPodman = (await ensurePodman()) !== undefined;
describe.skipIf(!images.isThere || !hasPodman)("an image that was scanned before its push (needs Podman)", () => {
  let podman: Podman | undefined;
  let keys: KeyPair;
  beforeAll(async () => {
    keys = images.keyPair("local");
    podman = await startPodman(folder.path);
  });
  afterAll(() => podman?.close());

  // Proves: image-s-id-names
  it("is signed where it was pushed, and another one is not", async () => {
    const name = "localhost/acme/built:1.0";
    mkdirSync(join(folder.path, "tars"));
    await podman?.load(saveImage(join(folder.path, "tars/app.tar"), clean(), [name]));
    const told = await stage.run(
      { image: name, "image-source": "docker" },
      { env: { DOCKER_HOST: podman?.dockerHost } },
    );
    expect(told.outputs).toMatchObject({ verdict: "pass", "image-digest": "" });
    const same = await images.push("acme/built", "1.0", clean());
    const other = await images.push("acme/built", "2.0", distroless());
    const sign = (inputs: Inputs) =>
      runAction({
        folder: dirname(told.temp),
        workspace: told.workspace,
        action: join(root, "sign"),
        env: { HOME: stage.home },
        inputs: {
          report: told.outputs.report ?? "",
          "report-digest": told.outputs["report-digest"] ?? "",
          "cosign-key": keys.private,
          "cosign-password": KEY_PASSWORD,
          "cosign-binary": images.cosign,
          tlog: "false",
          ...inputs,
        },
      });
    expect(messages(await sign({}), "error")[0]).toContain("[nothing-to-sign]");
    const refused = await sign({ image: `${images.host}/acme/built:2.0` });
    expect(messages(refused, "error")[0]).toContain("[image-not-judged]");
    await images.push("acme/built", "3.0", withConfigOf(distroless(), clean()));
    const swapped = await sign({ image: `${images.host}/acme/built:3.0` });
    expect(messages(swapped, "error")[0]).toContain("[layers-differ]");
    expect(swapped.outputs.signed).toBe("");
    const signed = await sign({ image: `${images.host}/acme/built:1.0` });
    expect(signed.code, signed.log).toBe(0);
    expect(signed.outputs).toMatchObject({ image: same, signed: same });
    const verified = async (image: string) =>
      (await images.run("verify", "--key", keys.public, "--insecure-ignore-tlog", image)).code;
    expect([await verified(same), await verified(other)]).toEqual([0, 10]);
  });
});
