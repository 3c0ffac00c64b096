import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { vulnerabilityDatabase, vulnerabilityDatabaseArtifact } from "../../support/databases/database.ts";
import { gitHubFaults, startFakeGitHub } from "../../support/github/fake-github.ts";
import { debian12, saveImage } from "../../support/images/images.ts";
import type { RegistryFault } from "../../support/registry/registry.ts";
import { atMost } from "../../support/runs/patience.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, messages, openStage, type RunOptions } from "../../support/runs/stage.ts";

/** No server listens there. */
const CLOSED = "127.0.0.1:9";

const stage = await shared(openStage("no-network", { asBundle: true }));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), debian12());
await stage.run({ image: "app.tar" }, { workspace });
const databases = vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now: new Date() }));

/** Each case has its own repository, since the cases run at the same time: most of their time is waiting. */
function faulty(fault: RegistryFault): string {
  const { registry } = stage.bed;
  const name = `case-${++cases}`;
  registry.add(name, "2", databases);
  registry.fault(new RegExp(`/${name}/`), fault);
  return `${registry.host}/${name}:2`;
}
let cases = 0;

/** A run with an empty tool cache: an error with its code and the whole remedy. */
async function expectError(
  inputs: Readonly<Record<string, string>>,
  code: string,
  remedies: readonly string[],
  options: RunOptions = {},
): Promise<GateResult> {
  const given = { image: "app.tar", ...inputs };
  const result = await stage.run(given, { workspace, toolCache: `${stage.nextFolder()}-tools`, ...options });
  expect(result.outputs).toMatchObject({ verdict: "error", critical: "", accepted: "" });
  expect(result.outputs.reason).toContain(`[${code}]`);
  for (const remedy of remedies) {
    expect(result.summary).toContain(remedy);
    expect(result.log).toContain(remedy);
  }
  return result;
}

describe.concurrent("no vulnerability database", () => {
  const OPEN = ["port 443", "`db-repository`"];
  it.each<[string, RegistryFault, string, readonly string[]]>([
    ["wants a login (401)", { status: 401 }, "database-unavailable", ["Log in first"]],
    ["never answers", { hang: true }, "database-timeout", [...OPEN, "`timeout`"]],
  ])("because its registry %s: error, the remedy named", async (_, fault, code, remedies) => {
    const inputs = { "db-repository": faulty(fault), timeout: fault.hang ? "2s" : "20s" };
    const result = await expectError(inputs, code, remedies);
    if (remedies === OPEN) expect(result.summary).toContain(stage.bed.registry.host);
  });

  it("because a proxy leads nowhere: error, and the proxies are named", async () => {
    // Go never uses a proxy for 127.0.0.1, so the registry needs another name.
    const options = {
      env: { HTTPS_PROXY: `http://me:hushhush@${CLOSED}`, HTTP_PROXY: `http://me:hushhush@${CLOSED}` },
    };
    const inputs = { "db-repository": "registry.invalid/trivy-db:2" };
    const result = await expectError(inputs, "database-unavailable", ["HTTPS_PROXY"], options);
    for (const text of [result.log, result.summary, JSON.stringify(result.report)])
      expect(text).not.toContain("hushhush");
  });
});

describe.concurrent("no Trivy to download", () => {
  it("from GitHub, which cannot be reached: the hosts to open are named", async () => {
    const inputs = { "trivy-binary": "", "trivy-sha256": "", timeout: "20s" };
    const options = { env: { HTTPS_PROXY: `http://${CLOSED}`, https_proxy: `http://${CLOSED}` } };
    const remedies = ["port 443", "github.com", "release-assets.githubusercontent.com", "`trivy-mirror`"];
    const result = await expectError(inputs, "trivy-download-failed", remedies, options);
    expect(result.milliseconds).toBeLessThan(atMost(15_000));
  });
});

describe.concurrent("no GitHub", () => {
  const POLICY = ".github/image-gate.yml";
  const report = (severity: string) =>
    JSON.stringify({
      SchemaVersion: 2,
      ArtifactName: "a",
      ArtifactType: "container_image",
      Results: [{ Target: "x", Vulnerabilities: [{ VulnerabilityID: "CVE-2024-1", Severity: severity }] }],
    });
  const files = { "bad.json": report("CRITICAL"), "good.json": report("LOW"), [POLICY]: "version: 1\n" };

  it("that never answers: a warning each for comment and comparison; pass stays pass, fail stays fail", async () => {
    await using github = await startFakeGitHub();
    github.fault(/./, gitHubFaults.hang());
    const event = github.pullRequestEvent();
    const run = (name: string) => stage.run({ "trivy-report": name }, { files, event, apiUrl: github.url });
    for (const [result, verdict] of await Promise.all([
      run("good.json").then((one) => [one, "pass"] as const),
      run("bad.json").then((one) => [one, "fail"] as const),
    ])) {
      expect(result.outputs).toMatchObject({ verdict, "comment-url": "" });
      expect(messages(result, "warning").join("\n")).toMatch(/10 s|time/);
      expect(messages(result, "warning").length).toBeGreaterThanOrEqual(2);
      expect(result.summary).toMatch(/not known|could not be read/);
      expect(result.milliseconds).toBeLessThan(atMost(80_000));
    }
  }, 600_000);
});
