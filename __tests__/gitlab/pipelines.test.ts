import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { packInto } from "../../scripts/build/package.ts";
import { ensureGitlabCiLocal } from "../../scripts/setup/gitlab-ci-local.ts";
import { fileSha256 } from "../../scripts/setup/tools.ts";
import { PROJECT_TOKEN, startFakeGitLab } from "../support/gitlab/fake-gitlab.ts";
import { HEAD } from "../support/gitlab/gitlab-job.ts";
import {
  documentedPipelines,
  gitlabProject,
  type Project,
  requestVariables,
} from "../support/gitlab/gitlab-pipeline.ts";
import { codeQualityMistakes, gitlabMistakes } from "../support/gitlab/gitlab-rules.ts";
import { BOT } from "../support/gitlab/gitlab-state.ts";
import { clean, debian12, saveImage } from "../support/images/images.ts";
import { expectJenkinsValid } from "../support/programs/junit.ts";
import { cyclonedxProblems } from "../support/programs/sbom-validators.ts";
import { startTestBed } from "../support/runs/bed.ts";
import { sharedFolder } from "../support/runs/shared.ts";

// The components and the pipelines of docs/gitlab.md in gitlab-ci-local, with the bundle on the PATH, against a GitLab
// that is checked against its description. Skipped with a message if rsync is absent.

const program = await ensureGitlabCiLocal();
if (program === undefined) console.error("Skipped: gitlab-ci-local needs rsync and git.");
const folder = sharedFolder("pipelines");
let project: Project;

if (program !== undefined) project = await gitlabProject(folder.path, program);

const COMPONENT = "include:\n  - component: $CI_SERVER_FQDN/OWNER/image-gate/gate@$CI_COMMIT_SHA\n    inputs:\n";
const gate = (...inputs: string[]) => `${COMPONENT}${inputs.map((input) => `      ${input}\n`).join("")}`;

function report(fixed: boolean): string {
  const vulnerability = {
    VulnerabilityID: "CVE-2099-1",
    PkgName: "libx",
    InstalledVersion: "1.0",
    FixedVersion: "1.1",
    Severity: "CRITICAL",
    Title: "/merge ~bug @all",
    Status: "fixed",
    PkgIdentifier: { PURL: "pkg:deb/debian/libx@1.0" },
  };
  return JSON.stringify({
    SchemaVersion: 2,
    CreatedAt: new Date().toISOString(),
    ArtifactName: "registry.example.com/acme/app:1",
    ArtifactType: "container_image",
    Metadata: { OS: { Family: "debian", Name: "12.7" } },
    Results: [
      {
        Target: "app (debian 12.7)",
        Class: "os-pkgs",
        Type: "debian",
        Packages: [{ ID: "libx@1.0", Name: "libx", Version: "1.0", Identifier: { PURL: "pkg:deb/debian/libx@1.0" } }],
        Vulnerabilities: fixed ? [] : [vulnerability],
      },
    ],
  });
}
/** The jobs' own lines. */
const ofJob = (log: string) =>
  log
    .split("\n")
    .filter((line) => / > /.test(line))
    .join("\n");
const json = (name: string) => JSON.parse(readFileSync(join(project.folder, name), "utf8"));

describe.skipIf(program === undefined)("the component", () => {
  test("fails a merge request, passes it, and fails it again: one note, and all reports where GitLab reads them", async () => {
    await using gitlab = await startFakeGitLab({ projectPath: "OWNER/image-gate" });
    const variables = requestVariables(gitlab.apiUrl, PROJECT_TOKEN);
    const pipeline = gate("trivy-report: trivy.json");
    project.write("trivy.json", report(false));
    const failed = await project.run(pipeline, { variables });
    expect(failed.code, failed.log).toBe(1);
    expect(failed.log).not.toContain(PROJECT_TOKEN);
    const [sbom = ""] = failed.files.filter((name) => /^gl-sbom-.*\.cdx\.json$/.test(name));
    expect(failed.files).toEqual(
      expect.arrayContaining(["gl-annotations-report.json", "image-gate-report.html", "image-gate.env"]),
    );
    expect(gitlabMistakes(json("gl-container-scanning-report.json"))).toEqual([]);
    expect(json("gl-container-scanning-report.json")).toMatchObject({ version: expect.stringMatching(/^15\.2\./) });
    expect(codeQualityMistakes(json("gl-code-quality-report.json"))).toEqual([]);
    expect(json("gl-code-quality-report.json")).toMatchObject([{ check_name: "CVE-2099-1", severity: "blocker" }]);
    expect(await cyclonedxProblems(join(project.folder, sbom))).toEqual([]);
    expectJenkinsValid(readFileSync(join(project.folder, "gl-junit-report.xml"), "utf8"));
    expect(json("gl-annotations-report.json")["Image Gate"][0].external_link.url).toMatch(
      /\/-\/jobs\/\d+\/artifacts\/file\/image-gate-report\.html$/,
    );
    const [note] = gitlab.notes();
    expect(note?.body).toMatch(/must not run/);
    expect(note?.body).not.toMatch(/^\s*\/|~bug(?!`)/m);

    project.write("trivy.json", report(true));
    const passed = await project.run(pipeline, { variables });
    expect(passed.code, passed.log).toBe(0);
    expect(gitlab.notes()).toMatchObject([{ id: note?.id, body: expect.stringMatching(/may run/) }]);
    expect(json("gl-code-quality-report.json")).toEqual([]);

    project.write("trivy.json", report(false));
    const again = await project.run(pipeline, { variables });
    expect(again.code, again.log).toBe(1);
    expect(gitlab.notes()).toMatchObject([{ id: note?.id, body: expect.stringMatching(/must not run/) }]);
    for (const { log } of [failed, passed, again]) expect(ofJob(log)).not.toMatch(/GitHub|pull request|workflow/);
    expect(gitlab.problems).toEqual([]);
  });

  /** Unsets the variables that only a merge request's pipeline has. */
  const NONE = Object.fromEntries(
    Object.keys(requestVariables("", PROJECT_TOKEN))
      .filter((name) => name !== "GITLAB_TOKEN")
      .map((name) => [name, ""]),
  );
  const HERE = { CI_PROJECT_ID: "42", CI_PROJECT_PATH: "OWNER/image-gate", CI_DEFAULT_BRANCH: "main" };
  const MERGED = { CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: HEAD };
  const BRANCH = { ...NONE, ...HERE, CI_PIPELINE_SOURCE: "push", CI_OPEN_MERGE_REQUESTS: "OWNER/image-gate!7" };

  test.each<[string, Readonly<Record<string, string>>, "a note" | "none" | RegExp]>([
    ["of the merged result", { ...MERGED, CI_MERGE_REQUEST_EVENT_TYPE: "merged_result" }, "a note"],
    ["of a branch with an open merge request", BRANCH, "a note"],
    ["of a branch whose merge request has a newer commit", BRANCH, /No comment: !7 is about another commit by now/],
    [
      "of a fork, in the fork",
      { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "77", CI_PROJECT_ID: "77", GITLAB_TOKEN: "" },
      /No comment: .* set GITLAB_TOKEN .* and a fork's pipeline gets no variables of the target project/,
    ],
    ["of a schedule", { ...NONE, ...HERE, CI_PIPELINE_SOURCE: "schedule" }, "none"],
  ])("judges a pipeline %s, and writes where that belongs", async (_, variables, expected) => {
    await using gitlab = await startFakeGitLab({ projectPath: "OWNER/image-gate" });
    const isNote = expected === "a note";
    Object.assign(gitlab.state.mergeRequests.get(7) ?? {}, { sha: isNote ? project.head : "c".repeat(40) });
    project.write("trivy.json", report(false));
    const { code, log } = await project.run(gate("trivy-report: trivy.json"), {
      variables: { ...requestVariables(gitlab.apiUrl, PROJECT_TOKEN), ...variables, CI_API_V4_URL: gitlab.apiUrl },
    });
    expect(code, log).toBe(1);
    expect(log).toContain("fail: 1 CRITICAL (limit 0)");
    expect(ofJob(log)).not.toMatch(/GitHub|pull request|workflow/);
    expect(gitlab.notes().map(({ author }) => author.username)).toEqual(isNote ? [BOT.username] : []);
    if (isNote) expect(log).toMatch(/Note written: \S+#note_\d+/);
    if (expected instanceof RegExp) expect(log).toMatch(expected);
    expect(gitlab.problems).toEqual([]);
  });

  // Proves: file-repository-does-not
  test("shows no file of the repository as an answer, and writes its own in place of one", async () => {
    const other = await gitlabProject(join(folder.path, "forged"), program ?? "");
    const forged = { "gl-sbom-evil.cdx.json": "{}", "gl-code-quality-report.json": "[]", "image-gate.env": "A=1" };
    for (const [name, text] of Object.entries(forged)) other.write(name, text);
    await other.git("add", "--force", "--all");
    await other.git("commit", "--quiet", "--message=forged");
    other.write("trivy.json", report(false));
    const { code, log, files } = await other.run(gate("trivy-report: trivy.json"));
    expect(code, log).toBe(1);
    expect(log).not.toContain("default-report-left-out");
    const read = (name: string) => readFileSync(join(other.folder, name), "utf8");
    expect(files.filter((name) => name.includes("sbom"))).toEqual([expect.stringMatching(/^gl-sbom-(?!evil).*json$/)]);
    expect(JSON.parse(read("gl-code-quality-report.json"))).toMatchObject([{ check_name: "CVE-2099-1" }]);
    expect(read("image-gate.env")).toMatch(/^IMAGE_GATE_VERDICT=fail$/m);
    expect(read("image-gate.env")).not.toContain("A=1");
    // The run's own folder is removed before a later job could read it. The kept report is an artifact.
    expect(read("image-gate.env")).toMatch(/^IMAGE_GATE_REPORT=image-gate-report\/report\.json$/m);
  });

  test("scans an image of a registry with the real scanner, as documented for a tar and a registry", async () => {
    await using bed = await startTestBed();
    bed.registry.add("acme/app", "1.0", debian12());
    const given = Object.entries(bed.inputs).map(([key, value]) => `${key}: "${value}"`);
    const { code, log } = await project.run(gate(`image: ${bed.registry.host}/acme/app:1.0`, ...given));
    expect(code, log).toBe(1);
    expect(log).toMatch(/fail: \d+ CRITICAL \(limit 0\)/);
    expect(json("gl-code-quality-report.json").length).toBeGreaterThan(3);
    expect(readFileSync(join(project.folder, "image-gate.env"), "utf8")).toMatch(/^IMAGE_GATE_VERDICT=fail$/m);
    // As the build job of docs/gitlab.md passes it on.
    saveImage(join(project.folder, "image.tar"), clean(), ["app:candidate"]);
    const tar = await project.run(gate("image: image.tar as registry.example.com/acme/app:1", ...given));
    expect(tar.code, tar.log).toBe(0);
    expect(tar.log).toMatch(/pass: 0 CRITICAL .*registry\.example\.com\/acme\/app:1/s);
  });

  test("hands each input over as one argument, lists as lines, and logs in to the project's registry", async () => {
    const other = await gitlabProject(join(folder.path, "arguments"), program ?? "");
    const script = "const { readFileSync } = require('node:fs');\n"
      .concat("const login = readFileSync(`${process.env.DOCKER_CONFIG}/config.json`, 'utf8');\n")
      .concat("console.log(JSON.stringify(process.argv.slice(2)));\nconsole.log(login.trim());\n");
    writeFileSync(other.program, `#!${process.execPath}\n${script}`);
    const pipeline = gate(
      "image: a.tar as x:1, b:2",
      'max-high: "5"',
      "scan-with: trivy,grype",
      "grype-version: 0.121.3",
      `grype-sha256: ${"a".repeat(64)}`,
      `grype-db: "https://r.example/db, db.tar.zst@sha256:${"b".repeat(64)}"`,
    );
    const { code, log } = await other.run(pipeline, {
      variables: { CI_REGISTRY: "r.example", CI_REGISTRY_USER: "u", CI_REGISTRY_PASSWORD: "p" },
    });
    expect(code, log).toBe(0);
    const [given = "", login = ""] = log.split("\n").flatMap((line) => /^image-gate > ([[{].*)$/.exec(line)?.[1] ?? []);
    const args: string[] = JSON.parse(given);
    const after = (option: string) => args[args.indexOf(option) + 1];
    expect(after("--image")).toBe("a.tar as x:1\n b:2");
    expect(after("--max-high")).toBe("5");
    expect(after("--scan-with")).toBe("trivy,grype");
    expect(after("--grype-version")).toBe("0.121.3");
    expect(after("--grype-sha256")).toBe("a".repeat(64));
    expect(after("--grype-db")).toBe(`https://r.example/db\n db.tar.zst@sha256:${"b".repeat(64)}`);
    expect(args).not.toContain("--offline");
    expect(JSON.parse(login)).toEqual({ auths: { "r.example": { auth: Buffer.from("u:p").toString("base64") } } });
  });

  test("installs the packed tarball where no image-gate is on the PATH, if it has the given hash", async () => {
    const tarball = basename(await packInto(project.folder));
    project.write("trivy.json", report(false));
    const from = (sha256: string) =>
      gate("trivy-report: trivy.json", `package: ./${tarball}`, `package-sha256: "${sha256}"`);
    const wrong = await project.run(from("0".repeat(64)), { isInstalled: false });
    expect(wrong.log).toMatch(/FAILED|did NOT match/);
    expect(wrong.log).not.toContain("must not run");
    const right = await project.run(from(await fileSha256(join(project.folder, tarball))), { isInstalled: false });
    expect(right.code, right.log).toBe(1);
    expect(right.log).toContain("fail: 1 CRITICAL (limit 0)");
  });

  test("is there as a plain file, whose job takes variables", async () => {
    project.write("trivy.json", report(true));
    const plain = "include:\n  - local: gitlab/gate.yml\nimage-gate:\n  variables:\n    IG_TRIVY_REPORT: trivy.json\n";
    const { code, log } = await project.run(plain);
    expect(code, log).toBe(0);
    expect(log).toMatch(/pass: /);
  });

  // Proves: input-gitlab-s-components
  test.each([
    ['image: "x\\n    evil: y"', "a line break"],
    ["image: 'a\"; id; \"'", "a quotation mark"],
    ["max-high: 1; id", "a command"],
    ["mode: off", "a value that is not there"],
  ])("refuses %s: %s", async (input) => {
    const { code, log } = await project.run(gate(input), { isListed: true });
    expect(code, log).not.toBe(0);
    expect(log).toMatch(/input/i);
  });
});

describe.skipIf(program === undefined)("the component for running images", () => {
  const rescan = COMPONENT.replace("/gate@", "/rescan@");

  test("judges what a list names in a scheduled pipeline, and keeps history, page and numbers", async () => {
    await using bed = await startTestBed();
    bed.registry.add("acme/app", "1.0", debian12());
    project.write("images.txt", `${bed.registry.host}/acme/app:1.0\n`);
    const given = Object.entries(bed.inputs).map(([key, value]) => `${key}: "${value}"`);
    const inputs = ["discover: file:images.txt", "state-dir: history", ...given];
    const pipeline = `${rescan}${inputs.map((input) => `      ${input}\n`).join("")}`;
    const { code, log, files } = await project.run(pipeline, { variables: { CI_PIPELINE_SOURCE: "schedule" } });
    expect(code, log).toBe(1);
    expect(log).toMatch(/CRITICAL/);
    expect(files).toEqual(expect.arrayContaining(["history", "image-gate-metrics.txt", "image-gate-rescan.html"]));
    expect(readFileSync(join(project.folder, "image-gate.env"), "utf8")).toMatch(/^IMAGE_GATE_VERDICT=fail$/m);
  });

  test("has no job in a push", async () => {
    const { log } = await project.run(`${rescan}      discover: file:images.txt\n`, {
      isListed: true,
      variables: { CI_PIPELINE_SOURCE: "push" },
    });
    expect(log).not.toMatch(/^image-gate-rescan\s/m);
  });
});

describe.skipIf(program === undefined)("a pipeline of docs/gitlab.md", () => {
  const pipelines = documentedPipelines();
  test("is one of several, and the first has six lines to paste", () => {
    expect(pipelines.length).toBeGreaterThan(8);
    expect(pipelines[0]?.trim().split("\n")).toHaveLength(6);
  });

  test.each(pipelines.map((text, index) => [index + 1, text]))(
    "number %i is one that GitLab's runner reads",
    async (_, text) => {
      const { code, log } = await project.run(String(text), {
        isListed: true,
        variables: { CI_PIPELINE_SOURCE: "schedule", CI_COMMIT_REF_PROTECTED: "true" },
      });
      expect(code, log).toBe(0);
      expect(log).toMatch(/^image-gate/m);
    },
  );
});
