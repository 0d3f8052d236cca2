"""Calls what the gateway serves through the openai package for Python, and prints one line for each call."""

import base64
import sys
import time

import openai

base_url, picture = sys.argv[1], sys.argv[2]
client = openai.OpenAI(base_url=base_url, api_key="no-key-needed", max_retries=0)


def is_picture(data: bytes) -> bool:
    return data[:4] == b"\x89PNG" or data[:3] == b"\xff\xd8\xff" or data[8:12] == b"WEBP"


def say(name: str, value: object) -> None:
    print(f"{name}: {value}", flush=True)


made = client.images.generate(
    model="jimeng-4.0", prompt="a lighthouse", n=2, response_format="b64_json",
    extra_body={"ratio": "16:9"},
)
say("images.generate", [is_picture(base64.b64decode(each.b64_json)) for each in made.data])

with open(picture, "rb") as file:
    edited = client.images.edit(
        model="jimeng-4.0", prompt="make it night", image=file, response_format="b64_json"
    )
say("images.edit", is_picture(base64.b64decode(edited.data[0].b64_json)))

types = [event.type for event in client.images.generate(
    model="jimeng-4.0", prompt="a lighthouse, streamed", stream=True
)]
say("images.generate, streamed", types)

video = client.videos.create(model="jimeng-video-3.0", prompt="waves", seconds="5")
while video.status not in ("completed", "failed"):
    time.sleep(0.2)
    video = client.videos.retrieve(video.id)
say("videos.retrieve", video.status)
say("videos.download_content", client.videos.download_content(video.id).read()[4:8])
say("videos.list", video.id in [each.id for each in client.videos.list(limit=5).data])
say("videos.delete", client.videos.delete(video.id).deleted)

chat = client.chat.completions.create(
    model="jimeng-4.0", messages=[{"role": "user", "content": "a lighthouse in a chat"}]
)
say("chat.completions.create", chat.choices[0].message.content.startswith("![image](http"))

chunks = client.chat.completions.create(
    model="jimeng-4.0", messages=[{"role": "user", "content": "a lighthouse in a stream"}],
    stream=True,
)
text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
say("chat.completions.create, streamed", text.startswith("![image](http"))

with open(picture, "rb") as file:
    uploaded = client.files.create(file=file, purpose="vision")
say("files.content", is_picture(client.files.content(uploaded.id).read()))
say("files.delete", client.files.delete(uploaded.id).deleted)
say("models.list", "jimeng-4.0" in [model.id for model in client.models.list()])

try:
    client.images.generate(model="jimeng-4.0", prompt="simulate:2038")
except openai.BadRequestError as error:
    say("a refused prompt", error.code)
try:
    client.responses.create(model="jimeng-4.0", input="a cat")
except openai.NotFoundError as error:
    say("responses.create", "is not served" in str(error))
