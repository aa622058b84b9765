const FACTORS: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Negative, 0 or positive as `a` is less than, equal to or more than `b`; both must match formats.quantity. */
export function compareQuantities(a: string, b: string): number {
  return amount(a) - amount(b);
}

function amount(quantity: string): number {
  const suffix = quantity.replace(/^[0-9.]+/, '');
  return Number.parseFloat(quantity) * (FACTORS[suffix] ?? Number.NaN);
}
