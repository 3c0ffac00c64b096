import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { vulnerabilityDatabase, writeDatabases } from "../../support/databases/database.ts";
import { HIDDEN_JAR, LEAKED, leakyHistory, python, saveImage, secret } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, layerOf, openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("report"));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "python.tar"), python(), ["ghcr.io/acme/python:1.0"]);
saveImage(join(workspace, "leaky.tar"), leakyHistory(), ["ghcr.io/acme/leaky:1.0"]);
saveImage(join(workspace, "secret.tar"), secret(), ["ghcr.io/acme/secret:1.0"]);
stage.bed.registry.add("acme/leaky", "1.0", leakyHistory());

describe("the report", () => {
  it("holds all findings, each with its target, its place and what became of it", async () => {
    const policy = `version: 1
ignore-unfixed: true
exceptions:
  - {id: CVE-2021-44228, reason: Tested., expires: ${day(30)}}
  - {id: CVE-2021-45046, reason: Tested., expires: ${day(-1)}, created: ${day(-9)}}
`;
    const result = await stage.run(
      { image: "python.tar", policy: "report.yml" },
      { workspace, files: { "report.yml": policy } },
    );
    const { report } = result;
    const trivy = JSON.parse(readFileSync(result.outputs["trivy-report"] ?? "", "utf8"));
    const rows = trivy.Results.flatMap((one: { Vulnerabilities?: object[] }) => one.Vulnerabilities ?? []);
    const identity = (id: string, name: string, path = "") => `${id} ${name} ${path}`;
    expect(report.findings.map((each) => identity(each.id, each.package?.name ?? "", each.path)).sort()).toEqual(
      rows
        .map((row: Record<string, string>) => identity(row.VulnerabilityID ?? "", row.PkgName ?? "", row.PkgPath))
        .sort(),
    );
    for (const { severity, open, accepted, notCounted } of report.targets[0]?.rows ?? []) {
      const of = (outcome: string) =>
        report.findings.filter((each) => each.severity === severity && each.outcome === outcome).length;
      expect([severity, of("open"), of("accepted"), of("not-counted")]).toEqual([severity, open, accepted, notCounted]);
    }
    expect(new Set(report.findings.map(({ outcome }) => outcome))).toEqual(
      new Set(["open", "accepted", "not-counted"]),
    );
    expect(report.findings.find(({ id }) => id === "CVE-2021-44228")).toMatchObject({
      target: 0,
      outcome: "accepted",
      exceptions: [4],
      path: HIDDEN_JAR,
      owner: { ecosystem: "Python", name: "sparkly", version: "1.0.0" },
    });
    expect(layerOf(result, "CVE-2021-44228")).toMatchObject({
      number: 4,
      instruction: expect.stringContaining("pip install"),
    });
    expect(report.findings.find(({ id }) => id === "CVE-2021-45046")).toMatchObject({ outcome: "open", ended: 5 });
    expect(report.reasons).toContainEqual({ target: 0, severity: "CRITICAL", open: 1, limit: 0 });
    expect(report).toMatchObject({
      version: 2,
      verdict: "fail",
      reason: result.outputs.reason,
      name: "python.tar (ghcr.io/acme/python)",
      provenance: { policy: "report.yml", policyFrom: "workspace", run: expect.stringContaining("/actions/runs/4242") },
    });
  });
});

/** All texts that leave a run: for people and for later steps. */
const told = ({ log, summary, outputs }: GateResult, comments: readonly string[]) => ({
  log,
  summary,
  outputs: JSON.stringify(outputs),
  comments: comments.join("\n"),
  report: readFileSync(outputs.report ?? "", "utf8"),
  "trivy-report": (outputs["trivy-report"] ?? "")
    .split("\n")
    .map((file) => (file === "" ? "" : readFileSync(file, "utf8")))
    .join("\n"),
});

function expectNowhere(secrets: readonly string[], places: Readonly<Record<string, string>>): void {
  const found = Object.entries(places).flatMap(([place, text]) =>
    secrets.filter((value) => text.includes(value)).map((value) => `${place}: ${value}`),
  );
  expect(found).toEqual([]);
}

describe("what must not leave the job", () => {
  // Proves: build-arguments-environment-variables
  it("the values of build arguments, ARG and ENV, and secrets within instructions, are nowhere; what brought a package in still is", async () => {
    const raw = readFileSync(join(workspace, "leaky.tar"), "latin1");
    for (const value of Object.values(LEAKED)) expect(raw).toContain(value);
    const image = `leaky.tar\n${stage.bed.registry.host}/acme/leaky:1.0`;
    const formats = ["sarif", "html", "csv", "gitlab", "junit", "markdown"];
    const writes = formats.map((format) => `leaky.${format}`);
    const reports = formats.map((format) => `${format}: leaky.${format}`).join("\n");
    const inputs = { image, scanners: "vuln,secret", reports };
    const result = await stage.run(inputs, { workspace, onPullRequest: true, writes });
    expect(result.results.map(({ verdict }) => verdict)).toEqual(["fail", "fail"]);
    const places = {
      ...told(
        result,
        stage.github.comments().map(({ body }) => body),
      ),
      ...Object.fromEntries(writes.map((name) => [name, readFileSync(join(workspace, name), "utf8")])),
    };
    for (const name of writes) rmSync(join(workspace, name));
    // The rest of an instruction after a secret is cut off with it.
    expect(Object.entries(places).find(([place]) => place === "leaky.html")?.[1]).toContain("curl -u ***");
    expect(places.comments).toContain("CVE-2099-1001");
    expectNowhere(Object.values(LEAKED), places);
    const instructions = JSON.stringify(result.report.targets.map(({ layers }) => layers));
    expect(instructions).toMatch(/apt-get install -y openssl/);
    expect(instructions).toMatch(/npm install/);
    for (const file of (result.outputs["trivy-report"] ?? "").split("\n")) {
      const config = JSON.parse(readFileSync(file, "utf8")).Metadata.ImageConfig?.config;
      expect(config?.Env).toBeUndefined();
    }
  });

  it("a secret's text and its surroundings are nowhere, whether scanned or given as a report", async () => {
    const cache = join(stage.folder, "cache");
    mkdirSync(cache);
    writeDatabases(cache, { vulnerability: vulnerabilityDatabase({ now: new Date() }) });
    const raw = join(workspace, "raw.json");
    const args = ["image", "--input", join(workspace, "secret.tar"), "--format=json", "--output", raw, "--quiet"];
    const scanned = await finish(await ensureTrivy(), [
      ...args,
      "--cache-dir",
      cache,
      "--skip-db-update",
      "--scanners=secret",
    ]);
    expect(scanned).toMatchObject({ code: 0 });
    // Trivy masks them; another tool's report need not.
    const text = readFileSync(raw, "utf8").replaceAll(/"Match": "[^"]*"/g, '"Match": "unmasked-secret-of-the-image"');
    expect(text).toContain("unmasked-secret-of-the-image");
    writeFileSync(raw, text);

    const result = await stage.run(
      { image: "secret.tar", scanners: "secret", "trivy-report": "raw.json" },
      { workspace },
    );
    const secret = result.report.findings.find(({ kind }) => kind === "secret");
    expect(secret?.opinions?.map(({ scanner }) => scanner)).toEqual(["Trivy", "Trivy (raw.json)"]);
    const places = told(result, []);
    expect(places["trivy-report"]).toContain("aws-access-key-id");
    expectNowhere(
      ["unmasked-secret-of-the-image", '"Match":', '"Code":', "AWS_ACCESS_KEY_ID=", "bm90IGEga2V5"],
      places,
    );
  });
});

describe("an image's name as it is reported", () => {
  it("of a given report is the file's, its findings the report's", async () => {
    const scanned = await stage.run({ image: "python.tar" }, { workspace });
    writeFileSync(join(workspace, "given.json"), readFileSync(scanned.outputs["trivy-report"] ?? ""));
    const judged = await stage.run({ "trivy-report": "given.json" }, { workspace });
    expect(judged.report.findings).toEqual(scanned.report.findings);
    expect(judged.report.targets[0]).toMatchObject({
      kind: "trivy-report",
      artifact: { names: ["given.json"], claims: expect.arrayContaining(["ghcr.io/acme/python:1.0"]) },
    });
    expect(layerOf(judged, "CVE-2021-44228")?.instruction).toContain("pip install");
  });
});
