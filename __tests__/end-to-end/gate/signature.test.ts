import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { ensureTrivy, root } from "../../../scripts/setup/tools.ts";
import { clean, saveImage } from "../../support/images/images.ts";
import { answer } from "../../support/network/http.ts";
import { startInternet } from "../../support/network/internet.ts";
import { createReleases, type Releases, releaseArchive, startReleaseServer } from "../../support/programs/releases.ts";
import { mockSigstore, startTufServer } from "../../support/programs/sigstore.ts";
import { shared } from "../../support/runs/shared.ts";
import { openStage } from "../../support/runs/stage.ts";

// Versions that are not compiled in, with the bundle as runners start it. The compiled-in root is Sigstore's own.

const VERSION = "0.75.0";
const ARCHIVE = `trivy_${VERSION}_Linux-64bit.tar.gz`;
const CHECKSUMS = `trivy_${VERSION}_checksums.txt`;

const stage = await shared(openStage("signature"));
const releases = await shared(startReleaseServer());
const sigstore = await mockSigstore();
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), clean());
/** Has a line for each start of the downloaded program. */
const ran = join(stage.folder, "ran");
const trivy = await ensureTrivy();
const data = `#!/bin/sh
echo x >> '${ran}'
if [ "$1" = version ]; then echo '{"Version":"${VERSION}"}'; exit 0; fi
exec '${trivy}' "$@"
`;
const wrapper = await releaseArchive({ members: [{ path: "trivy", data, mode: 0o755 }] });
await publish(releases);
beforeEach(() => {
  releases.requests.length = 0;
  releases.clearFaults();
  writeFileSync(ran, "");
});

/** A release that is signed by the test's own Sigstore. */
async function publish(to: Releases): Promise<void> {
  const text = `${wrapper.sha256}  ${ARCHIVE}\n`;
  to.add(VERSION, wrapper, ARCHIVE);
  to.addText(VERSION, CHECKSUMS, text);
  to.addText(VERSION, `${CHECKSUMS}.sigstore.json`, await sigstore.sign(text));
}

const run = (inputs: Readonly<Record<string, string>>, options = {}) =>
  stage.run(
    { "trivy-binary": "", "trivy-sha256": "", "trivy-version": VERSION, image: "app.tar", ...inputs },
    { workspace, toolCache: `${stage.nextFolder()}-tools`, ...options },
  );
const asked = () => releases.requests.map(({ path }) => path);

describe("a version that is not compiled in", () => {
  // Proves: unknown-versions-run-only
  it("is refused on the word of an authority that is not Sigstore's, before anything is downloaded or run", async () => {
    const result = await run({ "trivy-mirror": releases.url });
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "", "trivy-version": "" });
    expect(result.outputs.reason).toContain("[trivy-signature-invalid]");
    expect(result.summary).toContain("trivy-sha256");
    expect(asked()).toEqual([`/v${VERSION}/${CHECKSUMS}.sigstore.json`, `/v${VERSION}/${CHECKSUMS}`]);
    expect(readFileSync(ran, "utf8")).toBe("");
  });

  it("is refused where nothing is signed", async () => {
    releases.fault(/sigstore\.json$/, { status: 404 });
    const result = await run({ "trivy-mirror": releases.url });
    expect(result.outputs.reason).toContain("[trivy-signature-missing]");
    expect(asked()).not.toContain(`/v${VERSION}/${ARCHIVE}`);
  });

  it("comes from GitHub, and an unknown authority is looked up at Sigstore: both through the proxy", async () => {
    const github = createReleases("/aquasecurity/trivy/releases/download");
    await publish(github);
    await using net = await startInternet({
      "github.com": github.handler,
      "tuf-repo-cdn.sigstore.dev": (_, response) => answer(response, 404, ""),
    });
    const result = await run({}, { env: net.env, asBundle: true });
    expect(result.outputs.reason).toContain("[trivy-signature-invalid]");
    expect(result.outputs.reason).toContain("Sigstore could not be asked");
    expect(net.requests.map(({ host }) => host)).toEqual([
      "github.com",
      "github.com",
      "tuf-repo-cdn.sigstore.dev",
      "tuf-repo-cdn.sigstore.dev",
    ]);
    expect(net.strangers).toEqual([]);
    expect(readFileSync(ran, "utf8")).toBe("");
  });
});

describe("the bundle's own copy of the library", () => {
  const chunk = (name: string) => import(join(root, "dist", `${name}.js`));

  it("verifies a good signature and refuses a wrong one", async () => {
    const { verifySignature } = await chunk("supply.sigstore.verify");
    const bytes = Buffer.from("checksums");
    const bundle = await sigstore.sign(bytes, { identity: "https://signer.test/" });
    const signer = { issuer: "https://token.actions.githubusercontent.com", identity: "https://signer.test/" };
    expect(() => verifySignature({ bytes, bundle }, signer, sigstore.trustedRoot)).not.toThrow();
    const other = { ...signer, identity: "https://signer.test" };
    expect(() => verifySignature({ bytes, bundle }, other, sigstore.trustedRoot)).toThrow("not by");
    expect(() => verifySignature({ bytes, bundle }, signer)).toThrow();
  });

  it("gets a newer root by TUF", async () => {
    await using server = await startTufServer(sigstore.trustedRoot);
    const { newestTrustedRoot } = await chunk("supply.sigstore.refresh");
    const folder = stage.nextFolder();
    mkdirSync(folder);
    const found = await newestTrustedRoot(folder, AbortSignal.timeout(30_000), server.repository);
    expect(found).toEqual(sigstore.trustedRoot);
  });
});
