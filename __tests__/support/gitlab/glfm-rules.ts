import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/**
 * The commands, mentions and references by which GitLab would act on a document, after its sources. Commands follow
 * `Gitlab::QuickActions::Extractor`, which reads the Markdown itself. Everything else follows the filters that run on
 * the rendered page and leave code alone. Stricter than GitLab: any word may be a command, and a reference need not
 * exist.
 */
export function glfmDeeds(markdown: string): string[] {
  const rendered = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  const chips = [...rendered.matchAll(/<code>([^<]*)<\/code>/g)].filter(([, code = ""]) => COLOUR.test(decoded(code)));
  const maths = rendered.match(/\$<code|<\/code>\$/g) ?? [];
  const diagrams = rendered.match(/class="language-(?:mermaid|plantuml|math|json:table|suggestion)/g) ?? [];
  const seen = decoded(rendered.replace(/<!--.*?-->/gs, "").replace(/<code[^>]*>[\s\S]*?<\/code>/g, " \u0000 "))
    .replace(/<a [^>]*>[^<]*<\/a>/g, " ")
    .replace(/<[^>]*>/g, " ");
  const deeds = RULES.flatMap(([what, rule]) => (rule.test(seen) ? [`${what}: ${rule.exec(seen)?.[0].trim()}`] : []));
  return [
    ...commandsIn(markdown).map((command) => `command: ${command}`),
    ...chips.map(([chip]) => `colour: ${chip}`),
    ...maths.map(() => "mathematics"),
    ...diagrams.map((diagram) => `diagram: ${diagram}`),
    ...(/^\s*(?:---|\+\+\+|;;;)/.test(markdown) ? ["front matter"] : []),
    ...deeds,
  ];
}

const COLOUR = /^\s*(?:#[0-9a-f]{3,8}|(?:rgb|hsl)a?\(.*\))\s*$/i;

/** References, emoji and blocks of GLFM, as patterns of what is left of a page without its code. */
const RULES: readonly (readonly [string, RegExp])[] = [
  ["user or group", /@["\p{L}\p{N}_]/u],
  ["issue", /#\d/],
  ["issue", /(?:^|[^\p{L}\p{N}])GL-\d/iu],
  ["merge request", /!\d/],
  ["label", /~["\p{L}\p{N}_]/u],
  ["milestone", /%(?:\d|"|[a-z])/i],
  ["snippet", /\$\d/],
  ["epic", /&\d/],
  ["alert", /\^(?:alert#)?\d/],
  ["commit", /(?:^|[^\p{L}\p{N}])[0-9a-f]{7,64}(?![\p{L}\p{N}])/iu],
  ["emoji", /(?:^|[^p{L}p{N}_:]):[a-z0-9_+-]+:/i],
  ["wiki link or table of contents", /\[\[|\[_?TOC_?\]/i],
  ["footnote", /\[\^/],
  ["mathematics", /\$[^\s$][^$]*\$/],
  ["inline difference", /[{[][+-]\S/],
  ["include", /^::include/m],
  ["address", /www\.|:\/\//],
  ["iteration", /\*iteration:/i],
];

/**
 * Commands at the start of a line. A code block of exactly three backticks hides them; one with a longer fence does
 * not. Lists and quotations do not protect here: a later server may read them, too.
 */
function commandsIn(markdown: string): string[] {
  const outside = markdown.replaceAll("\r", "").replace(/^```.+?\n```$/gms, "");
  const starts = /^(?:[\s>]|[-*+]\s|\d+[.)]\s|\[[ xX]\]\s)*\/([a-z_]+)/gim;
  return [...outside.matchAll(starts)].map(([, command = ""]) => command);
}

function decoded(rendered: string): string {
  return rendered
    .replace(/&#(\d+);/g, (_, digits) => String.fromCodePoint(Number(digits)))
    .replaceAll("&lt;", "‹")
    .replaceAll("&gt;", "›")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

/** Names that strangers could give, and that mean something on GitLab. */
export const HOSTILE_ON_GITLAB = [
  "/merge",
  "/close",
  "/approve\n/merge",
  "a title\n/merge",
  "  /label ~bug",
  "/\rmerge",
  "x\r/merge\r",
  "\r\n\r/close",
  "acme&1 acme/sub&2 a&amp;3 \\&4",
  "\\#1 \\!1 \\a#1 \\@all",
  "- /close",
  "> /close",
  "1. /close",
  "- [ ] /close",
  "````\n/merge\n````",
  "```\n```\n/merge",
  "`\n/merge\n`",
  "<details>\n/merge\n</details>",
  ">>>\n/merge\n>>>",
  "@all",
  '#1 !1 ~label ~2 %m %1 %"a b" $1 &1 ^1 ^alert#1',
  'acme/app#1 acme/app!1 acme/app~label acme/app~"a b" acme%3 acme&4 acme$5',
  "GL-123 gl-1",
  "[issue:1] [epic:acme/1] [vulnerability:1] [feature_flag:1] [contact:a@b.example] [work_item:1]",
  '*iteration:"a" [cadence:1]',
  "acme/app@3f1c9a7e 3f1c9a7e...4f1c9a7e acme/app>",
  "[[_TOC_]]",
  "[TOC]",
  "[[wiki page]] [[text|page]]",
  ":tada: :+1: x:smile:y",
  "$x^2$ $`x`$ $$x$$",
  "```math\nx\n```",
  "```mermaid\ngraph TD\n```",
  "```plantuml\n@startuml\n```",
  "#FF0000",
  "#f00",
  "RGB(255,0,0) HSLA(1,2%,3%,0.1)",
  "rgb(0,0,0)",
  "---\ntitle: x\n---",
  "+++\nx = 1\n+++",
  ";;;\n{}\n;;;",
  "{+ added +} [- gone -] {-x-} [+y+]",
  "[^1]",
  "::include{file=README.md}",
  "![v](x.mp4)",
  "1~2 3~bug 1.0~rc1",
  "v1!2 v1#2 a%b a$1",
];
