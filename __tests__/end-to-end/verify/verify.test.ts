import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { OUTPUT_NAMES } from "../../../src/actions/verify/answer.ts";
import { VERDICT_TYPE } from "../../../src/domain/evidence/predicate.ts";
import { arm64, clean, debian12 } from "../../support/images/images.ts";
import { type Artifact, buildImage, buildIndex } from "../../support/images/oci.ts";
import { type SignatureFormat, startSignedImages } from "../../support/images/signed-images.ts";
import { faultPlan, listen } from "../../support/network/http.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { bundleThenInProcess } from "../../support/runs/run-in-process.ts";
import { shared, sharedFolder } from "../../support/runs/shared.ts";
import { type VerdictOptions, verdictFor } from "../../support/runs/verdicts.ts";

// The action and the command with a real Cosign and a real registry, but without the internet.

const folder = sharedFolder("verify");
const images = await shared(startSignedImages(folder.path));
const NO_REGISTRY = !images.isThere;
const KEYS = images.isThere && { ours: images.keyPair("ours"), other: images.keyPair("other") };

function bed() {
  if (!KEYS) throw new Error("this test is skipped without a registry");
  return { ...images, ...KEYS };
}

let made = 0;
/** An image that no other test has. */
const anyImage = (): Artifact => buildImage([], { config: { Labels: { id: String(++made) } } });

interface Making {
  readonly artifact?: Artifact;
  readonly signed?: boolean;
  readonly formats?: readonly SignatureFormat[];
  readonly verdict?: VerdictOptions | null;
  readonly keys?: "ours" | "other";
}

/** Pushes an image under the tag `1`, by default signed and with a fresh pass. @returns `host/repository@sha256:…` */
async function make({ artifact = anyImage(), signed = true, formats, verdict = {}, keys = "ours" }: Making = {}) {
  const { push, sign, attest, ...others } = bed();
  const image = await push(`acme/app-${++made}`, "1", artifact);
  const how = { keys: others[keys], ...(formats && { formats }) };
  if (verdict) await attest(image, verdictFor(image, verdict), how);
  if (signed) await sign(image, how);
  return image;
}
let signedImage: Promise<string> | undefined;
/** An image that is signed with a fresh pass, for tests that only read it. */
const signed = () => {
  signedImage ??= make();
  return signedImage;
};
const tagOf = (image: string) => image.replace(/@.*$/, ":1");

let runs = 0;
const run = bundleThenInProcess();
/** Runs the action, and checks the rules for every run. */
async function verify(image: string, inputs: Readonly<Record<string, string>> = {}, env: Record<string, string> = {}) {
  const { ours, cosign } = bed();
  const result = await run({
    folder: join(folder.path, `run-${++runs}`),
    action: join(root, "verify"),
    inputs: { image, "cosign-key": ours.public, "cosign-binary": cosign, tlog: "false", ...inputs },
    env: { HOME: folder.path, ...env },
  });
  const { outputs, code, annotations } = result;
  expect(Object.keys(outputs).sort()).toEqual([...OUTPUT_NAMES].sort());
  const { verdict = "", reason = "" } = outputs;
  expect(code, result.log).toBe({ pass: 0, refused: 1, error: 2 }[verdict]);
  expect(reason).toMatch(new RegExp(`^${verdict}: `));
  if (verdict !== "pass") {
    expect(outputs.image).toBe("");
    expect(annotations.filter(({ level }) => level === "error")).toHaveLength(1);
  }
  expect(result.files).toEqual({ env: "", state: "", path: "" });
  expect(result.log).not.toContain("internal-error");
  return result;
}
const codesIn = (reason = "") => [...reason.matchAll(/\[([a-z-]+)\]/g)].map(([, code]) => code);
/** The verdict, and the codes of its reasons. */
async function answerOf(image: string, inputs?: Readonly<Record<string, string>>) {
  const { outputs } = await verify(image, inputs);
  return [outputs.verdict, ...codesIn(outputs.reason)];
}

vi.setConfig({ testTimeout: 600_000 });

describe.skipIf(NO_REGISTRY)("an image may be deployed (needs docker-registry and skopeo)", () => {
  it.each<[string, readonly SignatureFormat[]]>([
    ["as bundles", ["bundle"]],
    ["in the older format", ["legacy"]],
    ["in both", ["bundle", "legacy"]],
  ])("if it is signed and attested %s, and the answer is its digest", async (_, formats) => {
    const image = await make({ formats });
    for (const given of [tagOf(image), image, `${tagOf(image)}@${image.split("@")[1]}`]) {
      const { outputs, summary, log } = await verify(given);
      expect(outputs).toMatchObject({ verdict: "pass", image });
      expect(summary).toContain("may be deployed");
      expect(summary).toContain(image);
      expect(log).toMatch(/signatures of the key .*ours\.pub \(SHA-256 [0-9a-f]{64}\)/);
    }
  });

  it("if the signature is in one format and the verdict in the other", async () => {
    const { sign, ours } = bed();
    const image = await make({ signed: false, formats: ["legacy"] });
    await sign(image, { keys: ours, formats: ["bundle"] });
    expect(await answerOf(image)).toEqual(["pass"]);
  });

  it("if other signers' attestations and signatures are alongside ours, even failing ones", async () => {
    const { attest, sign, other } = bed();
    const image = await make();
    await attest(image, verdictFor(image, { change: { verdict: "fail" } }), { keys: other });
    await attest(image, { nonsense: true }, { keys: other });
    await sign(image, { keys: other });
    expect(await answerOf(image)).toEqual(["pass"]);
    expect((await answerOf(image, { "cosign-key": other.public }))[0]).toBe("refused");
  });

  it("by a key in a variable", async () => {
    const { ours } = bed();
    const image = await signed();
    const key = { THE_KEY: readFileSync(ours.public, "utf8") };
    expect((await verify(image, { "cosign-key": "env://THE_KEY" }, key)).outputs).toMatchObject({ image });
  });

  // Proves: evidence-does-not-move
  it("as an index, if its verdict names each of its images; each image needs its own verdict", async () => {
    const [one, two] = [debian12(), arm64()];
    const platforms = [one, two].map(({ descriptor: { digest } }) => ({ digest }));
    const of = (judged: typeof platforms) => (image: string) =>
      verdictFor(image, {
        change: { image: { digest: image.split("@")[1] ?? "", repository: "r", platforms: judged } },
      });
    const { attest, sign, ours } = bed();
    const index = await make({ artifact: buildIndex([one, two]), signed: false, verdict: null });
    await sign(index, { keys: ours });
    await attest(index, of(platforms)(index), { keys: ours });
    expect(await answerOf(index)).toEqual(["pass"]);
    expect(await answerOf(index.replace(/@.*/, `@${one.descriptor.digest}`))).toEqual(["refused", "image-unsigned"]);

    const half = await make({ artifact: buildIndex([one, two]), signed: false, verdict: null });
    await sign(half, { keys: ours });
    await attest(half, of(platforms.slice(0, 1))(half), { keys: ours });
    expect(await answerOf(half)).toEqual(["refused", "platform-not-judged"]);
  });

  // Proves: tag-asked-once
  it("by its digest alone: Cosign never gets a tag, and a tag that moves afterwards changes nothing", async () => {
    const { cosign, push } = bed();
    const image = await make();
    const bin = join(folder.path, "recording");
    mkdirSync(bin);
    const calls = join(bin, "calls");
    writeProgram(join(bin, "cosign"), `echo "$*" >> '${calls}'\nexec '${cosign}' "$@"\n`);
    expect((await verify(tagOf(image), { "cosign-binary": join(bin, "cosign") })).outputs.image).toBe(image);
    const commands = readFileSync(calls, "utf8").trim().split("\n").slice(1);
    expect(commands).toHaveLength(4);
    for (const command of commands) expect(command.endsWith(` ${image}`), command).toBe(true);

    const [repository = ""] = image.split("/").slice(1).join("/").split("@");
    await push(repository, "1", clean());
    expect(await answerOf(tagOf(image))).toEqual(["refused", "image-unsigned"]);
    expect(await answerOf(image)).toEqual(["pass"]);
  });
});

describe.skipIf(NO_REGISTRY)("an image is refused (needs docker-registry and skopeo)", () => {
  // Proves: only-signature-signature
  it.each<[string, Making, string]>([
    ["that has no signature", { signed: false, verdict: null }, "image-unsigned"],
    ["that only another key has signed", { keys: "other" }, "image-unsigned"],
    [
      "that is attested, as bundles, but not signed",
      { signed: false, formats: ["bundle"] },
      "attestation-without-signature",
    ],
    [
      "that is attested, in the older format, but not signed",
      { signed: false, formats: ["legacy"] },
      "attestation-without-signature",
    ],
    ["whose verdict is a fail", { verdict: { change: { verdict: "fail" } } }, "verdict-not-a-pass"],
  ])("%s", async (_, making, code) => {
    const image = await make(making);
    const { outputs, summary } = await verify(tagOf(image));
    expect([outputs.verdict, ...codesIn(outputs.reason)]).toEqual(["refused", code]);
    expect(summary).toContain("must not be deployed");
    expect(summary).toContain(`\`${code}\``);
  });

  // Proves: old-evidence-ends
  it("over a limit of the deploying side, or by a shorter age", async () => {
    const image = await make({
      verdict: { daysOld: 1, change: { counts: { critical: 0, high: 0, medium: 3, low: 0, unknown: 0 } } },
    });
    expect(await answerOf(image, { "max-medium": "3" })).toEqual(["pass"]);
    expect(await answerOf(image, { "max-medium": "2" })).toEqual(["refused", "limit-exceeded"]);
    expect(await answerOf(image, { "max-age": "23h" })).toEqual(["refused", "verdict-too-old"]);
  });

  // Proves: newest-verdict-counts
  it.each<[SignatureFormat]>([["bundle"], ["legacy"]])(
    "that was withdrawn by a newer fail, in one format only: %s",
    async (format) => {
      const { attest, ours } = bed();
      const image = await make({ verdict: { daysOld: 1 } });
      await attest(image, verdictFor(image, { change: { verdict: "fail", reason: "fail: withdrawn" } }), {
        keys: ours,
        formats: [format],
      });
      const { outputs } = await verify(image);
      expect(codesIn(outputs.reason)).toEqual(["verdict-not-a-pass"]);
      expect(outputs.reason).toContain("fail: withdrawn");
    },
  );

  // Proves: evidence-does-not-move
  it("to which another image's evidence was moved", async () => {
    const good = await make();
    const { sign, push, ours } = bed();
    const repository = good.split("/").slice(1).join("/").split("@")[0] ?? "";
    const bad = await push(repository, "bad", anyImage());
    const hex = (image: string) => image.split("sha256:")[1];
    for (const ending of [".att", ".sig", ""]) {
      const from = await manifestOf(repository, `sha256-${hex(good)}${ending}`);
      await putManifest(repository, `sha256-${hex(bad)}${ending}`, from);
    }
    expect((await answerOf(bad))[0]).toBe("refused");
    await sign(bad, { keys: ours });
    expect(await answerOf(bad)).toEqual(["refused", "verdict-missing"]);
    expect(await answerOf(good)).toEqual(["pass"]);
  });

  // Proves: evidence-does-not-move
  it("whose attestation was changed in the registry, with digests that fit", async () => {
    const image = await make({ formats: ["legacy"], verdict: { change: { verdict: "fail" } } });
    const repository = image.split("/").slice(1).join("/").split("@")[0] ?? "";
    const tag = `sha256-${image.split("sha256:")[1]}.att`;
    const { text } = await manifestOf(repository, tag);
    const manifest = JSON.parse(text);
    const layer = manifest.layers[0];
    const envelope = JSON.parse(
      await (await fetch(`http://${bed().host}/v2/${repository}/blobs/${layer.digest}`)).text(),
    );
    const statement = JSON.parse(Buffer.from(envelope.payload, "base64").toString());
    statement.predicate.verdict = "pass";
    const forged = JSON.stringify({
      ...envelope,
      payload: Buffer.from(JSON.stringify(statement)).toString("base64"),
    });
    manifest.layers[0] = { ...layer, ...(await putBlob(repository, forged)) };
    await putManifest(repository, tag, { text: JSON.stringify(manifest), type: manifest.mediaType });
    expect(await answerOf(image)).toEqual(["refused", "verdict-missing"]);
  });
});

async function manifestOf(repository: string, reference: string): Promise<{ text: string; type: string }> {
  const accept = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json";
  const answer = await fetch(`http://${bed().host}/v2/${repository}/manifests/${reference}`, { headers: { accept } });
  expect(answer.status, reference).toBe(200);
  return { text: await answer.text(), type: answer.headers.get("content-type") ?? "" };
}

async function putManifest(repository: string, reference: string, { text, type }: { text: string; type: string }) {
  const address = `http://${bed().host}/v2/${repository}/manifests/${reference}`;
  const answer = await fetch(address, { method: "PUT", headers: { "content-type": type }, body: text });
  expect(answer.status, await answer.text()).toBe(201);
}

async function putBlob(repository: string, text: string): Promise<{ digest: string; size: number }> {
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  const begun = await fetch(`http://${bed().host}/v2/${repository}/blobs/uploads/`, { method: "POST" });
  const address = new URL(begun.headers.get("location") ?? "");
  address.searchParams.set("digest", digest);
  const put = await fetch(address, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream" },
    body: text,
  });
  expect(put.status, await put.text()).toBe(201);
  return { digest, size: Buffer.byteLength(text) };
}

/** A proxy to the registry that fails single answers. */
async function faultyWay() {
  const faults = faultPlan();
  const { host } = bed();
  const [hostname, port] = host.split(":");
  const way = await listen((incoming, outgoing) => {
    const fault = faults.take(incoming.url ?? "");
    if (fault?.status !== undefined) return void outgoing.writeHead(fault.status).end();
    if (fault?.reset) return void outgoing.destroy();
    const { method, url: path, headers } = incoming;
    const on = request({ hostname, port, method, path, headers: { ...headers, host } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    on.on("error", () => outgoing.destroy());
    incoming.pipe(on);
  });
  return { faults, through: (image: string) => image.replace(host, `127.0.0.1:${way.port}`), close: way.close };
}

describe.skipIf(NO_REGISTRY)("cannot be decided (needs docker-registry and skopeo)", () => {
  it("if the image is not there, by its tag or by its digest", async () => {
    const image = await signed();
    expect(await answerOf(tagOf(image).replace(":1", ":2"))).toEqual(["error", "image-not-found"]);
    const other = image.replace(/[0-9a-f]{64}$/, randomBytes(32).toString("hex"));
    expect(await answerOf(other)).toEqual(["error", "image-not-found"]);
  });

  it("if the registry is not there, or no reference is given", async () => {
    expect(await answerOf("127.0.0.1:1/acme/app:1")).toEqual(["error", "registry-unreachable"]);
    expect(await answerOf("no-such-host.example.com/acme/app:1")).toEqual(["error", "registry-unreachable"]);
    for (const image of ["-v", "https://x/y", "a:1;id", ""])
      expect(await answerOf(image), image).toEqual(["error", "input-invalid"]);
  });

  it("if there is no Cosign, or a program in its place that says nothing of use", async () => {
    const image = await signed();
    expect(await answerOf(image, { "cosign-binary": "missing/cosign" })).toEqual(["error", "cosign-missing"]);
    const { cosign } = bed();
    const instead = async (shell: string) => {
      const bin = join(folder.path, `instead-${++made}`);
      mkdirSync(bin);
      writeProgram(join(bin, "cosign"), `case "$1" in version) exec '${cosign}' "$@";; esac\n${shell}\n`);
      return answerOf(image, { "cosign-binary": join(bin, "cosign") });
    };
    // Nothing that a broken Cosign prints is evidence.
    expect(await instead("exit 0")).toEqual(["refused", "image-unsigned"]);
    expect(await instead("echo '{}'; exit 0")).toEqual(["error", "evidence-unreadable"]);
    expect(await instead("kill -9 $$")).toEqual(["error", "evidence-unreadable"]);
    expect(await instead("yes '{}' | head -c 40000000; exit 0")).toEqual(["error", "cosign-output-too-large"]);
  });

  it("if Sigstore's log is to be asked and there is no network", async () => {
    const image = await signed();
    expect(await answerOf(image, { tlog: "true" })).toEqual(["error", "sigstore-unreachable"]);
    const keyless = {
      "cosign-key": "",
      "certificate-identity": "a@example.com",
      "certificate-oidc-issuer": "https://example.com",
      tlog: "true",
    };
    expect(await answerOf(image, keyless)).toEqual(["error", "sigstore-unreachable"]);
  });

  // Proves: could-not-look-not
  it("if the registry fails where the bundles are: Cosign would skip them, and a newer fail with them", async () => {
    const { attest, ours } = bed();
    const image = await make({ verdict: { daysOld: 1 } });
    await attest(image, verdictFor(image, { change: { verdict: "fail" } }), { keys: ours, formats: ["bundle"] });
    const repository = image.split("/").slice(1).join("/").split("@")[0] ?? "";
    const list = JSON.parse((await manifestOf(repository, `sha256-${image.split("sha256:")[1]}`)).text);
    const verdicts: [string, string][] = [];
    for (const { digest } of list.manifests) {
      const { annotations, layers } = JSON.parse((await manifestOf(repository, digest)).text);
      if (annotations?.["dev.sigstore.bundle.predicateType"] === VERDICT_TYPE)
        verdicts.push([digest, layers[0].digest]);
    }
    expect(verdicts).toHaveLength(2);
    const way = await faultyWay();
    try {
      expect(await answerOf(way.through(image))).toEqual(["refused", "verdict-not-a-pass"]);
      const [, [manifest = "", content = ""] = []] = verdicts;
      for (const [at, status] of [
        [/\/referrers\//, 500],
        [/\/referrers\//, 403],
        [/\/manifests\/sha256-[0-9a-f]{64}$/, 500],
        [new RegExp(manifest), 404],
        [new RegExp(content), 404],
      ] as const) {
        way.faults.clear();
        way.faults.add(at, { status });
        expect(await answerOf(way.through(image)), `${at} ${status}`).toEqual(["error", "evidence-unreadable"]);
      }
    } finally {
      await way.close();
    }
  });

  // Proves: could-not-look-not
  it("if the registry has lost one of the older attestations: Cosign would skip it", async () => {
    const { attest, ours } = bed();
    const image = await make({ verdict: { daysOld: 1 }, formats: ["legacy"] });
    await attest(image, verdictFor(image, { change: { verdict: "fail" } }), { keys: ours, formats: ["legacy"] });
    const repository = image.split("/").slice(1).join("/").split("@")[0] ?? "";
    const { layers } = JSON.parse((await manifestOf(repository, `sha256-${image.split("sha256:")[1]}.att`)).text);
    const way = await faultyWay();
    try {
      expect(await answerOf(way.through(image))).toEqual(["refused", "verdict-not-a-pass"]);
      for (const { digest } of layers) {
        way.faults.clear();
        way.faults.add(new RegExp(digest), { status: 404 });
        expect(await answerOf(way.through(image))).toEqual(["error", "evidence-unreadable"]);
      }
    } finally {
      await way.close();
    }
  });

  it("if the registry fails where the older attestations are: a newer fail could be there", async () => {
    const image = await make({ verdict: { daysOld: 1 } });
    const way = await faultyWay();
    try {
      expect(await answerOf(way.through(image))).toEqual(["pass"]);
      for (const fault of [{ status: 500 }, { status: 403 }, { reset: true }]) {
        way.faults.clear();
        way.faults.add(/\.att$/, fault);
        expect((await answerOf(way.through(image)))[0], JSON.stringify(fault)).toBe("error");
      }
    } finally {
      await way.close();
    }
  });
});

describe.skipIf(NO_REGISTRY)("as a command (needs docker-registry and skopeo)", () => {
  const command = (args: readonly string[], env: Record<string, string> = {}) => {
    const given = { PATH: process.env.PATH ?? "", HOME: folder.path, TMPDIR: join(folder.path, "tmp"), ...env };
    mkdirSync(given.TMPDIR, { recursive: true });
    return finish(process.execPath, [join(root, "dist/verify.js"), ...args], { cwd: folder.path, env: given });
  };

  // Proves: script-deploys-nothing-mistake
  it("it prints the digest to deploy and nothing else on standard output, and leaves nothing behind", async () => {
    const image = await signed();
    const how = ["--cosign-key=ours.pub", "--no-tlog", `--cosign-binary=${bed().cosign}`];
    const passed = await command([tagOf(image), ...how], { "INPUT_MAX-AGE": "1m", INPUT_IMAGE: "other" });
    expect(passed, passed.stderr).toMatchObject({ code: 0, stdout: `${image}\n` });
    expect(passed.stderr).toContain("may be deployed");
    const refused = await command([await make({ signed: false }), ...how]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("[attestation-without-signature]");
    const broken = await command([tagOf(image).replace(":1", ":nope"), ...how]);
    expect(broken).toMatchObject({ code: 2, stdout: "" });
    const { stdout } = await finish("ls", ["-A", join(folder.path, "tmp")], { cwd: folder.path });
    expect(stdout).toBe("");
  });

  it("npm run verify does the same, from the folder where it is typed and with the same exit codes", async () => {
    const image = await signed();
    const typed = (options: readonly string[]) =>
      finish("npm", ["run", "-s", "--prefix", root, "verify", "--", tagOf(image), "--no-tlog", ...options], {
        cwd: folder.path,
        env: { PATH: process.env.PATH ?? "", HOME: folder.path },
      });
    const cosign = `--cosign-binary=${bed().cosign}`;
    expect(await typed(["--cosign-key=ours.pub", cosign])).toMatchObject({ code: 0, stdout: `${image}\n` });
    expect(await typed(["--cosign-key=other.pub", cosign])).toMatchObject({ code: 1, stdout: "" });
    expect(await typed(["--cosign-key=ours.pub", "--cosign-binary=./none"])).toMatchObject({ code: 2, stdout: "" });
  });

  it("it needs only the folder dist/", async () => {
    const image = await signed();
    const place = join(folder.path, "opt");
    await finish("cp", ["-r", join(root, "dist"), place], { cwd: folder.path });
    writeFileSync(join(folder.path, "script.sh"), 'image=$("$@") || exit\necho "deploys $image"\n');
    const env = { PATH: process.env.PATH ?? "", HOME: folder.path };
    const options = ["--cosign-key=ours.pub", "--no-tlog", `--cosign-binary=${bed().cosign}`];
    const script = (of: string) =>
      finish("sh", ["script.sh", process.execPath, join(place, "verify.js"), of, ...options], {
        cwd: folder.path,
        env,
      });
    const deployed = await script(tagOf(image));
    expect(deployed, deployed.stderr).toMatchObject({ code: 0, stdout: `deploys ${image}\n` });
    expect(await script(await make({ verdict: null }))).toMatchObject({ code: 1, stdout: "" });
  });

  it("it explains itself, and refuses a command line that it does not understand", async () => {
    expect(await command(["--help"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/Exit codes:\n +0 /) });
    const wrong = await command(["a", "--cosign-kee=x"]);
    expect(wrong).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Did you mean --cosign-key") });
    expect(await command(["a:1", "--cosign-key=x", "--max-age=never"])).toMatchObject({ code: 2, stdout: "" });
  });
});
