import { parseReference, repositoryName } from "../../domain/image/reference.ts";

/** An image in containerd's list. */
export interface Listed {
  readonly name: string;
  /** Of the manifest or index. */
  readonly digest: string;
}

/** The command lines of a program. */
export interface ContainerdProgram {
  readonly name: "ctr" | "nerdctl";
  /** Lists the images of a reference, and perhaps others. */
  readonly list: (reference: string) => readonly string[];
  /** The images in its list. Untrusted: a row of another form is left out. */
  readonly listed: (table: string) => readonly Listed[];
  /** Writes an image to a file, in the format of `docker save`. */
  readonly save: (image: {
    readonly name: string;
    readonly file: string;
    readonly platform?: string | undefined;
  }) => readonly string[];
}

/** In the order in which they are looked for. containerd's own one comes first. */
export const CONTAINERD_PROGRAMS: readonly ContainerdProgram[] = [
  {
    name: "ctr",
    list: (reference) => ["images", "list", filterOf(reference)],
    // REF, TYPE, DIGEST, …
    listed: (table) => rowsOf(table, 1).map(([name = "", , digest = ""]) => ({ name, digest })),
    save: ({ name, file, platform }) => ["images", "export", ...platformOf(platform), "--", file, name],
  },
  {
    name: "nerdctl",
    // Its own filters for digests differ from version to version.
    list: () => ["images", "--no-trunc", "--format", "{{.Name}} {{.Digest}}"],
    listed: (table) => rowsOf(table, 0).map(([name = "", digest = ""]) => ({ name, digest })),
    save: ({ name, file, platform }) => ["save", ...platformOf(platform), "--output", file, "--", name],
  },
];

function platformOf(platform: string | undefined): readonly string[] {
  return platform === undefined ? [] : ["--platform", platform];
}

function rowsOf(table: string, head: number): string[][] {
  return table
    .split("\n")
    .slice(head)
    .map((row) => row.trim().split(/\s+/));
}

/** What containerd calls the image: always with its registry, and with a tag or digest. */
function nameOf(reference: string): { readonly name?: string; readonly digest?: string | undefined } {
  if (/^sha256:[0-9a-f]{64}$/.test(reference)) return { digest: reference };
  const { tag, digest } = parseReference(reference) ?? {};
  const repository = repositoryName(reference);
  return { name: digest === undefined ? `${repository}:${tag ?? "latest"}` : repository, digest };
}

/** (https://github.com/containerd/containerd/blob/main/pkg/filters/filter.go) */
function filterOf(reference: string): string {
  const { name, digest } = nameOf(reference);
  return digest === undefined ? `name==${JSON.stringify(name)}` : `target.digest==${digest}`;
}

/** The image that a reference means. If several names of a repository have the digest, any of them is the image. */
export function meantIn(images: readonly Listed[], reference: string): Listed | undefined {
  const wanted = nameOf(reference);
  return images.find(({ name, digest }) => {
    const isNamed =
      wanted.digest === undefined ? name === wanted.name : !wanted.name || repositoryName(name) === wanted.name;
    const isRight = isNamed && (wanted.digest === undefined || digest === wanted.digest);
    return isRight && /^sha256:[0-9a-f]{64}$/.test(digest) && !name.startsWith("-");
  });
}
