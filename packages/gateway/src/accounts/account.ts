// The types of an account: how it is configured, what is known of it, and the way to its upstream.

import type { Region } from "@jimeng/sdk";

import type { AccountClient } from "./client.ts";
import type { Upstream } from "./upstream.ts";

/** One configured session. */
export interface AccountConfig {
  /** The account's name; default `<region>-<6 hex digits of the session's fingerprint>`. */
  name?: string;
  /** The session, with or without a region prefix. */
  session: string;
  /** The region; default what the session's prefix says. */
  region?: Region;
  /** When the session ends, in Unix milliseconds, where its owner's cookie told. */
  endsAt?: number;
}

/** A configured or adopted account, without its session. */
export interface Account {
  name: string;
  region: Region;
  /** A one-way digest (16 hex digits of SHA-256) that tells sessions apart without showing them. */
  fingerprint: string;
  /** True for a session that a caller brought (pass-through): it serves only the jobs that name it. */
  adopted: boolean;
  /** True for an account that its owner stored here, and can remove here. */
  stored?: boolean;
  /** When its session ends, in Unix milliseconds; absent where nothing told. */
  sessionEndsAt?: number;
}

/** An account with its session, to make the upstream's client from. */
export interface ConnectableAccount extends Account {
  /** The session id without its region prefix. */
  session: string;
  /** The address of its own HTTP proxy; absent where it uses that of all accounts. */
  proxy?: string;
}

/** The way to one account's upstream. */
export interface Connection {
  upstream: Upstream;
  client: AccountClient;
  /** Whether result URLs on loopback are allowed, http too: only while the account's own base URL is loopback. */
  allowLoopbackDownloads: boolean;
}

/** An account and the client that asks the upstream about it. */
export interface AccountAccess {
  account: Account;
  client: AccountClient;
}
