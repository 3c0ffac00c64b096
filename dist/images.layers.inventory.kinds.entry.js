import { PACKAGE_STORES, couldTell, dpkgOwnerOf, isTellingFolder, kindsOf, otherManagerOf, storePackageOf, vendorOf, vendorOfPackage } from "./images.layers.inventory.kinds.js";

export { kindsOf };