import type { z } from "zod";
import { type Limit, SEVERITIES, type Severity, type SeverityName, severityName } from "../domain/severity.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import {
  age,
  type CamelKeys,
  camelKeys,
  httpLogin,
  limit,
  type Milliseconds,
  mirror,
  optional,
  optionalDuration,
  optionalSwitch,
  repositories,
  sha256,
  shortName,
  switchOr,
  version,
  withDefault,
  word,
  wordList,
} from "./fields.ts";
import { factMistakes, type InputFacts, input, inputs, type Shape } from "./input-facts.ts";
import { givenNames, type KnownNames } from "./input-names.ts";

// Inputs that mean the same in several actions, and how an action's inputs are read.

/** An example of a database's repository. */
const DATABASE = "ghcr.io/aquasecurity/trivy-db:2";

/** The kinds of findings that a scan looks for. */
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

/** The inputs that findings are judged by, the consequences, and the run's name. */
export const judging = {
  ...limitInputs(),
  "ignore-unfixed": input(optionalSwitch, { often: true }),
  mode: input(word(["enforce", "warn"], "enforce"), { often: true }),
  name: shortName,
};

/** The inputs for the source of a scanner's program: `trivy-version` and so on. */
export function programInputs<const Name extends "grype" | "trivy">(name: Name) {
  const noBinary: InputFacts = { notBeside: [`${name}-binary`, "which is used as it is"] };
  const needs = [`${name}-mirror`, ", to which alone it is sent"] as const;
  const rows = {
    version: input(version, noBinary),
    sha256,
    mirror: input(mirror, { ...noBinary, address: true }),
    "mirror-token": input(httpLogin, { ...noBinary, secret: true, needs }),
    binary: input(optional, { file: true }),
  };
  return Object.fromEntries(Object.entries(rows).map(([row, field]) => [`${name}-${row}`, field])) as {
    readonly [Row in keyof typeof rows as `${Name}-${Row}`]: (typeof rows)[Row];
  };
}

/** The platform's token, the scanner, its databases, and the time that a scan may take. */
export const scanning = {
  token: input(optional, { secret: true, initially: "${{ github.token }}" }),
  ...inputs(
    {
      ...programInputs("trivy"),
      "db-repository": input(repositories(DATABASE), { address: true }),
      "java-db-repository": input(repositories(DATABASE), { address: true }),
      "max-db-age": age("3d", "1h"),
      timeout: withDefault(optionalDuration("1s", "24h", "`90s`, `10m` or `1h30m`"), "10m"),
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

/** Mistakes in inputs by their messages; true for those that were made. */
export type Mistakes = Readonly<Record<string, boolean>>;

/** An action's own part of reading its inputs. */
interface Definition<Shapes extends Shape> extends Pick<KnownNames, "replaced"> {
  /** Every input of its action.yml, by its name there and in the same order. */
  readonly shape: Shapes;
  /** Contradictions between inputs that do not follow from their facts. */
  readonly contradictions: (data: InputData<Shapes>) => Mistakes;
  /** The page that describes them. */
  readonly page: string;
}

/** The inputs of an action, and how they are read from a runner's environment: `max-high` is `INPUT_MAX-HIGH` there. */
export function actionInputs<Shapes extends Shape>({ shape, replaced, contradictions, page }: Definition<Shapes>) {
  const reading = (env: World["env"]) => {
    const { given, mistakes } = givenNames(env, { shape, replaced });
    const wrong: string[] = [];
    const values = Object.entries(shape).map(([name, field]) => {
      const { data, error } = parsed(field, given.get(name));
      if (error === undefined) return [name, data];
      wrong.push(...error.issues.map(({ message }) => `\`${name}\` ${message}`));
      // A value that could mean `offline: true` counts as that. A required input is then empty.
      const absent = parsed(field, name === "offline" ? "true" : "");
      return [name, absent.success ? absent.data : ""];
    });
    const data: InputData<Shapes> = Object.fromEntries(values);
    const isEachRight = mistakes.length + wrong.length === 0;
    const together = isEachRight ? [...factMistakes(shape, data), ...trueOf(contradictions(data))] : [];
    const inputs = { ...camelKeys(data as object), limits: limitsOf(data as Limits) } as InputsOf<InputData<Shapes>>;
    return { inputs, mistakes: [...mistakes, ...wrong, ...together] };
  };
  return {
    names: Object.keys(shape) as readonly string[],
    /** @throws GateError `input-invalid` with all mistakes at once */
    read(env: World["env"]) {
      const { inputs, mistakes } = reading(env);
      if (mistakes.length > 0) throw wrongInputs(mistakes, page);
      return inputs;
    },
    /** The same, but a wrong input counts as not given: a run with wrong inputs is reported as well. */
    readCorrect: (env: World["env"]) => reading(env).inputs,
  };
}

/** Compiling a schema takes longer than one check of a short text. */
function parsed(field: z.ZodType, value = "") {
  return field.safeParse(value, { jitless: true });
}

function trueOf(mistakes: Mistakes): string[] {
  return Object.keys(mistakes).filter((each) => mistakes[each]);
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

type Programs = CamelKeys<InputData<ReturnType<typeof programInputs<"grype" | "trivy">>>>;

/** The program to install: this scanner's, or the default scanner's. */
export function programWish(
  inputs: Partial<Programs> & { readonly offline: boolean; readonly timeout: Milliseconds },
  name: "grype" | "trivy" = "trivy",
) {
  const { offline, timeout: timeoutMs } = inputs;
  return {
    version: inputs[`${name}Version` as const],
    sha256: inputs[`${name}Sha256` as const],
    mirror: inputs[`${name}Mirror` as const],
    mirrorToken: inputs[`${name}MirrorToken` as const],
    binary: inputs[`${name}Binary` as const],
    offline,
    timeoutMs,
  };
}
