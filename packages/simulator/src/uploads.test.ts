// Tests the upload path: tokens, SigV4 from whichever headers are signed, CRC32, commits, images and media.

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

import { describe, expect, test } from "vitest";

import { blankPng } from "./media/png.ts";
import { computeSign } from "./sign.ts";
import { makeWav, uploadImage, uploadMedia, Uploader } from "./testing/uploads.ts";
import { call, fixture, ManualTime, shapeOf, startForTests } from "./testing/simulator.ts";
import { awsScheme, canonicalRequest, computeSignature } from "./uploads/sigv4.ts";

const simulator = await startForTests({ clock: new ManualTime() });

const png = blankPng(1024, 768);

describe("the signature", () => {
  const headers = {
    "x-amz-date": "20240101T000000Z",
    "x-amz-security-token": "STS2EXAMPLE0000",
  };
  const vectors = [
    {
      method: "GET",
      query:
        "Action=ApplyImageUpload&FileSize=12345&ServiceId=tb4s082cfz&Version=2018-08-01&s=abcdefghij",
      service: "imagex",
      body: "",
      canonical: "a5d05b1cc353f17cfce5ff1cdca1958c0618a66344ac4257418367cb7e9d3c6b",
      signature: "7208b5e0a33fd22f77c5e902eeb926783d3e4eaa43fdbd7dc54dfd634988dfa0",
    },
    {
      method: "POST",
      query: "Action=CommitImageUpload&ServiceId=tb4s082cfz&Version=2018-08-01",
      service: "imagex",
      body: '{"SessionKey":"SESSION_KEY_EXAMPLE"}',
      canonical: "3b4fbec18c457d36b9af58a5edf8fabba979ad711f03d633f7956c1ce8622e5f",
      signature: "77d038447cf1fc6126a7a73c2605bc71955b38835b5c1dc7ea4284f1f3883a57",
    },
    {
      method: "GET",
      query:
        "Action=ApplyUploadInner&FileSize=12345&FileType=video&IsInner=1&SpaceName=dreamina&Version=2020-11-19&s=abcdefghij",
      service: "vod",
      body: "",
      canonical: "9469d8c27c13b4b5a8c7763d7c8539c5e695ca6d312e171b3387679ccb272398",
      signature: "85d87d8658b4ac98a7d1cdcb7767bbf96cb3d11ad3cac13f32cbd9ba70f64423",
    },
  ];

  test.each(vectors)("of a $method to $service is the page's vector", (vector) => {
    const isPost = vector.method === "POST";
    const body = Buffer.from(vector.body);
    const hash = createHash("sha256").update(body).digest("hex");
    const request = {
      method: vector.method,
      path: "/",
      query: vector.query,
      headers: isPost ? { ...headers, "x-amz-content-sha256": hash } : headers,
      body,
    };
    const signedHeaders = [
      ...(isPost ? ["x-amz-content-sha256"] : []),
      "x-amz-date",
      "x-amz-security-token",
    ];
    const canonical = canonicalRequest(request, signedHeaders);
    expect(createHash("sha256").update(canonical).digest("hex")).toBe(vector.canonical);
    const scope = {
      scheme: awsScheme,
      date: "20240101",
      region: "cn-north-1",
      service: vector.service,
      signedHeaders,
    };
    expect(computeSignature(request, scope, "SECRETEXAMPLE0000")).toBe(vector.signature);
  });
});

describe("the upload token", () => {
  test.each([
    [2, "upload_token_image", "tb4s082cfz"],
    [1, "upload_token_video", "dreamina"],
  ])("for scene %i has the captured shape", async (scene, name, space) => {
    const { body } = await call(simulator.url, "/mweb/v1/get_upload_token", { scene });
    expect(shapeOf(body)).toEqual(shapeOf(fixture(name).body));
    expect(body.data.space_name).toBe(space);
    expect(body.data.access_key_id).toMatch(/^AKTP/);
    expect(body.data.session_token).toMatch(/^STS2/);
    const life = Date.parse(body.data.expired_time) - Date.parse(body.data.current_time);
    expect(life).toBe(3_600_000);
  });

  test.each(["us", "hk", "jp", "sg"])(
    "of %s names its host, its space and the region's short form",
    async (region) => {
      const options = { session: `fake-${region}`, region: region.toUpperCase(), aid: 513641 };
      for (const [scene, space] of [
        [2, "wopfjsm1ax"],
        [1, "dreamina"],
      ]) {
        const path = "/mweb/v1/get_upload_token";
        const { body } = await call(simulator.url, path, { scene }, options);
        expect(shapeOf(body)).toEqual(shapeOf(fixture("upload_token_image_international").body));
        const { host } = new URL(simulator.url);
        expect(body.data).toMatchObject({ upload_domain: host, space_name: space, region });
      }
    },
  );

  test("is refused for an unknown scene and without a session", async () => {
    const path = "/mweb/v1/get_upload_token";
    expect((await call(simulator.url, path, { scene: 4 })).body.ret).toBe("1000");
    expect((await call(simulator.url, path, { scene: "2" })).body.ret).toBe("1000");
    expect((await call(simulator.url, path, { scene: 2 }, { session: null })).body.ret).toBe(
      "1015",
    );
  });
});

describe("an image", () => {
  test("is applied for, sent and committed with the captured shapes", async () => {
    const uploader = await Uploader.create(simulator.url, 2);
    const apply = await uploader.applyImage(png.length);
    expect(shapeOf(apply.body)).toEqual(shapeOf(fixture("imagex_apply_ok").body));
    const address = apply.body.Result.UploadAddress;
    expect(address.StoreInfos[0].StoreUri).toMatch(/^tos-cn-i-tb4s082cfz\/[0-9a-f]{32}$/);
    const sent = await uploader.send(address.StoreInfos[0], png);
    expect(shapeOf(sent.body)).toEqual(shapeOf(fixture("upload_binary_ok").body));
    expect(sent.body.data.crc32).toBe(crc32(png).toString(16).padStart(8, "0"));
    const commit = await uploader.commitImage(address.SessionKey);
    expect(shapeOf(commit.body)).toEqual(shapeOf(fixture("imagex_commit_ok").body));
    expect(commit.body.Result.Results[0].UriStatus).toBe(2000);
    expect(commit.body.Result.PluginResult[0]).toMatchObject({
      ImageWidth: 1024,
      ImageHeight: 768,
      ImageFormat: "png",
      ImageSize: png.length,
    });
    const again = await uploader.commitImage(address.SessionKey);
    expect(again.body.ResponseMetadata.Error.Code).toBe("InvalidSessionKey");
  });

  test("may be signed over more headers, host included", async () => {
    const uploader = await Uploader.create(simulator.url, 2, { extraHeaders: ["host"] });
    expect((await uploader.applyImage(10)).status).toBe(200);
  });

  test("signed in the cloud's own scheme is taken in lax mode alone", async () => {
    const lax = await startForTests({ clock: new ManualTime(), strict: false });
    const upload = async (url: string, change: Partial<Uploader> = {}) => {
      const uploader = Object.assign(await Uploader.create(url, 2), { signsAsCloud: true }, change);
      const apply = await uploader.applyImage(png.length);
      if (apply.status !== 200) return apply;
      const address = apply.body.Result.UploadAddress;
      await uploader.send(address.StoreInfos[0], png);
      return uploader.commitImage(address.SessionKey);
    };
    const taken = await upload(lax.url);
    expect(taken.body.Result.Results[0].UriStatus).toBe(2000);
    for (const [url, change] of [
      [lax.url, { secret: "no" }],
      [simulator.url, {}],
    ] as const) {
      const refused = await upload(url, change);
      expect(refused.body.ResponseMetadata.Error.Code).toBe("SignatureDoesNotMatch");
    }
  });

  test("is refused when the signature, the key, the scope or the service is wrong", async () => {
    const good = await Uploader.create(simulator.url, 2);
    const wrong = async (change: Partial<Uploader>) => {
      const uploader = Object.assign(Object.create(good) as Uploader, change);
      return uploader.applyImage(10);
    };
    const secret = await wrong({ secret: "no" });
    expect(secret.status).toBe(403);
    expect(shapeOf(secret.body)).toEqual(shapeOf(fixture("imagex_apply_error").body));
    expect(secret.body.ResponseMetadata.Error.Code).toBe("SignatureDoesNotMatch");
    const key = await wrong({ accessKeyId: "AKTPnobody" });
    expect(key.body.ResponseMetadata.Error.Code).toBe("InvalidAccessKeyId");
    const scope = await wrong({ awsRegion: "us-east-1" });
    expect(scope.body.ResponseMetadata.Error.Code).toBe("SignatureDoesNotMatch");
    const service = await wrong({ serviceId: "wopfjsm1ax" });
    expect(service.body.ResponseMetadata.Error.Code).toBe("AccessDenied");
    const media = await Uploader.create(simulator.url, 1);
    expect((await media.applyImage(10)).body.ResponseMetadata.Error.Code).toBe("AccessDenied");
  });

  test("is refused with an expired token", async () => {
    const uploader = await Uploader.create(simulator.url, 2);
    simulator.advance(3_600_000);
    expect((await uploader.applyImage(10)).body.ResponseMetadata.Error.Code).toBe("AccessDenied");
  });

  test("is refused at the upload host with a wrong CRC, size or Auth, and then has no good UriStatus", async () => {
    const uploader = await Uploader.create(simulator.url, 2);
    const { UploadAddress: address } = (await uploader.applyImage(png.length)).body.Result;
    const store = address.StoreInfos[0];
    const crc = await uploader.send(store, png, { crc: "00000001" });
    expect(crc.body).toEqual(fixture("upload_binary_crc_mismatch").body);
    expect((await uploader.send(store, png, { crc: "" })).body.code).not.toBe(2000);
    expect((await uploader.send(store, png.subarray(1))).body.code).not.toBe(2000);
    const auth = await uploader.send({ ...store, Auth: "SpaceKey/other" }, png);
    expect(auth.body.code).not.toBe(2000);
    const commit = await uploader.commitImage(address.SessionKey);
    expect(commit.body.Result.Results[0].UriStatus).not.toBe(2000);
  });

  test("takes a CRC that is not padded or printed negative, as numbers", async () => {
    const bytes = Buffer.from("pad51");
    expect(crc32(bytes).toString(16)).toBe("5b26c4");
    const uploader = await Uploader.create(simulator.url, 2);
    for (const crc of ["5b26c4", "005b26c4", "005B26C4"]) {
      const { UploadAddress: address } = (await uploader.applyImage(bytes.length)).body.Result;
      expect((await uploader.send(address.StoreInfos[0], bytes, { crc })).body.code).toBe(2000);
    }
  });

  test("that is no image gets no good UriStatus", async () => {
    const uploader = await Uploader.create(simulator.url, 2);
    const text = Buffer.from("this is no image");
    const { UploadAddress: address } = (await uploader.applyImage(text.length)).body.Result;
    await uploader.send(address.StoreInfos[0], text);
    const commit = await uploader.commitImage(address.SessionKey);
    expect(shapeOf(commit.body)).toEqual(shapeOf(fixture("imagex_commit_bad_uristatus").body));
    expect(commit.body.Result.Results[0].UriStatus).toBe(2001);
  });

  test("passes the content check when committed and is signed by its URI", async () => {
    const uri = await uploadImage(simulator.url, png);
    const check = (file: string) =>
      call(simulator.url, "/mweb/v1/algo_proxy", {
        scene: "image_face_ip",
        options: { ip_check: true },
        req_key: "benchmark_test_user_upload_image_input",
        file_list: [{ file_uri: file }],
        req_params: {},
      });
    expect((await check(uri)).body.ret).toBe("0");
    const unknown = await check("tos-cn-i-tb4s082cfz/0");
    expect(unknown.body).toMatchObject(
      (({ ret, errmsg, data }) => ({ ret, errmsg, data }))(fixture("audit_download_failed").body),
    );
    const audit = await call(simulator.url, "/mweb/v1/imagex/submit_audit_job", {
      uri_list: [uri],
    });
    expect(audit.body.ret).toBe("0");
    const signed = await call(simulator.url, "/mweb/v1/get_image_by_uri", { uris: [uri, "x"] });
    const expected = structuredClone(fixture("get_image_by_uri").body);
    const [entry] = Object.values<any>(signed.body.data.uri2image);
    expect(shapeOf(entry)).toEqual(shapeOf(Object.values(expected.data.uri2image)[0]));
    const picture = await fetch(entry.image_url);
    expect(Buffer.from(await picture.arrayBuffer()).equals(png)).toBe(true);
  });
});

describe("the audit of materials", () => {
  const audit = (materials: object[]) =>
    call(simulator.url, "/mweb/v1/execute_generate_audit", {
      scene: 2,
      model_key: "dreamina_seedance_45_pro",
      material_list: materials,
    });

  test("decides on pictures by uri and on videos and sounds by vid, for nothing", async () => {
    const uri = await uploadImage(simulator.url, png);
    const vid = await uploadMedia(simulator.url, makeWav(2000));
    const { body } = await audit([
      { material_type: 1, uri },
      { material_type: 3, vid },
    ]);
    expect(shapeOf(body)).toEqual(shapeOf(fixture("generate_audit_ok").body));
    expect(body.data.result_list).toEqual([{ audit_decision: 1 }, { audit_decision: 1 }]);
    expect(simulator.acceptedStarts()).toEqual([]);
  });

  test("refuses a material of the wrong form with 1000 and one it cannot read with 3020", async () => {
    const uri = await uploadImage(simulator.url, png);
    const vid = await uploadMedia(simulator.url, makeWav(2000));
    expect((await audit([{ material_type: 2, uri }])).body.ret).toBe("1000");
    expect((await audit([{ material_type: 5, vid }])).body.ret).toBe("1000");
    expect((await audit([])).body.ret).toBe("1000");
    expect((await audit([{ material_type: 2, vid }])).body.ret).toBe("3020");
    expect((await audit([{ material_type: 4, subject_data_id: "1" }])).body.ret).toBe("3020");
  });

  test("rejects what a fault says", async () => {
    const uri = await uploadImage(simulator.url, png);
    simulator.addFault({ endpoint: "material_audit", kind: "audit", index: 1 });
    const pictures = Array.from({ length: 2 }, () => ({ material_type: 1, uri }));
    const { body } = await audit(pictures);
    const decisions = body.data.result_list.map((one: any) => one.audit_decision);
    expect(decisions).toEqual([1, 2]);
    expect((await audit(pictures)).body.data.result_list[1].audit_decision).toBe(1);
  });
});

describe("an upload token", () => {
  test("is given to a client that writes a query into the path, signs it and names the aid twice", async () => {
    const path = "/mweb/v1/get_upload_token?aid=513695&aigc_features=app_lip_sync";
    const parts = { platform: "7", versionCode: "5.8.0", deviceTime: "1700000000", deviceId: "" };
    const response = await fetch(`${simulator.url}${path}&aid=513695&region=CN`, {
      method: "POST",
      headers: {
        cookie: "sessionid=fake-a",
        "device-time": "1700000000",
        pf: "7",
        appvr: "5.8.0",
        sign: computeSign({ ...parts, path }),
      },
      body: JSON.stringify({ scene: 2 }),
    });
    expect(await response.json()).toMatchObject({ ret: "0", data: { space_name: "tb4s082cfz" } });
    expect(simulator.requests({ endpoint: "upload_token" })).toMatchObject([{ sign: "ok" }]);
  });
});

describe("a video or audio file", () => {
  test("is uploaded through VOD and measured by its own header", async () => {
    const wav = makeWav(2500);
    const uploader = await Uploader.create(simulator.url, 1);
    const apply = await uploader.applyMedia(wav.length);
    expect(shapeOf(apply.body)).toEqual(shapeOf(fixture("vod_apply_ok").body));
    const node = apply.body.Result.InnerUploadAddress.UploadNodes[0];
    await uploader.send(node.StoreInfos[0], wav);
    const commit = await uploader.commitMedia(node.SessionKey);
    expect(shapeOf(commit.body)).toEqual(shapeOf(fixture("vod_commit_ok").body));
    expect(commit.body.Result.Results[0]).toMatchObject({
      Vid: node.Vid,
      VideoMeta: { Duration: 2.5, FileType: "audio", Format: "WAV" },
    });
  });

  test.each([
    ["cn", "vod", "cn", 200],
    ["cn", "imagex", "cn", 403],
    ["sg", "vod", "ap-singapore-1", 200],
    ["sg", "imagex", "ap-singapore-1", 200],
    ["sg", "imagex", "cn-north-1", 403],
    ["us", "imagex", "ap-singapore-1", 403],
  ])(
    "of %s is signed for %s with the region %s: %i",
    async (region, service, awsRegion, status) => {
      const aid = region === "cn" ? 513695 : 513641;
      const options = { session: `fake-${region}`, region: region.toUpperCase(), aid };
      const scene = service === "vod" ? 1 : 2;
      const uploader = await Uploader.create(simulator.url, scene, options);
      Object.assign(uploader, {
        awsRegion,
        serviceId: region === "cn" ? "tb4s082cfz" : "wopfjsm1ax",
      });
      const apply = service === "vod" ? uploader.applyMedia(10) : uploader.applyImage(10);
      expect((await apply).status).toBe(status);
    },
  );

  test("that is neither is refused at the commit", async () => {
    await expect(uploadMedia(simulator.url, Buffer.from("nothing"))).rejects.toThrow();
  });
});
