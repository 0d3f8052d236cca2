// Types of image-packages.mjs, which stays JavaScript because an image's build runs it without TypeScript.

import type { LockedPackages } from "./installation.mjs";

export function findImagePackages(locked: LockedPackages): string[];
