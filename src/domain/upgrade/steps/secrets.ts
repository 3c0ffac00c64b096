import type { SecretStep } from "../../fix-plan.ts";
import type { JudgedFinding } from "../../verdict.ts";
import { attacksOn, countOf, weightOf } from "./weight.ts";

/**
 * A step for each kind of secret that was found. Misconfigurations and licences need no plan: their finding says it
 * all.
 */
export function secretSteps(failing: readonly JudgedFinding[]): SecretStep[] {
  const secrets = failing.filter(({ finding }) => finding.kind === "secret");
  const byRule = Map.groupBy(secrets, ({ finding }) => finding.id);
  return [...byRule].map(([id, found]) => ({
    kind: "secret",
    title: found[0]?.finding.title || id,
    places: found.map(({ finding: { path = "", line, layer } }) => ({
      path,
      ...(line !== undefined && { line }),
      ...(layer && { layer }),
    })),
    ...weightOf(countOf(found), attacksOn(found)),
  }));
}
