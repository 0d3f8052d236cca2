// What the commands named as those of the site's own CLI say in English.

/** The sentences. */
export const englishDreamina = {
  noSessions: "--session is not known here: the job is made without one",
};

/** The help. */
export const englishDreaminaHelp = {
  text2image: "as in the site's own CLI: make pictures, print JSON",
  image2image: "as in the site's own CLI: make pictures of pictures, print JSON",
  text2video: "as in the site's own CLI: make a video, print JSON",
  image2video: "as in the site's own CLI: make a video of a picture, print JSON",
  queryResult: "as in the site's own CLI: print the state of a job, and save its files",
  listTask: "as in the site's own CLI: print the latest jobs as JSON",
  userCredit: "as in the site's own CLI: print the credits as JSON",
  prompt: "what to make, in any language",
  images: "pictures to work from, separated by commas",
  modelVersion:
    "a version as that CLI names it (5.0, seedance2.0fast), or a model of `jimeng models`",
  session: "is taken, and has no effect",
  poll: "seconds to wait for the result; 0 prints the id at once",
  submitId: "the submit_id that a submit printed: the id of our job",
  downloadDir: "save the files here once the job has ended",
  genStatus: "only querying, success or fail",
};
