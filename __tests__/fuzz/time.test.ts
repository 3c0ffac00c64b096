import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { baselineIn } from "../../src/baseline/read-file.ts";
import { MANIFEST } from "../../src/discovery/declared/kubernetes/manifests.ts";
import { readDocuments } from "../../src/discovery/declared/yaml.ts";
import { parseDockerfile, stagesOf } from "../../src/domain/image/dockerfile.ts";
import { shownInstruction } from "../../src/domain/image/layer-instruction.ts";
import { parseReference, referenceForms } from "../../src/domain/image/reference.ts";
import { parseStrict } from "../../src/domain/json/parse-strict.ts";
import { quoted } from "../../src/domain/one-line.ts";
import { parsePurl, purlWithoutVersion } from "../../src/domain/purl.ts";
import { hasLogin, withoutLogin } from "../../src/domain/secrets/logins.ts";
import { argumentsWithoutSecrets, withoutSecrets } from "../../src/domain/secrets/mask-secrets.ts";
import { compareVersions } from "../../src/domain/versions/compare.ts";
import { readingAt } from "../../src/enrichment/vex/document.ts";
import { readVexDocuments } from "../../src/enrichment/vex/read.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
import { renderCsv } from "../../src/render/formats/csv.ts";
import { renderJunit } from "../../src/render/formats/junit.ts";
import { renderLog } from "../../src/render/log/log.ts";
import { code, text as markdown, version as markdownVersion } from "../../src/render/print/markdown-text.ts";
import { shortInstruction } from "../../src/render/shared/location.ts";
import { distinct, noCommand, plain, visible } from "../../src/render/shared/safe-text.ts";
import type { View } from "../../src/render/view.ts";
import { withVersion } from "../../src/sboms/purls.ts";
import { readSbom } from "../../src/sboms/read.ts";
import { matchingReports, reportedName } from "../../src/scan/given-reports.ts";
import { LogListener } from "../../src/scanners/trivy/process/log-facts.ts";
import { fatalMessage } from "../../src/scanners/trivy/process/process-output.ts";
import { trivyReports } from "../../src/scanners/trivy/report/given.ts";
import { harmless } from "../../src/system/harmless-text.ts";
import { openVex, statement } from "../enrichment/vex/documents.ts";
import { whole } from "../render/facts.ts";
import { renderComment, renderSummary } from "../render/fitted.ts";
import { html } from "../render/html/pages.ts";
import { sarifText } from "../render/sarif/bed.ts";
import { strange } from "../render/strange.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { sharedFolder } from "../support/runs/shared.ts";

const folder = sharedFolder("time");

const quietly = (act: () => unknown): void => {
  try {
    act();
  } catch {
    // A text that was refused was also read.
  }
};

/** Functions that take a stranger's text, alone or within a document. */
const TAKERS: Readonly<Record<string, (text: string) => unknown>> = {
  "an instruction": shownInstruction,
  "a label or an error": withoutSecrets,
  "a list of arguments": (text) => argumentsWithoutSecrets(["app", text]),
  "an instruction in a table": (text) => shortInstruction(text),
  "a service's message": quoted,
  "a reference": (text) => [parseReference(text), referenceForms(text)],
  "an address": (text) => [hasLogin(`${text}@a`, { isAddress: true }), withoutLogin(`a@b ${text}`)],
  "a manifest": (text) => {
    // YAML's own reader is bounded by the file's size, so this is shorter.
    const short = text.slice(0, 5_000);
    for (const manifest of [short, `kind: ${JSON.stringify(short)}`])
      for (const dialect of [MANIFEST, {}])
        quietly(() => readDocuments(manifest, "a", dialect, { problem: () => {}, values: () => {} }));
  },
  "a package URL": (text) => [parsePurl(text), parsePurl(`pkg:npm/${text}`), purlWithoutVersion(`pkg:npm/${text}`)],
  "a package URL without a version": (text) => withVersion(`pkg:npm/${text}@b@`, "1"),
  "a scanner's message": (text) => [fatalMessage(text), fatalMessage(`\tFATAL\t${text}`)],
  "a line of the log": (text) => [harmless(text), noCommand(text), plain(text)],
  "a visible text": (text) => [visible(text), distinct(text, 100)],
  "Markdown's prose": (text) => [markdown(text), code(text), markdownVersion(text)],
  "a scanner's line": (text) => {
    const listener = new LogListener();
    const at = "2026-11-24T15:00:00Z";
    listener.line(`${at}\tERROR\t[npm] Version matching error\terr="${text}"`);
    listener.line(`${at}\tWARN\t[npm] failed to parse ${text}\terr="failed to parse ${text}" file_path=${text}`);
    listener.line(text);
  },
  "a version": (text) => {
    for (const ecosystem of ["apk", "deb", "rpm", "npm", "pypi", "maven", "gem", "golang"])
      for (const version of [text, `1.${text}`]) compareVersions(ecosystem, version, `${version}1`);
  },
  "a Dockerfile": (text) => [
    quietly(() => stagesOf(parseDockerfile(`FROM a\nRUN ${text}`))),
    quietly(() => stagesOf(parseDockerfile(`FROM ${text} AS b\n${text}`))),
  ],
  "an SBOM": (text) => {
    const purl = `pkg:npm/${text}`;
    for (const sbom of [
      `SPDXVersion: SPDX-2.3\nPackageName: ${text}\nExternalRef: ${text}`,
      JSON.stringify({ bomFormat: "CycloneDX", components: [{ type: "library", name: text, version: text, purl }] }),
    ])
      quietly(() => readSbom(Buffer.from(sbom)));
  },
  "JSON's keys": (text) => {
    const json = JSON.stringify({ [text]: 1, a: { [text]: text } });
    return parseStrict(Buffer.from(json));
  },
  "a policy": (text) => {
    const options = { file: "policy.yml", today: "2026-11-24" };
    // YAML's own reader is bounded by the file's size, so this is shorter.
    const short = text.slice(0, 20_000);
    for (const policy of [
      short,
      `version: 1\n${JSON.stringify(short.slice(0, 1_000))}: 1`,
      `version: ${JSON.stringify(short)}`,
    ])
      quietly(() => parsePolicy(policy, options));
  },
  "a baseline": (text) => {
    quietly(() => baselineIn(Buffer.from(text), "b", [trivyReports]));
    quietly(() => baselineIn(Buffer.from(`<${text}`), "b", [trivyReports]));
  },
  "a report's beginning": (text) => {
    mkdirSync(folder.path, { recursive: true });
    const world = testWorld(folder.path);
    writeFileSync(join(world.workspace, "a.json"), `{"ArtifactName": "${text}`);
    return [reportedName("a.json", [trivyReports], world), matchingReports("*.json", world)];
  },
  "a VEX document": (text) => {
    const products = [{ "@id": `pkg:npm/${text}` }, { "@id": text }];
    const bytes = Buffer.from(JSON.stringify(openVex([statement({ products, justification: text })])));
    quietly(() => readVexDocuments([{ name: "a", bytes }], readingAt(new Date())));
  },
};

/**
 * Parts of texts: some were found by a checker of regular expressions to make one of ours slow, the others are usual.
 */
const PARTS = [
  ".-token",
  "token",
  "-u=",
  "mariadb-",
  "eyJ-",
  "a://b:c/",
  "http:",
  ";:",
  "%25",
  "---\n",
  "&a ",
  "*a,",
  "${A:-",
  "$A",
  "{{ ",
  "://:",
  "echo -n ",
  "powershell ",
  "sh -c ",
  " ",
  "\t",
  "\r",
  "\n\t",
  "\n ",
  "\r\u2028",
  "/",
  "@",
  "-",
  ".",
  "!",
  '"',
  "`",
  "#",
  "# ",
  "\t#",
  "<",
  "[",
  "(",
  "\\",
  "'\"",
  ";\t",
  "failed to parse d",
  "version error (v",
  "sbom",
  "http://",
  "a+",
  "0",
  "_g",
  "é",
  "\u0301",
  "\ufe0f",
  "%",
];

const SIZE = 60_000;
/** The old readers took minutes for some of these; a busy machine needs some hundred milliseconds. */
const MOST_MS = 3_000;

describe("a stranger's text of 60 KB is read in a moment, whatever repeats in it:", () => {
  // Proves: no-text-decides-how
  it.each(Object.entries(TAKERS))("%s", (_, take) => {
    for (const part of PARTS) {
      for (const [before, after] of [
        ["", ""],
        ["powershell", "\0"],
        ["# ", "\u2028x"],
        ["@", " x"],
      ]) {
        const text = `${before}${part.repeat(Math.ceil(SIZE / part.length)).slice(0, SIZE)}${after}`;
        const start = process.cpuUsage();
        take(text);
        // Readers that cut use only the beginning of a longer text.
        take(text.slice(0, 7_900));
        const { user, system } = process.cpuUsage(start);
        expect((user + system) / 1000, JSON.stringify([part, before, after])).toBeLessThan(MOST_MS);
      }
    }
  });
});

/** Functions that write files and comments, with the text wherever a stranger's text is possible. */
const WRITERS: Readonly<Record<string, (view: View) => unknown>> = {
  comment: renderComment,
  summary: renderSummary,
  log: renderLog,
  CSV: (view) => whole(renderCsv(view)),
  JUnit: (view) => whole(renderJunit(view)),
  SARIF: sarifText,
  HTML: html,
};

describe("a stranger's text of 30 KB in each place is written in a moment, whatever repeats in it:", () => {
  // Proves: no-text-decides-how
  it.each(Object.entries(WRITERS))("%s", (_, write) => {
    for (const part of ["\t", " ", ";\t", "`", "@", "#", "(", "\r", ".-token", "a://b:c/"]) {
      const text = `x${part.repeat(Math.ceil(30_000 / part.length))}\0`;
      const view = strange(text);
      const start = process.cpuUsage();
      write(view);
      const { user, system } = process.cpuUsage(start);
      expect((user + system) / 1000, JSON.stringify(part)).toBeLessThan(MOST_MS);
    }
  });
});
