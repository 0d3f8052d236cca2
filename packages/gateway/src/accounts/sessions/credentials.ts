// Sessions of accounts: their fingerprints, the names made from those, and the encrypted storage of adopted ones.

import { createHash } from "node:crypto";

import { parseSession } from "@jimeng/sdk";
import type { Logger, Region } from "@jimeng/sdk";

import type { AccountConfig, ConnectableAccount } from "../account.ts";
import type { GatewayDatabase } from "../../database/database.ts";
import type { AccountTable } from "../../database/migrations/schema.ts";
import { createSealer, recordNames } from "../../encryption/sealer.ts";
import type { Sealer } from "../../encryption/sealer.ts";
import { readSecretKeys } from "../../encryption/secret-keys.ts";
import type { SecretSettings } from "../../encryption/secret-keys.ts";
import type { Clock } from "../../clock.ts";

const fingerprintDigits = 16;
const nameDigits = 6;

/** A parsed session with its fingerprint. */
export interface Credentials {
  region: Region;
  /** The session id without its region prefix. */
  session: string;
  fingerprint: string;
}

/** Parses a session text. Throws `invalid_request` (param `session`). */
export function parseCredentials(text: string, configuredRegion?: Region): Credentials {
  const { region: prefix, session } = parseSession(text);
  const region = configuredRegion ?? prefix;
  const fingerprint = createHash("sha256")
    .update(`jimeng account ${region} ${session}`)
    .digest("hex")
    .slice(0, fingerprintDigits);
  return { region, session, fingerprint };
}

/** Returns the short name made from a session, and the long one for when the short one is taken. */
export function defaultNames({ region, fingerprint }: Credentials): [short: string, long: string] {
  return [`${region}-${fingerprint.slice(0, nameDigits)}`, `${region}-${fingerprint}`];
}

/** Turns a configured session into an account. */
export function toConfiguredAccount(config: AccountConfig): ConnectableAccount {
  const credentials = parseCredentials(config.session, config.region);
  const [shortName] = defaultNames(credentials);
  const { endsAt } = config;
  return {
    ...credentials,
    name: config.name ?? shortName,
    adopted: false,
    ...(endsAt === undefined ? {} : { sessionEndsAt: endsAt }),
  };
}

/** Keeps adopted sessions in the database, encrypted, so that their jobs survive a restart. */
export interface StoredCredentials {
  /** Reads every stored account; one that cannot be decrypted is logged and left out. */
  list(): Promise<ConnectableAccount[]>;
  /** Reads one stored account; undefined when it is absent or cannot be decrypted. */
  get(name: string): Promise<ConnectableAccount | undefined>;
  /** Lists the accounts that their owner stored, with the time of their last change. */
  changes(): Promise<Map<string, number>>;
  /** Stores an owner's account, in place of an earlier one of its name. */
  store(account: StoredAccount): Promise<void>;
  /** Removes an owner's account; false when there is none of this name. */
  remove(name: string): Promise<boolean>;
  /** Returns whose account of the site a stored one is; null where nothing told. */
  userOf(name: string): Promise<string | null>;
  /** Stores a session under a name, or notes that it is used again, and returns false when another session has that name already. */
  claimName(name: string, credentials: Credentials): Promise<boolean>;
}

/** An account as its owner stores it. */
export interface StoredAccount extends Omit<ConnectableAccount, "adopted" | "stored"> {
  /** Whose account of the site it is; null where no check told. */
  userId: string | null;
}

/** What the storage of sessions needs. */
export interface StoredCredentialsOptions extends SecretSettings {
  database: GatewayDatabase;
  clock: Clock;
  logger: Logger;
}

// What only accounts have that their owner stored.
const visitor = { added_at: null, updated_at: null, ends_at: null, user_id: null, proxy: null };

/** Opens the storage; a secret is made only once a session is stored or read. */
export function createStoredCredentials(options: StoredCredentialsOptions): StoredCredentials {
  const { database, clock, logger } = options;
  const { tables } = database;
  // Only pass-through needs a secret. A promise, so that two callers at once make one key.
  let sealer: Promise<Sealer> | undefined;

  function getSealer(): Promise<Sealer> {
    return (sealer ??= readSecretKeys(options).then(createSealer));
  }

  async function decrypt(row: AccountTable): Promise<ConnectableAccount[]> {
    try {
      const sealer = await getSealer();
      const session = sealer.open(row.session, recordNames.session(row.id));
      const { id: name, region, fingerprint, ends_at: endsAt, proxy } = row;
      const isStored = row.added_at !== null;
      return [
        {
          name,
          region: region as Region,
          fingerprint,
          session,
          adopted: !isStored,
          ...(isStored && { stored: true }),
          ...(endsAt !== null && { sessionEndsAt: endsAt }),
          ...(proxy !== null && { proxy: sealer.open(proxy, recordNames.proxy(name)) }),
        },
      ];
    } catch (error) {
      // One caller's unreadable session must not stop the others.
      logger.error(
        { account: row.id, error },
        "Failed to decrypt a stored account; its jobs wait.",
      );
      return [];
    }
  }

  return {
    async list() {
      // Accounts that come later then need no file; without a setting, no secret is made before there is one.
      if (typeof options.secretKey === "string") await getSealer();
      const rows = await tables.selectFrom("accounts").selectAll().execute();
      return (await Promise.all(rows.map(decrypt))).flat();
    },

    async get(name) {
      const row = await tables
        .selectFrom("accounts")
        .selectAll()
        .where("id", "=", name)
        .executeTakeFirst();
      return row === undefined ? undefined : (await decrypt(row))[0];
    },

    ...ownersAccounts({ tables, clock, getSealer }),

    async claimName(name, { region, session, fingerprint }) {
      const sealed = (await getSealer()).seal(session, recordNames.session(name));
      await tables
        .insertInto("accounts")
        .values({
          id: name,
          region,
          fingerprint,
          session: sealed,
          created_at: clock.now(),
          ...visitor,
        })
        .onConflict((conflict) =>
          conflict
            .column("id")
            .doUpdateSet({ created_at: clock.now() })
            .where("accounts.fingerprint", "=", fingerprint),
        )
        .execute();
      const holder = await tables
        .selectFrom("accounts")
        .select("fingerprint")
        .where("id", "=", name)
        .executeTakeFirstOrThrow();
      return holder.fingerprint === fingerprint;
    },
  };
}

/** Makes the part of the storage that is about accounts which their owner stored. */
function ownersAccounts({
  tables,
  clock,
  getSealer,
}: {
  tables: GatewayDatabase["tables"];
  clock: Clock;
  getSealer: () => Promise<Sealer>;
}): Pick<StoredCredentials, "changes" | "store" | "remove" | "userOf"> {
  return {
    async changes() {
      const rows = await tables
        .selectFrom("accounts")
        .select(["id", "updated_at"])
        .where("added_at", "is not", null)
        .execute();
      return new Map(rows.map(({ id, updated_at }) => [id, updated_at ?? 0]));
    },

    async store({ name, region, fingerprint, session, sessionEndsAt, proxy, userId }) {
      const sealer = await getSealer();
      const now = clock.now();
      const values = {
        region,
        fingerprint,
        session: sealer.seal(session, recordNames.session(name)),
        added_at: now,
        updated_at: now,
        ends_at: sessionEndsAt ?? null,
        user_id: userId,
        proxy: proxy === undefined ? null : sealer.seal(proxy, recordNames.proxy(name)),
      };
      await tables
        .insertInto("accounts")
        .values({ id: name, created_at: now, ...values })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
        .execute();
    },

    async remove(name) {
      const { numDeletedRows } = await tables
        .deleteFrom("accounts")
        .where("id", "=", name)
        .where("added_at", "is not", null)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async userOf(name) {
      const row = await tables
        .selectFrom("accounts")
        .select("user_id")
        .where("id", "=", name)
        .executeTakeFirst();
      return row?.user_id ?? null;
    },
  };
}
