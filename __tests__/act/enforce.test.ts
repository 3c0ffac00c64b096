import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import { root } from "../../scripts/setup/tools.ts";
import { adapted, blockOf, withVariables } from "../docs/blocks.ts";
import { clean, debian12, multiArchitecture } from "../support/images/images.ts";
import { type Image, writeLayout } from "../support/images/oci.ts";
import { startSignedImages } from "../support/images/signed-images.ts";
import { runWorkflow } from "../support/programs/act.ts";
import type { KeyPair } from "../support/programs/cosign-keys.ts";
import { type Locks, startLocks } from "../support/programs/locks.ts";
import { writeProgram } from "../support/programs/program.ts";
import { type Bed, startTestBed } from "../support/runs/bed.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";
import { verdictFor } from "../support/runs/verdicts.ts";

// The workflows of docs/examples/ under a real act: an image that passes is signed, and the locks admit no other image.

const folder = sharedFolder("act-enforce");
const at = (...names: string[]) => join(folder.path, ...names);
const images = await shared(startSignedImages(folder.path));

let bed: Bed;
let locks: Locks;
let keys: Readonly<Record<"ours" | "other", KeyPair>>;

beforeAll(async () => {
  if (!images.isThere) return;
  bed = await startTestBed();
  keys = { ours: images.keyPair("ours"), other: images.keyPair("other") };
  mkdirSync(at("locks"));
  locks = await startLocks(at("locks"), images, keys.ours.public);
  mkdirSync(at("bin"));
  // `docker build` packs the folder; `docker push` is Skopeo's.
  const to = `"docker://$2"`;
  const copy = `exec ${images.skopeo} --insecure-policy copy --quiet --dest-tls-verify=false "oci:${at("built")}:app" ${to}`;
  writeProgram(at("bin/docker"), `case $1 in build) ;; push) ${copy} ;; *) exit 64 ;; esac`);
  writeProgram(at("bin/kubectl"), `echo "$*" >> ${at("deployed")}`);
  // Both only prepare the machine, which is ready already.
  mkdirSync(at("nothing"));
  writeFileSync(at("nothing/action.yml"), "name: Nothing\nruns: { using: node24, main: nothing.js }\n");
  writeFileSync(at("nothing/nothing.js"), "");
}, 900_000);
afterAll(() => bed?.close());

let runs = 0;
async function run(example: string, variables: Readonly<Record<string, string>> = {}) {
  const text = readFileSync(join(root, "docs/examples", example), "utf8");
  let commit = "";
  const result = await runWorkflow({
    folder: at(`run-${++runs}`),
    workflow: adapted(text, { "registry.example.com": images.host }),
    files: { "deploy/cosign.pub": readFileSync(keys.ours.public) },
    event: { name: example === "workflow.yml" ? "push" : "workflow_dispatch", payload: { ref: "refs/heads/main" } },
    secrets: {
      SIGNING_KEY: readFileSync(keys.ours.private, "utf8"),
      SIGNING_PASSWORD: images.env.COSIGN_PASSWORD ?? "",
      REGISTRY_USER: "nobody",
      REGISTRY_PASSWORD: "nothing-to-hide",
    },
    variables,
    path: [at("bin")],
    inputs: { ...bed.inputs, "cosign-binary": images.cosign },
    actions: { "docker/login-action": at("nothing"), "sigstore/cosign-installer": at("nothing") },
    onCommit: (sha) => {
      commit = sha;
    },
  });
  return { ...result, commit };
}

/** Puts an image where `docker build` would leave it. */
function built(image: Image): void {
  writeLayout(at("built"), image, "app");
}

const tagsOf = async (repository: string): Promise<string[]> => {
  const answer = await fetch(`http://${images.host}/v2/${repository}/tags/list`);
  return answer.ok ? (((await answer.json()) as { tags: string[] | null }).tags ?? []) : [];
};
const everyLock = async (image: string) => ({
  cluster: await locks.cluster(image),
  library: await locks.library(image),
  verify: await locks.verify(image),
  cosign: await locks.cosign(image),
});
const OPEN = { cluster: "", library: "", verify: "", cosign: "" };
const SHUT = { cluster: /^exit code 1/, library: /^exit code 1/, verify: /^exit code 1/, cosign: /^exit code/ };
const shut = Object.fromEntries(Object.entries(SHUT).map(([name, text]) => [name, expect.stringMatching(text)]));

describe.skipIf(!images.isThere)("the workflows of docs/examples/ (needs docker-registry and skopeo)", () => {
  // Proves: image-can-withdrawn
  it("deploy by its digest what passed, and every lock opens for it, until it is withdrawn", async () => {
    built(clean());
    const { jobs, everything, commit } = await run("workflow.yml");
    expect(jobs, everything).toEqual({ build: "success", sign: "success", deploy: "success" });
    const digest = clean().descriptor.digest;
    const golden = `${images.host}/golden/app@${digest}`;
    expect(readFileSync(at("deployed"), "utf8")).toBe(`set image deployment/app app=${golden}\n`);
    expect(await everyLock(golden)).toEqual(OPEN);
    expect(await everyLock(golden.replace(/@.*/, `:${commit}`))).toEqual(OPEN);
    for (const type of ["https://image-gate.dev/verdict/v1", "cyclonedx", "vuln"]) {
      const how = ["--key", keys.ours.public, "--insecure-ignore-tlog", "--allow-http-registry"];
      const attested = await images.run("verify-attestation", ...how, "--type", type, golden);
      expect(attested.code, attested.stderr).toBe(0);
    }

    const weekly = await run("weekly.yml", { DEPLOYED: commit });
    expect(weekly.jobs, weekly.everything).toEqual({ sign: "success" });
    expect(await everyLock(golden)).toEqual(OPEN);

    const log = `case $1 in attest) set -- "$@" --tlog-upload=false --use-signing-config=false ;; *) set -- "$@" --insecure-ignore-tlog ;; esac`;
    writeProgram(at("bin/cosign"), `${log}\nexec ${images.cosign} "$@" --allow-http-registry`);
    const script = withVariables(blockOf("docs/enforce.md", "withdraw IMAGE"), { IMAGE: golden });
    writeFileSync(at("withdraw"), adapted(script, { "cosign.pub": keys.ours.public, "cosign.key": keys.ours.private }));
    const env = { ...images.env, PATH: `${at("bin")}:${images.env.PATH}` };
    const withdrawn = await finish("sh", [at("withdraw")], { cwd: folder.path, env });
    expect(withdrawn.code, withdrawn.stderr).toBe(0);
    // The signature is still there, so a lock that looks only at signatures still admits the image.
    expect(await everyLock(golden)).toEqual({ ...shut, library: "", cosign: "" });
    expect(await locks.verify(golden)).toContain("A hole that is exploited, CVE-2099-0001");
  }, 600_000);

  // Proves: fails-reaches-no-repository
  it("sign nothing, promote nothing and deploy nothing that fails", async () => {
    const before = existsSync(at("deployed")) ? readFileSync(at("deployed"), "utf8") : "";
    const goldenBefore = await tagsOf("golden/app");
    built(debian12());
    const { jobs, everything, commit } = await run("workflow.yml");
    expect(jobs, everything).toMatchObject({ build: "success", sign: "failure" });
    expect(jobs.deploy).not.toBe("success");
    expect(existsSync(at("deployed")) ? readFileSync(at("deployed"), "utf8") : "").toBe(before);
    expect(await tagsOf("golden/app")).toEqual(goldenBefore);
    const hex = debian12().descriptor.digest.replace("sha256:", "");
    const tags = await tagsOf("quarantine/app");
    expect(tags).toContain(commit);
    expect(tags.filter((tag) => tag.includes(hex))).toEqual([]);
  }, 600_000);
});

describe.skipIf(!images.isThere)("the locks, ours and theirs (need docker-registry and skopeo)", () => {
  const sign = async (image: string, daysOld = 0) => {
    await images.attest(image, verdictFor(image, { daysOld }), { keys: keys.ours });
    await images.sign(image, { keys: keys.ours });
  };

  // Proves: every-lock-shut-did
  it("refuse an image that is not signed, or is signed by another signer", async () => {
    const unsigned = await images.push("golden/unsigned", "1.0", clean());
    expect(await everyLock(unsigned)).toEqual(shut);
    await images.attest(unsigned, verdictFor(unsigned), { keys: keys.other });
    await images.sign(unsigned, { keys: keys.other });
    expect(await everyLock(unsigned)).toEqual(shut);
  });

  // Proves: every-lock-shut-did
  it("refuse a tag that has moved to another image", async () => {
    const good = await images.push("golden/moved", "1.0", clean());
    await sign(good);
    const tag = good.replace(/@.*/, ":1.0");
    expect(await everyLock(tag)).toEqual(OPEN);
    await images.push("golden/moved", "1.0", debian12());
    expect(await everyLock(tag)).toEqual(shut);
    expect(await everyLock(good)).toEqual(OPEN);
  });

  // Proves: every-lock-shut-did
  it("refuse an index, and a platform of it, of which one platform was not judged", async () => {
    const artifact = multiArchitecture();
    const index = await images.push("golden/index", "1.0", artifact);
    const { manifests } = JSON.parse(artifact.blobs.get(artifact.descriptor.digest)?.toString() ?? "");
    const of = (architecture: string) => {
      const found = manifests.find(
        (each: { platform: { architecture: string } }) => each.platform.architecture === architecture,
      );
      return index.replace(/@.*/, `@${found.digest}`);
    };
    await sign(of("arm64"));
    expect(await everyLock(index)).toEqual(shut);
    expect(await everyLock(of("amd64"))).toEqual(shut);
  });

  // Proves: every-lock-shut-did
  it("refuse stale evidence, if they can see any", async () => {
    const stale = await images.push("golden/stale", "1.0", clean());
    await sign(stale, 8);
    expect(await everyLock(stale)).toEqual({ ...shut, library: "", cosign: "" });
  });
});
