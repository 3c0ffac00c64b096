import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from "yaml";

/** Bounds for reading a YAML text. */
export interface YamlBounds {
  /**
   * Highest number of entries on the parser's stack: two for each level. Deeper, the library's recursive composing is
   * not safe.
   */
  readonly depth: number;
  /** Maximum number of words and signs. */
  readonly lexemes: number;
}

/** The bound that a text exceeds, and the place. */
export interface YamlExcess {
  readonly exceeds: keyof YamlBounds;
  readonly offset: number;
}

/** The tokens of a YAML text, or the bound that ends its reading. */
export function yamlTokens(text: string, { depth, lexemes }: YamlBounds): CST.Token[] | YamlExcess {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > depth) return { exceeds: "depth", offset: parser.offset };
    if (++count > lexemes) return { exceeds: "lexemes", offset: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

/**
 * The documents of YAML 1.2 (core schema), with their mistakes, in linear time. Tags stay as they are. The caller must
 * find duplicate keys, since the library would compare each key with every other.
 * @param atLeastOne an empty text is an empty document
 */
export function yamlDocuments(tokens: readonly CST.Token[], length: number, atLeastOne = false): Document.Parsed[] {
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    logLevel: "silent",
  });
  const traces = Error.stackTraceLimit;
  // Each of hundreds of thousands of mistakes is an error object, and its stack trace would take most of the time.
  Error.stackTraceLimit = 0;
  try {
    return [...composer.compose(tokens, atLeastOne, length)] as Document.Parsed[];
  } finally {
    Error.stackTraceLimit = traces;
  }
}

/** Gives the place of an offset in a text; both numbers are 1-based. */
export function placesIn(text: string): (offset: number) => { readonly line: number; readonly column: number } {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
  return (offset) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line, column: col };
  };
}
