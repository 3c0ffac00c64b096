import { author, connect, isWrittenBy, serverOf } from "./forge.github.api.js";

export { author, connect, isWrittenBy, serverOf };