import { GateError } from "../../../system/errors.ts";
import { at, type Spot, shown } from "../gather.ts";
import { child, items, type Mapping, text, type Value } from "../yaml.ts";
import { interpolate, type Lookup, NoValue } from "./interpolate.ts";

/** A text of a Compose file whose variables are resolved when it is needed: another file may replace it before. */
export interface Field {
  readonly template: string;
  readonly spot: Spot;
  readonly lookup: Lookup;
}

/** What of a service matters here. */
export interface Service {
  readonly spot: Spot;
  readonly image?: Field | undefined;
  readonly platform?: Field | undefined;
  /** It is built on the host. */
  readonly build: boolean;
  /** Something else than a container engine provides it. */
  readonly provider: boolean;
  /** It runs only with one of these profiles. */
  readonly profiles: boolean;
  /** Images that are mounted as volumes, by their place in the container. */
  readonly mounts: ReadonlyMap<string, Field>;
  /** Containers that run before it starts. */
  readonly before: readonly Hook[];
}

/** A container that runs before a service starts. Without an image, it has the service's. */
export type Hook = Pick<Service, "image" | "mounts">;

type Attribute = "image" | "platform" | "build" | "provider" | "profiles" | "mounts" | "before";

/** A service as one document has it. */
export interface Written {
  readonly service: Service;
  readonly extends?: Value | undefined;
  /** What is taken away from files before this one (`!reset`, `!override`). */
  readonly resets: ReadonlySet<Attribute>;
  /** Nothing of files before this one is left (`!override` on the service). */
  readonly alone: boolean;
}

/** Where a text stands, and how its variables are resolved. */
export interface Reading {
  readonly file: string;
  readonly lookup: Lookup;
}

const KEYS: Readonly<Record<Attribute, string>> = {
  image: "image",
  platform: "platform",
  build: "build",
  provider: "provider",
  profiles: "profiles",
  mounts: "volumes",
  before: "pre_start",
};

/** Reads a service of a document. @throws GateError `discovery-compose-invalid` */
export function writtenService(name: string, value: Value, reading: Reading): Written {
  const spot = { file: reading.file, line: value.line };
  if (value.kind !== "mapping" && !(value.kind === "scalar" && value.value === null))
    throw invalid(spot, `the service ${shown(name)} is no mapping`);
  const kept = value.kind === "mapping" ? value : undefined;
  return {
    service: {
      spot,
      image: fieldAt(kept, "image", reading),
      platform: fieldAt(kept, "platform", reading),
      build: valueAt(kept, "build") !== undefined,
      provider: valueAt(kept, "provider") !== undefined,
      profiles: items(valueAt(kept, "profiles")).length > 0,
      mounts: mountsOf(valueAt(kept, "volumes"), reading),
      before: items(valueAt(kept, "pre_start")).map((hook) => hookOf(hook, reading)),
    },
    extends: valueAt(kept, "extends"),
    resets: new Set((Object.keys(KEYS) as Attribute[]).filter((key) => isReset(kept, KEYS[key]))),
    alone: value.tag === "!override",
  };
}

function hookOf(value: Value, reading: Reading): Hook {
  const kept = value.kind === "mapping" ? value : undefined;
  return { image: fieldAt(kept, "image", reading), mounts: mountsOf(valueAt(kept, "volumes"), reading) };
}

/** A value that is neither null nor taken away. */
function valueAt(mapping: Mapping | undefined, key: string): Value | undefined {
  const value = child(mapping, key);
  return value?.tag === "!reset" ? undefined : value;
}

function isReset(mapping: Mapping | undefined, key: string): boolean {
  const tag = mapping?.entries.get(key)?.tag;
  return tag === "!reset" || tag === "!override";
}

function fieldAt(mapping: Mapping | undefined, key: string, reading: Reading): Field | undefined {
  const value = valueAt(mapping, key);
  return value === undefined ? undefined : fieldOf(value, key, reading);
}

/** @throws GateError `discovery-compose-invalid` if it is not text */
export function fieldOf(value: Value, key: string, { file, lookup }: Reading): Field {
  const spot = { file, line: value.line };
  const template = text(value);
  if (template === undefined) throw invalid(spot, `${key} is no text; put it in quotes`);
  return { template, spot, lookup };
}

/** @throws GateError `discovery-variable-unset` */
export function resolve({ template, spot, lookup }: Field): string {
  try {
    return interpolate(template, lookup);
  } catch (thrown) {
    if (!(thrown instanceof NoValue)) throw thrown;
    throw new GateError(
      "discovery-variable-unset",
      `${at(spot)}: ${thrown.message}`,
      "Give the variable a default or a value in the .env file beside the Compose file (the job's own environment is not read), or write `docker compose config --images` into a list for file:PATH.",
    );
  }
}

/** `type: image` mounts what is in an image. The short form cannot. */
function mountsOf(volumes: Value | undefined, reading: Reading): Map<string, Field> {
  const mounts = new Map<string, Field>();
  for (const volume of items(volumes)) {
    const source = child(volume, "source");
    if (text(child(volume, "type")) !== "image" || source === undefined) continue;
    mounts.set(text(child(volume, "target")) ?? "", fieldOf(source, "source", reading));
  }
  return mounts;
}

/** A service after another file or `extends` added to it. */
export function merged(before: Service | undefined, { service, resets, alone }: Written): Service {
  if (before === undefined || alone) return service;
  const old = <T>(key: Attribute, value: T, none: T): T => (resets.has(key) ? none : value);
  return {
    spot: service.spot,
    image: service.image ?? old("image", before.image, undefined),
    platform: service.platform ?? old("platform", before.platform, undefined),
    build: service.build || old("build", before.build, false),
    provider: service.provider || old("provider", before.provider, false),
    profiles: service.profiles || old("profiles", before.profiles, false),
    mounts: new Map([...old("mounts", before.mounts, new Map<string, Field>()), ...service.mounts]),
    before: [...old("before", before.before, []), ...service.before],
  };
}

export function invalid(spot: Spot, what: string): GateError {
  return new GateError(
    "discovery-compose-invalid",
    `${at(spot)}: ${what}`,
    "Correct the file; `docker compose config` checks it.",
  );
}
