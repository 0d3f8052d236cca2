/** Returns the page of a job. */
export function buildJobPage(): Promise<string>;
