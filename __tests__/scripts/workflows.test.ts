import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, { readonly workflows?: readonly string[] } | null>>;
  readonly permissions: unknown;
  readonly concurrency: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const files = [".github/workflows", "docs/examples"].flatMap((folder) =>
  readdirSync(`${root}/${folder}`)
    .filter((name) => name.endsWith(".yml"))
    .map((name) => `${folder}/${name}`),
);
const textOf = (file: string) => readFileSync(`${root}/${file}`, "utf8");
const workflowOf = (file: string) => parse(textOf(file)) as Workflow;
const stepsOf = (workflow: Workflow) => Object.values(workflow.jobs).flatMap(({ steps }) => steps);
const isGate = ({ uses = "" }: Step) => uses === "./" || uses.startsWith("OWNER/image-gate@");

describe.each(files)("%s", (file) => {
  const workflow = workflowOf(file);

  test("grants nothing at the top, and each grant of a job says why", () => {
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) {
      for (const [name, level] of Object.entries(job.permissions ?? {}))
        expect(textOf(file)).toMatch(new RegExp(`^ +${name}: ${level} # \\S`, "m"));
    }
  });

  test("names foreign actions by commit, with the tag alongside it", () => {
    const lines = textOf(file).match(/uses: .*/g) ?? [];
    const foreign = lines.filter((line) => !/uses: (?:\.\/|OWNER\/image-gate(?:\/\w+)?@<commit>)/.test(line));
    for (const line of foreign) expect(line).toMatch(/^uses: [\w-]+(?:\/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("bounds time, ends overtaken runs, and leaves no token in the checkout", () => {
    expect(workflow.concurrency).toBeTruthy();
    for (const job of Object.values(workflow.jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
    for (const step of stepsOf(workflow).filter(({ uses }) => uses?.startsWith("actions/checkout@")))
      expect(step.with?.["persist-credentials"]).toBe(false);
  });

  test("uses only inputs that the gate has", () => {
    const known = Object.keys(parse(textOf("action.yml")).inputs);
    const given = stepsOf(workflow)
      .filter(isGate)
      .flatMap((step) => Object.keys(step.with ?? {}));
    expect(given.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("the recipe for a matrix", () => {
  const matrix = workflowOf("docs/examples/matrix.yml");
  const [scan, judge] = stepsOf(matrix).filter(isGate);

  test("no leg fails for what was found, none comments, and the last job decides with all of them at hand", () => {
    expect(scan?.with).toMatchObject({ mode: "warn", comment: "never", summary: false });
    expect(judge?.with?.mode).toBeUndefined();
    expect(judge?.with?.["trivy-report"]).toContain("needs.scan.result != 'success'");
  });

  test("what is handed over is what the last job looks for", () => {
    const using = (action: string) => stepsOf(matrix).find(({ uses }) => uses?.startsWith(`${action}@`))?.with ?? {};
    const [up, down] = [using("actions/upload-artifact"), using("actions/download-artifact")];
    expect(up["if-no-files-found"]).toBe("error");
    expect(String(up.name).startsWith(String(down.pattern).replace(/\*$/, ""))).toBe(true);
    expect(judge?.with?.["trivy-report"]).toContain(`${down.path}/*/trivy-report.json`);
    expect(textOf("docs/matrix.md")).toContain("(examples/matrix.yml)");
  });
});

describe("the recipe for fork pull requests", () => {
  const scan = workflowOf("docs/examples/fork-scan.yml");
  const comment = workflowOf("docs/examples/fork-comment.yml");
  const inputs = (workflow: Workflow) => stepsOf(workflow).find(isGate)?.with ?? {};
  const using = (workflow: Workflow, action: string) =>
    stepsOf(workflow).find(({ uses }) => uses?.startsWith(`${action}@`))?.with ?? {};

  // Proves: recipe-forks-gives-nothing
  test("what runs a stranger's code may write nothing", () => {
    const granted = Object.values(scan.jobs).flatMap(({ permissions }) => Object.values(permissions ?? {}));
    expect(granted).toEqual(["read"]);
    expect(inputs(scan).comment).toBe("never");
  });

  // Proves: recipe-forks-gives-nothing
  test("what may write runs nothing of a stranger's: no checkout, no command", () => {
    const steps = stepsOf(comment);
    expect(steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"))).toEqual([]);
    expect(steps.filter(({ run }) => run !== undefined)).toEqual([]);
  });

  test("the two halves fit: workflow, name, artifact and file", () => {
    expect(comment.on.workflow_run?.workflows).toEqual([scan.name]);
    expect(inputs(comment).name).toBe(inputs(scan).name);
    const [up, down] = [using(scan, "actions/upload-artifact"), using(comment, "actions/download-artifact")];
    expect(down.name).toBe(up.name);
    const file = String(up.path).split("/").at(-1);
    expect(inputs(comment)["trivy-report"]).toBe(`${down.path}/${file}`);
  });

  test("the page names both files and every permission", () => {
    const page = textOf("docs/fork-pull-requests.md");
    for (const name of ["fork-scan.yml", "fork-comment.yml"]) expect(page).toContain(`(examples/${name})`);
    const granted = [scan, comment].flatMap(({ jobs }) => Object.values(jobs).map(({ permissions }) => permissions));
    for (const [name, level] of granted.flatMap((permissions) => Object.entries(permissions ?? {})))
      expect(page).toContain(`- \`${name}: ${level}\``);
  });
});
