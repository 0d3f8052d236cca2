// What a gateway tells this user's programs about itself: the proof that it is the one of gateway.json, the hand-over of
// its data folder to the next gateway, the level of its log, and what an examination found.

import * as z from "zod";

const minNonceLength = 16;
const maxNonceLength = 128;

/** The query of `GET /v1/gateway/proof`. */
export const proofQuerySchema = z.object({
  nonce: z.string().min(minNonceLength).max(maxNonceLength),
});

/** A gateway's answer to a challenge. */
export const proofSchema = z
  .object({ object: z.literal("gateway.proof"), proof: z.string() })
  .meta({ id: "GatewayProof" });

export type GatewayProof = z.infer<typeof proofSchema>;

/** The body of `POST /v1/gateway/hand-over`: the fingerprint of the accounts of the gateway that takes over. */
export const handOverBodySchema = z
  .object({ accounts: z.string().min(1) })
  .meta({ id: "HandOverRequest" });

/** The answer to a hand-over that was accepted: the data folder is free soon. */
export const handOverSchema = z
  .object({ object: z.literal("gateway.hand_over"), accepted: z.literal(true) })
  .meta({ id: "HandOver" });

/** The levels of the log, the fewest lines last. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** The body of `POST /v1/gateway/log-level`. */
export const logLevelBodySchema = z
  .object({ level: z.enum(logLevels) })
  .meta({ id: "LogLevelRequest" });

/** The level of the log in force, and the one that LOG_LEVEL names: a restart returns to it. */
export const logLevelSchema = z
  .object({
    object: z.literal("gateway.log_level"),
    level: z.enum(logLevels),
    configured: z.enum(logLevels),
  })
  .meta({ id: "LogLevel" });

export type LogLevel = z.infer<typeof logLevelSchema>;

/** How bad what was found is. */
const doctorStatusSchema = z.enum(["ok", "warn", "fail"]);

/** One thing that an examination found; further checks and codes may come. */
const doctorCheckSchema = z
  .object({
    check: z.string().meta({ description: "What was looked at, such as `disk`." }),
    title: z.string().meta({ description: "The same for people." }),
    status: doctorStatusSchema,
    code: z.string().meta({ description: "What was found, such as `disk_low`." }),
    facts: z.array(z.string()).meta({ description: "Places, numbers and names, as in message." }),
    message: z.string(),
    fix: z.string().nullable().meta({ description: "What to do; null where nothing is." }),
  })
  .meta({ id: "DoctorCheck" });

export type DoctorCheck = z.infer<typeof doctorCheckSchema>;

/** What an examination of a gateway found, as `jimeng doctor` prints it; `status` is the worst of its checks. */
export const doctorSchema = z
  .object({
    object: z.literal("doctor"),
    status: doctorStatusSchema,
    checks: z.array(doctorCheckSchema),
  })
  .meta({ id: "Doctor" });

export type DoctorReport = z.infer<typeof doctorSchema>;
