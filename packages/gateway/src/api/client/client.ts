// The client of a gateway for every face (command line, MCP, studio): one resource per group of routes.

import { Accounts } from "./resources/accounts.ts";
import { Assets } from "./resources/assets.ts";
import { Audit } from "./resources/audit.ts";
import { Audio } from "./resources/audio.ts";
import { Batches } from "./resources/batches.ts";
import { Credits } from "./resources/credits.ts";
import { Events } from "./resources/events.ts";
import { Files } from "./resources/files.ts";
import { Gateway } from "./resources/gateway.ts";
import { History } from "./resources/history.ts";
import { Images } from "./resources/images.ts";
import { Jobs } from "./resources/jobs.ts";
import { Keys } from "./resources/keys.ts";
import { SignIn } from "./resources/sign-in.ts";
import { Models } from "./resources/models.ts";
import { Videos } from "./resources/videos.ts";
import { Webhooks } from "./resources/webhooks.ts";
import { Transport } from "./transport.ts";
import type { GatewayClientOptions } from "./transport.ts";

/** Calls one gateway. Every method throws GatewayError, or the signal's reason when aborted. */
export class GatewayClient {
  readonly images: Images;
  readonly videos: Videos;
  readonly audio: Audio;
  readonly audit: Audit;
  readonly jobs: Jobs;
  readonly events: Events;
  readonly batches: Batches;
  readonly webhooks: Webhooks;
  readonly files: Files;
  readonly assets: Assets;
  readonly models: Models;
  readonly credits: Credits;
  readonly accounts: Accounts;
  readonly keys: Keys;
  readonly signIn: SignIn;
  readonly history: History;
  readonly gateway: Gateway;

  constructor(options: GatewayClientOptions) {
    const transport = new Transport(options);
    this.images = new Images(transport);
    this.videos = new Videos(transport);
    this.audio = new Audio(transport);
    this.audit = new Audit(transport);
    this.jobs = new Jobs(transport);
    this.events = new Events(transport);
    this.batches = new Batches(transport);
    this.webhooks = new Webhooks(transport);
    this.files = new Files(transport);
    this.assets = new Assets(transport);
    this.models = new Models(transport);
    this.credits = new Credits(transport);
    this.accounts = new Accounts(transport);
    this.keys = new Keys(transport);
    this.signIn = new SignIn(transport);
    this.history = new History(transport);
    this.gateway = new Gateway(transport);
  }
}
