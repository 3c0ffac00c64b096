import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { gate } from "../../actions/gate/run.ts";
import { type Sides, sidesOf } from "../../documents/sides.ts";
import type { View } from "../../render/view.ts";
import { GateError, tryOr } from "../../system/errors.ts";
import { readGivenStart, statusOf } from "../../system/given-files.ts";
import type { World } from "../../system/world.ts";
import type { Args, CommandOption, Seat } from "../command.ts";
import { inputOptions, itemsOf, worldWithInputs } from "../inputs.ts";

export function scanOptions(): CommandOption[] {
  return inputOptions("gate").filter(({ scans }) => scans);
}

/**
 * Scans the words that are images, together.
 * @returns what each image has, by its word
 * @throws GateError of an image that could not be judged; `name-ambiguous`
 */
export async function scannedSides(words: readonly string[], { options }: Args, seat: Seat) {
  const images = [...new Set(words)].filter((word) => isImage(word, seat.world));
  const sides = new Map<string, Sides>();
  if (images.length === 0) return sides;
  itemsOf(images, { ...seat.world, mayRename: true });
  const inputs = [...options, ["image", images.join("\n")], ["comment", "never"], ["baseline", "none"]] as const;
  const world = worldWithInputs("gate", new Map(inputs), seat.world);
  const { words: named, change, action, sharedCache } = seat.platform;
  seat.world.log.info("Preparing the scanner and its database");
  const views: View[] = [];
  // Neither a comment nor an output: a comparison is not a verdict that later jobs may read.
  const platform = { words: named, change, action, sharedCache, annotate: () => {} };
  await gate(world, platform, (view) => void views.push(view));
  for (const each of views.flatMap(({ verdict }) => verdict.targets)) {
    if (each.answer === "error") throw new GateError(each.error.code, each.error.what, each.error.remedy);
    const { target, scan } = each;
    const own = sidesOf({ kind: "scan", scanner: scan.provenance.scanner, target, scan }, target.input).sides;
    const { sides: others = [] } = sides.get(target.input) ?? {};
    sides.set(target.input, { kind: "image", sides: [...others, ...own], unjudged: [] });
  }
  return sides;
}

const DOCUMENT = /\.(?:json|sarif|spdx|xml|ya?ml)$/i;

/**
 * A file is an image if neither its name nor its first letter is a document's. A missing path is left to the gate,
 * which looks for it as for any image.
 */
function isImage(word: string, world: World): boolean {
  const path = resolve(world.workspace, word);
  const status = statusOf(path);
  if (status !== undefined && !status.isFile())
    return ["oci-layout", "index.json"].some((name) => existsSync(join(path, name)));
  if (DOCUMENT.test(word)) return false;
  const start = () => readGivenStart({ what: "document", path: word }, 64, world).toString("utf8");
  return status === undefined || !/^\uFEFF?\s*[[{]/.test(tryOr(start, "{"));
}
