"""
title: Jimeng pictures and videos
description: Makes pictures and videos of Jimeng and Dreamina through your own gateway.
version: 1.0.0
requirements:
"""

# Open WebUI: Workspace → Tools → + → paste this file; then set the gateway's address in its valves. Not run in Open WebUI
# here: npm test calls its functions with Python alone.
import asyncio
import json
import urllib.request

from pydantic import BaseModel, Field


class Tools:
    class Valves(BaseModel):
        gateway_url: str = Field(default="http://127.0.0.1:5100", description="The address of the gateway")
        api_key: str = Field(default="", description="A gateway key; empty where the gateway wants none")
        image_model: str = Field(default="jimeng-4.0", description="The model of pictures")
        video_model: str = Field(default="jimeng-video-3.0", description="The model of videos")

    def __init__(self):
        self.valves = self.Valves()

    async def make_picture(self, prompt: str, ratio: str = "1:1", __event_emitter__=None) -> str:
        """
        Make a picture from a prompt and show it.
        :param prompt: What to make, in words.
        :param ratio: Width to height, such as 16:9.
        """
        body = {"model": self.valves.image_model, "prompt": prompt, "ratio": ratio, "response_format": "url"}
        await self._tell(__event_emitter__, "Making the picture …", False)
        answer = await self._send("/v1/images/generations", body)
        await self._tell(__event_emitter__, "The picture is there.", True)
        return "\n\n".join(f"![{prompt}]({picture['url']})" for picture in answer["data"])

    async def make_video(self, prompt: str, __event_emitter__=None) -> str:
        """
        Make a video from a prompt; it takes minutes.
        :param prompt: What happens in the video.
        """
        video = await self._send("/v1/videos", {"model": self.valves.video_model, "prompt": prompt})
        while video["status"] in ("queued", "in_progress"):
            await self._tell(__event_emitter__, f"The video is at {video['progress']} %.", False)
            await asyncio.sleep(2)
            video = await self._send(f"/v1/videos/{video['id']}")
        await self._tell(__event_emitter__, "The video has ended.", True)
        return video["url"] if video["status"] == "completed" else f"The video failed: {video['error']['message']}"

    async def _send(self, path, body=None):
        headers = {"Content-Type": "application/json"}
        if self.valves.api_key:
            headers["Authorization"] = f"Bearer {self.valves.api_key}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.valves.gateway_url + path, data=data, headers=headers)
        answer = await asyncio.to_thread(urllib.request.urlopen, request, timeout=900)
        with answer:
            return json.load(answer)

    async def _tell(self, emitter, description, done):
        if emitter is not None:
            await emitter({"type": "status", "data": {"description": description, "done": done}})
