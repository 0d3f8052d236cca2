// Has fastify check requests with zod and write answers as plain JSON.

import type { FastifyServerOptions } from "fastify";
import { validatorCompiler } from "fastify-type-provider-zod";

type SchemaController = NonNullable<FastifyServerOptions["schemaController"]>;
type Compilers = NonNullable<SchemaController["compilersFactory"]>;

/**
 * The option of that name. Given at the start, it keeps fastify from loading compilers of its own, which are not used
 * here. Answers are not checked against their schemas at run time: a mistake there must not cost a paid result.
 */
export const schemaController: SchemaController = {
  compilersFactory: {
    // The types of these two know only fastify's own compilers.
    buildValidator: (() => validatorCompiler) as unknown as Compilers["buildValidator"],
    buildSerializer: () => () => (data: unknown) => JSON.stringify(data),
  },
};
