import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { fileNameOf } from "../../../src/reports/planned-reports.ts";
import { HOSTILE } from "../../render/hostile.ts";
import { gitlabMistakes } from "../../support/gitlab/gitlab-rules.ts";
import { clean, python, saveImage } from "../../support/images/images.ts";
import { expectJenkinsValid, readJunit } from "../../support/programs/junit.ts";
import { runAction } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, messages, openStage, writeFiles } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

const stage = await shared(openStage("reports"));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), python(), ["ghcr.io/acme/app:1.0"]);
saveImage(join(workspace, "clean.tar"), clean(), ["ghcr.io/acme/clean:1.0"]);

const FILES = ["out/all.csv", "out/gitlab.json", "out/junit.xml", "out/whole.md"];
const REPORTS = "csv: out/all.csv\ngitlab: out/gitlab.json\njunit: out/junit.xml\nmarkdown: out/whole.md";
const read = (result: GateResult, name: string) => readFileSync(join(result.workspace, name), "utf8");

describe("reports of one scan", () => {
  it("agree with the verdict, each valid by a judge that is not ours", async () => {
    const result = await stage.run(
      { image: "app.tar as ghcr.io/acme/app:1.0", reports: REPORTS },
      { workspace, writes: FILES },
    );
    expect(result.outputs.verdict).toBe("fail");
    const { findings } = result.report;
    expect(findings.length).toBeGreaterThan(3);
    // A single scan, however many reports there are.
    expect(result.outputs["trivy-report"]?.split("\n")).toHaveLength(1);

    const rows = parse<Record<string, string>>(read(result, "out/all.csv"), {
      columns: true,
      record_delimiter: "\r\n",
    });
    expect(rows.map(({ advisory, severity, status }) => [advisory, severity, status])).toEqual(
      findings.map(({ id, severity, outcome }) => [id, severity, outcome]),
    );

    const gitlab = JSON.parse(read(result, "out/gitlab.json"));
    expect(gitlabMistakes(gitlab)).toEqual([]);
    expect(gitlab.scan.status).toBe("success");
    expect(gitlab.vulnerabilities).toHaveLength(findings.length);
    expect(gitlab.vulnerabilities[0].location.image).toBe("ghcr.io/acme/app:1.0");
    expect(gitlab.vulnerabilities[0].location.operating_system).toMatch(/^[a-z]+ \d/);

    const xml = read(result, "out/junit.xml");
    expectJenkinsValid(xml);
    const junit = await readJunit(xml);
    const failing = findings.filter(({ severity }) => severity === "CRITICAL" || severity === "HIGH");
    expect(junit).toMatchObject({ tests: findings.length, failures: failing.length, errors: 0 });

    for (const { id } of findings) expect(read(result, "out/whole.md")).toContain(id);
    for (const name of FILES) expect(result.log).toContain(`in ${name}`);
  });

  it("name a target in error, and have the others", async () => {
    const image = "app.tar\nclean.tar\nmissing.tar";
    const result = await stage.run({ image, reports: REPORTS }, { workspace, writes: FILES });
    expect(result.outputs.verdict).toBe("error");
    const code = result.report.reasons.flatMap((reason) => ("code" in reason ? [reason.code] : []))[0] ?? "?";

    const rows = parse<Record<string, string>>(read(result, "out/all.csv"), { columns: true });
    expect(rows.filter(({ target }) => target === "missing.tar").map(({ status }) => status)).toEqual([
      expect.stringContaining(`error: [${code}]`),
    ]);
    expect(rows.some(({ target }) => target === "app.tar")).toBe(true);

    const gitlab = JSON.parse(read(result, "out/gitlab.json"));
    expect(gitlabMistakes(gitlab)).toEqual([]);
    expect(gitlab.scan).toMatchObject({ status: "failure", messages: [{ level: "fatal" }] });
    expect(gitlab.scan.messages[0].value).toContain(`[${code}]`);
    expect(gitlab.vulnerabilities.length).toBeGreaterThan(3);

    const xml = read(result, "out/junit.xml");
    expectJenkinsValid(xml);
    const { suites } = await readJunit(xml);
    expect(suites.map(({ name, errors }) => [name, errors])).toEqual([
      ["app.tar", 0],
      ["clean.tar", 0],
      ["missing.tar", 1],
    ]);
    expect(suites[1]?.cases.map(({ outcome }) => outcome)).toEqual(["passed"]);

    expect(read(result, "out/whole.md")).toContain("⛔ <code>missing.tar</code>");
  });

  it("of a run that ends before its scan say that, too", async () => {
    const files = { ".github/image-gate.yml": "version: 1\nthreshholds: {}\n", "trivy.json": "{}" };
    const result = await stage.run({ "trivy-report": "trivy.json", reports: REPORTS }, { files, writes: FILES });
    expect(result.outputs.verdict).toBe("error");
    for (const name of FILES) expect(read(result, name)).toContain("policy-invalid");
    expect(gitlabMistakes(JSON.parse(read(result, "out/gitlab.json")))).toEqual([]);
    expectJenkinsValid(read(result, "out/junit.xml"));
  });

  it("are valid whatever strangers wrote into a Trivy report", async () => {
    const rows = HOSTILE.map((text, index) =>
      row(index, {
        PkgName: text,
        InstalledVersion: text,
        FixedVersion: text,
        Title: text,
        PkgPath: text,
        Description: text,
      }),
    );
    const files = { "trivy.json": trivyReport(rows) };
    const result = await stage.run({ "trivy-report": "trivy.json", reports: REPORTS }, { files, writes: FILES });
    const { findings } = result.report;
    expect(findings.length).toBe(HOSTILE.length);
    const table = parse<Record<string, string>>(read(result, "out/all.csv"), {
      columns: true,
      record_delimiter: "\r\n",
    });
    expect(table).toHaveLength(findings.length);
    for (const cell of table.flatMap((each) => Object.values(each))) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    const gitlab = JSON.parse(read(result, "out/gitlab.json"));
    expect(gitlabMistakes(gitlab)).toEqual([]);
    expect(gitlab.vulnerabilities).toHaveLength(findings.length);
    const xml = read(result, "out/junit.xml");
    expectJenkinsValid(xml);
    expect(await readJunit(xml)).toMatchObject({ tests: findings.length, failures: findings.length });
    for (const { id } of findings) expect(read(result, "out/whole.md")).toContain(id);
  });

  it("with {target} say of each of several reports on one image what was judged of them together", async () => {
    const files = { "a.json": trivyReport([row(1)]), "b.json": trivyReport([row(2)]), "c.json": trivyReport([]) };
    const lines = ["a.json as ghcr.io/acme/app:1", "b.json as ghcr.io/acme/app:1", "c.json as ghcr.io/acme/other:1"];
    const writes = lines.flatMap((line) => {
      const [input = "", as = ""] = line.split(" as ");
      const name = fileNameOf({ kind: "trivy-report", input, label: `${as} (${input})` });
      return [`out/${name}.md`, `out/${name}.xml`];
    });
    const result = await stage.run(
      { "scan-report": lines.join("\n"), reports: "markdown: out/{target}.md\njunit: out/{target}.xml" },
      { files, writes },
    );
    expect(result.outputs.verdict).toBe("fail");
    const written = readdirSync(join(result.workspace, "out")).sort();
    const pages = written.filter((name) => name.endsWith(".md")).map((name) => read(result, `out/${name}`));
    expect(pages.map((page) => /^## (\S+)/m.exec(page)?.[1])).toEqual(["❌", "❌", "✅"]);
    const tests = written.filter((name) => name.endsWith(".xml")).map((name) => read(result, `out/${name}`));
    expect(tests.map((xml) => /failures="(\d+)"/.exec(xml)?.[1])).toEqual(["2", "2", "0"]);
  });
});

describe("wrong lines of `reports`", () => {
  it("say so where another input is wrong, so that no earlier run's pass for this one's, and exempt what the inputs name", async () => {
    const report = JSON.stringify({ SchemaVersion: 2, ArtifactName: "app:1", ArtifactType: "container_image" });
    const files = { "trivy.json": report, "old.xml": "<testsuites/>" };
    const inputs = { "trivy-report": "trivy.json", "max-critical": "many" };
    const reports = "junit: old.xml\ncyclonedx: a.cdx.json\nmarkdown: a.md";
    const result = await stage.run({ ...inputs, reports }, { files, writes: ["a.md"] });
    expect(messages(result, "error").join()).toContain("[input-invalid]");
    expect(messages(result, "warning").join()).toContain(
      "[sbom-not-made] Targets that ended in an error have no SBOM: cyclonedx",
    );
    expect(read(result, "old.xml")).toMatch(/<error [^>]*input-invalid/);
    expect(read(result, "a.md")).toContain("could not be judged");
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["that another input names", { "trivy-report": "other.json", dockerfile: "own.json", "max-low": "x" }],
    ["of a list with a wrong line", { "trivy-report": "own.json\nhttps://user:word@reg.example/x" }],
    ["of a list with a control character", { image: "own.json\nb\u0001.json" }],
    ["of a pattern in such a list", { "trivy-report": "*.json\nb\u0001.json" }],
    ["that an unknown input names", { path: "src", "trivy-reports": "*.json" }],
    ["of a list with other line ends", { "trivy-report": "other.json", vex: "own.json\rb.json", "max-low": "x" }],
  ])("where another input is wrong never replace a file %s", async (_, inputs) => {
    const files = { "own.json": "{}", "src/a.txt": "" };
    for (const reports of ["csv: own.json", "cyclonedx: ./src/../own.json"]) {
      const result = await stage.run({ ...inputs, reports }, { files });
      expect(messages(result, "error").join()).toContain("[input-invalid]");
      expect(read(result, "own.json")).toBe("{}");
    }
  });

  // Proves: report-costs-nothing-something
  it("never cost a file of Git, of GitHub or of the runner", async () => {
    const report = JSON.stringify({ SchemaVersion: 2, ArtifactName: "app:1", ArtifactType: "container_image" });
    const files = { "trivy.json": report, ".github/workflows/ci.yml": "on: push", ".git/config": "[core]" };
    const workspace = join(stage.nextFolder(), "workspace");
    writeFiles(workspace, files);
    const paths = [...Object.keys(files).slice(1), ".GIT/hooks/x", "../temp/_runner_file_commands/x"];
    const reports = paths.map((path) => `csv: ${path}`).join("\n");
    const result = await stage.run({ "trivy-report": "trivy.json", reports }, { workspace });
    expect(result.outputs).toMatchObject({ verdict: "error" });
    for (const path of paths) expect(result.outputs.reason).toContain(JSON.stringify(`csv: ${path}`));
    for (const [name, text] of Object.entries(files)) expect(read(result, name)).toBe(text);
  });

  // Proves: file-repository-does-not
  it("are right for a file that Git tracks: it goes before the scan, and the report takes its place", async () => {
    const workspace = join(stage.nextFolder(), "workspace");
    const forged = { "gl.json": '{"vulnerabilities":[]}', "kept.json": "{}" };
    writeFiles(workspace, { "trivy.json": trivyReport([row(1)]), ...forged });
    for (const args of [["init"], ["add", "."]]) execFileSync("git", args, { cwd: workspace, stdio: "ignore" });
    const reports = "gitlab: gl.json";
    const result = await stage.run({ "trivy-report": "trivy.json", reports }, { workspace, writes: ["gl.json"] });
    expect(read(result, "gl.json")).toContain('"image-gate"');
    expect(read(result, "kept.json")).toBe("{}");
  });

  // Proves: no-earlier-run-s
  it.each<[string, Readonly<Record<string, string>>]>([
    ["an unknown input", { "trivy-report": "trivy.json", "image-ref": "x" }],
    ["no target", { "trivy-report": "" }],
    [
      "a wrong line of `reports`",
      { "trivy-report": "trivy.json", reports: "cvs: a.csv\nhtml: out/{target}.html\nsarif" },
    ],
  ])("or another input, here %s, leave no earlier run's pass", async (_, inputs) => {
    const report = trivyReport([], { ArtifactName: "app:1" });
    const workspace = join(stage.nextFolder(), "workspace");
    writeFiles(workspace, { "trivy.json": report, "mine.csv": "a,b" });
    const reports = "csv: a.csv\nhtml: out/{target}.html";
    const given = { kind: "trivy-report", input: "trivy.json", label: "app:1 (trivy.json)" } as const;
    const passed = await stage.run(
      { "trivy-report": "trivy.json", reports },
      { workspace, writes: ["a.csv", `out/${fileNameOf(given)}.html`] },
    );
    expect(passed.outputs.verdict).toBe("pass");
    const failed = await runAction({
      folder: stage.nextFolder(),
      workspace,
      inputs: { reports, ...inputs },
    });
    expect(failed.outputs.verdict).toBe("error");
    const left = readdirSync(workspace, { recursive: true })
      .map(String)
      .filter((name) => /\.(?:csv|html)$/.test(name));
    for (const name of left.filter((each) => each !== "mine.csv"))
      expect(readFileSync(join(workspace, name), "utf8")).toMatch(/error: \[|could not be judged/);
    expect(left).toContain("mine.csv");
  });

  it("are an error before anything is scanned or downloaded, all named at once", async () => {
    const start = stage.bed.registry.requests.length;
    const reports = "cvs: a.csv\ncsv: ../x.csv\nhtml: page.html\nmarkdown: ./page.html\nspdx-json: s.json";
    const result = await stage.run(
      { image: "app.tar\nclean.tar", reports },
      { workspace, toolCache: join(stage.folder, "empty-tools"), writes: ["page.html"] },
    );
    // The error is in each report that could be written, too.
    expect(read(result, "page.html")).toContain("could not be judged");
    expect(result.outputs.verdict).toBe("error");
    expect(result.outputs["trivy-version"]).toBe("");
    expect(stage.bed.registry.requests).toHaveLength(start);
    const [error = ""] = messages(result, "error");
    for (const words of [
      "reports-invalid",
      "did you mean `csv`",
      "is outside of the workspace and the folder for temporary files",
      "uses the same file as",
      "put `{target}` into its path",
    ])
      expect(error + result.summary).toContain(words);
    expect(result.log).not.toMatch(/trivy image/i);
  });
});
