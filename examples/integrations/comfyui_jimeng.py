"""Pictures of Jimeng and Dreamina in ComfyUI, through your own gateway: copy this file into custom_nodes/.

Not run in ComfyUI here: npm test calls fetch_pictures with Python alone.
"""

import base64
import json
import urllib.request
import uuid


def fetch_pictures(gateway_url, api_key, model, prompt, ratio, count, seed, references=()):
    """Returns the bytes of the pictures; references are PNG bytes."""
    body = {"model": model, "prompt": prompt, "ratio": ratio, "n": count, "seed": seed, "response_format": "b64_json"}
    if references:
        body["image"] = ["data:image/png;base64," + base64.b64encode(data).decode() for data in references]
    path = "/v1/images/edits" if references else "/v1/images/generations"
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    request = urllib.request.Request(gateway_url + path, data=json.dumps(body).encode(), headers=headers)
    with urllib.request.urlopen(request, timeout=900) as answer:
        return [base64.b64decode(picture["b64_json"]) for picture in json.load(answer)["data"]]


class JimengPictures:
    CATEGORY = "image/jimeng"
    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "make"

    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {
                "prompt": ("STRING", {"multiline": True, "default": "a lighthouse"}),
                "gateway_url": ("STRING", {"default": "http://127.0.0.1:5100"}),
                "model": ("STRING", {"default": "jimeng-4.0"}),
                "ratio": (["1:1", "4:3", "3:4", "16:9", "9:16"],),
                "count": ("INT", {"default": 1, "min": 1, "max": 10}),
                "seed": ("INT", {"default": 1, "min": 0, "max": 4294967295}),
            },
            "optional": {"api_key": ("STRING", {"default": ""}), "reference": ("IMAGE",)},
        }

    def make(self, prompt, gateway_url, model, ratio, count, seed, api_key="", reference=None):
        import io

        import numpy
        import torch
        from PIL import Image

        def to_png(picture):
            buffer = io.BytesIO()
            Image.fromarray((picture.cpu().numpy() * 255).astype("uint8")).save(buffer, "PNG")
            return buffer.getvalue()

        def to_array(data):
            return numpy.array(Image.open(io.BytesIO(data)).convert("RGB")).astype("float32") / 255

        references = [] if reference is None else [to_png(picture) for picture in reference]
        pictures = fetch_pictures(gateway_url, api_key, model, prompt, ratio, count, seed, references)
        return (torch.from_numpy(numpy.stack([to_array(data) for data in pictures])),)


NODE_CLASS_MAPPINGS = {"JimengPictures": JimengPictures}
NODE_DISPLAY_NAME_MAPPINGS = {"JimengPictures": "Jimeng pictures"}
