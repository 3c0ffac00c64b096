import { GateError } from "../../../system/errors.ts";
import { at, shown } from "../gather.ts";
import { child, text, type Value } from "../yaml.ts";

/** What an image becomes; itself if the change is about another one. */
export type ImageChange = (image: string) => string;

const KEYS = ["name", "newname", "newtag", "digest", "tagsuffix"] as const;

/**
 * One item of a kustomization's `images` (keys in lower case), as Kustomize applies it (its `filters/imagetag`): a new tag or digest replaces both.
 * @throws GateError `discovery-manifest-invalid`
 */
export function imageChange(item: Value, file: string): ImageChange {
  const spot = { file, line: item.line };
  const refuse = (what: string) =>
    new GateError(
      "discovery-manifest-invalid",
      `${at(spot)}: ${what}`,
      "Correct the kustomization; `kubectl kustomize` checks it.",
    );
  for (const key of KEYS) {
    const value = child(item, key);
    if (value !== undefined && text(value) === undefined) throw refuse(`${key} is no text; put it in quotes`);
  }
  const [name = "", newName = "", newTag = "", digest = "", tagSuffix = ""] = KEYS.map((key) => text(child(item, key)));
  if (name === "") throw refuse("an item of images has no name");
  // Kustomize takes the name as a regular expression.
  if (/[\\^$*+?()[\]{}|]/.test(name)) throw refuse(`${shown(name)} is no name of an image`);
  return (image) => {
    const parts = split(image);
    if (parts.name !== name) return image;
    const tag = newTag || (digest ? "" : parts.tag + tagSuffix);
    const kept = newTag || digest || tagSuffix ? digest : parts.digest;
    return (newName || name) + (tag && `:${tag}`) + (kept && `@${kept}`);
  };
}

/** Name, tag and digest as Kustomize separates them: a colon before the first slash is a port. */
function split(image: string): { name: string; tag: string; digest: string } {
  const [, name = image, tag = "", digest = ""] =
    /^([^/]*\/[^:@]*|[^/:@]*)(?::([\w.{}-]*))?(?:@(sha256:[\w.{}-]*))?$/.exec(image) ?? [];
  return { name, tag, digest };
}
