import { z } from "zod";
import { type Limit, SEVERITIES, type Severity, type SeverityName, severityName } from "../domain/severity.ts";
import { GateError } from "../system/errors.ts";
import {
  age,
  type CamelKeys,
  camelKeys,
  duration,
  httpLogin,
  limit,
  mirror,
  optional,
  optionalSwitch,
  repositories,
  sha256,
  shortName,
  switchOr,
  version,
  word,
  wordList,
} from "./fields.ts";
import { besideBinary, factMistakes, input, inputs, type Shape } from "./input-facts.ts";
import { givenNames, type KnownNames } from "./input-names.ts";

// Inputs that mean the same in several actions, and how an action's inputs are read.

const HOUR_MS = 60 * 60 * 1000;

/** An example of a database's repository. */
const DATABASE = "ghcr.io/aquasecurity/trivy-db:2";

/** What a scan looks for. */
export const scanners = input(wordList(["vuln", "secret", "misconfig", "license"], ["vuln"]), { often: true });

type LimitInput = `max-${SeverityName}`;

function limitInput(severity: Severity): LimitInput {
  return `max-${severityName(severity)}`;
}

/** `max-critical` to `max-unknown`. */
export function limitInputs(): Readonly<Record<LimitInput, typeof limit>> {
  // The limits that most people need. There are some sixty options.
  const all = SEVERITIES.map((severity, index) => [limitInput(severity), input(limit, { often: index < 3 })]);
  return Object.fromEntries(all) as Record<LimitInput, typeof limit>;
}

/** What the findings are held against, what follows, and what people call the run. */
export const judging = {
  ...limitInputs(),
  "ignore-unfixed": input(optionalSwitch, { often: true }),
  mode: input(word(["enforce", "warn"], "enforce"), { often: true }),
  name: shortName,
};

const NO_TRIVY_BINARY = besideBinary("trivy-binary");

/** The platform's token, the scanner, its databases, and the time that a scan may take. */
export const scanning = {
  token: input(optional, { secret: true, initially: "${{ github.token }}" }),
  ...inputs(
    {
      "trivy-version": input(version, NO_TRIVY_BINARY),
      "trivy-sha256": sha256,
      "trivy-mirror": input(mirror, { ...NO_TRIVY_BINARY, address: true }),
      "trivy-mirror-token": input(httpLogin, {
        ...NO_TRIVY_BINARY,
        secret: true,
        needs: ["trivy-mirror", ", to which alone it is sent"],
      }),
      "trivy-binary": input(optional, { file: true }),
      "db-repository": input(repositories(DATABASE), { address: true }),
      "java-db-repository": input(repositories(DATABASE), { address: true }),
      "max-db-age": age("3d", "1h"),
      timeout: duration("10m", {
        least: 1000,
        most: 24 * HOUR_MS,
        example: "`90s`, `10m` or `1h30m`, at least `1s` and at most `24h`",
      }),
      cache: switchOr(true),
      offline: input(switchOr(false), { often: true }),
    },
    { scans: true },
  ),
};

/** An action's inputs as its schema reads them, by their names in action.yml. */
export type InputData<Shapes extends Shape> = z.output<z.ZodObject<Shapes, z.core.$strict>>;

/**
 * An action's validated inputs, with `base-image` as `baseImage`. An empty input is `undefined` if the policy may set
 * its value. `limits` has only the severities with a limit.
 */
export type InputsOf<Data> = CamelKeys<Omit<Data, LimitInput>> & {
  readonly limits: Partial<Readonly<Record<Severity, Limit>>>;
};

type Env = Readonly<Record<string, string | undefined>>;

/** An action's own part of reading its inputs. */
interface Definition<Shapes extends Shape> extends Pick<KnownNames, "replaced"> {
  /** Every input of its action.yml, by its name there and in the same order. */
  readonly shape: Shapes;
  /** Contradictions between inputs that do not follow from their facts. */
  readonly contradictions: (data: InputData<Shapes>) => readonly string[];
  /** The page that describes them. */
  readonly page: string;
}

/** The inputs of an action, and how they are read from a runner's environment: `max-high` is `INPUT_MAX-HIGH` there. */
export function actionInputs<Shapes extends Shape>({ shape, replaced, contradictions, page }: Definition<Shapes>) {
  const schema = z.strictObject(shape);
  const namesIn = (env: Env) => givenNames(env, { shape, replaced });
  const one = (name: string, value = "") => shape[name]?.safeParse(value, { jitless: true }).data;
  /** The named inputs, whatever the others are; a wrong one counts as not given. */
  const correct = <Name extends keyof Shapes & string>(wanted: readonly Name[], env: Env) => {
    const { given } = namesIn(env);
    const values = wanted.map((name) => [name, one(name, given.get(name)) ?? one(name)]);
    return camelKeys(Object.fromEntries(values)) as CamelKeys<Pick<InputData<Shapes>, Name & keyof InputData<Shapes>>>;
  };
  return {
    schema,
    names: Object.keys(shape) as readonly string[],
    namesIn,
    correct,
    /** @throws GateError `input-invalid` with all mistakes at once */
    read(env: Env) {
      const { given, mistakes: wrongNames } = namesIn(env);
      const raw = Object.fromEntries(Object.keys(shape).map((name) => [name, given.get(name) ?? ""]));
      // Compiling the schema takes longer than one check of forty short texts.
      const { data, error } = schema.safeParse(raw, { jitless: true });
      const wrongValues = (error?.issues ?? []).map(({ path, message }) => `\`${String(path[0])}\` ${message}`);
      const together = data === undefined ? [] : [...factMistakes(shape, data), ...contradictions(data)];
      const mistakes = [...wrongNames, ...wrongValues, ...together];
      if (mistakes.length > 0) throw wrongInputs(mistakes, page);
      return { ...camelKeys(data as object), limits: limitsOf(data as Limits) } as InputsOf<InputData<Shapes>>;
    },
    /** The inputs that reporting needs. What may have been meant as `offline: true` counts as that. */
    reporting<Name extends keyof Shapes & string>(wanted: readonly Name[], env: Env) {
      const isUnreadable = one("offline", namesIn(env).given.get("offline")) === undefined;
      return { ...correct(wanted, env), mode: "enforce" as "enforce" | "warn", ...(isUnreadable && { offline: true }) };
    },
  };
}

function wrongInputs(mistakes: readonly string[], page: string): GateError {
  return new GateError(
    "input-invalid",
    mistakes.length === 1
      ? `An input is wrong: ${mistakes[0]}`
      : `${mistakes.length} inputs are wrong:\n${mistakes.join(";\n")}`,
    `Correct the inputs; ${page} of Image Gate lists them all.`,
  );
}

type Limits = Readonly<Partial<Record<LimitInput, Limit | undefined>>>;

function limitsOf(data: Limits): Partial<Readonly<Record<Severity, Limit>>> {
  const all = SEVERITIES.map((severity) => [severity, data[limitInput(severity)]] as const);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** The scanner to install. */
export function scannerWish(given: CamelKeys<InputData<typeof scanning>>) {
  const { trivyVersion, trivySha256, trivyMirror, trivyMirrorToken, trivyBinary, offline, timeout } = given;
  return {
    version: trivyVersion,
    sha256: trivySha256,
    mirror: trivyMirror,
    mirrorToken: trivyMirrorToken,
    binary: trivyBinary,
    offline,
    timeoutMs: timeout,
  };
}
