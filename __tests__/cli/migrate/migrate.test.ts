import { readFileSync } from "node:fs";
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

const typed = (world: ReturnType<typeof cliWorld>, words: readonly string[], uses?: string) =>
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
