const FACTORS: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A quantity of Kubernetes as a number: `500m` is 0.5; undefined for what is none. */
export function amount(quantity: string): number | undefined {
  const [, digits, suffix = ''] = /^([0-9.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  const factor = Object.hasOwn(FACTORS, suffix) ? FACTORS[suffix] : undefined;
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** A number as a quantity: whole, or in thousandths. */
export function quantity(value: number): string {
  return Number.isInteger(value) ? String(value) : `${Math.ceil(value * 1000)}m`;
}
