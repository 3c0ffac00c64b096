import type {
  BaseStep,
  CheckedFinding,
  LowerVersion,
  NewerBase,
  Plan,
  RemainingFindings,
  SecretStep,
  Step,
  Upgrade,
  UpgradeStep,
} from "../../domain/fix-plan.ts";
import { countSeverities } from "../../domain/severity.ts";
import { type Inline, isEmpty, join, name, path, prose, say, some, strong, version } from "../tree.ts";
import { placed, sourceWords } from "./location.ts";
import { counted, number, severityList } from "./phrases.ts";
import { exploitWords } from "./status.ts";

/** The parts of a step's text. */
interface Texts {
  /** The change: `libssl3 3.0.11 → 3.0.15`. */
  readonly what: Inline;
  /** The findings that it clears: `2 HIGH`. */
  readonly clears: Inline;
  /** The place and the way of the change, and the findings that stay or come with it. */
  readonly notes: readonly Inline[];
}

/** Maximum number of versions, ids and members that are named. */
const FEW = 3;
/** Maximum number of links of a chain that are shown. */
const LINKS = 4;
/** A likely attack: one of a hundred advisories has such a score. */
const LIKELY = 0.1;

/** A foreign id, title or reason. */
const shortProse = (words: string) => prose(words, 80);

/** A step in words. */
export function stepWords(step: Step) {
  const { what, clears, notes } =
    step.kind === "upgrade" ? upgradeWords(step) : step.kind === "base" ? baseWords(step) : secretWords(step);
  const { exploited, epss = 0 } = step;
  const marks = [
    exploited > 0 ? "🔥 exploited" : "",
    ...(epss >= LIKELY ? exploitWords({ exploitation: { epss } }) : []),
  ];
  /** The change, and the findings that it clears. */
  const brief = say`${what}${step.kind === "upgrade" ? "" : " ·"} clears ${join(", ", [clears, ...marks])}`;
  /** The same with place and way, and the findings that stay or come with it. */
  const line = join(" · ", [brief, ...notes]);
  return { what, brief, line };
}

/** A step without installed versions, places and cleared findings, for a row with hardly any room. */
export function terseStep(step: Step, show: (text: string) => Inline = name): Inline {
  if (step.kind === "secret") return say`revoke and remove ${counted(step.places.length, "secret")}`;
  if (step.kind === "base") {
    const { newer } = step;
    return newer === undefined ? "rebuild on a newer base image" : say`rebuild on ${strong(show(newer.reference))}`;
  }
  const { members, family } = step;
  const [first] = members as readonly [Upgrade];
  if (first.owner !== undefined) return say`upgrade or replace ${show(first.owner.name)}`;
  const isOne = new Set(members.map((each) => each.package)).size === 1;
  return say`${show(isOne ? first.package : (family?.name ?? first.package))} → ${targetWords(step, show)}`;
}

/** `3 (1 CRITICAL, 2 HIGH)`, or `2 HIGH`. */
function clearsWords({ clears, bySeverity }: Pick<Upgrade, "clears" | "bySeverity">): string {
  const list = severityList(bySeverity);
  return list === "" || !list.includes(",") ? list || number(clears) : `${number(clears)} (${list})`;
}

function upgradeWords(step: UpgradeStep): Texts {
  const { members, enough } = step;
  const [first] = members as readonly [Upgrade];
  const { owner, ecosystem } = first;
  const shipping = owner && join(" ", [shortProse(owner.ecosystem), name(owner.name), version(owner.version ?? "")]);
  const what = say`${subjectWords(step)} → ${targetWords(step)}`;
  return {
    what: shipping === undefined ? what : say`Upgrade or replace ${shipping}: it bundles ${what}`,
    clears: enough === undefined ? clearsWords(step) : clearsOpenWords(enough),
    notes: [
      ...leavesWords(step),
      step.unproven === undefined ? "" : say`unproven: ${shortProse(step.unproven)}`,
      placeWords(members),
      chainWords(first, step),
      familyWords(step),
      ecosystem === "go" && first.package === "stdlib" ? "build with this version of Go" : "",
    ],
  };
}

/** `libssl3 3.0.11`, or `util-linux (9 packages) 2.38.1-5`. */
function subjectWords({ members, family }: UpgradeStep): Inline {
  const packages = new Set(members.map((each) => each.package));
  const versions = [...new Set(members.map(({ source, from }) => (packages.size > 1 && source?.version) || from))];
  const from = some(versions, 2, { show: (each) => version(each) });
  const [first = ""] = packages;
  if (family === undefined || packages.size === 1) return say`${name(first)} ${from}`;
  return say`${name(family.name)} (${counted(packages.size, "package")}) ${from}`;
}

/** The version for all members, their separate versions, or the named versions if their order is not known. */
function targetWords({ to, alternatives, members }: UpgradeStep, shown: (text: string) => Inline = name): Inline {
  if (to !== undefined) return strong(version(to));
  if (alternatives.length === 0)
    return some(members, FEW, { show: (each) => say`${shown(each.package)} ${strong(version(each.to ?? ""))}` });
  const named = alternatives.slice(0, FEW).map((each) => version(each));
  return say`${join(" or ", [...named, alternatives.length > FEW ? "…" : ""])} (unknown order)`;
}

/** The findings that it clears beyond the gate's need: `all 4 (2.17.0 is enough for the gate): 1 CRITICAL, 3 HIGH`. */
function clearsOpenWords({ version: enough, clears, of, bySeverity }: LowerVersion): Inline {
  const amount = clears === of ? `all ${number(of)}` : `${number(clears)} of ${number(of)}`;
  return say`${amount} (${version(enough)} is enough for the gate): ${severityList(bySeverity)}`;
}

/** The findings that stay with the advised versions or come with them; or that may stay, if they were not checked. */
function leavesWords({ mayStay, check }: UpgradeStep | BaseStep): Inline[] {
  const { stays = [], brings = [] } = check ?? {};
  return [
    // Findings for which no advisory names a fix.
    mayStay === undefined ? "" : say`${amountWords(mayStay)} may stay: no fix is named`,
    stays.length === 0 ? "" : say`${foundWords(stays)} ${stays.length === 1 ? "stays" : "stay"}`,
    brings.length === 0 ? "" : say`brings ${foundWords(brings)}`,
  ];
}

function foundWords(found: readonly CheckedFinding[]): Inline {
  const bySeverity = countSeverities(found, ({ severity }) => severity);
  return amountWords({ bySeverity, ids: [...new Set(found.map(({ id }) => id))] });
}

/** `2 HIGH (CVE-2024-1, CVE-2024-2)`. */
function amountWords({ bySeverity, ids }: Pick<RemainingFindings, "bySeverity" | "ids">): Inline {
  return say`${strong(severityList(bySeverity))} (${some(ids, FEW, { show: shortProse })})`;
}

/** The package's place: the build that puts it there, the line of the Dockerfile, the layer, or the file. */
function placeWords(members: readonly Upgrade[]): Inline {
  const [{ place, type }] = members as readonly [Upgrade];
  const { tool, application } = place;
  if (tool !== undefined) return say`${name(tool)}’s own copy: upgrade ${name(tool)} itself`;
  const paths = [...new Set(members.flatMap((each) => each.paths))];
  if (application !== undefined) return say`in the build of ${path(application)}`;
  const [first] = paths;
  if (first !== undefined && (type === "gobinary" || type === "rustbinary"))
    return say`in the build of ${paths.length === 1 ? path(first) : counted(paths.length, "program")}`;
  const layer = layerWords(members);
  if (paths.length > 1) return join(", ", [counted(paths.length, "place"), layer]);
  return isEmpty(layer) && first !== undefined ? path(first) : layer;
}

/** The line of the Dockerfile, otherwise the number of the layer, if it is the same for all. */
function layerWords(members: readonly Upgrade[]): Inline {
  const layers = new Map(members.map(({ layer }) => [layer?.diffId, layer]));
  const [layer] = layers.values();
  if (layers.size > 1 || layer === undefined) return "";
  return layer.source === undefined && layer.number !== undefined ? say`layer ${layer.number}` : sourceWords(layer);
}

/**
 * The setting of a Maven release's version. If the step names one package only, its relatives must get the version,
 * too.
 */
function familyWords({ family, members }: UpgradeStep): Inline {
  if (family === undefined || family.kind === "source") return "";
  const { bom, springBoot } = family;
  if (springBoot !== undefined)
    return say`set by Spring Boot ${version(springBoot.version)}: raise its parent, or set ${name(springBoot.property)}`;
  const isAlone = new Set(members.map((each) => each.package)).size === 1;
  return join(", ", [isAlone ? say`with all ${name(family.name)}` : "", bom === undefined ? "" : say`by ${name(bom)}`]);
}

/** The chain that brings the package in, with the link that the author can raise, unless a command does it all. */
function chainWords({ chains: [chain] }: Upgrade, { command, line }: UpgradeStep): Inline {
  const links = chain?.packages.slice(0, -1) ?? [];
  const [first] = links;
  if (chain === undefined || first === undefined) return "";
  const shown = links.slice(0, LINKS).map((link) => name(link.name));
  const way = join(" → ", links.length > LINKS ? [...shown, "…"] : shown);
  const touch = chain.direct && command === undefined && line === undefined;
  return say`brought in by ${way}${touch ? join(" ", [": raise", name(first.name), version(first.version)]) : ""}`;
}

function baseWords(step: BaseStep): Texts {
  const { newer, reference, fixable, command, commandClears = 0, clears, members, rebuilding = 0, staying } = step;
  if (newer === undefined) {
    // No newer base is known that clears anything.
    const base: Inline = reference === undefined ? "the base image" : say`the base image ${name(reference)}`;
    const act = command === undefined ? "rebuild on a newer one" : "upgrade them, or rebuild on a newer one";
    const isPart = command !== undefined && commandClears < clears;
    return {
      what: say`${counted(fixable, "package")} of ${base} ${fixable === 1 ? "has a fix" : "have fixes"}: ${act}`,
      clears: clearsWords(step),
      notes: [isPart ? say`the command clears ${number(commandClears)} of them` : "", ...leavesWords(step)],
    };
  }
  const { brings } = newer;
  const then = commandClears === 0 ? "" : `, of which the command clears ${number(commandClears)}`;
  return {
    what: say`Rebuild on ${strong(name(newer.reference))}${ageWords(newer)}`,
    clears: say`${number(rebuilding)} of ${number(rebuilding + staying)}`,
    notes: [
      staying === 0 ? "" : say`${number(staying)} ${staying === 1 ? "stays" : "stay"}${then}`,
      brings === 0 ? "" : say`brings ${counted(brings, "other finding")}`,
      // The Dockerfile's `FROM`.
      sourceWords({ source: members.find(({ layer }) => layer?.source !== undefined)?.layer?.source }),
      ...leavesWords(step),
    ],
  };
}

/** Empty if its age is not known. */
export function ageWords({ ageDays }: NewerBase): string {
  if (ageDays === undefined) return "";
  return ageDays === 0 ? " (made today)" : ` (${counted(ageDays, "day")} old)`;
}

function secretWords({ title, places, ...weight }: SecretStep): Texts {
  const show = (place: SecretStep["places"][number]) => path(placed(place.path, place.line));
  const shown = some(places, FEW, { show, what: "place" });
  const layers = [...new Set(places.flatMap(({ layer }) => layer?.number ?? []))].sort((a, b) => a - b);
  const list = some(layers.map(String), FEW, { show: (layer) => layer });
  return {
    what: say`Revoke, then remove: ${shortProse(title)} in ${shown}`,
    clears: clearsWords(weight),
    notes: [layers.length === 0 ? "" : say`layer ${list}: a later layer does not remove it`],
  };
}

/** True if the advised versions of these plans were scanned. Empty if no version is advised. */
export function proofWords(plans: readonly Plan[]): Inline {
  const versions = plans.reduce((sum, { advised }) => sum + advised.versions, 0);
  const left = plans.reduce((sum, { advised }) => sum - advised.scanned, versions);
  if (versions === 0) return "";
  if (left === 0) return "Each version was scanned with the same database.";
  const [reason, ...others] = new Set(plans.flatMap(({ advised }) => advised.reasons));
  const why = reason === undefined || others.length > 0 ? "" : say`, since ${shortProse(reason)}`;
  const what = left === versions ? "Unproven" : `${number(left)} of ${number(versions)} versions are unproven`;
  return say`${what}${why}: a version may have its own findings.`;
}
