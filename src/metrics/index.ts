// All that few runs need: Prometheus' client, the file, the Pushgateway.
export { replaceFile } from "./file.ts";
export { pushMetrics } from "./push.ts";
export { metricsText } from "./text.ts";
