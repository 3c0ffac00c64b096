import type { FoundImage } from "../../domain/history/running.ts";
import { isDigest, parseReference } from "../../domain/image/reference.ts";
import { compileGlob } from "../../domain/policy/glob.ts";
import { compareSemver, compareText } from "../../domain/versions/order.ts";
import { type Artifact, type HarborApi, harborApi, harborAuthorization } from "../../images/harbor/api.ts";
import type { Credentials, ReaderOptions } from "../../images/registry/client.ts";
import { GateError } from "../../system/errors.ts";
import { FinalError } from "../../system/http.ts";
import { atATime } from "../../system/pool.ts";
import { together } from "../declared/gather.ts";
import { listed, short } from "../live/asking.ts";
import type { HarborProject, Read } from "../source.ts";
import { failure, type Limits, tooMany } from "./errors.ts";

type Source = HarborProject & { readonly line: string };

/** Repositories that are requested concurrently. */
const AT_ONCE = 4;
const MAX_IMAGES = 20_000;

/** What one repository has. */
interface Found {
  /** With the project. */
  readonly repository: string;
  readonly images: readonly FoundImage[];
  /** The types of what is not an image. */
  readonly others: ReadonlySet<string>;
  readonly problem?: GateError;
}

/**
 * The images of a project that were pushed last, by their digests. A repository that cannot be read does not hide the
 * others.
 * @throws GateError `discovery-…`
 */
export async function readHarbor(
  source: Source,
  credentials: ReaderOptions["credentials"],
  limits: Limits,
): Promise<Read> {
  const { origin, project } = source;
  const what = `The repositories of the project ${project} on ${origin}`;
  try {
    const login = await credentials(`${new URL(origin).host}/${project}/any`);
    const api = harborApi(origin, login && authorizationOf(login, origin), limits.signal);
    const repositories = await repositoriesOf(source, api);
    let count = 0;
    const found = await atATime(AT_ONCE, repositories, async (repository) => {
      // Beyond the bound nothing counts, so nothing more is kept.
      if (count > MAX_IMAGES) return { repository, images: [], others: new Set<string>() };
      const each = await imagesOf(repository, source, api, limits);
      count += each.images.length;
      return each;
    });
    const images = found.flatMap((each) => each.images);
    if (count > MAX_IMAGES) throw tooMany(`The images of the project ${project}`, MAX_IMAGES);
    const problem = together(found.flatMap((each) => each.problem ?? []));
    return { images, notes: notesOf(found, source), ...(problem === undefined ? {} : { problem }) };
  } catch (thrown) {
    throw failure(what, thrown, limits);
  }
}

/** Names without the project. One that the line names as it is need not be looked for. */
async function repositoriesOf({ project, repositories }: Source, api: HarborApi): Promise<readonly string[]> {
  if (repositories !== undefined && !/[*?]/.test(repositories)) return [repositories];
  const fits = compileGlob(repositories ?? "**");
  return (await api.repositories(project))
    .map((name) => {
      if (!name.startsWith(`${project}/`) || parseReference(name)?.name !== name)
        throw new FinalError("a repository has a name that cannot be");
      return name.slice(project.length + 1);
    })
    .filter(fits)
    .sort(compareText);
}

async function imagesOf(name: string, source: Source, api: HarborApi, limits: Limits): Promise<Found> {
  const repository = `${source.project}/${name}`;
  const others = new Set<string>();
  try {
    const artifacts = await api.artifacts(source.project, name);
    const own = artifacts.filter((each) => {
      const other = otherThanImage(each, source);
      if (other !== undefined) others.add(other);
      return other === undefined;
    });
    const images = newestOf(own, source).map(({ digest, tag }) => {
      const reference = `${new URL(source.origin).host}/${repository}:${tag}`;
      if (!isDigest(digest) || parseReference(reference) === undefined)
        throw new FinalError("an image has a name or a digest that cannot be");
      return { reference, digest, harbor: source.origin, at: { source: source.line, name: `${repository}:${tag}` } };
    });
    return { repository, images, others };
  } catch (thrown) {
    const problem = failure(`The images of ${repository} on ${source.origin}`, thrown, limits);
    return { repository, images: [], others, problem };
  }
}

/**
 * What an artifact is if it is not an image. Harbor before 2.5 calls signatures images. They are pushed after what they
 * are about, and would be the newest.
 */
function otherThanImage({ type, tags }: Artifact, { tags: pattern }: Source): string | undefined {
  if (type.toUpperCase() !== "IMAGE") return type;
  const isAttached = ({ name }: { readonly name: string }) => ATTACHED.test(name) && name !== pattern;
  return tags != null && tags.length > 0 && tags.every(isAttached) ? "signature or attestation" : undefined;
}

/** A tag that is about another image (Cosign's, and that of the distribution specification's referrers). */
const ATTACHED = /^sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/;

/** The artifacts that were pushed last, each once by one of its tags that fit. */
function newestOf(artifacts: readonly Artifact[], { tags: pattern = "*", newest }: Source) {
  const fits = compileGlob(pattern);
  const pushed = ({ push_time }: { readonly push_time?: string | undefined }) => Date.parse(push_time ?? "") || 0;
  return artifacts
    .flatMap((artifact) => {
      const fitting = (artifact.tags ?? []).filter(({ name }) => fits(name));
      const [best] = fitting.sort(
        (a, b) => moreTelling(a.name, b.name) || pushed(b) - pushed(a) || compareText(a.name, b.name),
      );
      return best === undefined ? [] : [{ digest: artifact.digest, tag: best.name, at: pushed(artifact) }];
    })
    .sort((a, b) => b.at - a.at || compareText(a.digest, b.digest))
    .slice(0, newest);
}

/** A version tells more than `latest`, and `1.27.3` more than `1`. */
function moreTelling(a: string, b: string): number {
  const isVersion = (tag: string) => Number(compareSemver(tag, tag) !== undefined);
  return isVersion(b) - isVersion(a) || (compareSemver(b, a) ?? 0);
}

function notesOf(found: readonly Found[], { line }: Source): string[] {
  const notes = found.length === 0 ? [`No repository fits ${line}.`] : [];
  const others = found.flatMap(({ repository, others: types }) =>
    [...types].map((type) => `${short(type)} in ${repository}`),
  );
  if (others.length > 0) notes.push(`These are not images, and are passed over: ${listed(others)}.`);
  const empty = found.filter(({ images, problem }) => images.length === 0 && problem === undefined);
  if (empty.length > 0)
    notes.push(
      `These repositories have no image with a tag that fits: ${listed(empty.map(({ repository }) => repository))}.`,
    );
  return notes;
}

/** @throws GateError `discovery-registry-login` */
function authorizationOf(login: Credentials, origin: string): string {
  const authorization = harborAuthorization(login);
  if (authorization !== undefined) return authorization;
  throw new GateError(
    "discovery-registry-login",
    `Docker's login of ${origin} is a refresh token, which the API of Harbor does not take`,
    "Log in (`docker login`) with a user and a password, for example those of a robot account.",
  );
}
