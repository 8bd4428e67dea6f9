/** Our environment without jest's own settings, which mean nothing to a plain Node. */
export function withoutJest(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  delete environment['NODE_OPTIONS'];
  delete environment['JEST_WORKER_ID'];
  return environment;
}
