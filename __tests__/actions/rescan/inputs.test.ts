import { describe, expect, it } from "vitest";
import { INPUT_NAMES as GATE_INPUTS } from "../../../src/actions/gate/inputs.ts";
import { INPUT_NAMES, readCorrect, readInputs } from "../../../src/actions/rescan/inputs.ts";
import { actionFile, env, type Given, refusal } from "../given-inputs.ts";

const action = actionFile("rescan/action.yml");
const gate = actionFile("action.yml");

const SOURCE = { discover: "file:images.txt" };

const failure = (given: Given) => refusal(readInputs, given);

describe("rescan/action.yml and the code agree", () => {
  it("knows every input of the gate: it has it, or says what takes its place", () => {
    for (const name of GATE_INPUTS.filter((each) => !INPUT_NAMES.includes(each)))
      expect(failure({ ...SOURCE, [name]: "x" }).what, name).toMatch(
        new RegExp(`"${name}" is not an input of Image Gate: .{20,}`),
      );
  });

  it("has the gate's defaults for what means the same", () => {
    const shared = INPUT_NAMES.filter((name) => GATE_INPUTS.includes(name) && name !== "name");
    const defaultsOf = (of: typeof action) => shared.map((name) => [name, of.inputs[name]?.default]);
    expect(defaultsOf(action)).toEqual(defaultsOf(gate));
  });
});

describe("readInputs", () => {
  it("takes sources one a line, each once, trimmed, without empty lines", () => {
    const inputs = readInputs(env({ discover: " docker \r\n\n  kubectl:prod\ndocker\nkubernetes:a b/**/*.yaml\n" }));
    expect(inputs.discover.map(({ line }) => line)).toEqual(["docker", "kubectl:prod", "kubernetes:a b/**/*.yaml"]);
  });

  it.each([
    "images.txt",
    "fiel:images.txt",
    "file:",
    "file",
    "compose:",
    "kubernetes:",
    "docker:remote",
    "Docker",
    "kubectl:",
    "kubectl:--server=https://evil.example",
    "file:a\u0000b",
    "-v",
  ])("refuses the source %j and shows it on one line", (line) => {
    const { code, what } = failure({ discover: `docker\n${line}` });
    expect(code).toBe("input-invalid");
    expect(what).toContain("`discover`");
    expect(what).not.toMatch(/\p{Cc}/u);
  });

  it("names every wrong source and every other mistake at once", () => {
    const { what } = failure({ discover: "a\nb", mode: "warning" });
    expect(what).toContain("did you mean `warn`?");
    const sources = failure({ discover: "a\nb" }).what;
    expect(sources).toMatch(/^2 inputs are wrong:\n.*"a" that is not.*;\n.*"b" that/);
  });

  it.each<[Record<string, string>, string]>([
    ...["-1", "501", "1.5", "many", "unlimited"].map((most): [Given, string] => [
      { "max-issues": most },
      "`max-issues` must be a whole number from 0 to 500",
    ]),
    ...["issues", "reuse-sbom", "summary", "cache", "offline", "ignore-unfixed"].map((name): [Given, string] => [
      { [name]: "yes" },
      `\`${name}\` must be \`true\` or \`false\``,
    ]),
    [{ discover: " \n" }, "`discover` is empty: name at least one source"],
    [{ discover: "" }, "`discover` is empty: name at least one source"],
    [{ image: "x" }, "with `discover: file:PATH`"],
    [{ images: "x" }, "with `discover: file:PATH`"],
    [{ severity: "x" }, "`max-critical`"],
    [{ "exit-code": "x" }, "`mode: warn`"],
    [{ kubeconfig: "x" }, "KUBECONFIG"],
    [{ discovery: "x" }, "did you mean `discover`?"],
    [{ "state-folder": "x" }, "is not an input"],
    [{ offline: "true" }, "name a folder for it with `state-dir`"],
    [{ "scan-with": "clair" }, "`scan-with`"],
    [{ "grype-binary": "grype" }, "`grype-binary` has no meaning without `scan-with: grype`"],
    [{ "scan-with": "grype-match, grype" }, "`scan-with: grype-match` has no meaning alongside `grype`"],
    [{ "scan-with": "grype", scanners: "vuln,secret" }, "does not fit `scan-with: grype`, which knows `vuln` alone"],
    [{ "harbor-report": "true" }, "`harbor-report` needs a line `harbor:` in `discover`"],
    [
      { "harbor-report": "true", discover: "harbor:https://h.example/shop", scanners: "vuln,secret" },
      "`harbor-report` has vulnerabilities alone",
    ],
    [{ offline: "true", "state-dir": "s", issues: "true" }, "`issues: true` asks the platform's API"],
    [{ "trivy-binary": "/t", "trivy-version": "0.76.0" }, "`trivy-version` has no meaning alongside `trivy-binary`"],
    [{ metrics: "out/a", page: "out/a" }, "`page` and `metrics` name the same file"],
    [{ "trivy-mirror-token": "x" }, "`trivy-mirror-token` needs a `trivy-mirror`"],
  ])("refuses %j", (given, words) => {
    expect(failure({ ...SOURCE, ...given }).what).toContain(words);
  });

  it("takes offline with a folder, and the least and the most issues", () => {
    expect(readInputs(env({ ...SOURCE, offline: "true", "state-dir": "s" })).stateDir).toBe("s");
    for (const most of ["0", "500"])
      expect(readInputs(env({ ...SOURCE, "max-issues": most })).maxIssues).toBe(Number(most));
  });
});

describe("while inputs are wrong", () => {
  it("reports as far as the inputs for it can be read", () => {
    const wrong = env({ discover: "x", severity: "HIGH", name: "shop", summary: "false", mode: "warn" });
    expect(readCorrect(wrong)).toMatchObject({ name: "shop", summary: false, mode: "warn", offline: false });
    const worse = env({ name: "x".repeat(201), summary: "maybe" });
    expect(readCorrect(worse)).toMatchObject({ name: "Running images", summary: true });
  });

  it("sends no request if a value could mean that it should not", () => {
    for (const offline of ["true", "yes", "tru"]) expect(readCorrect(env({ offline })).offline).toBe(true);
  });
});

describe("the Pushgateway", () => {
  const pushgatewayOf = (pushgateway: string) => readInputs(env({ ...SOURCE, pushgateway })).pushgateway;

  it("is an address with or without a login, which is taken out of it", () => {
    expect(pushgatewayOf("https://push.example/")).toEqual({ base: "https://push.example", login: undefined });
    expect(pushgatewayOf("http://push.example:9091/a/")).toEqual({
      base: "http://push.example:9091/a",
      login: undefined,
    });
    expect(pushgatewayOf("https://u:p%40%3A%20x@push.example")).toEqual({
      base: "https://push.example",
      login: "u:p@: x",
    });
    expect(pushgatewayOf("")).toBeUndefined();
  });

  // Proves: pushgateway-s-login-goes
  it.each([
    "push.example",
    "ftp://push.example",
    "https://u:s3cret@push.example/?a=1",
    "https://u:s3cret@push.example/#a",
    "https://:s3cret@push.example",
    "https://u:s3cret%0d%0a@push.example",
    "https://u:s3cret%ff@push.example",
    "https://u:s3cret@",
  ])("is refused as %s, and the message shows nothing of it", (pushgateway) => {
    const { message } = failure({ ...SOURCE, pushgateway });
    expect(message).toContain("`pushgateway` must be an `https://` or `http://` address");
    expect(message).not.toMatch(/s3cret|push\.example/);
  });
});

describe("a run in parts", () => {
  const PLAN = { part: "plan", shards: "8", ...SOURCE };
  const expected = "0123456789abcdef".repeat(4);
  const SCAN = { part: "scan", shard: "1/8", expected };
  const MERGE = { part: "merge", reports: "shards/*.jsonl", expected };
  const defaults = Object.fromEntries(
    Object.entries<{ default?: string }>(action.inputs).flatMap(([name, input]) =>
      input.default === undefined || name === "token" ? [] : [[name, input.default]],
    ),
  );

  it.each([PLAN, SCAN, MERGE])("takes what its part needs, with the defaults that a runner gives: %j", (given) => {
    expect(readInputs(env({ ...defaults, ...given }))).toMatchObject({ part: given.part });
  });

  it.each<[Record<string, string>, string]>([
    [{ part: "plan", shards: "8" }, "`discover` is empty"],
    [{ ...PLAN, part: "judge" }, "`part` must be `plan`, `scan` or `merge`"],
    [{ ...PLAN, shards: "0" }, "`shards` must be a whole number from 1 to 256"],
    [{ ...PLAN, shards: "257" }, "`shards` must be a whole number from 1 to 256"],
    [{ part: "plan", ...SOURCE }, "`part: plan` needs `shards`"],
    [{ ...PLAN, issues: "true" }, "`issues` has no meaning in `part: plan`: it belongs to `part: merge`"],
    [{ ...PLAN, "state-dir": "s" }, "it belongs to `part: scan` and `part: merge`"],
    [{ ...PLAN, mode: "warn" }, "`mode` has no meaning in `part: plan`"],
    [{ ...PLAN, "max-high": "3" }, "`max-high` has no meaning in `part: plan`"],
    [{ ...PLAN, metrics: "m" }, "`metrics` has no meaning in `part: plan`"],
    [{ ...SCAN, ...SOURCE }, "`discover` has no meaning in `part: scan`: it belongs to `part: plan`"],
    [{ ...SCAN, shard: "one" }, "`shard` must be a shard of the plan's matrix, such as `1/8`"],
    [{ ...SCAN, policy: "p.yml" }, "`policy` has no meaning in `part: scan`"],
    [{ ...SCAN, policy: "p.yml", "scan-with": "grype" }, "`policy` has no meaning in `part: scan`"],
    [{ ...SCAN, vex: "v.json" }, "`vex` has no meaning in `part: scan`"],
    [{ ...SCAN, expected: "" }, "`part: scan` needs `expected`"],
    [{ ...MERGE, expected: "{}" }, "`expected` must be the plan's output `expected`, a SHA-256"],
    [{ ...SCAN, images: "app:1" }, "name images in a list, and the list with `discover: file:PATH`"],
    [{ ...MERGE, scanners: "vuln,secret" }, "`scanners` has no meaning in `part: merge`: it belongs to `part: scan`"],
    [{ ...MERGE, "reuse-sbom": "false" }, "`reuse-sbom` has no meaning in `part: merge`"],
    [{ ...MERGE, ...SOURCE }, "`discover` has no meaning in `part: merge`"],
    [{ ...MERGE, expected: "" }, "`part: merge` needs `expected`"],
    [{ ...SOURCE, shards: "8" }, "`shards` has no meaning without `part`: it belongs to `part: plan`"],
    [{ ...SOURCE, shard: "1/8" }, "`shard` has no meaning without `part`: it belongs to `part: scan`"],
    [{ ...SOURCE, expected }, "`expected` has no meaning without `part`: it belongs to `part: scan` and `part: merge`"],
    [{ ...SCAN, offline: "true" }, "which `offline` forbids asking"],
    [{ ...PLAN, offline: "true", "state-dir": "s" }, "which `offline` forbids asking"],
  ])("refuses %j", (given, words) => {
    expect(failure(given).what).toContain(words);
  });

  it("takes who scans in every part, and the policy where it says which of two scanners may fail", () => {
    const both = { "scan-with": "trivy, grype", "grype-version": "0.121.3" };
    for (const part of [PLAN, SCAN, MERGE]) expect(readInputs(env({ ...part, ...both })).scanWith).toHaveLength(2);
    expect(readInputs(env({ ...SCAN, ...both, policy: "p.yml" })).policy).toBe("p.yml");
  });
});
