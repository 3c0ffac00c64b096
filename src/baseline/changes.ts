import { isObject } from "../domain/json/is-object.ts";
import { listSome } from "../domain/list-some.ts";
import type { PolicyChange } from "../domain/policy/change.ts";
import { isSbom } from "../sboms/read.ts";

/**
 * What a pull request changes in a baseline that is a file of the repository. If only introduced findings count, a
 * baseline that knows more lets more through. So does one whose contents cannot be read. A run without a baseline
 * counts everything.
 */
export function baselineChanges(
  name: string,
  { base, head }: { readonly base: Buffer | undefined; readonly head: Buffer | undefined },
  countsIntroduced: boolean,
): PolicyChange[] {
  const common = { subject: "baseline", about: name, line: 0, file: name } as const;
  if (head === undefined) return [{ what: "removed", ...common, loosens: false }];
  if (base === undefined) return [{ what: "added", ...common, loosens: countsIntroduced }];
  const [before, after] = [base, head].map(knowledgeOf);
  if (before === undefined || after === undefined)
    return [{ what: "changed", ...common, to: "what it knows cannot be told", loosens: countsIntroduced }];
  const more = [...after.known].filter((text) => !before.known.has(text));
  const fewer = [...before.known].filter((text) => !after.known.has(text)).length;
  const isOtherwise = after.rest !== before.rest;
  const words = [
    more.length === 0 ? "" : `knows ${more.length} more: ${named(more)}`,
    fewer === 0 ? "" : `${fewer} fewer`,
    isOtherwise ? "is about something else, or was judged otherwise" : "",
  ].filter((part) => part !== "");
  // Only a date or a run's address changed, which no comparison uses.
  if (words.length === 0) return [];
  const loosens = countsIntroduced && (more.length > 0 || isOtherwise);
  return [{ what: "changed", ...common, to: words.join("; "), loosens }];
}

interface Knowledge {
  /** Packages and findings, each as one text. */
  readonly known: ReadonlySet<string>;
  /** Everything else that affects the comparison, as one text. */
  readonly rest: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Undefined: it has no format that is read. A wrong value is reported when the file is used. */
function knowledgeOf(bytes: Buffer): Knowledge | undefined {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString("utf8").replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
  if (!isObject(document)) return undefined;
  if (document.bomFormat === "CycloneDX") return ofSbom(document);
  if (isSbom(document)) return "spdxVersion" in document ? ofSpdx(document) : ofSyft(document);
  if ("SchemaVersion" in document) return ofScanner(document);
  return "targets" in document ? ofReport(document) : undefined;
}

function ofSbom({ metadata, ...document }: Fields): Knowledge {
  const components: Fields[] = [];
  const queue = [document];
  for (let each = queue.pop(); each !== undefined; each = queue.pop()) {
    const within = fieldsOf(each.components);
    components.push(...within);
    queue.push(...within);
  }
  const texts = components.map(({ components: _, "bom-ref": __, purl, ...rest }) => textOf(purl, rest));
  return { known: new Set(texts), rest: JSON.stringify(isObject(metadata) ? metadata.component : undefined) ?? "" };
}

/** Ids differ each time that a tool runs. Its subject is not among its packages. */
function ofSpdx({ packages, name, documentDescribes, relationships }: Fields): Knowledge {
  const all = fieldsOf(packages);
  const texts = all.map(({ SPDXID: _, ...each }) => {
    const purl = fieldsOf(each.externalRefs).find(({ referenceType }) => referenceType === "purl")?.referenceLocator;
    return textOf(purl ?? each.name, each);
  });
  const described = new Set(Array.isArray(documentDescribes) ? (documentDescribes as unknown[]) : []);
  for (const each of fieldsOf(relationships))
    if (each.relationshipType === "DESCRIBES") described.add(each.relatedSpdxElement);
  const subjects = all.flatMap((each) => (described.has(each.SPDXID) ? [each.name] : []));
  return { known: new Set(texts), rest: JSON.stringify([name, subjects]) };
}

/** Of Syft's JSON a baseline takes no more. */
function ofSyft({ artifacts, source }: Fields): Knowledge {
  const texts = fieldsOf(artifacts).map(({ purl, name, version }) => textOf(purl ?? name, { name, version }));
  return { known: new Set(texts), rest: JSON.stringify(isObject(source) ? source.name : undefined) ?? "" };
}

/** The scanner's lists of a result: packages, and findings of each kind. */
const LISTS = ["Packages", "Vulnerabilities", "Misconfigurations", "Secrets", "Licenses"];

function ofScanner({ Results, ArtifactName, Metadata }: Fields): Knowledge {
  const texts = fieldsOf(Results).flatMap((result) =>
    LISTS.flatMap((list) =>
      fieldsOf(result[list]).map((each) => {
        const { Identifier, PkgIdentifier, VulnerabilityID, ID, RuleID, Name, PkgName, InstalledVersion, Version } =
          each;
        const { PURL } = (isObject(PkgIdentifier ?? Identifier) ? (PkgIdentifier ?? Identifier) : {}) as Fields;
        const path = each.PkgPath ?? each.FilePath ?? result.Target;
        const id = VulnerabilityID ?? RuleID ?? ID;
        return textOf(PURL ?? Name ?? PkgName, { list, id, version: Version ?? InstalledVersion, path });
      }),
    ),
  );
  return { known: new Set(texts), rest: JSON.stringify([ArtifactName, isObject(Metadata) ? Metadata.OS : undefined]) };
}

/**
 * For our own report this includes all that decides whether its run let a finding in for good. That is the finding's
 * outcome, whether a limit was broken, and what the run itself was compared with.
 */
function ofReport({ targets, findings, mode, count }: Fields): Knowledge {
  const all = fieldsOf(targets);
  const nameOf = (index: unknown) => (typeof index === "number" ? (all[index]?.input ?? all[index]?.label) : undefined);
  const packages = all.flatMap((target, index) =>
    fieldsOf(target.packages).map(({ purl, name, version, path }) =>
      textOf(purl ?? name, { version, path, of: nameOf(index) }),
    ),
  );
  const texts = fieldsOf(findings).map((each) => {
    const { kind, id, package: about, path, outcome, spared, severity, exploitation } = each;
    const { purl, name, version } = isObject(about) ? about : {};
    const what = { kind, package: purl ?? name, version, path, of: nameOf(each.target) };
    return textOf(id, { ...what, outcome, spared, severity, exploitation });
  });
  const rest = all.map(({ artifact, verdict, rows, exploitRows, provenance, baseline }) => {
    const { names, platform, os } = isObject(artifact) ? artifact : {};
    const limits = [...fieldsOf(rows), ...fieldsOf(exploitRows)].map((row) => [
      row.severity ?? row.kind,
      row.above,
      row.limit,
      row.broken,
    ]);
    const before = isObject(baseline) ? [baseline.kind, baseline.trouble] : undefined;
    return [names, platform, os, verdict, limits, before, isObject(provenance) ? provenance.scanners : undefined];
  });
  return { known: new Set([...packages, ...texts]), rest: JSON.stringify([mode, count, rest]) };
}

/** The name comes first, as it is what messages show. */
function textOf(name: unknown, more: Fields): string {
  return `${String(name ?? "unnamed")} ${JSON.stringify(more)}`;
}

const MOST = 3;

function named(texts: readonly string[]): string {
  return listSome([...new Set(texts.map((text) => text.split(" ", 1)[0] ?? ""))], MOST);
}

function fieldsOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
