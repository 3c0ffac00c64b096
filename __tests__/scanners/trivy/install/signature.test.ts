import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { TRIVY } from "../../../../src/scanners/trivy/install/release.ts";
import { releaseSignatures } from "../../../../src/supply/signature.ts";
import { mockSigstore, type Sigstore, startTufServer } from "../../../support/programs/sigstore.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/runs/folder.ts";
import { type TestWorld, testWorld } from "../world.ts";

const VERSION = "0.75.0";
const name = `trivy_${VERSION}_checksums.txt`;
const bytes = Buffer.from("checksums");

let known: Sigstore;
let fresh: Sigstore;
let folder: TemporaryFolder;
let world: TestWorld;
beforeAll(async () => {
  known = await mockSigstore();
  fresh = await mockSigstore();
});
beforeEach(() => {
  folder = temporaryFolder("signature");
  world = testWorld(folder.path);
});
afterEach(() => folder.remove());

const file = async (sigstore: Sigstore, options = {}) => ({ name, bytes, bundle: await sigstore.sign(bytes, options) });

it("names the one workflow and tag that may sign a version", () => {
  expect(TRIVY.signerOf("0.76.1")).toEqual({
    issuer: "https://token.actions.githubusercontent.com",
    identity: "https://github.com/aquasecurity/trivy/.github/workflows/reusable-release.yaml@refs/tags/v0.76.1",
  });
});

describe("a log or authority that the root at hand does not know", () => {
  /** The check of a file that the fresh root proves, if Sigstore has this root, or cannot be reached. */
  async function checking(served: Sigstore, { mayRefresh = true, url = "" } = {}) {
    const server = await startTufServer(served.trustedRoot);
    onTestFinished(() => server[Symbol.asyncDispose]());
    const repository = { ...server.repository, ...(url !== "" && { url }) };
    const check = releaseSignatures(TRIVY, { trust: { root: known.trustedRoot, repository }, mayRefresh }, world);
    return { server, check };
  }

  it("is looked up at Sigstore, once", async () => {
    const { server, check } = await checking(fresh);
    await check(await file(fresh), VERSION);
    await check(await file(fresh), VERSION);
    expect(server.requests.filter((path) => path === "/timestamp.json")).toHaveLength(1);
  });

  it.each<[string, () => Sigstore, { mayRefresh?: boolean; url?: string }, RegExp]>([
    ["Sigstore does not know it either", () => known, {}, /also by Sigstore's newest keys/],
    ["Sigstore must not be asked", () => fresh, { mayRefresh: false }, /must not ask Sigstore/],
    ["Sigstore does not answer", () => fresh, { url: "http://127.0.0.1:1" }, /could not be asked: .*ECONNREFUSED/],
  ])("is refused if %s", async (_, served, more, words) => {
    const { server, check } = await checking(served(), more);
    await expect(check(await file(fresh), VERSION)).rejects.toMatchObject({
      code: "trivy-signature-invalid",
      what: expect.stringMatching(words),
    });
    if (more.mayRefresh === false) expect(server.requests).toEqual([]);
  });

  it("does not keep a cancelled run", async () => {
    const { check } = await checking(fresh);
    const signed = await file(fresh);
    world.abort();
    await expect(check(signed, VERSION)).rejects.toMatchObject({ code: "run-cancelled" });
  });

  it("is not to blame for another fault, which is refused by the newest keys as well, asked for once", async () => {
    const { server, check } = await checking(known);
    for (const options of [{ version: "0.74.0" }, { minutesLate: 11 }, { issuer: "https://gitlab.com" }])
      await expect(check(await file(known, options), VERSION)).rejects.toMatchObject({
        code: "trivy-signature-invalid",
      });
    expect(server.requests.filter((path) => path === "/timestamp.json")).toHaveLength(1);
  });
});
