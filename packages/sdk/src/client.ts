// The way from options to resources: one client is one account.

import { Account } from "./account/account.ts";
import { CreditAccount } from "./account/credits.ts";
import { Generations } from "./generations.ts";
import { Images } from "./images.ts";
import { LiveModels } from "./live-models.ts";
import { resolveOptions } from "./options.ts";
import type { JimengOptions } from "./options.ts";
import type { Region } from "./operation.ts";
import { Uploads } from "./uploads/uploads.ts";
import { Videos } from "./videos.ts";
import { Transport } from "./wire/transport/transport.ts";

/** One account of 即梦 or Dreamina. Throws `invalid_request` for options that cannot work. */
export class Jimeng {
  readonly region: Region;
  readonly generations: Generations;
  readonly images: Images;
  readonly videos: Videos;
  readonly uploads: Uploads;
  readonly credits: CreditAccount;
  readonly account: Account;
  readonly models: LiveModels;

  constructor(options: JimengOptions) {
    const settings = resolveOptions(options);
    const transport = new Transport(settings);
    this.region = settings.region.id;
    this.credits = new CreditAccount(settings, transport);
    this.models = new LiveModels(settings, transport);
    this.generations = new Generations({
      settings,
      transport,
      credits: this.credits,
      models: this.models,
    });
    this.images = new Images(settings, this.generations);
    this.videos = new Videos(settings, this.generations);
    this.uploads = new Uploads(settings, transport);
    this.account = new Account(settings, transport, this.credits);
  }
}
