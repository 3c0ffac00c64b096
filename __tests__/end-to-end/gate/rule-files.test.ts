import { readFileSync } from "node:fs";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openVex, statement } from "../../enrichment/vex/documents.ts";
import { clean, debian12 } from "../../support/images/images.ts";
import type { WorkflowEvent } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, messages, openStage } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

const POLICY = ".github/image-gate.yml";
const VEX = "security/a.json";

const stage = await shared(openStage("rule-files"));
afterAll(() => expect(stage.github.problems).toEqual([]));
beforeEach(() => stage.github.clearFaults());

const PURL = "pkg:npm/package-1@1.0";
const report = trivyReport([row(1, { PkgIdentifier: { PURL } })]);
const about = (id: string) => statement({ vulnerability: { name: id }, products: [{ "@id": PURL }] });
const vexOf = (...ids: readonly string[]) => JSON.stringify(openVex(ids.map(about)), null, 2);
/** Accepts the report's only finding, which the base's file does not. */
const LOOSE = vexOf("CVE-2023-0001", "CVE-2024-1001");
const STRICT = vexOf("CVE-2023-0001");

interface Case {
  readonly event?: WorkflowEvent;
  readonly inputs?: Readonly<Record<string, string>>;
  /** True if the pull request's merge commit has the file. */
  readonly tracked?: boolean;
}

async function run({ event = stage.github.pullRequestEvent(), inputs = {}, tracked = true }: Case = {}) {
  if (tracked && event.sha !== undefined) stage.github.state.commits.get(event.sha)?.files.set(VEX, LOOSE);
  return stage.run(
    { "trivy-report": "report.json", vex: VEX, ...inputs },
    { files: { "report.json": report, [VEX]: LOOSE }, event, apiUrl: stage.github.url },
  );
}

const comment = () => stage.github.comments().at(-1)?.body ?? "";
const loosening = (result: GateResult) =>
  result.annotations.filter(({ message }) => message.startsWith("This pull request loosens the policy"));
const CHANGE =
  /loosens:\*\* added VEX statement `CVE-2024-1001 in pkg:npm\/package-1@1\.0` in `security\/a\.json`: `not affected` \(line \d+\)/;

describe("a VEX document of the repository", () => {
  // Proves: change-vex-document-shown
  it("that a pull request loosens is in comment, summary, report and on its line, as a policy does", async () => {
    stage.github.commit("main", { [VEX]: STRICT });
    const result = await run();
    expect(result.outputs.verdict, result.log).toBe("pass");
    for (const text of [comment(), result.summary]) {
      expect(text).toContain("This pull request loosens the policy");
      expect(text).toMatch(CHANGE);
    }
    const line = LOOSE.split("\n").findIndex((each) => each.includes("CVE-2024-1001")) + 1;
    expect(loosening(result)).toMatchObject([{ level: "warning", file: VEX, line }]);
    expect(result.report.policyChanges).toMatchObject([{ subject: "VEX statement", loosens: true, file: VEX, line }]);
  });

  it("that is the base's own is not spoken of, whatever its spelling", async () => {
    stage.github.commit("main", { [VEX]: JSON.stringify(JSON.parse(LOOSE)) });
    const result = await run();
    expect([result.outputs.verdict, loosening(result), result.report.notes]).toEqual(["pass", [], []]);
  });

  it("that the base lacks is a change as a whole", async () => {
    stage.github.commit("main", {});
    expect(loosening(await run())).toHaveLength(2);
  });

  // Proves: both-taken-policy
  it.each(["base", "default-branch"])("is taken from there with policy-from: %s", async (from) => {
    stage.github.commit("main", { [VEX]: STRICT });
    const inputs = { "policy-from": from };
    const result = await run({ inputs });
    expect(result.outputs.verdict, result.log).toBe("fail");
    expect(comment()).toMatch(CHANGE);
    expect(comment()).toContain(`, but not before the merge: \`policy-from\` is \`${from}\``);
    stage.github.commit("main", {});
    const added = await run({ inputs });
    expect(added.outputs.verdict, added.log).toBe("fail");
    expect(messages(added, "warning").join()).toMatch(/has no VEX document security\/a\.json/);
  });

  // Proves: both-taken-policy
  it("is an error where it cannot be read there: nothing is judged by another file instead", async () => {
    stage.github.commit("main", { [VEX]: STRICT });
    stage.github.fault(/\/contents\/security/, { status: 403, message: "Resource not accessible by integration" });
    const result = await run({ inputs: { "policy-from": "base" } });
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.outputs.reason).toContain("[base-policy-unreadable] The base's VEX document");
    const compared = await run();
    expect(compared.outputs.verdict).toBe("pass");
    expect(messages(compared, "warning").join()).toContain(
      "It is unknown if this pull request changes the VEX document security/a.json",
    );
  });

  // Proves: both-taken-policy
  it("is the default branch's on a trigger that a stranger may cause, with or without one in the workspace", async () => {
    stage.github.commit("main", { [VEX]: STRICT });
    const event = { ...stage.github.pullRequestEvent(), name: "pull_request_target" };
    expect((await run({ event })).outputs.verdict).toBe("fail");
    stage.github.commit("main", {});
    const result = await run({ event, tracked: false });
    expect(result.outputs.verdict, result.log).toBe("fail");
    expect(messages(result, "warning").join()).toContain(
      "write what the job makes itself to the folder for temporary files",
    );
  });
});

// Proves: both-taken-policy
it("a file that no commit has is taken as it is, which is reported once", async () => {
  stage.github.commit("main", {});
  for (const from of ["workspace", "base"]) {
    const result = await run({ inputs: { "policy-from": from }, tracked: false });
    expect(result.outputs.verdict, result.log).toBe("pass");
    expect(messages(result, "warning")).toEqual([
      expect.stringMatching(
        /^The VEX document security\/a\.json is not a file of the repository: the run uses it as found/,
      ),
    ]);
  }
});

describe("a baseline that is a file of the repository", () => {
  const POLICY_TEXT = "version: 1\ncount: introduced\n";

  // Proves: so-baseline-knows-more
  it("and knows more loosens where only what is introduced counts; with policy-from: base the base's is compared", async () => {
    const { registry } = stage.bed;
    registry.add("acme/app", "1.0", debian12());
    registry.add("acme/clean", "1.0", clean());
    const reportOf = async (image: string) => {
      const { outputs } = await stage.run({ image: `${registry.host}/acme/${image}:1.0` });
      return readFileSync(outputs.report ?? "", "utf8");
    };
    const [full, small] = [await reportOf("app"), await reportOf("clean")];
    stage.github.commit("main", { [POLICY]: POLICY_TEXT, "base.json": small });
    const judge = (more: Readonly<Record<string, string>>) =>
      stage.run(
        { image: `${registry.host}/acme/app:1.0`, baseline: "base.json", ...more },
        { files: { [POLICY]: POLICY_TEXT, "base.json": full }, onPullRequest: true },
      );
    const result = await judge({});
    expect(comment()).toMatch(/loosens:\*\* changed baseline `base\.json`: `says \d+ more: /);
    expect(loosening(result)).toMatchObject([{ file: "base.json" }]);
    const byBase = await judge({ "policy-from": "base" });
    expect(byBase.outputs.verdict, byBase.log).toBe("fail");
    expect(byBase.report.findings.filter(({ change }) => change === "new").length).toBeGreaterThan(10);
    expect(comment()).toMatch(/loosens:\*\* changed baseline `base\.json`/);
  });
});
