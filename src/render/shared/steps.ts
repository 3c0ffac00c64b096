import type { Layer } from "../../domain/finding.ts";
import type {
  BaseStep,
  CheckedFinding,
  Enough,
  MayStay,
  NewerBase,
  Plan,
  SecretStep,
  Step,
  Upgrade,
  UpgradeCheck,
  UpgradeStep,
} from "../../domain/fix-plan.ts";
import { listSome } from "../../domain/list-some.ts";
import { countSeverities } from "../../domain/severity.ts";
import { placed } from "./location.ts";
import { counted, joined, number, severityList } from "./phrases.ts";

/** How one format writes the parts of a step. All texts that it gets are untrusted, except those for `strong`. */
export interface Ink {
  name(untrusted: string): string;
  version(untrusted: string): string;
  path(untrusted: string): string;
  /** The layer's line in the Dockerfile or its number. Empty if neither is known. */
  layer(layer: Layer): string;
  prose(untrusted: string): string;
  strong(own: string): string;
  /** Before what is exploited. */
  readonly fire: string;
}

/** A step in words, each part in the format's own text. */
export interface StepWords {
  /** What to do: `libssl3 3.0.11 → 3.0.15`. */
  readonly what: string;
  /** What that clears: `2 HIGH`. */
  readonly clears: string;
  /** Where and how, and what it leaves or brings. */
  readonly notes: readonly string[];
  /** A command, or a line and its file. Safe to paste. */
  readonly paste?: { readonly text: string; readonly file?: string | undefined } | undefined;
}

/** Most versions, ids and members that are named. */
const FEW = 3;
/** Most links of a chain that is shown whole. */
const LINKS = 4;
/** A likely attack: one of a hundred advisories has such a score. */
const LIKELY = 0.1;

/** A step with what it clears, where, and how, on one line. */
export function stepLine(step: Step, ink: Ink, words = stepWords(step, ink)): string {
  return [briefStep(step, ink, words), ...words.notes].join(" · ");
}

/** A step with what it clears. */
export function briefStep(step: Step, ink: Ink, { what, clears } = stepWords(step, ink)): string {
  return `${what}${step.kind === "upgrade" ? "" : " ·"} clears ${clears}`;
}

/** A step in the words of a format. */
export function stepWords(step: Step, ink: Ink): StepWords {
  const words = wordsOf(step, ink);
  const marks = [
    ...(step.exploited > 0 ? [`${ink.fire}exploited`] : []),
    ...((step.epss ?? 0) >= LIKELY ? [`EPSS ${Math.floor((step.epss ?? 0) * 100 + 1e-9)} %`] : []),
  ];
  return { ...words, clears: [words.clears, ...marks].join(", "), notes: words.notes.filter((note) => note !== "") };
}

/** A step without installed versions, places and what it clears, for a row with hardly any room. */
export function terseStep(step: Step, ink: Ink): string {
  if (step.kind === "secret") return `revoke and remove ${counted(step.places.length, "secret")}`;
  if (step.kind === "base") {
    const { newer } = step;
    return newer === undefined
      ? "rebuild on a newer base image"
      : `rebuild on ${ink.strong(ink.name(newer.reference))}`;
  }
  const { members, family } = step;
  const [first] = members as readonly [Upgrade];
  if (first.owner !== undefined) return `upgrade or replace ${ink.name(first.owner.name)}`;
  const isOne = new Set(members.map((each) => each.package)).size === 1;
  return `${ink.name(isOne ? first.package : (family?.name ?? first.package))} → ${targetWords(step, ink)}`;
}

function wordsOf(step: Step, ink: Ink): StepWords {
  switch (step.kind) {
    case "upgrade":
      return upgradeWords(step, ink);
    case "base":
      return baseWords(step, ink);
    default:
      return secretWords(step, ink);
  }
}

/** `3 (1 CRITICAL, 2 HIGH)`, or `2 HIGH`. */
export function clearsWords({ clears, bySeverity }: Pick<Upgrade, "clears" | "bySeverity">): string {
  const list = severityList(bySeverity);
  return list === "" || !list.includes(",") ? list || number(clears) : `${number(clears)} (${list})`;
}

function upgradeWords(step: UpgradeStep, ink: Ink): StepWords {
  const { members, command, line } = step;
  const [first] = members;
  const { owner } = first as Upgrade;
  const shipping =
    owner && `${ink.prose(owner.ecosystem)} ${ink.name(owner.name)} ${ink.version(owner.version ?? "")}`.trimEnd();
  const what = `${subjectWords(step, ink)} → ${targetWords(step, ink)}`;
  return {
    what: shipping === undefined ? what : `Upgrade or replace ${shipping}: it bundles ${what}`,
    clears: step.enough === undefined ? clearsWords(step) : clearsOpenWords(step.enough, ink),
    notes: [...checkWords(step, ink), placeWords(members, ink), ...howWords(step, ink)],
    paste: command === undefined ? line : { text: command },
  };
}

/** `libssl3 3.0.11`, or `util-linux (9 packages) 2.38.1-5`. */
function subjectWords({ members, family }: UpgradeStep, ink: Ink): string {
  const packages = new Set(members.map((each) => each.package));
  const versions = [...new Set(members.map(({ source, from }) => (packages.size > 1 && source?.version) || from))];
  const from = named(versions, 2, ink.version);
  const [first = ""] = packages;
  if (family === undefined || packages.size === 1) return `${ink.name(first)} ${from}`;
  return `${ink.name(family.name)} (${counted(packages.size, "package")}) ${from}`;
}

/** The version for all, those of the members, or the named ones if their order is not known. */
function targetWords({ to, alternatives, members }: UpgradeStep, ink: Ink): string {
  if (to !== undefined) return ink.strong(ink.version(to));
  if (alternatives.length > 0) {
    const more = alternatives.length > FEW ? " or …" : "";
    return `${alternatives.slice(0, FEW).map(ink.version).join(" or ")}${more} (unknown order)`;
  }
  const own = members
    .slice(0, FEW)
    .map((each) => `${ink.name(each.package)} ${ink.strong(ink.version(each.to ?? ""))}`);
  return `${own.join(", ")}${members.length > own.length ? ", …" : ""}`;
}

/** What clears more than the gate needs: `all 4 (2.17.0 is enough for the gate): 1 CRITICAL, 2 HIGH, 1 MEDIUM`. */
function clearsOpenWords({ version, clears, of, bySeverity }: Enough, ink: Ink): string {
  const amount = clears === of ? `all ${number(of)}` : `${number(clears)} of ${number(of)}`;
  return `${amount} (${ink.version(version)} is enough for the gate): ${severityList(bySeverity)}`;
}

function named(texts: readonly string[], most: number, write: (text: string) => string): string {
  const shown = texts.slice(0, most).map(write).join(", ");
  return texts.length > most ? `${shown}, …` : shown;
}

/** What the advised version does not clear, and what it brings. */
function checkWords({ check, unproven, mayStay }: UpgradeStep, ink: Ink): string[] {
  if (check !== undefined) return foundInVersions(check, ink);
  return [mayStayWords(mayStay, ink), unproven === undefined ? "" : `unproven: ${ink.prose(unproven)}`];
}

/** Findings without a fix in any advisory, for which the advised version was not checked. */
function mayStayWords(mayStay: MayStay | undefined, ink: Ink): string {
  if (mayStay === undefined) return "";
  const { ids, bySeverity } = mayStay;
  return `${ink.strong(severityList(bySeverity))} (${named(ids, FEW, ink.prose)}) may stay: no fix is named`;
}

function foundInVersions(check: UpgradeCheck, ink: Ink): string[] {
  return [
    check.stays.length === 0 ? "" : `${foundWords(check.stays, ink)} ${check.stays.length === 1 ? "stays" : "stay"}`,
    check.brings.length === 0 ? "" : `brings ${foundWords(check.brings, ink)}`,
  ];
}

function foundWords(found: readonly CheckedFinding[], ink: Ink): string {
  const counts = countSeverities(found, ({ severity }) => severity);
  const ids = [...new Set(found.map(({ id }) => id))];
  return `${ink.strong(severityList(counts))} (${named(ids, FEW, ink.prose)})`;
}

/** Where it is: the build that puts it there, the line of the Dockerfile, the layer, or the file. */
function placeWords(members: readonly Upgrade[], ink: Ink): string {
  const [{ place, type }] = members as readonly [Upgrade];
  const { tool, application } = place;
  if (tool !== undefined) return `${ink.name(tool)}’s own copy: upgrade ${ink.name(tool)} itself`;
  const paths = [...new Set(members.flatMap((each) => each.paths))];
  if (application !== undefined) return `in the build of ${ink.path(application)}`;
  const [path = ""] = paths;
  if (path !== "" && PROGRAMS.has(type))
    return `in the build of ${paths.length === 1 ? ink.path(path) : `${counted(paths.length, "program")}`}`;
  const layer = layerWords(members, ink);
  if (paths.length > 1) return `${counted(paths.length, "place")}${layer === "" ? "" : `, ${layer}`}`;
  const file = path === "" ? "" : ink.path(path);
  return layer || file;
}

const PROGRAMS: ReadonlySet<string> = new Set(["gobinary", "rustbinary"]);

/** The line of the Dockerfile or the number of the layer, if it is the same for all. */
function layerWords(members: readonly Upgrade[], ink: Ink): string {
  const layers = new Map(members.map(({ layer }) => [layer?.diffId, layer]));
  const [layer] = layers.values();
  return layers.size > 1 || layer === undefined ? "" : ink.layer(layer);
}

/** `Dockerfile:12`, else `layer 3`: {@link Ink.layer} if instructions are not shown. */
export function briefLayer(layer: Layer, path: Ink["path"]): string {
  if (layer.source !== undefined) return path(placed(layer.source.file, layer.source.line));
  return layer.number === undefined ? "" : `layer ${number(layer.number)}`;
}

/** What brings it in, what sets its version, and what a command cannot do. */
function howWords(step: UpgradeStep, ink: Ink): string[] {
  const [first] = step.members as readonly [Upgrade];
  const isGo = first.ecosystem === "go" && first.package === "stdlib";
  return [chainWords(first, step, ink), familyWords(step, ink), isGo ? "build with this version of Go" : ""];
}

/**
 * What sets the version of a Maven release. If the step names one package only, its relatives must get the version,
 * too.
 */
function familyWords({ family, members }: UpgradeStep, ink: Ink): string {
  if (family === undefined || family.kind === "source") return "";
  const { bom, springBoot } = family;
  if (springBoot !== undefined)
    return `set by Spring Boot ${ink.version(springBoot.version)}: raise its parent, or set ${ink.name(springBoot.property)}`;
  const isAlone = new Set(members.map((each) => each.package)).size === 1;
  const words = [isAlone ? `with all ${ink.name(family.name)}` : "", bom === undefined ? "" : `by ${ink.name(bom)}`];
  return joined(", ", words);
}

/** What brings the package in, and which part of that the author can raise, unless a command does it all. */
function chainWords({ chains: [chain] }: Upgrade, { command, line }: UpgradeStep, ink: Ink): string {
  const links = chain?.packages.slice(0, -1) ?? [];
  const [first] = links;
  if (chain === undefined || first === undefined) return "";
  const isLong = links.length > LINKS;
  const shown = isLong ? [...links.slice(0, LINKS - 1), undefined, ...links.slice(-1)] : links;
  const way = shown.map((link) => (link === undefined ? "…" : ink.name(link.name))).join(" → ");
  const touch = chain.direct && command === undefined && line === undefined;
  return `brought in by ${way}${touch ? `: raise ${ink.name(first.name)} ${ink.version(first.version)}`.trimEnd() : ""}`;
}

function baseWords(step: BaseStep, ink: Ink): StepWords {
  const { newer, command } = step;
  const words = newer === undefined ? upgradedBase(step, ink) : newerBase(step, newer, ink);
  const found = step.check === undefined ? [] : foundInVersions(step.check, ink);
  return {
    ...words,
    notes: [...words.notes, mayStayWords(step.mayStay, ink), ...found],
    paste: command === undefined ? undefined : { text: command },
  };
}

/** No newer base is known that clears anything. */
function upgradedBase(step: BaseStep, ink: Ink): StepWords {
  const { reference, fixable, command, commandClears = 0, clears } = step;
  const base = reference === undefined ? "the base image" : `the base image ${ink.name(reference)}`;
  const act = command === undefined ? "rebuild on a newer one" : "upgrade them, or rebuild on a newer one";
  return {
    what: `${counted(fixable, "package")} of ${base} ${fixable === 1 ? "has a fix" : "have fixes"}: ${act}`,
    clears: clearsWords(step),
    notes: [
      command !== undefined && commandClears < clears ? `the command clears ${number(commandClears)} of them` : "",
    ],
  };
}

/** The Dockerfile's `FROM`. */
function fromLine({ members }: BaseStep, ink: Ink): string {
  const source = members.find(({ layer }) => layer?.source !== undefined)?.layer?.source;
  return source === undefined ? "" : ink.path(placed(source.file, source.line));
}

function newerBase(step: BaseStep, newer: NewerBase, ink: Ink): StepWords {
  const { rebuilding = 0, staying, commandClears = 0 } = step;
  const { reference, ageDays, brings } = newer;
  const made = ageDays === 0 ? "made today" : `${counted(ageDays ?? 0, "day")} old`;
  const then = commandClears === 0 ? "" : `, of which the command clears ${number(commandClears)}`;
  return {
    what: `Rebuild on ${ink.strong(ink.name(reference))}${ageDays === undefined ? "" : ` (${made})`}`,
    clears: `${number(rebuilding)} of ${number(rebuilding + staying)}`,
    notes: [
      staying === 0 ? "" : `${number(staying)} ${staying === 1 ? "stays" : "stay"}${then}`,
      brings === 0 ? "" : `brings ${counted(brings, "other finding")}`,
      fromLine(step, ink),
    ],
  };
}

function secretWords({ title, places, ...weight }: SecretStep, ink: Ink): StepWords {
  const show = ({ path, line }: SecretStep["places"][number]) => ink.path(placed(path, line));
  const shown = listSome(places, FEW, { show, what: "place" });
  const layers = [...new Set(places.flatMap(({ layer }) => layer?.number ?? []))].sort((a, b) => a - b);
  const list = named(layers.map(String), FEW, (layer) => layer);
  return {
    what: `Revoke, then remove: ${ink.prose(title)} in ${shown}`,
    clears: clearsWords(weight),
    notes: [layers.length === 0 ? "" : `layer ${list}: a later layer does not remove it`],
  };
}

/** How many findings the steps clear. */
export function clearedBy(steps: readonly Step[]): number {
  return steps.reduce((sum, { clears }) => sum + clears, 0);
}

/**
 * Whether the advised versions were scanned, in a sentence or two about all these plans. Empty if no version is
 * advised.
 */
export function proofWords(plans: readonly Plan[], prose: (untrusted: string) => string): string {
  const sumOf = (count: (advised: Plan["advised"]) => number) =>
    plans.reduce((sum, { advised }) => sum + count(advised), 0);
  const versions = sumOf((advised) => advised.versions);
  const scanned = sumOf((advised) => advised.scanned);
  if (versions === 0) return "";
  if (scanned === versions) return "Each version was scanned with the same database.";
  const [reason, ...others] = new Set(plans.flatMap(({ advised }) => advised.reasons));
  const why = reason === undefined || others.length > 0 ? "" : `, since ${prose(reason)}`;
  if (scanned === 0) return `Unproven${why}: a version may have findings of its own.`;
  const left = versions - scanned;
  const [are, may, its] = left === 1 ? ["is", "it may", "its"] : ["are", "they may", "their"];
  return `${number(scanned)} of ${counted(versions, "version")} ${scanned === 1 ? "was" : "were"} scanned with the same database. The other${left === 1 ? "" : ` ${number(left)}`} ${are} unproven${why}: ${may} have findings of ${its} own.`;
}
