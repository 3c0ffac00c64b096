import { describe, expect, it } from "vitest";
import { INPUT_NAMES, readCorrect, readInputs } from "../../../src/actions/gate/inputs.ts";
import table from "../../../src/workflows/inputs.json" with { type: "json" };
import { env, type Given, refusal } from "../given-inputs.ts";

const HOUR = 3_600_000;
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

describe("readInputs", () => {
  it.each([
    ["max-high", "0", { limits: { HIGH: 0 } }],
    ["max-high", "41", { limits: { HIGH: 41 } }],
    ["max-high", "unlimited", { limits: { HIGH: "unlimited" } }],
    ["timeout", "90s", { timeout: 90_000 }],
    ["timeout", "10m", { timeout: 600_000 }],
    ["timeout", "1h30m", { timeout: 5_400_000 }],
    ["timeout", "", { timeout: 600_000 }],
    ["max-db-age", "3d", { maxDbAge: 3 * 24 * HOUR }],
    ["max-db-age", "36h", { maxDbAge: 36 * HOUR }],
    ["max-db-age", "1d12h", { maxDbAge: 36 * HOUR }],
    ["max-db-age", "90m", { maxDbAge: 1.5 * HOUR }],
    ["max-db-age", "365d", { maxDbAge: 365 * 24 * HOUR }],
    ["max-db-age", "", { maxDbAge: 3 * 24 * HOUR }],
    ["scan-with", "trivy", { scanWith: ["trivy"] }],
    ["scanners", "vuln, secret,vuln", { scanners: ["vuln", "secret"] }],
    ["skip-dirs", "x\ny", { skipDirs: ["x", "y"] }],
    ["trivy-mirror", "https://m.example/trivy//", { trivyMirror: "https://m.example/trivy" }],
    ["trivy-sha256", `sha256:${"AB".repeat(32)}`, { trivySha256: "ab".repeat(32) }],
    ["summary", "True", { summary: true }],
    ["ignore-unfixed", "TRUE", { ignoreUnfixed: true }],
    ["ignore-unfixed", "true", { ignoreUnfixed: true }],
    // The policy may decide these.
    ["mode", "enforce", { limits: {}, ignoreUnfixed: undefined, policy: undefined }],
    // A property of every object is not a known input.
    ["constructor", "x", { image: ["a"] }],
    ["image", " a:1 \r\n\n   \n b:2\n", { image: ["a:1", "b:2"] }],
    // A user alone is not a secret.
    ["repository", "ssh://git@github.com/acme/lib", { repository: ["ssh://git@github.com/acme/lib"] }],
  ])("takes as `%s` %j", (name, given, read) => {
    expect(readInputs(env({ image: "a", [name]: given }))).toMatchObject(read);
  });

  it.each([
    ["max-high", ["-1", "1.5", "1e3", "0x10", "none", "Unlimited", "９", "9999999999"], "must be a whole number"],
    ["timeout", ["0s", "10", "m", "-5m", "25h", "1m1h", "1.5h"], "must be a time"],
    ["max-db-age", ["0d", "59m", "366d", "3", "three days", "-1d", "1h1d"], "must be a time such as `3d`"],
    ["trivy-mirror", ["https://u:p@m.example", "https://m.example/?a=1", "ftp://m.example", "m.example"], ""],
    ["summary", ["yes"], "must be `true` or `false`"],
    ["trivy-sha256", ["abc"], "64 hexadecimal digits"],
    ["scanners", ["vuln,secrets"], "did you mean `secret`?"],
  ])("refuses as `%s` each of %j", (name, wrong, words) => {
    for (const given of wrong) {
      const { code, what } = failure({ image: "a", [name]: given });
      expect(code).toBe("input-invalid");
      expect(what, given).toMatch(new RegExp(`\`${name}\`.*${words.replace("?", "\\?")}`));
    }
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
    ["a binary with a version", { "trivy-binary": "/t", "trivy-version": "0.76.0" }, "`trivy-version`"],
    ["a platform without an image", { image: "", path: ".", platform: "linux/arm64" }, "`platform` needs an `image`"],
    ["the base's policy offline", { offline: "true", "policy-from": "base" }, "`offline` forbids"],
  ])("refuses %s", (_, given, words) => {
    expect(failure({ image: "a", ...given }).what).toContain(words);
  });

  it("takes a repository's folder offline", () => {
    expect(readInputs(env({ offline: "true", repository: "./app" })).offline).toBe(true);
    // With its URL as well: it is an error of this target alone.
    expect(readInputs(env({ offline: "true", repository: "https://github.com/a/b" })).offline).toBe(true);
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
    ["to-string", '"to-string" is not an input of Image Gate'],
    // Only `with:` can have these.
    ...["ignore-unfix", "fail-on", "my-input", "max-criticals"].map((name) => [name, `"${name}" is not an input`]),
  ])("refuses %s with a hint for those who come from another action: %s", (name = "", hint) => {
    expect(failure({ image: "a", [name]: "x" }).what).toContain(hint);
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

  it("refuses a line that no path and no reference can be as long as", () => {
    expect(failure({ path: `a\n${"b".repeat(4097)}` }).what).toContain("`path` has a line that is too long");
  });

  it("has each path to leave out as its own item, as Trivy's commas would be part of one name", () => {
    const { what } = failure({ image: "app:1", "skip-dirs": "opt/a\nusr/share/doc, var/cache" });
    expect(what).toContain('`skip-dirs` must have each path as its own item: "usr/share/doc", then "var/cache"');
    expect(failure({ image: "app:1", "skip-files": "a,b" }).what).toContain('"a", then "b"');
  });
});

describe("while inputs are wrong", () => {
  const wrong = env({ image: "app:1\nweb:2", severity: "HIGH", name: "gate", comment: "on-failure", summary: "false" });

  it("reports as far as the inputs for it can be read", () => {
    expect(readCorrect(wrong)).toMatchObject({
      ...{ name: "gate", comment: "on-failure", summary: false },
      // The targets name the comment.
      ...{ image: ["app:1", "web:2"], platform: [] },
    });
    const worse = env({ name: "x".repeat(201), comment: "sometimes", summary: "maybe", mode: "warning" });
    const defaults = { name: undefined, comment: "always", summary: true, mode: "enforce" };
    expect(readCorrect(worse)).toMatchObject(defaults);
  });
});
