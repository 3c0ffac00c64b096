import { namedRegistry, parseReference, registryHost } from "../../domain/image/reference.ts";
import { isLoopback } from "../../images/engine/address.ts";
import type { HarborProject, RegistryTags, SourceMistake } from "../source.ts";

/** Images of each repository that count, unless the line has `newest`. */
const DEFAULT_NEWEST = 1;
const MAX_NEWEST = 1000;

/** Reads what follows `registry:`: `HOST/REPOSITORY[:TAGS] [newest=N]`. */
export function registryTags(text: string): RegistryTags | SourceMistake {
  if (/^https?:\/\//i.test(text)) return { mistake: "is a URL; write registry:HOST/REPOSITORY" };
  const read = parts(text);
  if ("mistake" in read) return read;
  const { name: repository, tags, newest } = read;
  if (repository === "") return { mistake: "names no repository; write registry:HOST/REPOSITORY" };
  if (namedRegistry(repository) === undefined)
    return { mistake: "names no registry; write registry:HOST/REPOSITORY, with docker.io for Docker Hub" };
  if (parseReference(repository)?.name !== repository)
    return { mistake: "has a repository that cannot be: no pattern stands there, and no upper case" };
  return { kind: "registry", repository, ...tags, newest };
}

const HARBOR = /^(https?):\/\/([^/]*)\/(.*)$/i;

/** Reads what follows `harbor:`: `https://HOST/PROJECT[/REPOSITORIES][:TAGS] [newest=N]`. */
export function harborProject(text: string): HarborProject | SourceMistake {
  const [, scheme = "", authority = "", path] = HARBOR.exec(text) ?? [];
  if (path === undefined) return { mistake: "has no address and project; write harbor:https://HOST/PROJECT" };
  const address = `${scheme}://${authority}`;
  if (authority.includes("@")) return { mistake: "has a login, which belongs into docker login" };
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || url.pathname !== "/" || /[?#]/.test(authority))
    return { mistake: "has an address that cannot be" };
  // Such a name in an image means a user of Docker Hub, whose login is not for this server.
  if (registryHost(`${url.host}/x`) !== url.host)
    return { mistake: "has a host that no image can name: it needs a dot or a port" };
  if (url.protocol === "http:" && !isLoopback(url))
    return { mistake: "would send the login without TLS; write https:// (http:// is for this machine alone)" };
  const read = parts(path);
  if ("mistake" in read) return read;
  const [project = "", ...rest] = read.name.split("/");
  if (!/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(project))
    return { mistake: project === "" ? "names no project" : "has a project that cannot be: no pattern stands there" };
  const repositories = rest.join("/");
  if (rest.length > 0 && !/^[a-z0-9._/*?-]{1,255}$/.test(repositories))
    return { mistake: "has a pattern of repositories that fits none" };
  const wanted = rest.length > 0 ? { repositories } : {};
  return { kind: "harbor", origin: url.origin, project, ...wanted, ...read.tags, newest: read.newest };
}

interface Parts {
  readonly name: string;
  readonly tags: { readonly tags?: string };
  readonly newest: number;
}

/** Cuts `NAME[:TAGS] [newest=N]`. An earlier colon belongs to a port. */
function parts(text: string): Parts | SourceMistake {
  const [named = "", option, ...more] = text.split(/\s+/);
  const number = option === undefined ? String(DEFAULT_NEWEST) : /^newest=(\d{1,6})$/.exec(option)?.[1];
  if (number === undefined || more.length > 0) return { mistake: "may have only newest=N behind a space" };
  const newest = Number(number);
  if (newest < 1 || newest > MAX_NEWEST) return { mistake: `has a newest that is not from 1 to ${MAX_NEWEST}` };
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  if (colon === -1) return { name: named, tags: {}, newest };
  const tags = named.slice(colon + 1);
  if (!/^[\w.*?-]{1,128}$/.test(tags)) return { mistake: "has a pattern of tags that fits none" };
  return { name: named.slice(0, colon), tags: { tags }, newest };
}
