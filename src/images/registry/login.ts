import { join } from "node:path";
import { z } from "zod";
import { registryHost } from "../../domain/image/reference.ts";
import { tryOr } from "../../system/errors.ts";
import { readSmallText } from "../../system/given-files.ts";
import type { World } from "../../system/world.ts";

export type LoginWorld = Pick<World, "env" | "platform" | "runFolder" | "log">;

/** The parts of Docker's config.json and Podman's auth.json that concern logins. Logins are passed on unchanged. */
const schema = z.object({
  auths: z.record(z.string(), z.unknown()).nullish(),
  credsStore: z.string().nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});
export type Config = z.infer<typeof schema>;

/** The first existing configuration file, in the order of go-containerregistry (pkg/authn/keychain.go). */
export function runnersConfig({ env, platform, log }: LoginWorld): Config | undefined {
  const home = platform === "win32" ? env.USERPROFILE : env.HOME;
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
export function ownEntries<T>(entries: Record<string, T> | null | undefined, host: string): Record<string, T> {
  return Object.fromEntries(
    Object.entries(entries ?? {}).filter(([key]) => registryHost(`${key.replace(/^https?:\/\//, "")}/`) === host),
  );
}

/**
 * A store contains logins for any registry, so we declare it as a helper for this registry only. `docker login` leaves
 * an empty entry in `auths` for each registry with a login in the store.
 */
export function storeFor({ credsStore, auths }: Config, host: string): Record<string, string> {
  const keys = Object.keys(ownEntries(auths, host));
  if (!credsStore || keys.length === 0) return {};
  return Object.fromEntries(keys.map((key) => [key, credsStore]));
}
