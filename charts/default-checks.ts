/** What holds for a check that does not say otherwise. Without imports, as the plugin loads it too. */
export const CHECK_DEFAULTS = { status: [200], timeoutSeconds: 10, retries: 10, intervalSeconds: 5 };

/** What holds for a command: a test suite takes minutes, and what it found once it finds again. */
export const COMMAND_DEFAULTS = { timeoutSeconds: 300, retries: 1, intervalSeconds: 5 };

/** What every Pod is asked when a release names no checks: what the deploy script asked. */
export const DEFAULT_CHECKS = [
  { name: 'health', path: '/api/v1/health', ...CHECK_DEFAULTS },
  { name: 'readiness', path: '/api/v1/health/ready', ...CHECK_DEFAULTS },
  { name: 'metrics', path: '/metrics', ...CHECK_DEFAULTS },
];
