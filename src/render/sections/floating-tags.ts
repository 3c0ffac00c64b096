import type { MovingFrom } from "../../domain/image/floating-tag.ts";
import { perSeverity, severityRank } from "../../domain/severity.ts";
import type { JudgedFinding, JudgedTarget } from "../../domain/verdict.ts";
import { alert, code } from "../markdown/markdown.ts";
import { split } from "../shared/finding-groups.ts";
import { counted, severityList } from "../shared/phrases.ts";
import { plain, shorten } from "../shared/safe-text.ts";
import { upgradeText } from "../shared/upgrades.ts";
import type { Annotation, View } from "../view.ts";

/** FROMs that the comment names. */
const MOST_FROMS = 5;
/** Advisories and upgrades that an annotation names. */
const MOST_IDS = 10;
const MOST_UPGRADES = 5;
/** GitHub cuts a message at 4,096 characters. */
const LONGEST = 4_000;

/** A note on each FROM whose image may be another one tomorrow. */
export function movingSection({ dockerfile }: View): string {
  if (dockerfile === undefined || dockerfile.moving.length === 0) return "";
  const { file, moving } = dockerfile;
  const lines = moving.slice(0, MOST_FROMS).map(({ line, image, why }) => {
    return `- ${code(`${file}:${line}`, 100)} ${code(`FROM ${image}`, 120)}: ${MOVING_WHY[why]}`;
  });
  const left = moving.length - lines.length;
  return alert(
    "NOTE",
    [
      `**${movingWords(moving)}:** ${MOVING_MEANS}. ${MOVING_REMEDY}`,
      "",
      ...lines,
      ...(left > 0 ? [`- and ${counted(left, "more FROM")}`] : []),
    ].join("\n"),
  );
}

/** How many base images move. */
export function movingWords(moving: readonly MovingFrom[]): string {
  return moving.length === 1 ? "A base image moves" : `${counted(moving.length, "base image")} move`;
}

/** What that means, and what to do. */
export const MOVING_MEANS = "the next build may start from another image than this one";
export const MOVING_REMEDY = "Name a version, or pin the digest.";

/** Why an image moves; what stands between two backticks is code. */
export const MOVING_WHY: Readonly<Record<MovingFrom["why"], string>> = {
  "no-tag": "without a tag it means `latest`",
  "moving-tag": "the tag names no version",
};

/** A notice on each FROM that moves. */
export function movingAnnotations({ dockerfile }: View): Annotation[] {
  return (dockerfile?.moving ?? []).map(({ line, image, why }) => {
    const name = plain(shorten(image, 200));
    const message = `FROM ${name} moves (${plain(MOVING_WHY[why])}): the next build may start from another image. ${MOVING_REMEDY}`;
    return { level: "notice", message, file: dockerfile?.file, line };
  });
}

/**
 * What fails, on the line of the Dockerfile that brought it in: an error, a warning in `mode: warn`. The line with the most
 * severe finding first, over all targets.
 */
export function dockerfileAnnotations({ verdict, mode, dockerfile }: View): Annotation[] {
  if (dockerfile === undefined) return [];
  return verdict.targets
    .flatMap((target) =>
      target.answer === "error" ? [] : annotationsOf(target, mode === "warn" ? "warning" : "error"),
    )
    .sort((a, b) => a.rank - b.rank)
    .map(({ rank: _, ...annotation }) => annotation);
}

function annotationsOf(target: JudgedTarget, level: Annotation["level"]): (Annotation & { readonly rank: number })[] {
  const { failing, plan } = split(target);
  const lines = Map.groupBy(failing, ({ finding }) => finding.layer?.source);
  // One object for each layer: two layers of one line, such as a FROM's, are put together by their line.
  const byLine = new Map<number, { file: string; found: JudgedFinding[] }>();
  for (const [source, found] of lines) {
    if (source === undefined) continue;
    const same = byLine.get(source.line);
    if (same === undefined) byLine.set(source.line, { file: source.file, found: [...found] });
    else for (const each of found) same.found.push(each);
  }
  return [...byLine].map(([line, { file, found }]) => {
    const steps = plan.upgrades.filter(({ layer }) => layer?.source?.line === line);
    const rank = found.reduce((least, { finding }) => Math.min(least, severityRank(finding.severity)), Infinity);
    return { level, message: messageOf(target, found, steps.map(upgradeText)), file, line, rank };
  });
}

function messageOf(target: JudgedTarget, found: readonly JudgedFinding[], steps: readonly string[]): string {
  const counts = perSeverity(() => 0);
  for (const { finding } of found) counts[finding.severity] += 1;
  const ids = [...new Set(found.map(({ finding }) => finding.id))];
  const upgrades = listed(steps, MOST_UPGRADES, "; ");
  const message = `${severityList(counts)} that ${found.length === 1 ? "fails" : "fail"} in ${plain(shorten(target.target.label, 200))} ${found.length === 1 ? "comes" : "come"} from here: ${listed(ids, MOST_IDS, ", ")}.${upgrades === "" ? "" : ` To do: ${upgrades}.`}`;
  return shorten(message, LONGEST);
}

function listed(texts: readonly string[], most: number, separator: string): string {
  const shown = texts.slice(0, most).map((text) => plain(shorten(text, 200, "middle")));
  const left = texts.length - shown.length;
  return `${shown.join(separator)}${left > 0 ? ` and ${left} more` : ""}`;
}
