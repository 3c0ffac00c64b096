import { VERDICT_TYPE } from "../../domain/evidence/predicate.ts";
import { counted } from "../../domain/list-some.ts";
import type { TargetError } from "../../domain/verdict.ts";
import { markdownSummary } from "../print/markdown.ts";
import { textPrinter } from "../print/text.ts";
import { explained } from "../shared/explained.ts";
import {
  type Block,
  code,
  fold,
  heading,
  type Inline,
  listed,
  para,
  paste,
  prose,
  type Row,
  say,
  strong,
} from "../tree.ts";

/** One manifest that was signed. */
export interface SignedRow {
  /** `repository@sha256:…` */
  readonly reference: string;
  readonly platform?: string | undefined;
  readonly isIndex: boolean;
  /** In plain words: `the verdict`. */
  readonly evidence: readonly string[];
  /** The evidence was complete before this run. */
  readonly wasThere: boolean;
}

/** The results of a run of the signing action, or why it failed. */
export type SigningView = SignedView | { readonly failure: TargetError; readonly pages?: string | undefined };

interface SignedView {
  /** Each format of `bundle` and `legacy` that was asked for. */
  readonly formats: readonly string[];
  readonly rows: readonly SignedRow[];
  /** An image's index or the image itself, to verify and deploy: `repository@sha256:…`. */
  readonly top: string;
  /** The tag to which it was promoted. */
  readonly promoted?: string | undefined;
  /** Notes for the reader, as plain sentences. */
  readonly notes: readonly string[];
  /** The public key in PEM; absent: the job's identity signed. */
  readonly publicKey?: string | undefined;
  /**
   * The address of the workflow's file, with which the identity begins:
   * `https://github.com/acme/app/.github/workflows/image.yml`.
   */
  readonly workflow?: string | undefined;
  readonly tlog: boolean;
}

/** The job summary of a run that signs: the signed images, their evidence, and the way to verify it. */
export function renderSigningSummary(view: SigningView, limitBytes?: number): string {
  return markdownSummary(storyOf(view), limitBytes);
}

/** The same for the log. */
export function renderSigningLog(view: SigningView): string {
  return textPrinter().document(storyOf(view));
}

function storyOf(view: SigningView): Block[] {
  if (!("failure" in view)) return signed(view);
  const { code: id, what, remedy } = view.failure;
  return [
    heading(2, "⛔ Not signed"),
    para(code(id), " ", prose(what), "."),
    para(strong("What to do:"), " ", prose(remedy), " ", explained(id, view.pages)),
    para("Nothing may be deployed because of this run, whatever it had written before."),
  ];
}

function signed(view: SignedView): Block[] {
  const { rows, formats, top, promoted, notes } = view;
  const [format = "", ...others] = formats;
  const many = rows.length === 1 ? "One manifest has" : `${counted(rows.length, "manifest")} have`;
  const form: Inline = others.length > 0 ? "both formats" : say`the format ${code(format)}`;
  return [
    heading(2, "✅ Signed"),
    para(say`${many} passed the gate and ${rows.length === 1 ? "is" : "are"} signed, in ${form}.`),
    listed(rows, {
      head: ["manifest", "platform", "evidence", "state"],
      row: signedRow,
      rank: 0,
      what: "more manifest",
    }),
    para(promoted ? say`Promoted: ${code(promoted, 300)} is ${code(top, 300)}, and signed there as well.` : ""),
    ...notes.map((note) => para(prose(note))),
    ...howToVerify(view),
  ];
}

function signedRow({ reference, platform, isIndex, evidence, wasThere }: SignedRow): Row {
  return [
    code(reference, 300),
    isIndex ? "index" : platform === undefined ? "" : code(platform),
    prose(evidence.join(", ")),
    wasThere ? "was signed before" : "signed now",
  ];
}

/** The commands to type; a name of the view is quoted for a shell. */
function howToVerify({ publicKey, workflow, tlog, top }: SignedView): Block[] {
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
    `cosign verify-attestation ${who} --type ${VERDICT_TYPE} ${quoted(top)}`,
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
