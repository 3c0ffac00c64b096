import { counted, listSome } from "../domain/list-some.ts";
import { GIVEN_REPORT } from "../domain/target.ts";
import type { JudgedTarget, TargetVerdict } from "../domain/verdict.ts";
import { capability, decideSending } from "../forge/connect.ts";
import type { Forge, Lacking } from "../forge/forge.ts";
import type { Platform } from "../job/job.ts";
import { dependencySnapshot } from "../render/formats/dependency-snapshot.ts";
import type { View } from "../render/view.ts";
import { GateError } from "../system/errors.ts";
import { isInRepository } from "../system/given-files.ts";
import type { World } from "../system/world.ts";
import { reportFacts } from "./facts.ts";

/** Sends the images' packages to the dependency graph, as the input `dependency-graph` asks. */
export async function submitPackages(
  view: View,
  forge: Forge | Lacking,
  platform: Platform,
  world: Pick<World, "log" | "now" | "signal" | "workspace">,
): Promise<void> {
  const { log } = world;
  const images = view.verdict.targets.filter(isJudgedImage);
  const packages = capability(forge, (server) => server.packages, platform.words);
  const nothing = images.length === 0 ? "no image was judged" : undefined;
  const decision = decideSending(packages, nothing, world.signal);
  if ("why" in decision) return log[decision.level](`Nothing is sent to the dependency graph: ${decision.why}.`);
  const [whole, partly] = [images.filter((each) => unlisted(each) === undefined), images.filter(unlisted)];
  if (partly.length > 0) log.warning(notListed(partly).message);
  if (whole.length === 0) return;
  const { categories } = reportFacts(view, platform, world);
  const file = view.dockerfile?.file;
  const submissions = whole.flatMap((judged) => {
    const name = (categories.get(judged.target) ?? judged.target.label).replace(/^image-gate\//, "");
    const { snapshot, packages: count } = dependencySnapshot(judged, {
      ...decision.about,
      job: decision.page.jobFor(name),
      tool: platform.action,
      scannedAt: view.now,
      image: name,
      // The platform has no page for a file elsewhere on the runner.
      dockerfile: file !== undefined && isInRepository(file) ? file : undefined,
    });
    if (count > MOST_PACKAGES) log.warning(tooMany(judged.target.label, count).message);
    return count > MOST_PACKAGES ? [] : [{ snapshot, what: `${counted(count, "package")} of ${name}` }];
  });
  await decision.page.send(submissions);
}

/** The platform itself reads the lock files of a checkout, so only images count. */
function isJudgedImage(target: TargetVerdict): target is JudgedTarget {
  if (target.answer === "error") return false;
  const { kind } = target.target;
  return kind === "image" || (kind === GIVEN_REPORT && target.scan.build !== undefined);
}

/** Why a snapshot would remove packages of the image from the graph; undefined: all packages are known. */
function unlisted({ target, scan }: JudgedTarget): string | undefined {
  if (target.kind === GIVEN_REPORT) return scan.packages.length === 0 ? "it lists no packages" : undefined;
  const { scanners } = scan.provenance;
  return scanners === undefined || scanners.includes("vuln") ? undefined : "`scanners` has no `vuln`, which finds jars";
}

function notListed(partly: readonly JudgedTarget[]): GateError {
  const named = listSome(partly, MOST_NAMED, { show: (each) => `${each.target.label} (${unlisted(each)})` });
  return new GateError(
    "packages-not-listed",
    `Nothing is sent to the dependency graph of ${named}`,
    "Make the report without `--list-all-pkgs=false`, and put `vuln` among `scanners`; the packages of an earlier run stay in the graph.",
  );
}

/** Maximum number of targets that one warning names. */
const MOST_NAMED = 5;

/** Maximum number of packages in a snapshot. GitHub names no limit, but its page did not finish with one of 25 MB. */
const MOST_PACKAGES = 20_000;

function tooMany(label: string, count: number): GateError {
  return new GateError(
    "dependency-snapshot-cut",
    `${label} has ${counted(count, "package")} for the dependency graph, but the limit for an image is ${MOST_PACKAGES}: nothing was sent`,
    "The verdict covers all of them; an SBOM (`reports`) lists them all.",
  );
}
