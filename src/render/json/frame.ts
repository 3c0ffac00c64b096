import type { Report } from "../../domain/report/schema.ts";
import type { FailedTarget, TargetVerdict } from "../../domain/verdict.ts";
import type { View } from "../view.ts";

type Head = Omit<
  Report,
  "findings" | "fixed" | "unseen" | "plan" | "upgrades" | "exceptions" | "policyChanges" | "notes" | "provenance"
>;
type Tail = Pick<Report, "fixed" | "unseen" | "exceptions" | "policyChanges" | "notes" | "provenance">;

/** Our JSON report up to its findings, of which each is a line. */
export function headText(view: View, { reasons, targets }: Pick<Head, "reasons" | "targets">): string {
  const { verdict } = view;
  const head: Head = {
    version: 1,
    verdict: verdict.answer,
    reason: verdict.reason,
    reasons,
    name: view.name,
    mode: view.mode,
    count: view.policy.count,
    generatedAt: view.now.toISOString(),
    targets,
  };
  return `${JSON.stringify(head).slice(0, -1)},\n"findings":[`;
}

/** What follows plan and upgrades. */
export function tailOf(view: View, { fixed, unseen, exceptions }: Pick<Tail, "fixed" | "unseen" | "exceptions">): Tail {
  return {
    fixed,
    unseen,
    exceptions,
    policyChanges: policyChanges(view),
    notes: view.notes,
    provenance: {
      policy: view.policy.path,
      policySha256: view.policy.sha256,
      policyFrom: view.policy.from,
      commit: view.commit,
      run: view.runUrl,
    },
  };
}

/** Our JSON report from the end of its findings on. */
export function tailText({
  plan,
  upgrades,
  tail,
}: Pick<Report, "plan" | "upgrades"> & { readonly tail: Tail }): string {
  const lines = (list: readonly object[] = []) => list.map((each) => JSON.stringify(each)).join(",\n");
  const plans = `\n],\n"plan":[\n${lines(plan)}\n],\n"upgrades":[\n${lines(upgrades)}`;
  return `${plans}\n],\n${JSON.stringify(tail).slice(1)}\n`;
}

/** How a target is named, and its answer. */
export function namesOf({ target, answer }: TargetVerdict) {
  const { label, kind, input, as, platform } = target;
  return { label, kind, input, as, platform, verdict: answer };
}

/** The reason of a target that could not be judged. */
export function failureOf({ error }: FailedTarget, index: number): Report["reasons"][number] {
  return { target: index, ...error };
}

function policyChanges({ policyChange }: View): Report["policyChanges"] {
  if (policyChange === undefined) return undefined;
  return "changes" in policyChange ? policyChange.changes : policyChange;
}
