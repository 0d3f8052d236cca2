// The examples of the help in English: by command, one call on each line.

/** The examples; every call is one that the command takes. */
export const englishExamples = {
  title: "Examples:",
  image: `  jimeng image "a cat in a garden" --ratio 16:9 --count 4
  jimeng image "the same cat at night" --ref cat.png --output night-{index}.png --open
  jimeng image "a poster" --resolution 4k --dry-run       # what would it cost?
  jimeng image --batch prompts.txt --output posters/      # one prompt on each line`,
  video: `  jimeng video "waves at sunset" --seconds 5 --resolution 1080p
  jimeng video "she turns to the camera" --first start.png --last end.png --no-wait`,
  upscale: `  jimeng upscale cat.png
  jimeng upscale job_0199#2 --mode smart --resolution 4k  # the second picture of a job`,
  jobs: `  jimeng jobs --watch --status in_progress
  jimeng jobs search lighthouse --since 2026-11-01
  jimeng jobs download job_0199 --output results/`,
  batch: `  jimeng batch requests.jsonl --max-credits 200 --no-wait
  jimeng batch --id batch_0199 --output results/`,
  assets: `  jimeng assets search lighthouse --starred
  jimeng assets tag asset_0199 cover "best of"`,
  keys: `  jimeng keys create phone --daily-credits 100
  jimeng keys show phone`,
  gc: `  jimeng gc --days 90                                    # only tells
  jimeng gc --days 90 --yes`,
  export: `  jimeng export --to ~/jimeng-data
  jimeng export --to jimeng.tar --no-files`,
} as const;
