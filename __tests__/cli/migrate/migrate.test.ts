import { chmodSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { relative } from "node:path";
import { describe, expect, it } from "vitest";
import { migrate } from "../../../src/cli/migrate/migrate.ts";
import { cliWorld } from "../world.ts";

const WORKFLOW = `jobs:
  scan:
    steps:
      - uses: aquasecurity/trivy-action@v0.36.0
        with:
          image-ref: app:1
          exit-code: 1
          severity: CRITICAL,HIGH
          hide-progress: true
      - run: trivy image app:2
      - uses: docker/scout-action@v1
        with: { command: environment, image: "app:1" }
`;

const typed = (world: { readonly workspace: string }, words: readonly string[], uses?: string) =>
  migrate({ words, options: new Map(uses === undefined ? [] : [["uses", uses]]) }, { world });

describe("migrate", () => {
  it("edits in place, and says what it did, what changes and what stays", () => {
    using world = cliWorld({ "ci.yml": WORKFLOW, ".trivyignore": "CVE-2024-0001\n" });
    expect(typed(world, ["ci.yml"])).toEqual({
      out: `ci.yml:4: aquasecurity/trivy-action: rewritten
    \`hide-progress\`: not needed
ci.yml:10: left alone: trivy image app:2
    docs/cli.md#you-know-another-command has our words for it
ci.yml:11: docker/scout-action: left alone: \`command: environment\` has no equivalent
1 step rewritten, 1 left alone; 1 call of a scanner's program.
Put the owner and the commit of a release in the place of OWNER and <commit>.
A comment on the pull request needs \`pull-requests: write\`; without it, the answer is in the log and the summary.
.trivyignore is not read: image-gate policy import .trivyignore makes a policy of it.
`,
      err: "",
      code: 0,
    });
    const made = readFileSync(world.at("ci.yml"), "utf8");
    expect(made).toContain("      - uses: OWNER/image-gate@<commit>\n        with:\n          image: app:1\n");
    // A second time there is nothing to do.
    expect(typed(world, ["ci.yml"]).out).toContain("0 steps rewritten, 1 left alone");
    expect(readFileSync(world.at("ci.yml"), "utf8")).toBe(made);
  });

  it("names files of the repository that the other scanner read, or that the gate reads", () => {
    const files = { "trivy.yaml": "exit-code: 1\n", ".github/image-gate.yml": "version: 1\n", ".grype.yaml": "" };
    using world = cliWorld({ "ci.yml": WORKFLOW, ...files });
    const { out } = typed(world, ["ci.yml"]);
    for (const name of Object.keys(files)) expect(out).toContain(`\n${name} is `);
    expect(typed(world, ["ci.yml"]).out).not.toContain("trivy.yaml");
  });

  it("names such files of each workflow's own repository, wherever it is started, and none of a repository around it", () => {
    const own = {
      "a/.git/HEAD": "",
      "a/trivy.yaml": "",
      "a/.github/image-gate.yml": "version: 1\n",
      ".grype.yaml": "",
    };
    for (const [folder, path] of [
      ["a/.github/workflows", "ci.yml"],
      [".", "a/.github/workflows/ci.yml"],
      ["b", "../a/.github/workflows/ci.yml"],
    ] as const) {
      using world = cliWorld({ "a/.github/workflows/ci.yml": WORKFLOW, "b/.trivyignore": "", ...own });
      const { out } = typed({ workspace: world.at(folder) }, [path]);
      expect(out).toContain("\ntrivy.yaml is ");
      expect(out).toContain("\n.github/image-gate.yml is ");
      expect(out).not.toMatch(/\.grype|\.trivyignore/);
    }
  });

  it("keeps a byte order mark and the file's rights", () => {
    using world = cliWorld({ "ci.yml": `\ufeff${WORKFLOW}` });
    chmodSync(world.at("ci.yml"), 0o640);
    expect(typed(world, ["ci.yml"]).code).toBe(0);
    const made = readFileSync(world.at("ci.yml"), "utf8");
    expect(made.startsWith("\ufeffjobs:\n")).toBe(true);
    expect(made).toContain("OWNER/image-gate@<commit>");
    expect(statSync(world.at("ci.yml")).mode & 0o777).toBe(0o640);
  });

  // Proves: migrate-changes-nothing-else
  it.each([
    ["a link to a file", "other/ci.yml", "ours/ci.yml", "ours/ci.yml"],
    ["a file in a folder that is a link", "other", "ours/workflows", "ours/workflows/ci.yml"],
  ])("edits no other repository through %s, and names the file itself", (_, target, link, file) => {
    using world = cliWorld({ "other/ci.yml": WORKFLOW, "ours/README.md": "" });
    symlinkSync(world.at(target), world.at(link));
    for (const workspace of [world.path, world.at("ours"), world.at("other")]) {
      const { out, err, code } = typed({ ...world, workspace }, [relative(workspace, world.at(file))]);
      expect({ code, out }).toEqual({ code: 2, out: expect.stringContaining("0 steps rewritten") });
      expect(err).toContain(`Name the file itself: ${world.at("other/ci.yml")}.`);
    }
    expect(readFileSync(world.at("other/ci.yml"), "utf8")).toBe(WORKFLOW);
    expect(typed({ ...world, workspace: world.at("ours") }, ["../other/ci.yml"]).code).toBe(0);
  });

  it("writes what --uses names", () => {
    using world = cliWorld({ "ci.yml": WORKFLOW });
    expect(typed(world, ["ci.yml"], "acme/gate@v1").out).not.toContain("OWNER");
    expect(readFileSync(world.at("ci.yml"), "utf8")).toContain("uses: acme/gate@v1\n");
  });

  it("exits with 2 for a file that is not YAML or not there, leaves it alone, and does the others", () => {
    using world = cliWorld({ "bad.yml": "jobs: [\n", "ci.yml": WORKFLOW });
    const { out, err, code } = typed(world, ["bad.yml", "none.yml", "ci.yml"]);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: \[workflow-invalid\] bad\.yml:2:1: .*\nerror: \[file-missing\] .*\n$/);
    expect(out).toContain("1 step rewritten");
    expect(readFileSync(world.at("bad.yml"), "utf8")).toBe("jobs: [\n");
  });
});
