/** Whether this is a run on demand, which may take hours, and not one of CI: `npm run test:soak`. */
export const SOAK = process.env.BLUEGREEN_SOAK === '1';

/** How often to try something in CI, and how often on demand. */
export const rounds = (inCi: number, onDemand: number): number => (SOAK ? onDemand : inCi);
