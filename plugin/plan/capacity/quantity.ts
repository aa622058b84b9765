/**
 * Kubernetes' quantities as whole numbers of billionths, so that nothing is lost.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */

const NANO = 1_000_000_000n;
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL = ['k', 'M', 'G', 'T', 'P', 'E'];
const FACTORS: Readonly<Record<string, bigint>> = {
  n: 1n,
  u: 1000n,
  m: 1_000_000n,
  '': NANO,
  ...Object.fromEntries(DECIMAL.map((unit, index) => [unit, NANO * 1000n ** BigInt(index + 1)])),
  ...Object.fromEntries(BINARY.map((unit, index) => [unit, NANO * 1024n ** BigInt(index + 1)])),
};

const QUANTITY = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([eE])([+-]?[0-9]{1,2})|([A-Za-z]{0,2}))$/;

/** Billionths, rounded up as Kubernetes rounds; undefined for what is no quantity. */
export function parseQuantity(text: string | number): bigint | undefined {
  const [matched, sign, whole = '', fraction = '', exponential, exponent, suffix = ''] =
    QUANTITY.exec(String(text)) ?? [];
  if (matched === undefined || whole + fraction === '') return undefined;
  const power = exponential ? Number(exponent) : 0;
  const factor = exponential ? NANO * 10n ** BigInt(Math.max(power, 0)) : FACTORS[suffix];
  if (factor === undefined) return undefined;
  const divisor = 10n ** BigInt(fraction.length + Math.max(-power, 0));
  const amount = (BigInt(whole + fraction) * factor + divisor - 1n) / divisor;
  return sign === '-' ? -amount : amount;
}

/** As a person writes it: `400m` of CPU, `1536Mi` of memory, `3` Pods. */
export function formatQuantity(amount: bigint, resource: string): string {
  if (amount < 0n) return `-${formatQuantity(-amount, resource)}`;
  if (amount % NANO !== 0n) {
    const unit = ['m', 'u', 'n'].find((name) => amount % (FACTORS[name] ?? 1n) === 0n) ?? 'n';
    return `${amount / (FACTORS[unit] ?? 1n)}${unit}`;
  }
  if (!/memory|storage|hugepages/.test(resource)) return String(amount / NANO);
  const units = [...BINARY.toReversed(), ...DECIMAL.toReversed()];
  const unit = amount === 0n ? '' : (units.find((name) => amount % (FACTORS[name] ?? 1n) === 0n) ?? '');
  return `${amount / (FACTORS[unit] ?? NANO)}${unit}`;
}
