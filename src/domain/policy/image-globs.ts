import { confirmedForms, hasUnconfirmedTag, referenceForms } from "../image/reference.ts";
import { compileGlobs, type GlobRule } from "./glob.ts";

/** Something that is meant for some images. */
interface ForImages {
  /** Globs. */
  readonly images?: readonly string[] | undefined;
}

/** The rules that match an image. */
export interface ImageMatches<T> {
  /** By any form of its names. */
  readonly all: ReadonlySet<T>;
  /**
   * The same, without what only an unconfirmed tag matches: in `app:prod@sha256:…` the author of the reference chooses
   * the tag, whatever image the digest is of. Rules that let more through use these.
   */
  readonly confirmed: ReadonlySet<T>;
}

/**
 * Tests which globs an image with several names matches: as typed, and with and without their tag or digest. So
 * `ghcr.io/acme/app` covers all its tags. References are not expanded: `alpine` is not `docker.io/library/alpine`.
 * @returns tells the items of which a glob matches any of an image's names
 */
export function compileImageGlobs<T extends ForImages>(
  items: readonly T[],
): (references: readonly string[]) => ImageMatches<T> {
  const rules = items.flatMap((value) => (value.images ?? []).map((glob) => ({ glob, value })));
  const matching = compileGlobs(rules);
  const valuesOf = (forms: readonly string[]) => new Set(forms.flatMap((form) => [...matching(form)]));
  let byContent: ReturnType<typeof compileGlobs<T>> | undefined;
  return (references) => {
    const all = valuesOf(references.flatMap(referenceForms));
    if (!references.some(hasUnconfirmedTag)) return { all, confirmed: all };
    const forms = references.flatMap(confirmedForms);
    byContent ??= compileGlobs(rules.flatMap(digestRule));
    const confirmed = valuesOf(forms);
    for (const form of forms) for (const value of byContent(form)) confirmed.add(value);
    return { all, confirmed };
  };
}

/** A rule for `app:1.0@sha256:…` means that content, under whatever tag: it is read without the tag. */
function digestRule<T>({ glob, value }: GlobRule<T>): GlobRule<T>[] {
  const at = glob.lastIndexOf("@");
  const colon = at === -1 ? -1 : glob.lastIndexOf(":", at);
  if (colon <= glob.lastIndexOf("/", at) || !/^@[a-z0-9]+:[0-9a-f]+$/.test(glob.slice(at))) return [];
  return [{ glob: glob.slice(0, colon) + glob.slice(at), value }];
}
