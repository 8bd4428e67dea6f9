/**
 * Sends JSON to the address that an environment variable holds. The address lets everybody in who knows it: it is masked,
 * and neither answered nor part of any error. Rejects with an Error that says why, and always within `timeoutMs`.
 */
export type PostWebhook = (request: { variable: string; body: object; timeoutMs: number }) => Promise<void>;
