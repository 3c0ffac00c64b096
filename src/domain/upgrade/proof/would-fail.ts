import type { Finding } from "../../finding.ts";
import { type JudgeSettings, judge } from "../../judge/judge.ts";
import { parsePurl, purlOfVersion } from "../../purl.ts";
import { fallsUnder, type JudgedFinding, type JudgedTarget } from "../../verdict.ts";
import type { Asked } from "./questions.ts";

/**
 * Puts a package's findings in another version to the places where the package is now. Exceptions may depend on a
 * place.
 * @param answer without any place
 */
export function placed({ member, question }: Asked, answer: readonly Finding[]): Finding[] {
  const { purl, ...about } = question.package;
  const version = question.version ?? about.version;
  const parsed = purl === undefined ? undefined : parsePurl(purl);
  const inVersion = { ...about, version, ...(parsed && { purl: purlOfVersion(parsed, version) }) };
  return member.places.flatMap(({ path, layer, owner }) =>
    answer.map((finding) => ({ ...finding, package: inVersion, path, layer, owner })),
  );
}

/**
 * The findings that would fail the gate if the target had them. They are open by the target's policy and exceptions,
 * and under a limit that allows none or is already broken.
 * @param findings that the target does not have
 */
export function wouldFail(
  target: JudgedTarget,
  findings: readonly Finding[],
  settings: JudgeSettings,
): ReadonlySet<Finding> {
  if (findings.length === 0) return new Set();
  const verdict = judge([{ target: target.target, scan: { ...target.scan, findings } }], {
    ...settings,
    ...asBefore(target, findings, settings),
  });
  const [judged] = verdict.targets;
  // The target itself was judged, so the same is possible here.
  if (judged === undefined || judged.answer === "error") return new Set(findings);
  const isStrict = ({ limit, broken }: { readonly limit: number | "unlimited"; readonly broken: boolean }) =>
    broken || limit === 0;
  const severities = new Set(target.rows.filter(isStrict).map(({ severity }) => severity));
  const exploitRows = (target.exploitRows ?? []).filter(isStrict);
  const fails = (each: JudgedFinding) =>
    each.outcome === "open" &&
    (severities.has(each.finding.severity) || exploitRows.some((row) => fallsUnder(row, each)));
  return new Set(judged.findings.filter(fails).map(({ finding }) => finding));
}

/** The baseline knows nothing of these findings, but may know the same ones in the installed version. */
function asBefore(
  { target, findings: own }: JudgedTarget,
  findings: readonly Finding[],
  { changes, unsettled }: JudgeSettings,
): Pick<JudgeSettings, "changes" | "unsettled"> {
  if (!changes?.has(target)) return { changes: undefined, unsettled: undefined };
  const keyOf = ({ id, package: about, path }: Finding) => JSON.stringify([id, about?.type, about?.name, path]);
  const before = new Map(own.map((judged) => [keyOf(judged.finding), judged]));
  const open = unsettled?.get(target) ?? new Set();
  const still = findings.filter((finding) => {
    const same = before.get(keyOf(finding));
    return same !== undefined && open.has(same.finding);
  });
  return {
    changes: new Map([[target, (finding) => before.get(keyOf(finding))?.change ?? "new"]]),
    unsettled: new Map([[target, new Set(still)]]),
  };
}
