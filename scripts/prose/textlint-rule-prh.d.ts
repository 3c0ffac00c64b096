declare module "textlint-rule-prh" {
  import type { TextlintRuleModule } from "@textlint/types";

  /** A CommonJS module, as Node imports it. */
  const module: { readonly default: TextlintRuleModule };
  export default module;
}
