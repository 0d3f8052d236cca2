#!/bin/sh
# Uses the gateway with curl: a picture in one call, a video as a job that is asked for until it is done.
set -eu
gateway="${GATEWAY_URL:-http://127.0.0.1:5100}"

curl --silent --fail-with-body "$gateway/v1/images/generations" -H 'content-type: application/json' \
  -d '{"model":"jimeng-4.0","prompt":"一只可爱的猫咪在花园里玩耍","ratio":"16:9","resolution":"2k","n":1}'
echo

id=$(curl --silent --fail-with-body "$gateway/v1/videos" -H 'content-type: application/json' \
  -d '{"model":"jimeng-video-3.0","prompt":"夕阳下的海滩"}' | sed 's/.*"id":"\([^"]*\)".*/\1/')
until curl --silent --fail-with-body "$gateway/v1/videos/$id" | grep -q '"status":"completed"'; do sleep 1; done
curl --silent --fail-with-body "$gateway/v1/videos/$id/content" -o "${TMPDIR:-/tmp}/$id.mp4"
echo "${TMPDIR:-/tmp}/$id.mp4"
