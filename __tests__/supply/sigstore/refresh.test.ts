import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newestTrustedRoot } from "../../../src/supply/sigstore/refresh.ts";
import { listen } from "../../support/network/http.ts";
import { mockSigstore, type Sigstore, startTufServer } from "../../support/programs/sigstore.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";

let sigstore: Sigstore;
let folder: TemporaryFolder;
beforeAll(async () => {
  sigstore = await mockSigstore();
});
beforeEach(() => {
  folder = temporaryFolder("tuf");
});
afterEach(() => folder.remove());

const { signal } = new AbortController();

describe("the newest trusted root", () => {
  it("comes out of the TUF repository, verified from the root at hand", async () => {
    await using server = await startTufServer(sigstore.trustedRoot);
    const root = await newestTrustedRoot(join(folder.path, "mine"), signal, server.repository);
    expect(root).toEqual(sigstore.trustedRoot);
    expect(server.requests).toEqual([
      "/2.root.json",
      "/timestamp.json",
      "/snapshot.json",
      "/targets.json",
      expect.stringMatching(/^\/targets\/(?:[0-9a-f]{64}\.)?trusted_root\.json$/),
    ]);
    expect(readdirSync(folder.path)).toEqual(["mine"]);
  });

  it("is not believed if another key signed it", async () => {
    await using server = await startTufServer(sigstore.trustedRoot);
    await using other = await startTufServer(sigstore.trustedRoot);
    const mixed = { url: server.repository.url, root: other.repository.root };
    await expect(newestTrustedRoot(folder.path, signal, mixed)).rejects.toThrow(/signed|signature|threshold/i);
  });

  it("is not waited for after the signal, even if the server never answers", async () => {
    const silent = await listen(() => {});
    await using server = await startTufServer(sigstore.trustedRoot);
    const repository = { url: `http://127.0.0.1:${silent.port}`, root: server.repository.root };
    try {
      await expect(newestTrustedRoot(folder.path, AbortSignal.timeout(100), repository)).rejects.toThrow(/timeout/i);
    } finally {
      await silent.close();
    }
  });

  it("is an error in the system's words if nothing listens", async () => {
    await using server = await startTufServer(sigstore.trustedRoot);
    const repository = { url: "http://127.0.0.1:1", root: server.repository.root };
    await expect(newestTrustedRoot(folder.path, signal, repository)).rejects.toThrow("ECONNREFUSED");
  });
});
