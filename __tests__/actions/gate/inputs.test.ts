import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INPUT_NAMES, readCorrect, readInputs } from "../../../src/actions/gate/inputs.ts";
import { OUTPUT_NAMES } from "../../../src/actions/gate/outputs.ts";
import { GateError } from "../../../src/system/errors.ts";
import table from "../../../src/workflows/inputs.json" with { type: "json" };
import { actionFile, env, expectSameDefaults, type Given, refusal } from "../given-inputs.ts";

const action = actionFile("action.yml");

const failure = (given: Given) => refusal(readInputs, given);

/** Inputs of other actions that `image-gate migrate` renames: [other name, ours]. */
const renamed = Object.values(table.actions).flatMap(({ inputs }) =>
  Object.entries(inputs as Record<string, { readonly to?: string }>).flatMap(([name, { to }]) =>
    to === undefined || INPUT_NAMES.some((own) => own === name) ? [] : [[name, to] as const],
  ),
);

it.each(renamed)("%s of another action is an error that names what `migrate` makes of it: %s", (name, to) => {
  expect(failure({ image: "a", [name]: "x" }).what).toMatch(
    new RegExp(`(?:"${name}" is not an input of Image Gate: |is another spelling of ).*\`${to}[\`:]`),
  );
});

describe("action.yml and the code agree", () => {
  it("lists the same inputs", () => {
    expect(Object.keys(action.inputs)).toEqual(INPUT_NAMES);
  });

  it("lists the same outputs", () => {
    expect(Object.keys(action.outputs)).toEqual(OUTPUT_NAMES);
  });

  it("has the defaults that an absent input gets", () =>
    expectSameDefaults(action, readInputs, { path: "a" }, ["token"]));
});

describe("readInputs", () => {
  it("takes lists one item a line, trimmed, without empty lines", () => {
    const inputs = readInputs(env({ image: " a:1 \r\n\n   \n b:2\n", path: ".", "skip-dirs": "x\ny" }));
    expect(inputs.image).toEqual(["a:1", "b:2"]);
    expect(inputs.skipDirs).toEqual(["x", "y"]);
  });

  it("takes comma lists of known words only", () => {
    expect(readInputs(env({ image: "a", scanners: "vuln, secret,vuln" })).scanners).toEqual(["vuln", "secret"]);
    expect(failure({ image: "a", scanners: "vuln,secrets" }).what).toContain("did you mean `secret`?");
  });

  it.each([
    ["0", 0],
    ["41", 41],
    ["unlimited", "unlimited"],
  ])("takes %s as a limit", (given, limit) => {
    expect(readInputs(env({ image: "a", "max-high": given })).limits).toEqual({ HIGH: limit });
  });

  it.each(["-1", "1.5", "1e3", "0x10", "none", "Unlimited", "９", "9999999999"])("refuses %s as a limit", (given) => {
    const error = failure({ image: "a", "max-high": given });
    expect(error.code).toBe("input-invalid");
    expect(error.what).toContain("`max-high` must be a whole number");
  });

  it.each([
    ["90s", 90_000],
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["", 600_000],
  ])("takes %s as a time", (given, ms) => {
    expect(readInputs(env({ image: "a", timeout: given })).timeout).toBe(ms);
  });

  it.each(["0s", "10", "m", "-5m", "25h", "1m1h", "1.5h"])("refuses %s as a time", (given) => {
    expect(failure({ image: "a", timeout: given }).what).toContain("`timeout` must be a time");
  });

  it.each([
    ["3d", 3 * 24],
    ["36h", 36],
    ["1d12h", 36],
    ["90m", 1.5],
    ["365d", 365 * 24],
    ["", 3 * 24],
  ])("takes %s as an age of the database", (given, hours) => {
    expect(readInputs(env({ image: "a", "max-db-age": given })).maxDbAge).toBe(hours * 3_600_000);
  });

  it.each(["0d", "59m", "366d", "3", "three days", "-1d", "1h1d"])("refuses %s as an age of the database", (given) => {
    expect(failure({ image: "a", "max-db-age": given }).what).toContain("`max-db-age` must be a time such as `3d`");
  });

  it.each<[string, Record<string, string>, string]>([
    ["a token without a mirror", { "trivy-mirror-token": "x" }, "`trivy-mirror-token` needs a `trivy-mirror`"],
    [
      "a token alongside a binary",
      { "trivy-mirror-token": "x", "trivy-binary": "t" },
      "has no meaning alongside `trivy-binary`",
    ],
    [
      "Grype's token without a mirror",
      { "scan-with": "grype", "grype-mirror-token": "x" },
      "`grype-mirror-token` needs a `grype-mirror`",
    ],
    [
      "Grype's token alongside a binary",
      { "scan-with": "grype", "grype-mirror-token": "x", "grype-binary": "g" },
      "has no meaning alongside `grype-binary`",
    ],
    ["Grype's token without Grype", { "grype-mirror-token": "x" }, "has no meaning without `scan-with: grype`"],
    ["the base's policy offline", { offline: "true", "policy-from": "base" }, "`offline` forbids"],
  ])("refuses %s", (_, given, words) => {
    expect(failure({ image: "a", ...given }).what).toContain(words);
  });

  it("takes the scanner of a run that names none by its name", () => {
    expect(readInputs(env({ image: "a", "scan-with": "trivy" })).scanWith).toEqual(["trivy"]);
  });

  it("takes a repository's folder offline", () => {
    expect(readInputs(env({ offline: "true", repository: "./app" })).offline).toBe(true);
    // With its URL as well: it is an error of this target alone.
    expect(readInputs(env({ offline: "true", repository: "https://github.com/a/b" })).offline).toBe(true);
  });

  it.each(["true", "True", "TRUE"])("reads %s as yes", (yes) => {
    const inputs = readInputs(env({ image: "a", "ignore-unfixed": yes, summary: yes }));
    expect([inputs.ignoreUnfixed, inputs.summary]).toEqual([true, true]);
  });

  it("refuses other booleans", () => {
    expect(failure({ image: "a", summary: "yes" }).what).toContain("`summary` must be `true` or `false`");
  });

  it("leaves what the policy may say undefined", () => {
    const inputs = readInputs(env({ image: "a" }));
    expect([inputs.limits, inputs.ignoreUnfixed, inputs.policy]).toEqual([{}, undefined, undefined]);
  });

  it("names every mistake at once", () => {
    const { what } = failure({ image: "a", mode: "warning", "max-low": "x", severity: "HIGH", imagee: "b" });
    expect(what).toMatch(/^4 inputs are wrong:\n/);
    expect(what).toContain("did you mean `warn`?");
    expect(what).toContain("`max-low`");
    expect(what).toContain('"severity" is not an input of Image Gate: set `max-critical`');
    expect(what).toContain('"imagee" is not an input (did you mean `image`?)');
  });

  it.each([
    ["image-ref", "use `image`"],
    ["exit-code", "`mode: warn`"],
    ["severity-cutoff", "`max-critical`"],
    ["trivyignores", "policy import FILE"],
    ["registry-password", "`docker login`"],
  ])("translates %s for those who come from another action", (name, hint) => {
    expect(failure({ image: "a", [name]: "x" }).what).toContain(hint);
  });

  it("does not take a property of every object for a known input", () => {
    expect(readInputs(env({ image: "a", constructor: "x" })).image).toEqual(["a"]);
    expect(failure({ image: "a", "to-string": "x" }).what).toContain('"to-string" is not an input of Image Gate');
  });

  // Proves: no-variable-takes-input
  it.each([
    "INPUT_max-critical",
    "INPUT_MAX_CRITICAL",
    "INPUT_Max-Critical",
    "Input_MAX-CRITICAL",
    "input_max_critical",
    "INPUT_MAX CRITICAL",
    "INPUT_max--critical",
  ])("refuses %s, alongside the runner's own spelling and alone: neither takes the other's place", (variable) => {
    for (const right of [{}, { "INPUT_MAX-CRITICAL": "0" }]) {
      const given = { INPUT_IMAGE: "a", ...right, [variable]: "unlimited" };
      expect(() => readInputs(given)).toThrow(`"${variable}" is another spelling of \`max-critical\``);
      expect(() => readInputs(Object.fromEntries(Object.entries(given).reverse()))).toThrow("another spelling");
    }
  });

  it("leaves alone what the job's environment has for others", () => {
    // `code` and `node` are one letter away from our `mode`, but are not typos. An empty one says nothing.
    const near = { INPUT_FILE: "x", INPUT_CODE: "x", INPUT_NODE: "22", INPUT_VERSION: "", INPUT_MODES: "" };
    const named = { INPUT_DIR: "src", INPUT_IMAGE_NAME: "x", INPUT_: "x", INPUT_TAG: "1", INPUT_ACCOUNT_ID: "7" };
    const given = { INPUT_IMAGE: "a", INPUTS: "x", INPUT: "x", MY_INPUT_IMAGE: "b", ...near, ...named };
    expect(readInputs(given)).toEqual(readInputs({ INPUT_IMAGE: "a" }));
  });

  it("refuses a job's variable that is named like another scanner's input, and says how to empty it for this step", () => {
    expect(failure({ image: "a", to: "production" }).what).toMatch(
      /"to" is not an input .*set it to `""` in this step's/,
    );
    expect(() => readInputs(env({ image: "a", to: "" }))).not.toThrow();
  });

  it.each(["ignore-unfix", "fail-on", "my-input", "max-criticals"])(
    "refuses %s, which only `with:` can have",
    (name) => {
      expect(failure({ image: "a", [name]: "x" }).what).toContain(`"${name}" is not an input`);
    },
  );

  it.each([{ image: "  \n" }, {}])("says of %j that there is no target", (given) => {
    expect(failure(given as Given).what).toMatch(
      /there is nothing to judge: `image`, .*`scan-report` are all missing or empty; name what to scan/,
    );
  });

  it.each([
    ["repository", "https://x-access-token:hushhush@github.com/acme/lib"],
    ["repository", "https://hushhush@github.com/acme/lib"],
    ["repository", "ssh://git:hushhush@github.com/acme/lib"],
    ["image", "a\nhttps://me:hushhush@ghcr.io/acme/app"],
  ])("refuses a login in an address of `%s` without showing it, and names no target by it", (name, value) => {
    const error = failure({ [name]: value });
    expect(error.what).toContain(`\`${name}\` has a login in an address`);
    expect(error.message).not.toContain("hushhush");
    expect(JSON.stringify(readCorrect(env({ [name]: value })))).not.toContain("hushhush");
  });

  it("takes an address with a user alone that is not secret", () => {
    const repository = "ssh://git@github.com/acme/lib";
    expect(readInputs(env({ repository })).repository).toEqual([repository]);
  });

  it("refuses a line that no path and no reference can be as long as", () => {
    expect(failure({ path: `a\n${"b".repeat(4097)}` }).what).toContain("`path` has a line that is too long");
  });

  it("refuses a mirror that would carry a password or a query", () => {
    for (const mirror of ["https://u:p@m.example", "https://m.example/?a=1", "ftp://m.example", "m.example"])
      expect(failure({ image: "a", "trivy-mirror": mirror }).what).toContain("`trivy-mirror`");
    expect(readInputs(env({ image: "a", "trivy-mirror": "https://m.example/trivy//" })).trivyMirror).toBe(
      "https://m.example/trivy",
    );
  });

  it("refuses what has no meaning together", () => {
    expect(failure({ image: "a", "trivy-binary": "/t", "trivy-version": "0.76.0" }).what).toContain("`trivy-version`");
    expect(failure({ path: ".", platform: "linux/arm64" }).what).toContain("`platform` needs an `image`");
  });

  it("has each path to leave out as its own item, as Trivy's commas would be part of one name", () => {
    const { what } = failure({ image: "app:1", "skip-dirs": "opt/a\nusr/share/doc, var/cache" });
    expect(what).toContain('`skip-dirs` must have each path as its own item: "usr/share/doc", then "var/cache"');
    expect(failure({ image: "app:1", "skip-files": "a,b" }).what).toContain('"a", then "b"');
  });

  it("normalises a SHA-256", () => {
    const hex = "AB".repeat(32);
    expect(readInputs(env({ image: "a", "trivy-sha256": `sha256:${hex}` })).trivySha256).toBe(hex.toLowerCase());
    expect(failure({ image: "a", "trivy-sha256": "abc" }).what).toContain("64 hexadecimal digits");
  });

  it("answers any text in any input with inputs or a GateError, on one line", () => {
    fc.assert(
      fc.property(fc.constantFrom(...INPUT_NAMES), fc.string({ unit: "binary" }), (name, value) => {
        try {
          readInputs(env({ image: "a", [name]: value }));
        } catch (error) {
          expect(error).toBeInstanceOf(GateError);
          expect((error as GateError).message).not.toMatch(/[\r\n]/);
        }
      }),
    );
  });
});

describe("while inputs are wrong", () => {
  const wrong = env({ image: "app:1\nweb:2", severity: "HIGH", name: "gate", comment: "on-failure", summary: "false" });

  it("reports as far as the inputs for it can be read", () => {
    expect(readCorrect(wrong)).toMatchObject({ name: "gate", comment: "on-failure", summary: false });
    const worse = env({ name: "x".repeat(201), comment: "sometimes", summary: "maybe", mode: "warning" });
    const defaults = { name: undefined, comment: "always", summary: true, mode: "enforce" };
    expect(readCorrect(worse)).toMatchObject(defaults);
  });

  it("knows the targets that name the comment", () => {
    expect(readCorrect(wrong)).toMatchObject({ image: ["app:1", "web:2"], platform: [] });
  });
});
