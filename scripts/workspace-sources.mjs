// Loaded with `node --import`: runs the packages of this workspace from their sources. `--conditions=source` would do the
// same to the packages of others, of which some have a "source" that Node does not read below node_modules.
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith("@jimeng/")) return next(specifier, context);
    return next(specifier, { ...context, conditions: [...context.conditions, "source"] });
  },
});
