import type { Compared, Comparison } from "../../domain/change/comparison.ts";
import type { Finding } from "../../domain/finding.ts";
import { seenFinding } from "../../domain/report/finding-schema.ts";
import { fixed, type Report } from "../../domain/report/schema.ts";
import type { View } from "../view.ts";
import { fieldsOf } from "./fields.ts";

const goneFields = fieldsOf(fixed);
const aboutFields = fieldsOf(seenFinding.shape.package.unwrap());

/** The package that a finding is about, with the scanner's own word for its kind. */
export function aboutOf({ package: about }: Pick<Finding, "package">): Finding["package"] {
  return about && aboutFields(about);
}

/** What a target was compared with. */
export function baselineOf(comparison: Comparison | undefined): Report["targets"][number]["baseline"] {
  if (comparison === undefined) return undefined;
  if ("none" in comparison) return { kind: "none", why: comparison.none, trouble: comparison.trouble };
  const { url: run, ...about } = comparison.baseline.source;
  return { ...about, run, counts: comparison.counts, systemChange: comparison.systemChange };
}

/** The fixed findings of all targets. Undefined if nothing was compared. */
export function fixedOf(view: View): Report["fixed"] {
  return goneOf(view, (compared) => compared.fixed);
}

/** Findings of all targets that could not be looked for. Undefined if there are none. */
export function unseenOf(view: View): Report["fixed"] {
  const unseen = goneOf(view, (compared) => compared.unseen ?? []);
  return unseen?.length === 0 ? undefined : unseen;
}

function goneOf({ verdict, comparisons }: View, which: (compared: Compared) => readonly Finding[]): Report["fixed"] {
  const compared = verdict.targets.flatMap(({ target }, index) => {
    const comparison = comparisons?.get(target);
    return comparison === undefined || "none" in comparison ? [] : [{ index, gone: which(comparison) }];
  });
  if (compared.length === 0) return undefined;
  return compared.flatMap(({ index, gone }) =>
    gone.map((finding) => ({ target: index, ...goneFields(finding), package: aboutOf(finding) })),
  );
}
