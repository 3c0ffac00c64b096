import { expect, it } from "vitest";
import type { NoComparison } from "../../../src/domain/change/comparison.ts";
import type { PolicyChange } from "../../../src/domain/policy/change.ts";
import { renderLog } from "../../../src/render/log/log.ts";
import { renderAnswer } from "../../../src/render/terminal/answer.ts";
import { exception, finding, judged, target, use, view } from "../build.ts";

const LOOK = { columns: 120, colours: false, isTerminal: false, command: "image-gate" };

it.each([
  ["workspace", "policy.yml", "policy policy.yml"],
  ["workspace", undefined, "no policy file"],
  ["base", "policy.yml", "policy policy.yml of the base branch"],
  ["default-branch", "policy.yml", "policy policy.yml of the default branch"],
] as const)("the answer at a terminal says whose policy judged: from %s, at %s", (from, path, words) => {
  const judged = { ...view(), commit: undefined, runUrl: undefined, policy: { ...view().policy, path, from } };
  expect(renderAnswer(judged, { ...LOOK, columns: 400 })).toContain(` · ${words}\n`);
});

it("begins with the verdict, and says what warn mode does", () => {
  const answer = renderAnswer({ ...view([target([judged()])]), mode: "warn" }, { ...LOOK, columns: 400 });
  expect(answer).toMatch(/^fail: .*\n {2}mode: warn: this is only reported, the run does not fail\.\n\n/);
});

it("the answer says what a merge request changes in the policy, and which exceptions need attention", () => {
  const about = { what: "changed", subject: "threshold", about: "CRITICAL", from: "0", to: "9" } as const;
  const change: PolicyChange = { ...about, loosens: true, line: 3 };
  const changed = {
    ...view([], { policy: { path: "policy.yml", from: "workspace" } }),
    policyChange: { changes: [change] },
    words: { changeRequest: "merge request", workflow: "pipeline" },
  };
  expect(renderAnswer(changed, LOOK)).toContain(
    "\nThis merge request loosens the policy (policy.yml)\n  loosens: changed threshold CRITICAL: 0 → 9 (line 3)\n",
  );
  const ending = view([], { exceptions: [use({ state: "ending", exception: exception({ id: "CVE-2020-1" }) })] });
  expect(renderAnswer(ending, LOOK)).toMatch(
    /^Exceptions that need attention.*\n {2}line \d+: CVE-2020-1.* ends on \d/m,
  );
});

it("tells a letter of a package's name that only looks like ASCII, in the table and in what to do", () => {
  const sample = finding();
  if (sample.package === undefined) throw new Error("the sample has a package");
  const named = { ...sample, package: { ...sample.package, name: "l\u043edash" } };
  const answer = renderAnswer(view([target([judged(named)])]), LOOK);
  expect(answer.match(/l\u043e\[U\+043E\]dash/g)).toHaveLength(2);
  expect(answer).not.toMatch(/l\u043edash/);
});

it("the answer says that a named baseline was not used, and that everything counts", () => {
  const { verdict, ...rest } = view();
  const [target] = verdict.targets;
  if (target === undefined || target.answer === "error") throw new Error("the sample is judged");
  const of = (comparison: NoComparison) =>
    renderAnswer(
      {
        ...rest,
        verdict: { ...verdict, targets: [{ ...target, uncompared: true }] },
        comparisons: new Map([[target.target, comparison]]),
      },
      { ...LOOK, columns: 200 },
    );
  expect(of({ none: "the baseline is an image" })).toMatch(
    /^The policy has count: introduced, and .*everything counts\.$[\s\S]*^Not compared with a baseline: the baseline is an image\.$/m,
  );
  expect(of({ none: "this run is at a terminal", quiet: true })).not.toContain("Not compared");
});

it("says of a target in which nothing was recognised what the log and the comment say", () => {
  const empty = target([], { artifact: { packages: 0 }, provenance: { scanner: "Trivy", scanners: ["vuln"] } });
  const line = /^Trivy recognised no packages in this image\. No findings then means .*$/m;
  const answer = renderAnswer(view([empty]), { ...LOOK, columns: 400 });
  expect(answer).toMatch(line);
  expect(renderLog(view([empty]))).toContain(line.exec(answer)?.[0]);
});
