import { inputs_generated_default } from "./cli.inputs.generated.json.js";

export { inputs_generated_default as default };