import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { INPUT_NAMES, readInputs } from "../../src/actions/gate/inputs.ts";
import { inputVariable } from "../../src/system/world.ts";
import table from "../../src/workflows/inputs.json" with { type: "json" };
import { rewriteSteps } from "../../src/workflows/rewrite.ts";

const OURS = "acme/image-gate@0123456789012345678901234567890123456789";
const TRIVY = "aquasecurity/trivy-action@v0.36.0";
const GRYPE = "anchore/scan-action@v7";
const SCOUT = "docker/scout-action@v1";
const CONTAINER_SCAN = "crazy-max/ghaction-container-scan@v3";

type Inputs = Readonly<Record<string, string | number | boolean>>;

const rewrite = (text: string) => rewriteSteps(text, "ci.yml", OURS);

/** A workflow with a step, and what it becomes. */
function step(
  uses: string,
  inputs: Inputs,
  more: { readonly env?: string; readonly after?: string; readonly id?: string } = {},
) {
  const rows = Object.entries(inputs).map(([name, value]) => `          ${name}: ${JSON.stringify(value)}`);
  const text = `on: push
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - name: Scan
        uses: ${uses}
${more.id === undefined ? "" : `        id: ${more.id}\n`}${more.env === undefined ? "" : `        env: ${more.env}\n`}        with:
${rows.join("\n")}
${more.after ?? ""}`;
  const { text: made, steps } = rewrite(text);
  const [first, ...others] = parse(made).jobs.scan.steps;
  return { ...steps[0], uses: first.uses, with: first.with as Inputs, others, made };
}

describe("a step of another scanner's action", () => {
  // Proves: migrate-changes-nothing-else
  it("becomes ours, and every other byte of the file stays", () => {
    const before = `# Ours.
on: [push]   # always
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - name: "Scan it"
        if: \${{ github.ref == 'refs/heads/main' }}
        uses: aquasecurity/trivy-action@57a97c7e7821a5776cebc9bb87c984fa69cba8f1 # v0.35.0
        with:
          # What was built.
          image-ref: 'app:\${{ github.sha }}'   # by the step above
          format: table # for people
          exit-code: "1" # stop here
          ignore-unfixed: true
          severity: CRITICAL,HIGH

      - run: echo done
`;
    expect(rewrite(before).text).toBe(`# Ours.
on: [push]   # always
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - name: "Scan it"
        if: \${{ github.ref == 'refs/heads/main' }}
        uses: ${OURS}
        with:
          # What was built.
          image: 'app:\${{ github.sha }}'   # by the step above
          # for people
          mode: enforce # stop here
          ignore-unfixed: true
          scanners: vuln,secret

      - run: echo done
`);
  });

  it("keeps line ends of Windows, a comment that tells no version, and a value of several lines", () => {
    const lines = [
      "jobs:",
      "  scan:",
      "    steps:",
      `      - uses: "${GRYPE}" # the second opinion`,
      "        with:",
      "          image: |",
      "            app:1",
      "          severity-cutoff: critical",
      "",
    ];
    expect(rewrite(lines.join("\r\n")).text.split("\r\n")).toEqual([
      ...lines.slice(0, 3),
      `      - uses: ${OURS} # the second opinion`,
      ...lines.slice(4, 7),
      "          scan-with: grype",
      "          max-high: unlimited",
      "",
    ]);
  });

  it("is rewritten within braces, in a composite action and in several jobs", () => {
    const flow = `jobs: { a: { steps: [ { uses: ${GRYPE}, with: { image: "app:1", fail-build: false } } ] } }\n`;
    expect(parse(rewrite(flow).text).jobs.a.steps).toEqual([
      { uses: OURS, with: { image: "app:1", "scan-with": "grype", mode: "warn", "max-medium": 0 } },
    ]);
    const composite = `name: Scan
inputs: { image: { required: true } }
outputs:
  sarif:
    value: \${{ steps.scan.outputs.sarif }}
runs:
  using: composite
  steps:
    - id: scan
      uses: ${GRYPE}
      with:
        image: \${{ inputs.image }}
`;
    const made = parse(rewrite(composite).text);
    expect(made.outputs.sarif.value).toBe("results.sarif");
    expect(made.runs.steps[0].with).toMatchObject({ image: "${{ inputs.image }}", reports: "sarif: results.sarif" });
  });

  it.each([
    [
      "an alias as its inputs",
      `x: &with { image: "app:1" }\njobs: { a: { steps: [ { uses: ${GRYPE}, with: *with } ] } }`,
    ],
    [
      "an alias as its variables",
      `x: &env { TRIVY_SEVERITY: LOW }\njobs: { a: { steps: [ { uses: ${TRIVY}, env: *env, with: { image-ref: "app:1" } } ] } }`,
    ],
    ["an anchor within its inputs", `jobs: { a: { steps: [ { uses: ${GRYPE}, with: { image: &image "app:1" } } ] } }`],
    [
      "a merge key",
      `x: &more { name: Scan }\njobs: { a: { steps: [ { <<: *more, uses: ${GRYPE}, with: { image: "app:1" } } ] } }`,
    ],
  ])("with %s is left alone, and the answer says why", (_, text) => {
    const { text: made, steps } = rewrite(text);
    expect(made).toBe(text);
    expect(steps).toEqual([
      expect.objectContaining({ left: expect.stringContaining("YAML anchors, aliases or merge keys") }),
    ]);
  });

  // Proves: migrate-changes-nothing-else
  it.each([
    ["a step", "a: { steps: [ &x STEP ] }, b: { steps: [ *x ] }"],
    ["a list of steps", "a: { steps: &x [ STEP ] }, b: { steps: *x }"],
    ["a job", "a: &x { steps: [ STEP ] }, b: *x"],
  ])("with %s that another job repeats by an alias is left alone", (_, jobs) => {
    const text = `jobs: { ${jobs.replace("STEP", `{ uses: ${GRYPE}, with: { image: "app:1" } }`)} }\n`;
    const { text: made, steps } = rewrite(text);
    expect(made).toBe(text);
    expect(steps.map(({ left }) => left)).toEqual([expect.stringContaining("YAML anchors, aliases or merge keys")]);
  });

  it.each([
    [TRIVY, { "scan-type": "k8s", "scan-ref": "cluster" }, "`scan-type: k8s` has no equivalent"],
    [TRIVY, { "scan-type": "${{ inputs.type }}", "scan-ref": "." }, "has no equivalent"],
    [TRIVY, { severity: "HIGH", "exit-code": "1" }, "names nothing to scan"],
    [
      TRIVY,
      { "image-ref": "a", severity: "HIGH,${{ inputs.more }}", "exit-code": "1" },
      "put together when the job runs",
    ],
    [TRIVY, { "image-ref": "a", severity: "SEVERE", "exit-code": "1" }, "is not a list of severities"],
    [GRYPE, { "fail-build": true }, "names nothing to scan"],
    [GRYPE, { image: "a", "severity-cutoff": "worst" }, "is not a severity"],
    [SCOUT, { command: "cves,environment", image: "a" }, "`command: environment` has no equivalent"],
    [SCOUT, { command: "cves" }, "names nothing to scan"],
    [CONTAINER_SCAN, { severity_threshold: "HIGH" }, "names nothing to scan"],
  ])("whose meaning cannot be kept is left alone: %s %j", (uses, inputs, why) => {
    const { left, uses: stays } = step(uses, inputs);
    expect(left).toContain(why);
    expect(stays).toBe(uses);
  });
});

describe("a step is left alone", () => {
  it.each(["(", "(x+x+)+y", "a.b", "1a", "${{ inputs.id }}"])("whose id no runner takes: %s", (id) => {
    const after = `      - run: echo steps.${"x".repeat(64)}\n`;
    const { left } = step(GRYPE, { image: "a" }, { id: JSON.stringify(id), after });
    expect(left).toContain("its `id` is not a name");
  });

  it.each(["", "with:", "with: app"])("that has no inputs to edit, only variables: %j", (inputs) => {
    const text = `jobs:
  a:
    steps:
      - uses: ${TRIVY}
        env: { TRIVY_INPUT: app.tar }
        ${inputs}
`;
    const { text: made, steps } = rewrite(text);
    expect(made).toBe(text);
    expect(steps[0]?.left).toContain("it has no `with`");
  });
});

describe("a gate does not silently become weaker", () => {
  // Proves: migrate-is-never-silently-weaker
  it.each([
    [TRIVY, { "image-ref": "a" }],
    [SCOUT, { command: "cves", image: "a" }],
    [CONTAINER_SCAN, { image: "a" }],
  ])("a step of %s that never failed only warns, and the answer says how to change that", (uses, inputs) => {
    const { with: ours, notes } = step(uses, inputs);
    expect(ours.mode).toBe("warn");
    expect(notes).toContainEqual(expect.stringMatching(/did not fail the step: `mode: warn`\. Delete that line/));
  });

  it("one that a configuration file may have made fail is enforced, and the answer says so", () => {
    const { with: ours, notes } = step(TRIVY, { "image-ref": "a", "trivy-config": "trivy.yaml" });
    expect(ours).toEqual({ image: "a", scanners: "vuln,secret", "max-medium": 0, "max-low": 0, "max-unknown": 0 });
    expect(notes).toEqual([expect.stringContaining("findings fail the step now")]);
  });

  // Proves: migrate-is-never-silently-weaker
  it("Scout's `exit-on` made a comparison fail without `exit-code`: it is enforced, and both at odds are left alone", () => {
    const inputs = { command: "compare", image: "a", to: "b", "exit-on": "vulnerability" };
    for (const given of [inputs, { ...inputs, "exit-code": true }]) {
      const { with: ours, notes } = step(SCOUT, given);
      expect(ours).toMatchObject({ image: "a", baseline: "b", mode: "enforce" });
      expect(notes).toContainEqual(expect.stringMatching(/^`exit-on`: all findings fail the step now/));
      expect(notes?.join()).not.toContain("did not fail the step");
    }
    expect(step(SCOUT, { ...inputs, "exit-code": false }).left).toContain(
      "two of its inputs give `mode` different values",
    );
  });

  it.each([
    ["CRITICAL", { "max-high": "unlimited" }],
    ["HIGH, CRITICAL", {}],
    ["UNKNOWN,MEDIUM", { "max-critical": "unlimited", "max-high": "unlimited", "max-medium": 0, "max-unknown": 0 }],
  ])("severities %s become limits", (severity, limits) => {
    const inputs = { "image-ref": "a", severity, "exit-code": 1 };
    expect(step(TRIVY, inputs).with).toEqual({ image: "a", mode: "enforce", scanners: "vuln,secret", ...limits });
  });

  it("in SARIF, trivy-action's exit code ignored its severities: all count, unless an input says otherwise", () => {
    const sarif = { "image-ref": "a", severity: "CRITICAL", "exit-code": 1, format: "sarif", output: "a.sarif" };
    const { with: all, notes } = step(TRIVY, sarif);
    expect(all).toMatchObject({ "max-medium": 0, "max-low": 0, "max-unknown": 0 });
    expect(all).not.toHaveProperty("max-high");
    expect(notes).toEqual([expect.stringContaining("with `format: sarif` every severity failed the step")]);
    expect(step(TRIVY, { ...sarif, "limit-severities-for-sarif": true }).with).toMatchObject({
      "max-high": "unlimited",
    });
  });

  // Proves: migrate-is-never-silently-weaker
  it("every value of an expression fails as before, and one that is none of them lets nothing pass", () => {
    const { with: trivy } = step(TRIVY, {
      "image-ref": "a",
      severity: "${{ inputs.s }}",
      "exit-code": "${{ inputs.a || inputs.b }}",
    });
    expect(trivy["max-high"]).toBe(
      "${{ contains(inputs.s || 'CRITICAL,HIGH,MEDIUM,LOW,UNKNOWN', 'HIGH') && '0' || 'unlimited' }}",
    );
    expect(trivy.mode).toBe("${{ (inputs.a || inputs.b) == 0 && 'warn' || 'enforce' }}");
    const { with: grype } = step(GRYPE, {
      image: "a",
      "severity-cutoff": "${{ inputs.s }}",
      "fail-build": "${{ inputs.fail }}",
    });
    expect(grype).toEqual({
      image: "a",
      "scan-with": "grype",
      "max-high": `\${{ contains(fromJSON('["critical"]'), inputs.s) && 'unlimited' || '0' }}`,
      "max-medium": `\${{ contains(fromJSON('["critical","high"]'), inputs.s) && 'unlimited' || '0' }}`,
      "max-low": `\${{ contains(fromJSON('["critical","high","medium"]'), inputs.s) && 'unlimited' || '0' }}`,
      mode: "${{ contains(format('{0}', inputs.fail), 'false') && 'warn' || 'enforce' }}",
    });
  });

  // Proves: migrate-is-never-silently-weaker
  it.each([
    ["CRITICAL", ["0", "unlimited", "unlimited", "unlimited", "unlimited"]],
    ["low,unknown", ["unlimited", "unlimited", "unlimited", "0", "0"]],
    [",CRITICAL", ["0", "unlimited", "unlimited", "unlimited", "unlimited"]],
    ["High,critical", ["0", "0", "unlimited", "unlimited", "unlimited"]],
    ["", ["0", "0", "0", "0", "0"]],
    ["FOO", undefined],
    ["ALL", undefined],
    ["HIGH,FOO", undefined],
    ["HIGH,", undefined],
    [",", undefined],
    [",IGH", undefined],
    ["IGH,CRITICAL", undefined],
    ["HIGH,LOW", undefined],
  ])(
    "an expression that gives the severities %j sets limits, or is an input error if not all are known",
    (s, limits) => {
      const { with: ours, notes } = step(TRIVY, { "image-ref": "a", severity: "${{ inputs.s }}", "exit-code": "1" });
      expect(notes).toEqual([expect.stringContaining("any other is an input error")]);
      const contains = (all: string, part: string) => all.toUpperCase().includes(part.toUpperCase());
      const format = (text: string, part: string) => text.replace("{0}", part);
      const startsWith = (text: string, part: string) => text.startsWith(part);
      // These operators are the same in expressions of a workflow and here.
      const evaluate = (text: string) => new Function("contains", "format", "startsWith", "inputs", `return ${text}`);
      const evaluated = (text: string) => String(evaluate(text)(contains, format, startsWith, { s }));
      const values = Object.entries(ours)
        .filter(([name]) => name.startsWith("max-"))
        .map(([name, value]) => [name, evaluated(String(value).slice(3, -2))] as const);
      const env = [["image", "a"] as const, ...values].map(([name, value]) => [inputVariable(name), value]);
      const read = () => readInputs(Object.fromEntries(env));
      if (limits === undefined) expect(read).toThrow(/max-critical/);
      else {
        expect(values.map(([, value]) => value)).toEqual(limits);
        expect(read).not.toThrow();
      }
    },
  );

  it.each(["path", "sbom"])("a %s that Grype listed itself is listed by Trivy, and the answer says so", (input) => {
    const { with: ours, notes } = step(GRYPE, { [input]: "a", "severity-cutoff": "high" });
    expect(ours).toEqual({ [input]: "a", "scan-with": "grype-match" });
    expect(notes).toEqual([expect.stringContaining("Trivy lists the packages now")]);
  });

  it("an expression is never taken apart, and the dependency graph is asked for only if it was", () => {
    const inputs = { "image-ref": "a", "exit-code": 1, severity: "CRITICAL,HIGH" };
    const expressions = { "skip-dirs": "${{ format('a,{0}', inputs.b) }}", scanners: "${{ inputs.my-config }}" };
    expect(step(TRIVY, { ...inputs, ...expressions }).with).toMatchObject(expressions);
    const graph = { ...inputs, "github-pat": "${{ secrets.PAT }}", scanners: "vuln" };
    expect(step(TRIVY, graph).with).toEqual({ image: "a", mode: "enforce", scanners: "vuln" });
    expect(step(TRIVY, { ...graph, format: "github", output: "deps.json" }).with).toMatchObject({
      "dependency-graph": true,
      token: "${{ secrets.PAT }}",
    });
  });

  it.each([
    ["negligible", { "max-medium": 0, "max-low": 0 }],
    ["High", {}],
    ["critical", { "max-high": "unlimited" }],
  ])("Grype's cutoff %s becomes limits", (cutoff, limits) => {
    expect(step(GRYPE, { image: "a", "severity-cutoff": cutoff }).with).toEqual({
      image: "a",
      "scan-with": "grype",
      ...limits,
    });
  });

  it("names each input whose meaning is lost, an unknown one as well, and never repeats a password", () => {
    const inputs = {
      "image-ref": "a",
      "exit-code": 1,
      severity: "CRITICAL,HIGH",
      trivyignores: ".trivyignore",
      surprise: "x",
    };
    const { notes } = step(TRIVY, inputs, { env: "{ TRIVY_PASSWORD: 4secret, TRIVY_NEW: 1, OTHER: 2 }" });
    expect(notes).toHaveLength(4);
    const all = notes?.join("\n");
    for (const name of ["trivyignores", "surprise", "password", "new"]) expect(all).toContain(`\`${name}\``);
    expect(all).not.toContain("4secret");
  });
});

describe("what a step says elsewhere", () => {
  it("variables of trivy are its settings, which an input overrides", () => {
    const env = "{ TRIVY_DB_REPOSITORY: mirror.test/db, TRIVY_SEVERITY: LOW, TRIVY_PLATFORM: linux/arm64 }";
    expect(step(TRIVY, { "image-ref": "a", "exit-code": 1, severity: "CRITICAL,HIGH" }, { env }).with).toEqual({
      image: "a",
      mode: "enforce",
      "db-repository": "mirror.test/db",
      platform: "linux/arm64",
      scanners: "vuln,secret",
    });
  });

  it("outputs that later steps read get their new names, and one that is gone is named", () => {
    const after = `      - uses: github/codeql-action/upload-sarif@v4
        with: { sarif_file: "\${{ steps.scan.outputs.sarif }}" }
      - run: cat "$JSON" "$SARIF"
        if: \${{ steps.scan.outputs.sarif != '' }}
        env: { JSON: "\${{ steps.scan.outputs.json }}", SARIF: "\${{ format('./{0}', steps.scan.outputs.sarif) }}" }
`;
    const { with: ours, others } = step(GRYPE, { image: "a", "severity-cutoff": "high" }, { id: "scan", after });
    expect(ours.reports).toBe("sarif: results.sarif");
    expect(others).toEqual([
      { uses: "github/codeql-action/upload-sarif@v4", with: { sarif_file: "results.sarif" } },
      {
        run: 'cat "$JSON" "$SARIF"',
        if: "${{ hashFiles('results.sarif') != '' }}",
        env: { JSON: "${{ steps.scan.outputs.trivy-report }}", SARIF: "${{ format('./{0}', 'results.sarif') }}" },
      },
    ]);
    const scout = step(
      SCOUT,
      { command: "cves", image: "a" },
      { id: "s", after: "      - run: echo ${{ steps.s.outputs.cves }}\n" },
    );
    expect(scout.notes).toContain("its output `cves`, which is read in this file, has no equivalent");
  });

  it("outputs that are read in other letters or with a path of the user's are the same ones", () => {
    const after = "      - run: cat ${{ Steps.Scan.Outputs.Sarif }}\n        if: ${{ STEPS.scan.outputs.JSON }}\n";
    const { others } = step(GRYPE, { image: "a", "output-file": "$&.sarif" }, { id: "scan", after });
    expect(others).toEqual([{ run: "cat $&.sarif", if: "${{ steps.scan.outputs.trivy-report }}" }]);
  });

  // Proves: migrate-changes-nothing-else
  it.each([
    "${{ steps['scan'].outputs.json }}",
    "${{ steps.scan.outputs['json'] }}",
    "${{ steps [matrix.id].outputs.json }}",
  ])("a step whose outputs may be read as %s is left alone", (expression) => {
    const { left, others } = step(GRYPE, { image: "a" }, { id: "scan", after: `      - run: cat "${expression}"\n` });
    expect(left).toContain("outputs are read by `[…]`");
    expect(others).toEqual([{ run: `cat "${expression}"` }]);
  });

  // Proves: migrate-changes-nothing-else
  it.each(["x' || 'y.sarif", "${{ inputs.name }}.sarif", "x }}.sarif"])(
    "a path that would become part of an expression's code leaves its step alone: %s",
    (path) => {
      const after = "      - run: echo\n        if: ${{ contains(steps.scan.outputs.sarif, 'x') }}\n";
      const { left, others } = step(GRYPE, { image: "a", "output-file": path }, { id: "scan", after });
      expect(left).toContain("cannot be in an expression");
      expect(others).toEqual([{ run: "echo", if: "${{ contains(steps.scan.outputs.sarif, 'x') }}" }]);
    },
  );

  it("of two steps that scan the same image, the second does not comment", () => {
    const after = `      - uses: ${TRIVY}\n        with: { image-ref: a, format: sarif, output: a.sarif }\n`;
    const { others } = step(TRIVY, { "image-ref": "a", "exit-code": 1 }, { after });
    expect(others[0].with).toMatchObject({ image: "a", comment: "never", reports: "sarif: a.sarif" });
  });

  it("scripts that call a scanner are listed with their lines, and stay", () => {
    const text = `test:
  image: aquasec/trivy
  before_script: [apk add grype curl]
  script:
    - trivy image --exit-code 1 "$IMAGE"
    - |
      # trivy image no
      docker run --rm aquasec/trivy:0.70.0 image app
      echo trivy found nothing
      export PATH="$(dirname $(find /opt -name grype -type f)):$PATH"
      grype app:1 | tee out.txt
`;
    expect(rewrite(text)).toEqual({
      text,
      steps: [],
      calls: [
        { line: 5, text: 'trivy image --exit-code 1 "$IMAGE"' },
        { line: 8, text: "docker run --rm aquasec/trivy:0.70.0 image app" },
        { line: 11, text: "grype app:1 | tee out.txt" },
      ],
    });
  });
});

it("docs/migrate.md shows what becomes of its first step", () => {
  const page = readFileSync(new URL("../../docs/migrate.md", import.meta.url), "utf8");
  const [before = "", after = ""] = [...page.matchAll(/^```yaml\n# (?:before|after)\n(.*?)^```/gms)].map(
    ([, text = ""]) => text,
  );
  const indented = (text: string) => `jobs:\n  a:\n    steps:\n${text.replace(/^(?=.)/gm, "      ")}`;
  expect(rewriteSteps(indented(before), "ci.yml", "OWNER/image-gate@<commit>").text).toBe(indented(after));
});

describe("a file", () => {
  it.each([
    ["is not YAML", "jobs:\n  a: [\n", "workflow-invalid", "ci.yml:3:1"],
    ["is nested too deeply", `jobs: ${"[".repeat(100)}`, "workflow-invalid", "ci.yml:1:"],
  ])("that %s is refused with its place", (_, text, code, place) => {
    expect(() => rewrite(text)).toThrow(expect.objectContaining({ code, what: expect.stringContaining(place) }));
  });

  it.each([
    [
      "an expression in several lines",
      '- run: |\n          cat "${{\n            steps.one.outputs.sarif\n          }}"\n',
    ],
    [
      "another step that is rewritten",
      `- uses: ${GRYPE}\n        with: { image: "\${{ steps.one.outputs.sarif }}" }\n`,
    ],
  ])("in which %s reads an output of a rewritten step stays whole", (_, reader) => {
    const text = `jobs:
  a:
    steps:
      - id: one
        uses: ${GRYPE}
        with: { image: "app:1" }
      ${reader}`;
    expect(() => rewrite(text)).toThrow(expect.objectContaining({ code: "workflow-not-editable" }));
  });

  it("whose inputs are in braces with a comment is left alone", () => {
    const { steps } = rewrite(`jobs: { a: { steps: [ { uses: ${GRYPE}, with: {\n  # ours\n  image: a } } ] } }\n`);
    expect(steps[0]?.left).toContain("write its `with` as lines");
  });

  it("has quotes only where YAML needs them, within braces as on lines", () => {
    const inputs = { "image-ref": "app:1", "exit-code": 1, severity: "CRITICAL,HIGH", timeout: "5m" };
    const lines = Object.entries(inputs).map(([name, value]) => `\n          ${name}: ${JSON.stringify(value)}`);
    const more = (text: string) =>
      rewrite(`jobs:\n  a:\n    steps:\n      - uses: ${TRIVY}\n        with: ${text}\n`).text;
    expect(more(`{ ${lines.map((each) => each.trim()).join(", ")} }`)).toContain(
      '{ image: app:1, mode: enforce, timeout: 5m, scanners: "vuln,secret" }',
    );
    expect(more(lines.join("").replaceAll('"app:1"', '"app:2: x"'))).toContain(
      'image: "app:2: x"\n          mode: enforce',
    );
    const expression = { "image-ref": "${{ env.A }}", "exit-code": "${{ env.B }}" };
    const made = more(JSON.stringify(expression));
    expect(made).toContain('{ image: "${{ env.A }}", mode: "${{ ');
  });

  it("without such steps stays as it is, whatever it is", () => {
    for (const text of [
      "",
      "# nothing\n",
      "- a\n",
      "a: 1\n---\nb: 2\n",
      "jobs: 3\n",
      "jobs: { a: { steps: [ 1, { run: x } ] } }\n",
    ])
      expect(rewrite(text).text).toBe(text);
  });
});

/** Values that inputs of other actions accept. Other inputs accept a word. */
const VALUES: Readonly<Record<string, string>> = {
  "scan-type": "image",
  severity: "CRITICAL",
  severity_threshold: "HIGH",
  "severity-cutoff": "low",
  "only-severities": "critical,high",
  "exit-code": "1",
  command: "cves",
  scanners: "vuln",
  "security-checks": "vuln,config",
  timeout: "5m0s",
  version: "v0.76.0",
  trivy_version: "0.76.0",
  "grype-version": "v0.121.3",
  platform: "linux/arm64",
  "skip-dirs": "a,b",
  output: "out.file",
  "db-repository": "ghcr.io/acme/db:2",
  "java-db-repository": "ghcr.io/acme/db:2",
  path: "src",
};
const SWITCHES = /^(?:ignore.unfixed|only-fixed|cache|summary|write-comment|fail-build|acs-report-enable)$/;

describe("every input of every action", () => {
  const rows = Object.entries(table.actions).flatMap(([action, { inputs }]) =>
    Object.keys(inputs).map((name) => [action, name] as const),
  );
  it.each(rows)("of %s, %s becomes inputs of ours with values that we read, or is named", (action, name) => {
    const targets = { "docker/scout-action": { command: "cves", image: "app:1" } } as Readonly<Record<string, Inputs>>;
    const value = VALUES[name] ?? (SWITCHES.test(name) ? "true" : "some.file");
    const target = action.startsWith("aqua") ? { "image-ref": "app:1" } : (targets[action] ?? { image: "app:1" });
    const isTarget = /^(?:image-reference|path|sbom|tarball|input|scan-ref)$/.test(name);
    const { left, with: ours, notes = [] } = step(`${action}@v1`, { ...(isTarget ? {} : target), [name]: value });
    expect(left).toBeUndefined();
    expect(INPUT_NAMES).toEqual(expect.arrayContaining(Object.keys(ours)));
    const env = Object.fromEntries(Object.entries(ours).map(([each, given]) => [inputVariable(each), String(given)]));
    expect(readInputs(env)).toBeDefined();
    const row = (table.actions as Record<string, { inputs: Record<string, object> }>)[action]?.inputs[name] ?? {};
    if ("note" in row && !("to" in row) && !("by" in row)) expect(notes.join("\n")).toContain(`\`${name}\``);
  });
});
