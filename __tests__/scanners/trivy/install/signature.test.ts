import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
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
  it("is looked up at Sigstore, once", async () => {
    await using server = await startTufServer(fresh.trustedRoot);
    const trust = { root: known.trustedRoot, repository: server.repository };
    const check = releaseSignatures(TRIVY, { trust, mayRefresh: true }, world);
    await check(await file(fresh), VERSION);
    await check(await file(fresh), VERSION);
    expect(server.requests.filter((path) => path === "/timestamp.json")).toHaveLength(1);
  });

  it("and that Sigstore does not know either is refused", async () => {
    await using server = await startTufServer(known.trustedRoot);
    const trust = { root: known.trustedRoot, repository: server.repository };
    await expect(
      releaseSignatures(TRIVY, { trust, mayRefresh: true }, world)(await file(fresh), VERSION),
    ).rejects.toMatchObject({
      code: "trivy-signature-invalid",
      what: expect.stringContaining("also by Sigstore's newest keys"),
    });
  });

  it("is refused without a question if Sigstore must not be asked", async () => {
    await using server = await startTufServer(fresh.trustedRoot);
    const trust = { root: known.trustedRoot, repository: server.repository };
    await expect(
      releaseSignatures(TRIVY, { trust, mayRefresh: false }, world)(await file(fresh), VERSION),
    ).rejects.toMatchObject({
      code: "trivy-signature-invalid",
      what: expect.stringContaining("must not ask Sigstore"),
    });
    expect(server.requests).toEqual([]);
  });

  it("is refused with the reason if Sigstore does not answer", async () => {
    await using server = await startTufServer(fresh.trustedRoot);
    const trust = { root: known.trustedRoot, repository: { ...server.repository, url: "http://127.0.0.1:1" } };
    await expect(
      releaseSignatures(TRIVY, { trust, mayRefresh: true }, world)(await file(fresh), VERSION),
    ).rejects.toMatchObject({
      code: "trivy-signature-invalid",
      what: expect.stringMatching(/could not be asked: .*ECONNREFUSED/),
    });
  });

  it("does not keep a cancelled run", async () => {
    await using server = await startTufServer(fresh.trustedRoot);
    const trust = { root: known.trustedRoot, repository: server.repository };
    const signed = await file(fresh);
    world.abort();
    await expect(releaseSignatures(TRIVY, { trust, mayRefresh: true }, world)(signed, VERSION)).rejects.toMatchObject({
      code: "run-cancelled",
    });
  });
});

it("that is wrong for another reason is refused with that reason, also by the newest keys, which are asked for once", async () => {
  await using server = await startTufServer(known.trustedRoot);
  const trust = { root: known.trustedRoot, repository: server.repository };
  const check = releaseSignatures(TRIVY, { trust, mayRefresh: true }, world);
  for (const options of [{ version: "0.74.0" }, { minutesLate: 11 }, { issuer: "https://gitlab.com" }])
    await expect(check(await file(known, options), VERSION)).rejects.toMatchObject({ code: "trivy-signature-invalid" });
  expect(server.requests.filter((path) => path === "/timestamp.json")).toHaveLength(1);
});
