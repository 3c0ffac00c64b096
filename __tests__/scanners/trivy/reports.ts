import fc from "fast-check";

/** Part of everything that must not leave the job. */
export const SECRET = "s3cr3tV4lue";

/** Text that looks like a report's own lines. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    '"Secrets": [',
    '\n  "Metadata": {\n',
    '\n  "Results": [\n',
    "\n        }",
    '"CreatedBy": "x"',
    "\\",
    "}",
    "é…\u2028",
    "https://a:b@c",
  ),
);
const layer = (createdBy: boolean) =>
  fc.record(
    {
      DiffID: fc.constantFrom("sha256:a", "sha256:b", ""),
      ...(createdBy ? { CreatedBy: fc.constant(`RUN |1 T=${SECRET} /bin/sh -c make`) } : {}),
    },
    { requiredKeys: createdBy ? ["CreatedBy"] : [] },
  );
const digest = fc.constantFrom("a", "b").map((digit) => `sha256:${digit.repeat(64)}`);
const vulnerability = (createdBy: boolean) =>
  fc.record(
    {
      VulnerabilityID: text.map((id) => `CVE-${id}`),
      PkgID: text,
      PkgName: text,
      PkgPath: text,
      InstalledVersion: text,
      FixedVersion: text,
      Status: text,
      Layer: layer(createdBy),
      Fingerprint: digest,
      Severity: fc.constantFrom("CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN", "odd"),
      Title: text,
      References: fc.array(text, { maxLength: 2 }),
      CVSS: fc.record({ nvd: fc.record({ V3Score: fc.double({ noNaN: true, noDefaultInfinity: true }) }) }),
    },
    { requiredKeys: ["VulnerabilityID"] },
  );
const secretRow = fc.record({
  RuleID: fc.constant("github-pat"),
  Severity: fc.constant("HIGH"),
  Match: fc.constant(SECRET),
  Code: fc.constant({ Lines: [{ Content: SECRET }] }),
  Layer: layer(true),
});
const result = (secrets: boolean) =>
  fc.record(
    {
      Target: text,
      Class: fc.constantFrom("os-pkgs", "lang-pkgs", "secret", "odd"),
      Type: fc.constantFrom("debian", "jar", "npm", "odd"),
      Packages: fc.array(fc.record({ Name: text, Version: text, FilePath: text, InstalledFiles: fc.array(text) }), {
        maxLength: 3,
      }),
      Vulnerabilities: fc.array(vulnerability(secrets), { maxLength: 3 }),
      MisconfSummary: fc.record({ Successes: fc.nat(), Failures: fc.nat() }),
      ...(secrets
        ? {
            Secrets: fc.array(secretRow, { maxLength: 2 }),
            ExperimentalModifiedFindings: fc.array(fc.record({ Type: fc.constant("secret"), Finding: secretRow }), {
              maxLength: 1,
            }),
          }
        : {}),
    },
    { requiredKeys: ["Target"] },
  );
const metadata = fc.record(
  {
    OS: fc.record({ Family: text, Name: text }),
    ImageID: text,
    DiffIDs: fc.constantFrom(["sha256:a"], ["sha256:a", "sha256:b"], []),
    RepoTags: fc.array(text, { maxLength: 2 }),
    ImageConfig: fc.record({
      architecture: fc.constant("amd64"),
      history: fc.array(
        fc.record(
          {
            created_by: fc.constantFrom(
              `ENV A=${SECRET}`,
              `RUN |1 TOKEN=${SECRET} /bin/sh -c make # buildkit`,
              `/bin/sh -c #(nop)  ARG A=${SECRET}`,
              "COPY . .",
              "RUN a",
            ),
            empty_layer: fc.boolean(),
          },
          { requiredKeys: ["created_by"] },
        ),
        { maxLength: 3 },
      ),
      config: fc.record(
        {
          Env: fc.array(fc.constant(`TOKEN=${SECRET}`), { maxLength: 2 }),
          Labels: fc.dictionary(fc.string({ maxLength: 4 }), text, { maxKeys: 2 }),
          OnBuild: fc.array(fc.constant(`ENV B=${SECRET}`), { maxLength: 1 }),
        },
        { requiredKeys: [] },
      ),
    }),
  },
  { requiredKeys: [] },
);

/**
 * Trivy's JSON in Go's layout, which is also the layout of `JSON.stringify(…, 2)`.
 * @param secrets with parts outside of `Metadata` that must not leave the job
 */
export const report = (secrets: boolean): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .record(
      {
        SchemaVersion: fc.constant(2),
        ArtifactID: digest,
        ArtifactName: fc.constantFrom("app:1", "/x.tar", ...(secrets ? [`https://u:${SECRET}@host/x`] : [])),
        ArtifactType: fc.constant("container_image"),
        Metadata: metadata,
        Results: fc.array(result(secrets), { maxLength: 3 }),
      },
      { requiredKeys: ["SchemaVersion", "ArtifactType"] },
    )
    .map((value) => value as Record<string, unknown>);

export const goJson = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
