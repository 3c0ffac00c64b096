import { counted } from "../../domain/list-some.ts";
import { fitBlocks, utf8Bytes } from "../fit.ts";
import { markdownPrinter } from "../print/markdown.ts";
import { textPrinter } from "../print/text.ts";
import { type Block, code, fold, heading, type Inline, join, para, paste, prose, say, strong, table } from "../tree.ts";
import type { SignedRow, SigningView } from "./view.ts";

/** If the platform says nothing else. */
const LIMIT_BYTES = 1_000_000;

/** The job summary of a run that signs: what was signed, with what evidence, and how anybody verifies it. */
export function renderSigningSummary(view: SigningView, limitBytes = LIMIT_BYTES): string {
  const room = { limit: limitBytes - 1, measure: utf8Bytes, printer: markdownPrinter() };
  return `${fitBlocks(storyOf(view), room).text}\n`;
}

/** The same for the log. */
export function renderSigningLog(view: SigningView): string {
  return textPrinter().document(storyOf(view));
}

function storyOf(view: SigningView): Block[] {
  return view.failure === undefined ? signed(view) : failed(view.failure);
}

function failed({ code: id, what, remedy }: NonNullable<SigningView["failure"]>): Block[] {
  return [
    heading(2, "⛔ Not signed"),
    para(code(id), " ", prose(what), "."),
    para(strong("What to do:"), " ", prose(remedy)),
    para("Nothing may be deployed because of this run, whatever it had written before."),
  ];
}

function signed(view: SigningView): Block[] {
  const { rows, formats, promoted, notes } = view;
  const [format = "", ...others] = formats;
  const many = rows.length === 1 ? "One manifest has" : `${counted(rows.length, "manifest")} have`;
  const form: Inline = others.length > 0 ? "both formats" : say`the format ${code(format)}`;
  return [
    heading(2, "✅ Signed"),
    para(say`${many} passed the gate and ${rows.length === 1 ? "is" : "are"} signed, in ${form}.`),
    table(
      ["manifest", "platform", "evidence", "state"],
      rows.map((row) => [
        code(row.reference, 300),
        row.platform === undefined || row.isIndex ? placeOf(row) : code(row.platform),
        join(
          ", ",
          row.evidence.map((each) => prose(each)),
        ),
        row.wasThere ? "was signed before" : "signed now",
      ]),
    ),
    ...(promoted === undefined
      ? []
      : [
          para(
            say`Promoted: ${code(promoted.tag, 300)} is ${code(promoted.reference, 300)}, and signed there as well.`,
          ),
        ]),
    ...notes.map((note) => para(prose(note))),
    ...howToVerify(view),
  ];
}

function placeOf({ isIndex, platform = "" }: SignedRow): string {
  return isIndex ? "index" : platform;
}

/** The commands as they are typed; a name of the view is quoted for a shell. */
function howToVerify({ verification, tops: [top], verdictType }: SigningView): Block[] {
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
    para(
      say`Verify it before a deployment: with ${code("verify/")}, which also checks age, counts and exceptions against its limits, or with Cosign, which only says who has signed:`,
    ),
    paste(commands.join("\n"), "sh"),
    ...(publicKey === undefined ? [] : [fold("The public key", [paste(publicKey.trim(), "text")])]),
  ];
}

/** One word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
