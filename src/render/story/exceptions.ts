import type { Finding } from "../../domain/finding.ts";
import { withoutTag } from "../../domain/image/reference.ts";
import { DEFAULT_POLICY } from "../../domain/policy/policy.ts";
import { type Attention, type AttentionItem, needingAttention } from "../../domain/rows/attention.ts";
import { startingLimits, unfixedFirst } from "../../domain/rows/failing-lines.ts";
import { split } from "../../domain/rows/groups.ts";
import { DEFAULT_THRESHOLDS, severityName } from "../../domain/severity.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { advisory } from "../shared/advisory-page.ts";
import { counted, joined, number } from "../shared/phrases.ts";
import { type Block, code, fold, type Inline, listed, name, para, paste, type Rows, say } from "../tree.ts";
import type { View } from "../view.ts";
import { branchWords } from "./provenance.ts";

/**
 * The state of the exception and its remedy, without its name. Plain words of ours, the same in every output, and true
 * on other days, too.
 */
function attentionWords({ why, use }: AttentionItem): string {
  const { exception, matches, open, overlappedBy, daysLeft } = use;
  if (why === "fixed") return "is over, as a fix exists (only-while-unfixed): upgrade, then delete it";
  if (why === "unused") return "matches nothing: delete it";
  const noun = exception.gap ? "gap" : "finding";
  const day = `${daysLeft < 0 ? "ended" : "ends"} on ${exception.expires}`;
  const also =
    overlappedBy === undefined ? "" : `; line ${overlappedBy.line} covers the same until ${overlappedBy.expires}`;
  if (why === "ending") return `${day}, covers ${counted(matches, noun)}${also}`;
  if (open > 0) return `${day}: ${counted(open, noun)} ${open === 1 ? "counts" : "count"} again`;
  return `${day}${also}: ${why === "ended" ? "delete it" : "keep one of the two"}`;
}

const SIGN: Readonly<Record<Attention, string>> = {
  ended: "⛔ ",
  fixed: "🔧 ",
  ending: "⏳ ",
  overlapped: "🔁 ",
  unused: "🧹 ",
};

/** Exceptions that are open before the rest is folded. */
const OPEN = 6;

/** Exceptions that need attention, with their line in the policy file: the first ones open, or all. */
export function exceptionsSection({ verdict, policy }: View, rank: number, unfolded = false): Rows {
  return listed(needingAttention(verdict), {
    title: say`Exceptions that need attention${policy.path === undefined ? "" : say` (${code(policy.path)})`}`,
    row: (item) => [attentionItem(item)],
    rank,
    share: 0.12,
    what: "more exception",
    open: unfolded ? undefined : OPEN,
  });
}

/** An exception that needs attention, with its line in the policy file. */
export function attentionItem(item: AttentionItem): Inline {
  const { exception } = item.use;
  const { line, gap, id, package: about, owner } = exception;
  const scope = about === undefined ? "" : say` on ${name(about)}`;
  const answers = owner === undefined ? "" : say` · ${code(owner, 60)}`;
  return say`${SIGN[item.why]}line ${`${line}`}: ${gap ? "coverage " : ""}${advisory(id)}${scope} ${attentionWords(item)}${answers}`;
}

/** Maximum number of proposed exceptions: as many as can be decided at once. A longer list would not be read. */
const MOST = 10;
/** Findings looked at per proposed exception, because many may need the same one. */
const LOOKED_AT = 50;
/**
 * Longest item that is proposed, in UTF-16 units. A longer one is left out, since cutting it would change its meaning.
 */
const LONGEST = 1_000;

/**
 * Exceptions for failing findings, without a fix first, to paste into the policy. The person who answers for them fills
 * in reason and last day.
 * @param start the blocks of {@link startSection}, which come below them
 */
export function snippetSection(
  targets: readonly JudgedTarget[],
  policy: View["policy"],
  start: readonly Block[] = [],
): Block[] {
  const exceptions = targets.flatMap((target) => {
    const { kind, as, input } = target.target;
    const image = targets.length > 1 && kind === "image" ? withoutTag(as ?? input) : undefined;
    const failing = unfixedFirst(target).take(MOST * LOOKED_AT);
    return [...failing.map(({ finding }) => yamlScope(finding, image))];
  });
  const total = targets.reduce((sum, target) => sum + split(target).failing.length, 0);
  const of = `${counted(total, "failing finding")}, no fix first`;
  return pasteFold("exceptions", exceptions, { most: MOST, of, why: "why may it run?", policy, below: start });
}

/** The form of the offered items. */
interface Offer {
  readonly most: number;
  /** The findings that they are for, if not all are shown: `60 findings`. */
  readonly of: string;
  /** The question that the reason has to answer. */
  readonly why: string;
  /** The policy file of the run, which the text then names. Without a file, the text is a whole new one. */
  readonly policy: View["policy"];
  readonly below?: readonly Block[];
}

/** Items of one of the policy's lists, each once, with the name of their file above them. */
export function pasteFold(
  kind: "exceptions" | "gaps",
  candidates: readonly string[],
  { most, of, why, policy: { path, from, isUnread = false }, below = [] }: Offer,
): Block[] {
  const all = new Set(candidates);
  const items = [...all].filter(({ length }) => length <= LONGEST).slice(0, most);
  if (items.length === 0) return [...below];
  const some = items.length < all.size ? ` (${number(items.length)} of ${of})` : "";
  const key = kind === "gaps" ? "coverage:" : "exceptions:";
  const isNew = path === undefined && !isUnread;
  const file = say`In ${isNew ? "a new file " : ""}${code(path ?? DEFAULT_POLICY)}${branchWords(from)}`;
  const where = isNew ? say`${file}:` : say`${file}, below ${code(key)} if that is there:`;
  const filledIn = [
    `    reason: ""    # required: ${why}`,
    '    owner: ""     # who answers for it; or delete this line',
    '    expires: ""   # required: last day, YYYY-MM-DD',
  ];
  const lines = [isNew ? "version: 1" : "", key, ...items.flatMap((item) => [item, ...filledIn])];
  const blocks = [para(isUnread ? "" : where), paste(joined("\n", lines), "yaml"), ...below];
  return [fold(`Accept for a time instead: ${kind} to paste into the policy${some}`, blocks)];
}

/** An item of one of the policy's lists, to paste: its first line, with the file and the image that it is about. */
export function pasteItem(first: string, path: string | undefined, image: string | undefined): string {
  // A glob with a wildcard is left out, since it would match more than this.
  const scope = Object.entries({ paths: path, images: image }).map(([key, glob = "*"]) =>
    glob === "" || /[*?]/.test(glob) ? "" : `    ${key}: [${yamlText(glob)}]`,
  );
  return joined("\n", [first, ...scope]);
}

function yamlScope(finding: Finding, image: string | undefined): string {
  const about = finding.package === undefined ? "" : `\n    package: ${yamlText(finding.package.name)}`;
  return pasteItem(`  - id: ${yamlText(finding.id)}${about}`, finding.path, image);
}

/** A YAML string: as it is if that is safe, otherwise double-quoted, with everything except common ASCII escaped. */
export function yamlText(untrusted: string): string {
  if (/^(?:CVE|GHSA|RUSTSEC|GO|PYSEC|DSA|DLA|DS|AVD)-[A-Za-z0-9-]+$/.test(untrusted)) return untrusted;
  return JSON.stringify(untrusted).replace(
    /[^\x20-\x7e]|<|`/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** How to start with an image that has many findings and no exceptions yet. Empty for any other image. */
export function startSection({ verdict }: Pick<View, "verdict">, judged: readonly JudgedTarget[]): Block[] {
  const limits = startingLimits(verdict, judged);
  if (limits.length === 0) return [];
  const lines = limits.map(({ severity, open }) => {
    const limit = DEFAULT_THRESHOLDS[severity];
    return `  ${severityName(severity)}: ${open}   # aim: ${limit === "unlimited" ? "lower" : limit}`;
  });
  const words = say`Either set ${code("mode: warn")}: all of this is reported, and the run does not fail. Or take today's counts as limits, so that nothing is added, and lower them as you upgrade:`;
  const policy = ["version: 1", "thresholds:", ...lines].join("\n");
  return [fold("An old image? How to start", [para(words), paste(policy, "yaml")])];
}
