// Makes a client of one account: its options become its resources.

import { Account } from "./account/account.ts";
import { AudioResource } from "./generations/audio.ts";
import { CreditAccount } from "./account/credits.ts";
import { Generations } from "./generations/generations.ts";
import { Images } from "./generations/images.ts";
import { LiveModels } from "./account/live-models.ts";
import { resolveOptions } from "./options.ts";
import type { JimengOptions } from "./options.ts";
import type { Region } from "./operation.ts";
import { Uploads } from "./uploads/uploads.ts";
import { Videos } from "./generations/videos.ts";
import { Transport } from "./wire/transport/transport.ts";

/** A client of one account of 即梦 or Dreamina. Its constructor throws `invalid_request` for options that cannot work. */
export class Jimeng {
  readonly region: Region;
  readonly generations: Generations;
  readonly images: Images;
  readonly videos: Videos;
  readonly audio: AudioResource;
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
    this.audio = new AudioResource(settings, transport, this.generations);
    this.uploads = new Uploads(settings, transport);
    this.account = new Account(settings, transport, this.credits);
  }
}
