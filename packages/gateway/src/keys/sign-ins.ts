// The sign-ins of browsers: a random token, which the browser keeps as a cookie, stands for the key that it was given.

import { randomBytes } from "node:crypto";

import type { Clock } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { hashSecret } from "./key.ts";

/** Whose sign-in it is. */
export interface SignInHolder {
  /** The id of the key; null for this machine's user. */
  keyId: string | null;
  /**
   * The SHA-256 of a random key, so that the sign-in ends with that text: a key that was made here, or the local admin
   * key. Null for a key of the settings, which its owner may have made up: nothing is stored from which it could be guessed.
   */
  secretHash: string | null;
}

/** A sign-in in force. */
export interface SignIn extends SignInHolder {
  /** Unix milliseconds. */
  expiresAt: number;
}

/** The sign-ins of browsers. */
export interface SignIns {
  /** Stores a sign-in and returns its token, of which only the hash is kept; the oldest beyond a hundred of one key end. */
  create(signIn: SignIn): Promise<string>;
  /** Returns the sign-in of a token; undefined for an unknown one and one past its end. */
  find(token: string): Promise<SignIn | undefined>;
  /** Ends the sign-in of a token, if there is one. */
  remove(token: string): Promise<void>;
}

const tokenBytes = 32;
// A person has a few browsers; a program that signs in again and again must not fill the database.
const mostOfOneKey = 100;

/** Opens the sign-ins of a database. */
export function createSignIns({
  database: { tables },
  clock,
}: {
  database: GatewayDatabase;
  clock: Pick<Clock, "now">;
}): SignIns {
  return {
    async create({ keyId, secretHash, expiresAt }) {
      const token = randomBytes(tokenBytes).toString("base64url");
      const now = clock.now();
      await tables.deleteFrom("sign_ins").where("expires_at", "<=", now).execute();
      const row = { token_hash: hashSecret(token), key_id: keyId, secret_hash: secretHash };
      await tables
        .insertInto("sign_ins")
        .values({ ...row, created_at: now, expires_at: expiresAt })
        .execute();
      const ofKey = keyId === null ? ("is" as const) : ("=" as const);
      await tables
        .deleteFrom("sign_ins")
        .where("key_id", ofKey, keyId)
        .where("token_hash", "<>", row.token_hash)
        .where("token_hash", "not in", ({ selectFrom }) =>
          selectFrom("sign_ins")
            .select("token_hash")
            .where("key_id", ofKey, keyId)
            .orderBy("created_at", "desc")
            .orderBy("token_hash")
            .limit(mostOfOneKey),
        )
        .execute();
      return token;
    },

    async find(token) {
      const row = await tables
        .selectFrom("sign_ins")
        .select(["key_id", "secret_hash", "expires_at"])
        .where("token_hash", "=", hashSecret(token))
        .executeTakeFirst();
      if (row === undefined || row.expires_at <= clock.now()) return undefined;
      return { keyId: row.key_id, secretHash: row.secret_hash, expiresAt: row.expires_at };
    },

    async remove(token) {
      await tables.deleteFrom("sign_ins").where("token_hash", "=", hashSecret(token)).execute();
    },
  };
}
