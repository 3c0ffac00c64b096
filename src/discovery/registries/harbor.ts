import { isDigest, parseReference } from "../../domain/image/reference.ts";
import { compileGlob } from "../../domain/policy/glob.ts";
import { compareSemver, compareText } from "../../domain/versions/order.ts";
import { type Artifact, type HarborApi, harborApi } from "../../images/harbor/api.ts";
import { basicAuthorization } from "../../images/registry/client.ts";
import { TooManyError } from "../../images/registry/tags.ts";
import { GateError } from "../../system/errors.ts";
import { FinalError } from "../../system/http.ts";
import { atATime } from "../../system/pool.ts";
import type { Allowance } from "../declared/programs/run.ts";
import { type Gathering, MAX_IMAGES } from "../gather.ts";
import type { SourceOf } from "../parse-source.ts";
import { failure } from "./errors.ts";

/** Repositories that are requested concurrently. */
const AT_ONCE = 4;

/**
 * The most recently pushed images of a project, by their digests. A repository that cannot be read does not hide the
 * others.
 * @throws GateError `image-…`, `registry-…`, `discovery-…`
 */
export async function readHarbor(source: SourceOf<"harbor">, found: Gathering, allowance: Allowance): Promise<void> {
  const { origin, project, line } = source;
  try {
    const login = await allowance.credentials(`${new URL(origin).host}/${project}/any`);
    const api = harborApi(origin, login && basicAuthorization(login), allowance.signal);
    const repositories = await repositoriesOf(source, api);
    if (repositories.length === 0) found.note(`No repository fits ${line}.`);
    let count = 0;
    const outcomes = await atATime(AT_ONCE, repositories, async (repository) => {
      const what = `The list of images of ${project}/${repository} on ${origin}`;
      const outcome = await imagesOf(repository, source, api).catch((thrown) => failure(what, thrown, allowance));
      if (!(outcome instanceof GateError)) count += outcome.images.length;
      if (count > MAX_IMAGES) throw new TooManyError(`The images of the project ${project}`, MAX_IMAGES);
      return outcome;
    });
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome instanceof GateError) {
        found.problem(outcome);
        continue;
      }
      const repository = `${project}/${repositories[index]}`;
      for (const type of outcome.others)
        found.note("These are not images, and are skipped", `${type} in ${repository}`);
      if (outcome.images.length === 0) found.note("These repositories have no image with a matching tag", repository);
      for (const { tag, ...image } of outcome.images) found.add(image, `${repository}:${tag}`);
    }
  } catch (thrown) {
    throw failure(`The list of repositories of the project ${project} on ${origin}`, thrown, allowance);
  }
}

/** Names without the project. A name without wildcards need not be searched for. */
async function repositoriesOf(
  { project, repositories }: SourceOf<"harbor">,
  api: HarborApi,
): Promise<readonly string[]> {
  if (repositories !== undefined && !/[*?]/.test(repositories)) return [repositories];
  const fits = compileGlob(repositories ?? "**");
  return (await api.repositories(project))
    .map((name) => {
      if (!name.startsWith(`${project}/`) || parseReference(name)?.name !== name)
        throw new FinalError("a repository has an invalid name");
      return name.slice(project.length + 1);
    })
    .filter(fits)
    .sort(compareText);
}

/**
 * A tag that is about another image: Cosign's, or one for referrers by the distribution specification. Harbor may call
 * it an image, and it would be the newest.
 */
const ATTACHED = /^sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/;

/** Harbor's name for images among the types of artifacts. */
const IMAGE = "IMAGE";

async function imagesOf(name: string, source: SourceOf<"harbor">, api: HarborApi) {
  const { origin, project } = source;
  const artifacts = await api.artifacts(project, name);
  const isAttached = ({ name: tag }: { readonly name: string }) => ATTACHED.test(tag) && tag !== source.tags;
  const kinds = Map.groupBy(artifacts, ({ type, tags }) => {
    if (type.toUpperCase() !== IMAGE) return type;
    return tags?.length && tags.every(isAttached) ? "signature or attestation" : IMAGE;
  });
  const images = newestOf(kinds.get(IMAGE) ?? [], source).map(({ digest, tag }) => {
    const reference = `${new URL(origin).host}/${project}/${name}:${tag}`;
    if (!isDigest(digest) || parseReference(reference) === undefined)
      throw new FinalError("an image has an invalid name or digest");
    return { reference, digest, harbor: origin, tag };
  });
  kinds.delete(IMAGE);
  return { images, others: kinds.keys() };
}

/** The most recently pushed artifacts, each once with one of its matching tags. */
function newestOf(artifacts: readonly Artifact[], { tags: pattern = "*", newest }: SourceOf<"harbor">) {
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

/** A version says more than `latest`, and `1.27.3` more than `1`. */
function moreTelling(a: string, b: string): number {
  const isVersion = (tag: string) => Number(compareSemver(tag, tag) !== undefined);
  return isVersion(b) - isVersion(a) || (compareSemver(b, a) ?? 0);
}
