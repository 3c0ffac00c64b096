import { join } from "node:path";
import { z } from "zod";
import { registryHost } from "../../domain/image/reference.ts";
import { tryOr } from "../../system/errors.ts";
import { readSmallText } from "../../system/given-files.ts";
import { loginEnvironment, realHome } from "../../system/own-environment.ts";
import { runProcess } from "../../system/process.ts";
import { findProgram, type ProgramWorld } from "../../system/program-folders.ts";
import { privateFolder } from "../../system/store/private-file.ts";
import type { World } from "../../system/world.ts";
import type { Credentials } from "./client.ts";

type CredentialsWorld = LoginWorld & ProgramWorld & Pick<World, "signal">;

/** The login itself, for use within this process. */
type Entry = Readonly<Record<"auth" | "username" | "password" | "identitytoken", string>>;

/**
 * Finds the runner's login for an image's registry, for our own requests. Like `logins` for a program, but returns user
 * name and password. A credential helper gets its own environment. Undefined: there is no login, or it cannot be read.
 */
export function credentialsFor(world: CredentialsWorld) {
  let config: { readonly read: Config | undefined } | undefined;
  return async (repository: string): Promise<Credentials | undefined> => {
    config ??= { read: runnersConfig(world) };
    if (config.read === undefined) return undefined;
    const host = registryHost(repository);
    const helpers = { ...storeFor(config.read, host), ...ownEntries(config.read.credHelpers, host) };
    for (const [key, helper] of Object.entries(helpers)) {
      const found = await askHelper(helper, key, world);
      if (found !== undefined) return found;
    }
    const entries = Object.entries(ownEntries(config.read.auths, host));
    // Podman's keys may name a part of the registry: the longest match wins.
    const fitting = entries
      .filter(([key]) => !isPartOfRegistry(key) || `${repository}/`.startsWith(`${key}/`))
      .sort(([a], [b]) => Number(isPartOfRegistry(b)) - Number(isPartOfRegistry(a)) || b.length - a.length);
    return fitting.map(([, entry]) => credentialsIn(entry)).find((each) => each !== undefined);
  };
}

/** True for `ghcr.io/acme`. The URLs that Docker writes (`https://index.docker.io/v1/`) mean the whole registry. */
function isPartOfRegistry(key: string): boolean {
  return !key.includes("://") && /^[^/]+\/(?!v[12]\/?$)./.test(key);
}

function credentialsIn(entry: unknown): Credentials | undefined {
  if (typeof entry !== "object" || entry === null) return undefined;
  const { auth, username, password, identitytoken } = entry as Partial<Entry>;
  if (typeof identitytoken === "string" && identitytoken !== "") return { identityToken: identitytoken };
  if (typeof username === "string" && typeof password === "string" && username !== "") return { username, password };
  if (typeof auth !== "string" || auth === "") return undefined;
  const [, name = "", secret = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth, "base64").toString("utf8")) ?? [];
  // Docker pads the value with NUL.
  return name === "" ? undefined : { username: name, password: secret.replace(/(?<!\0)\0+$/, "") };
}

const helperAnswer = z.object({ Username: z.string(), Secret: z.string() });
const HELPER_MS = 10_000;

/** Protocol of github.com/docker/docker-credential-helpers: the registry on standard input, JSON on standard output. */
async function askHelper(name: string, key: string, world: CredentialsWorld): Promise<Credentials | undefined> {
  if (!/^[\w.-]+$/.test(name)) return undefined;
  const helper = findProgram(`docker-credential-${name}`, world);
  if (helper === undefined) return undefined;
  try {
    const { code, stdout } = await runProcess(helper, ["get"], {
      cwd: privateFolder(world, "cwd"),
      env: loginEnvironment(world, ["XDG_RUNTIME_DIR"]),
      deadlineMs: HELPER_MS,
      signal: world.signal,
      stdin: key,
    });
    const answer = code === 0 ? helperAnswer.safeParse(JSON.parse(stdout)).data : undefined;
    if (answer === undefined || answer.Secret === "") return undefined;
    if (answer.Username === "<token>") return { identityToken: answer.Secret };
    return { username: answer.Username, password: answer.Secret };
  } catch {
    return undefined;
  }
}

type LoginWorld = Pick<World, "env" | "platform" | "runFolder" | "log">;

/** The parts of Docker's config.json and Podman's auth.json that concern logins. Logins are passed on unchanged. */
const schema = z.object({
  auths: z.record(z.string(), z.unknown()).nullish(),
  credsStore: z.string().nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});
type Config = z.infer<typeof schema>;

/** The first existing configuration file, in the order of go-containerregistry (pkg/authn/keychain.go). */
function runnersConfig({ env, platform, log }: LoginWorld): Config | undefined {
  const home = realHome({ env, platform });
  const docker = env.DOCKER_CONFIG || (home && join(home, ".docker"));
  const files = [
    docker && join(docker, "config.json"),
    env.REGISTRY_AUTH_FILE,
    env.XDG_RUNTIME_DIR && join(env.XDG_RUNTIME_DIR, "containers", "auth.json"),
  ];
  for (const file of files) {
    const text = file ? tryOr(() => readSmallText(file, MOST_CONFIG), undefined) : undefined;
    if (text === undefined) continue;
    const config = tryOr(() => schema.parse(JSON.parse(text)), undefined);
    if (config === undefined)
      log.warning(`The Docker configuration ${JSON.stringify(file)} cannot be read, so repositories get no login.`);
    return config;
  }
  return undefined;
}

/** Bytes of a Docker configuration, which may hold many logins. */
const MOST_CONFIG = 16 * 1024 * 1024;

/** Keys are a host, a URL of it (`https://index.docker.io/v1/`), or Podman's host with a namespace. */
function ownEntries<T>(entries: Record<string, T> | null | undefined, host: string): Record<string, T> {
  return Object.fromEntries(
    Object.entries(entries ?? {}).filter(([key]) => registryHost(`${key.replace(/^https?:\/\//, "")}/`) === host),
  );
}

/**
 * A store contains logins for any registry, so we declare it as a helper for this registry only. `docker login` leaves
 * an empty entry in `auths` for each registry with a login in the store.
 */
function storeFor({ credsStore, auths }: Config, host: string): Record<string, string> {
  const keys = Object.keys(ownEntries(auths, host));
  if (!credsStore || keys.length === 0) return {};
  return Object.fromEntries(keys.map((key) => [key, credsStore]));
}
