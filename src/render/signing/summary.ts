import { type Block, fitBlocks, utf8Bytes } from "../markdown/fit.ts";
import { code, details, fence, table, text } from "../markdown/markdown.ts";
import { plain } from "../shared/safe-text.ts";
import type { SignedRow, SigningView } from "./view.ts";

/** If the platform says nothing else. */
const LIMIT_BYTES = 1_000_000;

/** The job summary of a run that signs: what was signed, with what evidence, and how anybody verifies it. */
export function renderSigningSummary(view: SigningView, limitBytes = LIMIT_BYTES): string {
  const blocks = view.failure === undefined ? signed(view) : failed(view.failure);
  return `${fitBlocks(blocks, limitBytes - 1, utf8Bytes).text}\n`;
}

/** The same for the log, a few lines. */
export function signingLines(view: SigningView): string[] {
  return [
    ...view.rows.map((row) => `signed: ${row.reference}${placeWords(row)}${row.wasThere ? ", as before" : ""}`),
    ...(view.promoted === undefined ? [] : [`promoted: ${view.promoted.tag} is ${view.promoted.reference}`]),
    ...view.notes,
  ].map(plain);
}

function failed({ code: id, what, remedy }: NonNullable<SigningView["failure"]>): Block[] {
  return [
    "## ⛔ Not signed",
    `${code(id)} ${text(what)}.`,
    `**What to do:** ${text(remedy)}`,
    "Nothing may be deployed because of this run, whatever it had written before.",
  ];
}

function signed(view: SigningView): Block[] {
  const { rows, formats, promoted, notes } = view;
  return [
    "## ✅ Signed",
    `${rows.length === 1 ? "One manifest has" : `${rows.length} manifests have`} passed the gate and ${rows.length === 1 ? "is" : "are"} signed, in ${formats.length === 1 ? `the format ${code(formats[0] ?? "")}` : "both formats"}.`,
    table(
      ["manifest", "platform", "evidence", "state"],
      rows.map((row) => [
        code(row.reference, 300),
        row.isIndex ? "index" : row.platform === undefined ? "" : code(row.platform),
        row.evidence.map((each) => text(each)).join(", "),
        row.wasThere ? "was signed before" : "signed now",
      ]),
    ),
    ...(promoted === undefined
      ? []
      : [`Promoted: ${code(promoted.tag, 300)} is ${code(promoted.reference, 300)}, and signed there as well.`]),
    ...notes.map((note) => text(note)),
    ...howToVerify(view),
  ];
}

/** The commands as they are typed; a name of the view is quoted for a shell. */
function howToVerify({ verification, tops, verdictType }: SigningView): string[] {
  const [top] = tops;
  if (verification === undefined || top === undefined) return [];
  const { publicKey, workflow, tlog } = verification;
  const identity =
    workflow === undefined
      ? "--certificate-identity IDENTITY"
      : `--certificate-identity-regexp ${quoted(`^${workflow.replace(/[.+]/g, "\\$&")}@`)}`;
  const who =
    publicKey === undefined
      ? `${identity} --certificate-oidc-issuer https://token.actions.githubusercontent.com`
      : `--key cosign.pub${tlog ? "" : " --insecure-ignore-tlog"}`;
  const commands = [
    `cosign verify ${who} ${quoted(top)}`,
    `cosign verify-attestation ${who} --type ${verdictType} ${quoted(top)}`,
  ];
  return [
    `Whoever deploys verifies it: by \`verify/\`, which also holds age, counts and exceptions to its limits, or by Cosign, which only says who has signed:\n\n${fence(commands.join("\n"), "sh")}`,
    ...(publicKey === undefined ? [] : [details("The public key", fence(publicKey.trim(), "text"))]),
  ];
}

function placeWords({ isIndex, platform }: SignedRow): string {
  if (isIndex) return " (index)";
  return platform === undefined ? "" : ` (${platform})`;
}

/** One word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
