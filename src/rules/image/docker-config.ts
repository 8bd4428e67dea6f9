import type { JsonObject } from '../text/json.ts';

/**
 * The user's docker configuration with one more credential. Everything else stays: proxies, the current context, and
 * the credentials of other registries that FROM lines may need.
 */
export function withRegistryCredential(
  config: JsonObject,
  { registry, username, password }: { registry: string; username: string; password: string },
): JsonObject {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return {
    ...config,
    auths: { ...objectAt(config, 'auths'), [registry]: { auth } },
    // With a credential store docker would ask that and never look into `auths`. A helper without a name, for this
    // registry alone, sends it back to `auths` (docker/cli, config/configfile: getConfiguredCredentialStore).
    ...(config['credsStore'] === undefined && config['credHelpers'] === undefined
      ? {}
      : { credHelpers: { ...objectAt(config, 'credHelpers'), [registry]: '' } }),
  };
}

function objectAt(config: JsonObject, key: string): JsonObject {
  const value = config[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
